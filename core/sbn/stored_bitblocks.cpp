#include "core/sbn/stored_bitblocks.hpp"

#include <limits>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/sbn/rules_slot.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_BITBLOCK_ROW                                                                            \
  "SELECT place, generation, created_at, snap_hash, block_type, domain, operation_id, idempotency_key, " \
  "metadata, payload FROM sbn_bitblocks "
constexpr std::string_view kByPlace = AGENTNET_BITBLOCK_ROW "WHERE slot = ? AND place = ?";
constexpr std::string_view kFromPlace =
    AGENTNET_BITBLOCK_ROW "WHERE slot = ? AND place >= ? ORDER BY place LIMIT ?";
#undef AGENTNET_BITBLOCK_ROW

std::optional<std::string> text_or_none(const store::Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return row.text(column);
}

StoredBitBlock read_row(const store::Query& row) {
  StoredBitBlock bitblock;
  bitblock.place = row.integer(0);
  bitblock.generation = row.integer(1);
  bitblock.created_at = auth::from_column(row.integer(2));
  bitblock.snap_hash = row.text(3);
  bitblock.block_type = row.text(4);
  bitblock.domain = row.text(5);
  bitblock.operation_id = text_or_none(row, 6);
  bitblock.idempotency_key = text_or_none(row, 7);
  bitblock.metadata = row.text(8);
  bitblock.payload = row.text(9);
  return bitblock;
}

std::optional<std::int64_t> place_of_key(store::Connection& connection, const StoredSlot& slot,
                                         std::string_view kind, const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  store::Query rows =
      connection.query("SELECT place FROM sbn_bitblock_keys WHERE slot = ? AND kind = ? AND name = ?",
                       {slot.number, kind, *name});
  if (!rows.next()) return std::nullopt;
  return rows.integer(0);
}

void add_key(store::Connection& connection, const StoredSlot& slot, std::string_view kind,
             const std::optional<std::string>& name, std::int64_t place) {
  if (!name) return;
  connection.run("INSERT INTO sbn_bitblock_keys (slot, kind, name, place) VALUES (?, ?, ?, ?)",
                 {slot.number, kind, *name, place});
}

[[noreturn]] void refuse_reuse(const StoredSlot& slot, std::int64_t place) {
  throw Error(Category::conflict, "idempotency_key_reused",
              "the slot has another BitBlock of that operation_id or idempotency_key", {},
              {{"bitblock_id", bitblock_id(slot.slot_id, place)}});
}

// Which SmartBlock each generation of a slot was composed into; asked for in ascending order.
class ComposedBlocks {
 public:
  ComposedBlocks(store::Connection& connection, const StoredSlot& slot)
      : connection_(connection), slot_(slot) {}

  std::optional<std::string> of(std::int64_t generation) {
    if (slot_.state == kSlotOpen) return std::nullopt;
    if (generation_ != generation) {
      generation_ = generation;
      store::Query rows =
          connection_.query("SELECT block_id FROM sbn_slot_blocks WHERE slot = ? AND generation = ?",
                            {slot_.number, generation});
      block_id_ = rows.next() ? std::optional(rows.text(0)) : std::nullopt;
    }
    return block_id_;
  }

 private:
  store::Connection& connection_;
  const StoredSlot& slot_;
  std::int64_t generation_ = -1;
  std::optional<std::string> block_id_;
};

}  // namespace

std::string bitblock_id(std::string_view slot_id, std::int64_t place) {
  return "bb_" + std::string(slot_id) + "_" + std::to_string(place);
}

NextPlace next_place(store::Connection& connection, const StoredSlot& slot) {
  store::Query rows = connection.query(
      "SELECT place, generation FROM sbn_bitblocks WHERE slot = ? ORDER BY place DESC LIMIT 1",
      {slot.number});
  if (!rows.next()) return {};
  return {rows.integer(0) + 1, rows.integer(1)};
}

std::optional<StoredBitBlock> find_repeated(store::Connection& connection, const StoredSlot& slot,
                                            const StoredBitBlock& wanted) {
  const auto by_operation = place_of_key(connection, slot, "o", wanted.operation_id);
  const auto by_key = place_of_key(connection, slot, "i", wanted.idempotency_key);
  if (!by_operation && !by_key) return std::nullopt;
  const std::int64_t place = by_operation ? *by_operation : *by_key;
  if (by_operation && by_key && *by_operation != *by_key) refuse_reuse(slot, *by_key);
  store::Query rows = connection.query(kByPlace, {slot.number, place});
  if (!rows.next()) return std::nullopt;
  const StoredBitBlock found = read_row(rows);
  // The text counts, not the hash, which leaves out what is volatile.
  const bool same = found.block_type == wanted.block_type && found.domain == wanted.domain &&
                    found.payload == wanted.payload && found.metadata == wanted.metadata;
  if (!same) refuse_reuse(slot, place);
  return found;
}

StoredBitBlock add_bitblock(store::Connection& connection, const StoredSlot& slot, StoredBitBlock bitblock,
                            NextPlace& next, Instant now) {
  bitblock.place = next.place;
  bitblock.created_at = now;
  bitblock.generation =
      std::max(next.least_generation, generation_at(slot.opened_at, now, slot.generation_interval));
  connection.run(
      "INSERT INTO sbn_bitblocks (slot, place, generation, created_at, snap_hash, block_type, domain, "
      "operation_id, idempotency_key, metadata, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {slot.number, bitblock.place, bitblock.generation, auth::to_column(now), bitblock.snap_hash,
       bitblock.block_type, bitblock.domain, bitblock.operation_id, bitblock.idempotency_key,
       bitblock.metadata, bitblock.payload});
  add_key(connection, slot, "o", bitblock.operation_id, bitblock.place);
  add_key(connection, slot, "i", bitblock.idempotency_key, bitblock.place);
  next = {bitblock.place + 1, bitblock.generation};
  return bitblock;
}

void list_bitblocks(store::Connection& connection, const StoredSlot& slot, const BitBlockRange& range,
                    const std::function<void(const StoredBitBlock&)>& take) {
  std::int64_t first = range.first_place;
  if (range.generation) {
    // Generations ascend with the places, so theirs is found like in a sorted list.
    std::int64_t low = 0;
    std::int64_t high = next_place(connection, slot).place;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      store::Query row = connection.query("SELECT generation FROM sbn_bitblocks WHERE slot = ? AND place = ?",
                                          {slot.number, middle});
      if (row.next() && row.integer(0) < *range.generation) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    first = low + std::min(range.first_place, std::numeric_limits<std::int64_t>::max() - low);
  }
  ComposedBlocks composed(connection, slot);
  store::Query rows = connection.query(kFromPlace, {slot.number, first, range.limit});
  while (rows.next()) {
    StoredBitBlock bitblock = read_row(rows);
    if (range.generation && bitblock.generation != *range.generation) break;
    bitblock.composed_block = composed.of(bitblock.generation);
    take(bitblock);
  }
}

void read_snap_hashes(store::Connection& connection, const StoredSlot& slot, std::int64_t first_place,
                      const std::function<bool(const StoredBitBlock&)>& take) {
  store::Query rows = connection.query(
      "SELECT place, generation, snap_hash, block_type, domain FROM sbn_bitblocks WHERE slot = ? AND place "
      ">= ? ORDER BY place",
      {slot.number, first_place});
  StoredBitBlock bitblock;
  while (rows.next()) {
    bitblock.place = rows.integer(0);
    bitblock.generation = rows.integer(1);
    bitblock.snap_hash = rows.text(2);
    bitblock.block_type = rows.text(3);
    bitblock.domain = rows.text(4);
    if (!take(bitblock)) return;
  }
}

void write_bitblock(const StoredSlot& slot, const StoredBitBlock& bitblock, std::string& out) {
  const auto quoted = [&](const char* name, std::string_view text) {
    out.append(name);
    json::write_string(text, out);
  };
  const auto optional = [&](const char* name, const std::optional<std::string>& text) {
    if (text) return quoted(name, *text);
    out.append(name).append("null");
  };
  quoted(R"({"id":)", bitblock_id(slot.slot_id, bitblock.place));
  quoted(R"(,"slot_id":)", slot.slot_id);
  quoted(R"(,"block_type":)", bitblock.block_type);
  out.append(R"(,"generation":)").append(std::to_string(bitblock.generation));
  quoted(R"(,"domain":)", bitblock.domain);
  out.append(R"(,"payload":)").append(bitblock.payload);
  out.append(R"(,"metadata":)").append(bitblock.metadata);
  optional(R"(,"operation_id":)", bitblock.operation_id);
  optional(R"(,"idempotency_key":)", bitblock.idempotency_key);
  out.append(R"(,"operation_refs":[],"carrier_state":null)");
  quoted(R"(,"snap_hash":)", bitblock.snap_hash);
  optional(R"(,"composed_block_id":)", bitblock.composed_block);
  quoted(R"(,"created_at":)", iso_offset(bitblock.created_at));
  out += '}';
}

}  // namespace agentnet::sbn
