#include "core/sbn/slots.hpp"

#include <limits>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_SLOT_ROW                                                                            \
  "SELECT number, tenant_id, slot_id, worker_id, task_type, generation_interval, metadata, source, " \
  "managed, "                                                                                        \
  "state, opened_at, opened_block, closed_at, closed_block, merkle_root, bitblocks, composed FROM "  \
  "sbn_slots "
constexpr std::string_view kById = AGENTNET_SLOT_ROW "WHERE slot_id = ? AND tenant_id = ?";
constexpr std::string_view kByNumber = AGENTNET_SLOT_ROW "WHERE number = ?";
constexpr std::string_view kNewest =
    AGENTNET_SLOT_ROW "WHERE tenant_id = ? AND number < ? ORDER BY number DESC";
constexpr std::string_view kNewestOfState =
    AGENTNET_SLOT_ROW "WHERE tenant_id = ? AND state = ? AND number < ? ORDER BY number DESC";
constexpr std::string_view kNewestOfSource =
    AGENTNET_SLOT_ROW "WHERE tenant_id = ? AND source = ? AND number < ? ORDER BY number DESC";
constexpr std::string_view kOldestOpen =
    AGENTNET_SLOT_ROW "WHERE tenant_id = ? AND state = 'open' ORDER BY number";
#undef AGENTNET_SLOT_ROW

StoredSlot read_row(const store::Query& row) {
  StoredSlot slot;
  slot.number = row.integer(0);
  slot.tenant_id = row.text(1);
  slot.slot_id = row.text(2);
  slot.worker_id = row.text(3);
  slot.task_type = row.text(4);
  slot.generation_interval = row.integer(5);
  slot.metadata = row.text(6);
  slot.source = row.text(7);
  slot.managed = row.integer(8) != 0;
  slot.state = row.text(9);
  slot.opened_at = auth::from_column(row.integer(10));
  slot.opened_block = row.text(11);
  if (!row.is_null(12)) slot.closed_at = auth::from_column(row.integer(12));
  slot.closed_block = row.text(13);
  slot.merkle_root = row.text(14);
  slot.bitblocks = row.integer(15);
  slot.composed = row.integer(16);
  return slot;
}

std::optional<StoredSlot> first_of(store::Query query) {
  if (!query.next()) return std::nullopt;
  return read_row(query);
}

// When something last came to a slot.
Instant last_used(store::Connection& connection, const StoredSlot& slot) {
  store::Query rows = connection.query(
      "SELECT created_at FROM sbn_bitblocks WHERE slot = ? ORDER BY place DESC LIMIT 1", {slot.number});
  return rows.next() ? auth::from_column(rows.integer(0)) : slot.opened_at;
}

}  // namespace

std::int64_t add_slot(store::Connection& connection, const StoredSlot& slot) {
  connection.run(
      "INSERT INTO sbn_slots (tenant_id, slot_id, worker_id, task_type, generation_interval, metadata, "
      "source, managed, state, opened_at, opened_block) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {slot.tenant_id, slot.slot_id, slot.worker_id, slot.task_type, slot.generation_interval, slot.metadata,
       slot.source, slot.managed ? 1 : 0, slot.state, auth::to_column(slot.opened_at), slot.opened_block});
  return connection.last_row_id();
}

std::optional<StoredSlot> find_slot(store::Connection& connection, std::string_view tenant_id,
                                    std::string_view slot_id) {
  return first_of(connection.query(kById, {slot_id, tenant_id}));
}

std::optional<StoredSlot> slot_by_number(store::Connection& connection, std::int64_t number) {
  return first_of(connection.query(kByNumber, {number}));
}

StoredSlot require_slot(store::Connection& connection, std::string_view tenant_id, std::string_view slot_id) {
  auto slot = find_slot(connection, tenant_id, slot_id);
  if (!slot) throw Error(Category::not_found, "unknown_slot", "there is no such slot");
  return std::move(*slot);
}

void require_open(const StoredSlot& slot) {
  if (slot.state == kSlotOpen) return;
  throw Error(Category::conflict, "slot_closed", "the slot is " + slot.state, {},
              {{"slot_id", slot.slot_id}, {"state", slot.state}});
}

StoredSlot begin_closing(store::Connection& connection, const StoredSlot& slot, Instant now) {
  StoredSlot closing = slot;
  if (closing.state != kSlotOpen) return closing;
  closing.state = kSlotClosing;
  closing.closed_at = now;
  connection.run("UPDATE sbn_slots SET state = ?, closed_at = ? WHERE number = ?",
                 {closing.state, auth::to_column(now), closing.number});
  return closing;
}

void finish_closing(store::Connection& connection, const StoredSlot& slot) {
  connection.run(
      "UPDATE sbn_slots SET state = 'closed', closed_block = ?, merkle_root = ?, bitblocks = ?, composed = ? "
      "WHERE number = ?",
      {slot.closed_block, slot.merkle_root, slot.bitblocks, slot.composed, slot.number});
}

void list_slots(store::Connection& connection, std::string_view tenant_id, const SlotFilter& filter,
                const std::function<void(const StoredSlot&)>& take) {
  std::int64_t below = std::numeric_limits<std::int64_t>::max();
  if (!filter.after.empty()) below = require_slot(connection, tenant_id, filter.after).number;
  store::Query rows =
      !filter.source.empty()  ? connection.query(kNewestOfSource, {tenant_id, filter.source, below})
      : !filter.state.empty() ? connection.query(kNewestOfState, {tenant_id, filter.state, below})
                              : connection.query(kNewest, {tenant_id, below});
  std::int64_t taken = 0;
  while (taken < filter.limit && rows.next()) {
    const StoredSlot slot = read_row(rows);
    if (!filter.state.empty() && slot.state != filter.state) continue;
    take(slot);
    ++taken;
  }
}

void list_orphans(store::Connection& connection, std::string_view tenant_id, const OrphanFilter& filter,
                  const std::function<void(const StoredSlot&)>& take) {
  store::Query rows = connection.query(kOldestOpen, {tenant_id});
  std::int64_t taken = 0;
  while (taken < filter.limit && rows.next()) {
    const StoredSlot slot = read_row(rows);
    // Numbers follow the clock, unless that was set back, so all that is too young may not stand together.
    if (slot.opened_at > filter.opened_before || (!slot.managed && !filter.include_unmanaged)) continue;
    if (last_used(connection, slot) > filter.idle_since) continue;
    take(slot);
    ++taken;
  }
}

}  // namespace agentnet::sbn
