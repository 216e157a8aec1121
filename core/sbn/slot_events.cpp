#include "core/sbn/slot_events.hpp"

#include "core/sbn/ledger.hpp"

namespace agentnet::sbn {

void slot_opened(store::Connection& connection, const StoredSlot& slot, Instant now) {
  meter(connection, slot.tenant_id, "slot", 1, now);
}

void bitblocks_submitted(store::Connection& connection, const StoredSlot& slot, std::int64_t count,
                         Instant now) {
  if (count > 0) meter(connection, slot.tenant_id, "bitblock", count, now);
}

void slot_closed(store::Connection& connection, const StoredSlot& slot, Instant now) {
  meter(connection, slot.tenant_id, "slot_close", 1, now);
}

void slot_attested(store::Connection& connection, const StoredSlot& slot, std::string_view /*block_id*/,
                   Instant now) {
  meter(connection, slot.tenant_id, "attestation", 1, now);
}

}  // namespace agentnet::sbn
