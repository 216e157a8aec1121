// BitBlocks in the store: what was submitted to a slot, in order.
//
// A BitBlock has no row of its own elsewhere: its id, "bb_SLOT_PLACE", says where it lies.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/sbn/slots.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxBlockTypeBytes = 64;
inline constexpr std::size_t kMaxBitBlockBytes = 1024 * 1024;  // payload and metadata as compact JSON

struct StoredBitBlock {
  std::int64_t place = 0;  // in its slot
  std::int64_t generation = 0;
  Instant created_at{};
  std::string snap_hash;
  std::string block_type;
  std::string domain;
  std::optional<std::string> operation_id = {};
  std::optional<std::string> idempotency_key = {};
  std::string metadata = "{}";  // an object as compact JSON, as the payload
  std::string payload;
  std::optional<std::string> composed_block = {};  // id of the SmartBlock it is part of
};

std::string bitblock_id(std::string_view slot_id, std::int64_t place);

// Of the next one to come.
struct NextPlace {
  std::int64_t place = 0;
  std::int64_t least_generation = 0;  // generations do not fall when the clock is set back
};
NextPlace next_place(store::Connection& connection, const StoredSlot& slot);

// The BitBlock that was submitted before under the same operation_id or idempotency_key. Throws Error
// conflict/idempotency_key_reused when what it holds is something else.
std::optional<StoredBitBlock> find_repeated(store::Connection& connection, const StoredSlot& slot,
                                            const StoredBitBlock& wanted);
// Puts one that is no repetition into the slot and gives it its place, generation and time; `next` goes on.
StoredBitBlock add_bitblock(store::Connection& connection, const StoredSlot& slot, StoredBitBlock bitblock,
                            NextPlace& next, Instant now);

struct BitBlockRange {
  std::optional<std::int64_t> generation = {};
  std::int64_t first_place = 0;
  std::int64_t limit = 1;
};
// In order, with the blocks they were composed into.
void list_bitblocks(store::Connection& connection, const StoredSlot& slot, const BitBlockRange& range,
                    const std::function<void(const StoredBitBlock&)>& take);
// The same, but only place, generation, snap_hash, block_type and domain, for slots of any length.
void read_snap_hashes(store::Connection& connection, const StoredSlot& slot, std::int64_t first_place,
                      const std::function<bool(const StoredBitBlock&)>& take);  // false: enough

// Appends it as JSON to `out`: {id, slot_id, block_type, generation, domain, payload, metadata, operation_id,
// idempotency_key, operation_refs, carrier_state, snap_hash, composed_block_id, created_at}.
void write_bitblock(const StoredSlot& slot, const StoredBitBlock& bitblock, std::string& out);

}  // namespace agentnet::sbn
