#include "core/sbn/slot_events.hpp"

#include "core/sbn/batches.hpp"
#include "core/sbn/events.hpp"
#include "core/sbn/ledger.hpp"
#include "core/sbn/slot_answers.hpp"

namespace agentnet::sbn {

void slot_opened(store::Connection& connection, const StoredSlot& slot, Instant now) {
  meter(connection, slot.tenant_id, "slot", 1, now);
  emit_event(
      connection, slot.tenant_id, "slot.opened", [&](json::Arena& arena) { return slot_row(slot, arena); },
      now);
}

void bitblocks_submitted(store::Connection& connection, const StoredSlot& slot, std::int64_t count,
                         Instant now) {
  if (count > 0) meter(connection, slot.tenant_id, "bitblock", count, now);
}

void slot_closed(store::Connection& connection, const StoredSlot& slot, Instant now) {
  meter(connection, slot.tenant_id, "slot_close", 1, now);
  emit_event(
      connection, slot.tenant_id, "slot.closed", [&](json::Arena& arena) { return slot_row(slot, arena); },
      now);
}

void slot_attested(store::Connection& connection, const StoredSlot& slot, std::string_view block_id,
                   Instant now) {
  meter(connection, slot.tenant_id, "attestation", 1, now);
  const auto data = [&](json::Arena& arena) {
    return json::ObjectBuilder(arena)
        .add("slot_id", std::string_view(slot.slot_id))
        .add("block_id", block_id)
        .add("receipt_id", std::string_view(receipt_id(block_id)))
        .done();
  };
  emit_event(connection, slot.tenant_id, "attestation.created", data, now);
}

}  // namespace agentnet::sbn
