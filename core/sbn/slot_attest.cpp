// Attestations of what a closed slot holds.
#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/rules_slot.hpp"
#include "core/sbn/slot_events.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kAttestedAlready = "attested_already";
constexpr std::string_view kHashInSlot = "hash_in_slot";

// Whether a hash is one of the slot's: of the whole, of a block of it, of a BitBlock. The last is looked for
// along the slot, since an index over hashes would make every submit dearer.
bool holds(store::Connection& connection, const StoredSlot& slot, std::string_view hash) {
  if (hash == slot.merkle_root) return true;
  if (const auto entry = find_hash(connection, slot.tenant_id, hash); entry && !entry->block_id.empty()) {
    const auto block = find_slot_block(connection, entry->block_id);
    if (block && block->slot == slot.number) return true;
  }
  bool found = false;
  read_snap_hashes(connection, slot, 0, [&](const StoredBitBlock& bitblock) {
    found = bitblock.snap_hash == hash;
    return !found;
  });
  return found;
}

json::Value payload_of(const AttestRequest& request, std::string_view hash, bool in_slot,
                       json::Arena& arena) {
  json::ObjectBuilder payload(arena);
  payload.add("event", "slot_attested");
  payload.add("slot_id", std::string_view(request.slot_id));
  // Not snap_hash: a member of that name is volatile, so no hash would cover it.
  payload.add("attested_hash", hash);
  payload.add_boolean(kHashInSlot, in_slot);
  payload.add("snap_version", std::string_view(request.snap_version));
  payload.add_optional("frontier_id", request.frontier_id);
  payload.add_optional("type", request.type);
  if (!request.metadata.is_null()) payload.add("metadata", request.metadata);
  if (!request.metrics.is_null()) payload.add("metrics", request.metrics);
  return payload.done();
}

void require_closed(const StoredSlot& slot) {
  if (slot.state == kSlotClosed) return;
  throw Error(Category::conflict, "slot_not_closed", "the slot is " + slot.state + ": close it first", {},
              {{"slot_id", slot.slot_id}, {"state", slot.state}});
}

}  // namespace

bool attests_own_hash(const LedgerEntry& attestation) {
  const json::Document block = json::parse(attestation.body);
  const json::Value* payload = block.root.find("payload");
  const json::Value* in_slot = payload == nullptr ? nullptr : payload->find(kHashInSlot);
  return in_slot != nullptr && in_slot->is_boolean() && in_slot->as_boolean();
}

std::optional<LedgerEntry> find_attestation(store::Connection& connection, const StoredSlot& slot,
                                            std::string_view bare_snap_hash) {
  store::Query rows =
      connection.query("SELECT block_id FROM sbn_attestations WHERE slot = ? AND snap_hash = ?",
                       {slot.number, bare_snap_hash});
  if (!rows.next()) return std::nullopt;
  return find_block(connection, slot.tenant_id, rows.text(0));
}

LedgerEntry attest(Service& service, std::string_view tenant_id, const AttestRequest& request) {
  require_object("metadata", request.metadata, true);
  require_object("metrics", request.metrics, true);
  const std::string hash(bare_hash(request.snap_hash));
  if (hash.empty())
    throw Error(Category::usage, "bad_field", "snap_hash has no hash", {}, {{"field", "snap_hash"}});
  StoredSlot slot;
  bool in_slot = false;
  std::optional<LedgerEntry> made;
  const auto look = [&] {
    service.database().read([&](store::Connection& connection) {
      slot = require_slot(connection, tenant_id, request.slot_id);
      made = find_attestation(connection, slot, hash);
      if (made) return;
      require_closed(slot);
      in_slot = holds(connection, slot, hash);
    });
  };
  look();
  if (made) return *made;
  json::Arena arena;
  SealGroup group;
  group.tenant_id = tenant_id;
  group.seals.push_back(
      service.prepare(tenant_id, {.payload = payload_of(request, hash, in_slot, arena),
                                  .domain = request.domain.value_or(std::string(kSlotDomain)),
                                  .block_type = "audit"}));
  group.require = [&](store::Connection& connection) {
    if (find_attestation(connection, slot, hash))
      throw Error(Category::conflict, std::string(kAttestedAlready), "somebody else was faster");
  };
  group.with = [&](store::Connection& connection, std::span<const LedgerEntry> seals) {
    const std::string& block = seals.front().block_id;
    connection.run("INSERT INTO sbn_attestations (slot, snap_hash, block_id) VALUES (?, ?, ?)",
                   {slot.number, hash, block});
    slot_attested(connection, slot, block, service.clock().now());
  };
  try {
    return seal_now(service, std::move(group)).seals.front();
  } catch (const Error& error) {
    if (error.code() != kAttestedAlready) throw;
  }
  look();
  return made.value();
}

}  // namespace agentnet::sbn
