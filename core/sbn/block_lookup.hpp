// SmartBlocks for the routes about blocks: found by what a caller may name them by, and whose slot they are
// of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/value.hpp"
#include "core/sbn/ledger.hpp"
#include "core/sbn/slot_blocks.hpp"

namespace agentnet::sbn {

// A sealed block, with its place in a slot if it has one.
struct FoundBlock {
  LedgerEntry entry;
  std::optional<SlotBlock> in_slot = {};
  std::optional<StoredSlot> slot = {};
};

// By its id, the id of its receipt, or its hash with or without "sha256:". Throws Error
// not_found/unknown_block.
FoundBlock require_found_block(store::Connection& connection, std::string_view tenant_id,
                               std::string_view reference);
// By the id of its receipt. Throws Error not_found/unknown_receipt.
FoundBlock require_block_of_receipt(store::Connection& connection, std::string_view tenant_id,
                                    std::string_view receipt_id);

// The block as blocks are answered: as sealed_block (types.hpp), its `hash` with "sha256:" in front, and
// behind it slot_id, null for a block of no slot.
json::Value block_row(const FoundBlock& block, json::Arena& arena);

}  // namespace agentnet::sbn
