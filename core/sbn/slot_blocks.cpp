#include "core/sbn/slot_blocks.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_SLOT_BLOCK_ROW \
  "SELECT slot, place, kind, block_id, generation, first_place, bitblocks FROM sbn_slot_blocks "
constexpr std::string_view kByBlock = AGENTNET_SLOT_BLOCK_ROW "WHERE block_id = ?";
constexpr std::string_view kLastComposed =
    AGENTNET_SLOT_BLOCK_ROW "WHERE slot = ? AND kind = 'composed' ORDER BY place DESC LIMIT 1";
constexpr std::string_view kFromPlace =
    AGENTNET_SLOT_BLOCK_ROW "WHERE slot = ? AND place >= ? ORDER BY place";
#undef AGENTNET_SLOT_BLOCK_ROW

SlotBlock read_row(const store::Query& row) {
  SlotBlock block{row.integer(0), row.integer(1), row.text(2), row.text(3), {},
                  row.integer(5), row.integer(6)};
  if (!row.is_null(4)) block.generation = row.integer(4);
  return block;
}

std::optional<SlotBlock> first_of(store::Query query) {
  if (!query.next()) return std::nullopt;
  return read_row(query);
}

}  // namespace

void add_slot_block(store::Connection& connection, SlotBlock block) {
  {
    store::Query rows = connection.query(
        "SELECT place FROM sbn_slot_blocks WHERE slot = ? ORDER BY place DESC LIMIT 1", {block.slot});
    block.place = rows.next() ? rows.integer(0) + 1 : 0;
  }
  connection.run(
      "INSERT INTO sbn_slot_blocks (slot, place, kind, block_id, generation, first_place, bitblocks) VALUES "
      "(?, ?, ?, ?, ?, ?, ?)",
      {block.slot, block.place, block.kind, block.block_id, block.generation, block.first_place,
       block.bitblocks});
}

std::optional<SlotBlock> find_slot_block(store::Connection& connection, std::string_view block_id) {
  return first_of(connection.query(kByBlock, {block_id}));
}

std::optional<SlotBlock> last_composed(store::Connection& connection, const StoredSlot& slot) {
  return first_of(connection.query(kLastComposed, {slot.number}));
}

void list_slot_blocks(store::Connection& connection, const StoredSlot& slot, std::string_view kind,
                      std::int64_t first_place, std::int64_t limit,
                      const std::function<void(const SlotBlock&)>& take) {
  store::Query rows = connection.query(kFromPlace, {slot.number, first_place});
  std::int64_t taken = 0;
  while (taken < limit && rows.next()) {
    const SlotBlock block = read_row(rows);
    if (!kind.empty() && block.kind != kind) continue;
    take(block);
    ++taken;
  }
}

}  // namespace agentnet::sbn
