// Capture, verify, seal, and the ledger.
#include "core/auth/tenant.hpp"
#include "core/json/canonical.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/types.hpp"

namespace agentnet::sbn {
namespace {

json::Value payload_of(const Call& call) {
  const json::Value payload = call.value("payload");
  if (payload.is_object()) return payload;
  throw Error(Category::usage, "bad_payload", "payload must be a JSON object", {}, {{"field", "payload"}});
}

void capture(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string hash = Service::hash(payload_of(*call), call->texts("volatile_keys"));
  Service& service = routes.service;
  reply_written(routes, call, [&service, call, hash](store::Connection& connection, json::Arena& arena) {
    service.note_capture(connection, call->tenant(), hash);
    return json::ObjectBuilder(arena)
        .add("hash", std::string_view(hash))
        .add("snapchore_hash", std::string_view(hash))
        .add("canon_version", json::kCanonVersion)
        .done();
  });
}

void verify(const Call& call) {
  const std::string expected = call.text("expected_hash");
  const std::string actual = Service::hash(payload_of(call), call.texts("volatile_keys"));
  json::Arena arena;
  call.reply(json::ObjectBuilder(arena)
                 .add_boolean("valid", actual == expected)
                 .add("expected_hash", std::string_view(expected))
                 .add("actual_hash", std::string_view(actual))
                 .add("hash", std::string_view(actual))
                 .add("canon_version", json::kCanonVersion)
                 .done());
}

void seal(const Routes& routes, const std::shared_ptr<Call>& call) {
  SealRequest request;
  request.payload = payload_of(*call);
  request.domain = call->optional_text("domain").value_or(request.domain);
  request.block_type = call->optional_text("block_type").value_or(request.block_type);
  request.metadata = call->value("metadata");
  request.metrics = call->value("metrics");
  SealGroup group;
  group.tenant_id = call->tenant();
  group.seals.push_back(routes.service.prepare(call->tenant(), request));
  group.chain_id = call->optional_text("chain_id").value_or("");
  // Written before the seal is, so that the store's writer does not have to.
  std::string answer = sealed_block(group.seals.front());
  reply_sealed(routes, call, std::move(group), std::move(answer));
}

void verify_block(const Routes& routes, const Call& call) {
  json::Arena arena;
  const BlockVerdict verdict = routes.service.verify_block(call.value("block"), arena);
  json::ArrayBuilder reasons(arena);
  for (const std::string& reason : verdict.reasons)
    reasons.add(std::string_view(reason));
  call.reply(json::ObjectBuilder(arena)
                 .add_boolean("valid", verdict.valid)
                 .add("actual_hash", std::string_view(verdict.recomputed_hash))
                 .add("hash", std::string_view(verdict.recomputed_hash))
                 .add("reasons", reasons.done())
                 .done());
}

// --- the ledger

void discover(const Routes& routes, const Call& call) {
  const std::string& hash = call.exchange->path_value("snapchore_hash");
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const auto entry = find_hash(connection, call.tenant(), hash);
    if (!entry) throw Error(Category::not_found, "unknown_hash", "the ledger has no such hash");
    return ledger_row(*entry, arena);
  });
}

void discover_recent(const Routes& routes, const Call& call) {
  const LedgerFilter filter = ledger_filter(*call.exchange);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder rows(arena);
    std::int64_t count = 0;
    std::int64_t last = 0;
    list_ledger(connection, call.tenant(), filter, [&](const LedgerEntry& entry) {
      rows.add(ledger_row(entry, arena));
      ++count;
      last = entry.seq;
    });
    json::ObjectBuilder answer(arena);
    answer.add("entries", rows.done()).add_integer("count", count).add_integer("offset", filter.offset);
    add_cursor(answer, *call.exchange, filter, count, last);
    return answer.done();
  });
}

// A block by its id or by its hash.
LedgerEntry require_block(store::Connection& connection, std::string_view tenant,
                          std::string_view reference) {
  auto entry = find_block(connection, tenant, reference);
  if (!entry) entry = find_hash(connection, tenant, reference);
  if (!entry || entry->source != kSourceSeal)
    throw Error(Category::not_found, "unknown_block", "there is no such block");
  return std::move(*entry);
}

json::Value parsed_block(const LedgerEntry& entry, json::Arena& arena) {
  return json::Parser().parse(arena.copy(sealed_block(entry)), arena);
}

void get_block(const Routes& routes, const Call& call) {
  const std::string& reference = call.exchange->path_value("block_ref");
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return parsed_block(require_block(connection, call.tenant(), reference), arena);
  });
}

void list_blocks(const Routes& routes, const Call& call) {
  LedgerFilter filter = ledger_filter(*call.exchange);
  filter.source = kSourceSeal;
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder blocks(arena);
    std::int64_t count = 0;
    list_ledger(connection, call.tenant(), filter, [&](const LedgerEntry& entry) {
      blocks.add(parsed_block(entry, arena));
      ++count;
    });
    return json::ObjectBuilder(arena).add("blocks", blocks.done()).add_integer("count", count).done();
  });
}

// Marks a sealed block as promoted to a project. Asking again changes nothing, and is answered with what was.
void promote(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string reference = call->optional_text("smartblock_record_id")
                                    .value_or(call->optional_text("snapchore_hash").value_or(""));
  if (reference.empty()) {
    throw Error(Category::usage, "bad_field", "smartblock_record_id or snapchore_hash is needed", {},
                {{"field", "smartblock_record_id"}});
  }
  const std::string project = call->short_text("target_project_id").value_or(call->tenant());
  const std::string frontier = call->short_text("frontier_id").value_or("");
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const LedgerEntry entry = require_block(connection, call->tenant(), reference);
    connection.run(
        "INSERT INTO sbn_promotions (tenant_id, seq, target_project_id, frontier_id, created_at) "
        "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        {call->tenant(), entry.seq, project, frontier, auth::to_column(now)});
    store::Query kept = connection.query(
        "SELECT target_project_id, frontier_id FROM sbn_promotions WHERE tenant_id = ? AND seq = ?",
        {call->tenant(), entry.seq});
    kept.next();
    const std::string kept_frontier = kept.text(1);
    return json::ObjectBuilder(arena)
        .add("status", "promoted")
        .add("smartblock_record_id", std::string_view(entry.block_id))
        .add("snapchore_hash", std::string_view(entry.hash))
        .add("target_project_id", std::string_view(kept.text(0)))
        .add_optional("frontier_id", kept_frontier.empty() ? std::nullopt : std::optional(kept_frontier))
        .add("receipt_id", std::string_view(receipt_id(entry.block_id)))
        .add("receipt_hash", std::string_view(hex_lower(leaf_of(entry))))
        .done();
  });
}

}  // namespace

void add_snapchore_routes(const Routes& routes) {
  constexpr std::string_view kBase = "/internal/snapchore/";
  const auto at = [&](std::string_view rest) { return std::string(kBase) + std::string(rest); };
  add_call(routes, "POST", at("capture"), auth::kScopeCapture,
           [routes](const std::shared_ptr<Call>& call) { capture(routes, call); });
  add_call(routes, "POST", at("verify"), kAnyScope, [](const std::shared_ptr<Call>& call) { verify(*call); });
  add_call(routes, "POST", at("seal"), auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) { seal(routes, call); });
  add_call(routes, "POST", at("block/verify"), kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { verify_block(routes, *call); });
  add_call(routes, "GET", at("discover/{snapchore_hash}"), auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { discover(routes, *call); });
  add_call(routes, "GET", at("discover"), auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { discover_recent(routes, *call); });
  add_call(routes, "GET", at("blocks/{block_ref}"), auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { get_block(routes, *call); });
  add_call(routes, "GET", at("blocks"), auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list_blocks(routes, *call); });
  add_call(routes, "POST", at("promote"), auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) { promote(routes, call); });
}

}  // namespace agentnet::sbn
