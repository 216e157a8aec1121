// Which SmartBlocks belong to a slot, and to what in it. The blocks themselves lie in the ledger.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/sbn/ledger.hpp"
#include "core/sbn/slots.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kBlockOpened = "opened";        // says that the slot was opened
inline constexpr std::string_view kBlockSubmitted = "submitted";  // came as a SmartBlock
inline constexpr std::string_view kBlockComposed = "composed";    // of the BitBlocks of a generation
inline constexpr std::string_view kBlockClosed = "closed";        // says what the slot came to

struct SlotBlock {
  std::int64_t slot = 0;   // its number
  std::int64_t place = 0;  // among the slot's blocks
  std::string kind;
  std::string block_id;
  std::optional<std::int64_t> generation = {};  // of a composed one, as the two below
  std::int64_t first_place = 0;                 // of its BitBlocks
  std::int64_t bitblocks = 0;
};

// Its place is the next one.
void add_slot_block(store::Connection& connection, SlotBlock block);
std::optional<SlotBlock> find_slot_block(store::Connection& connection, std::string_view block_id);
// The one that was composed last.
std::optional<SlotBlock> last_composed(store::Connection& connection, const StoredSlot& slot);
// In order, from a place on; `kind` empty: of any kind.
void list_slot_blocks(store::Connection& connection, const StoredSlot& slot, std::string_view kind,
                      std::int64_t first_place, std::int64_t limit,
                      const std::function<void(const SlotBlock&)>& take);

}  // namespace agentnet::sbn
