#include "core/sbn/service.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/write.hpp"
#include "core/sbn/rules_hash.hpp"

namespace agentnet::sbn {
namespace {

bool fits(const json::Value& value, unsigned levels) {
  if (value.is_object()) {
    const auto member_fits = [&](const json::Member& member) { return fits(member.value, levels - 1); };
    return levels > 0 && std::all_of(value.members().begin(), value.members().end(), member_fits);
  }
  if (!value.is_array()) return true;
  const auto item_fits = [&](const json::Value& item) { return fits(item, levels - 1); };
  return levels > 0 && std::all_of(value.items().begin(), value.items().end(), item_fits);
}

void check(const SealRequest& request) {
  require_object("payload", request.payload, false);
  require_object("metadata", request.metadata, true);
  require_object("metrics", request.metrics, true);
  const auto types = block_types();
  if (std::find(types.begin(), types.end(), request.block_type) == types.end()) {
    throw Error(Category::usage, "bad_block_type",
                "block_type must be one of audit, event, instruction, meta, stimulus", {},
                {{"field", "block_type"}});
  }
  if (request.domain.empty() || request.domain.size() > kMaxDomainBytes ||
      !count_code_points(request.domain)) {
    throw Error(Category::usage, "bad_domain",
                "domain must be UTF-8 text of 1 to " + std::to_string(kMaxDomainBytes) + " bytes", {},
                {{"field", "domain"}});
  }
}

}  // namespace

void require_object(std::string_view name, const json::Value& value, bool may_be_null) {
  if (!fits(value, kMaxBlockDepth)) {
    throw Error(Category::usage, "too_deep",
                std::string(name) + " has more than " + std::to_string(kMaxBlockDepth) + " levels", {},
                {{"field", std::string(name)}});
  }
  if (value.is_object() || (may_be_null && value.is_null())) return;
  throw Error(Category::usage, "bad_" + std::string(name), std::string(name) + " must be a JSON object", {},
              {{"field", std::string(name)}});
}

std::string Service::hash(const json::Value& payload, const std::vector<std::string>& volatile_keys) {
  if (!volatile_keys.empty()) return Hasher({volatile_keys, false}).hash(payload);
  thread_local Hasher hasher;
  return hasher.hash(payload);
}

void Service::start_background() {
  sender_.start([this] {
    usage_.flush();
    bounds_.flush(false);
  });
}

void Service::close() {
  sender_.stop();
  usage_.flush();
  bounds_.flush(false);
}

LedgerEntry Service::prepare(std::string_view tenant_id, const SealRequest& request) {
  check(request);
  // Kept between calls: a block of memory for each seal would cost more than filling it.
  thread_local json::Arena arena;
  arena.reset();
  const Instant now = clock_.now();
  const std::string id = uuid7(now, random_);
  const std::string created_at = iso_offset(now);
  const json::Value nothing = json::ObjectBuilder(arena).done();
  const auto clean = [&](const json::Value& value) {
    return value.is_null() ? nothing : json::without_duplicates(value, arena);
  };
  SmartBlock block{.id = json::Value::string(id),
                   .domain = json::Value::string(request.domain),
                   .type = json::Value::string(request.block_type),
                   .payload = clean(request.payload),
                   .metadata = clean(request.metadata),
                   .metrics = clean(request.metrics),
                   .created_at = json::Value::string(created_at),
                   .snapchore_hash = {}};
  const std::string hash = Service::hash(hash_surface(block, arena), {});
  block.snapchore_hash = json::Value::string(hash);
  LedgerEntry entry{.seq = 0,
                    .tenant_id = std::string(tenant_id),
                    .source = std::string(kSourceSeal),
                    .hash = hash,
                    .domain = request.domain,
                    .created_at = now,
                    .block_id = id,
                    .block_type = request.block_type,
                    .body = json::to_compact(to_json(block, arena))};
  entry.leaf = leaf_of(entry);
  return entry;
}

void Service::note_capture(store::Connection& connection, std::string_view tenant_id, std::string_view hash) {
  const Instant now = clock_.now();
  meter(connection, tenant_id, kSourceCapture, 1, now);
  if (find_capture(connection, tenant_id, hash)) return;
  LedgerEntry entry;
  entry.tenant_id = tenant_id;
  entry.source = kSourceCapture;
  entry.hash = hash;
  entry.domain = kDefaultDomain;
  entry.created_at = now;
  add_to_ledger(connection, entry);
}

BlockVerdict Service::verify_block(const json::Value& block, json::Arena& arena) {
  const SmartBlock loaded = block_from_json(block, {clock_.now(), random_}, arena);
  return sbn::verify(loaded, TrustedKeys(), arena);
}

}  // namespace agentnet::sbn
