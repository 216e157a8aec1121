// What slots do, over the store: opening, taking what is submitted, composing it when they close, and
// attestations of what came of it.
//
// Every step that others can rely on is a SmartBlock of the ledger, sealed and attested like any other, so
// that the receipt of a slot verifies offline: opening seals a block that names the slot; closing composes
// the BitBlocks of each generation into a block and then seals one over the whole slot. The payloads:
//
//   opened    {event: "slot_opened", slot_id, worker_id, task_type, generation_interval, opened_at}
//   composed  {event: "slot_composed", slot_id, generation, bitblock_count, first_bitblock, last_bitblock,
//              merkle_root, block_types: {…}}
//   closed    {event: "slot_closed", slot_id, worker_id, task_type, opened_at, closed_at, bitblock_count,
//              composed_count, merkle_root}
//   attested  {event: "slot_attested", slot_id, attested_hash, snap_version, frontier_id, type, metadata,
//              metrics}
//
// merkle_root is that of SnapRoot over the snap hashes of the generation, or of the slot.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/sbn/service.hpp"
#include "core/sbn/slot_blocks.hpp"
#include "core/sbn/stored_bitblocks.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kSlotDomain = "gateway.slots";  // of blocks about a slot as a whole
inline constexpr std::int64_t kMaxComposedAtOnce = 1000;  // blocks sealed with one commit when closing
inline constexpr std::size_t kMaxTypesCounted = 32;       // of block_types; all others count as "other"
static_assert(kMaxComposedAtOnce < static_cast<std::int64_t>(kMaxBatchSeals));

struct SlotRequest {
  std::string worker_id;  // one line of 1 to kMaxShortText bytes, as the task type
  std::string task_type;
  std::int64_t generation_interval = kDefaultInterval;
  json::Value metadata = {};  // an object, or null
};

// A seal of the block that opens a slot, and the slot, which is written with it. Throws Error usage:
// bad_metadata, too_deep, too_large.
struct Opening {
  SealGroup group;
  StoredSlot slot;  // without its number
};
Opening prepare_opening(Service& service, std::string_view tenant_id, const SlotRequest& request);

// A BitBlock that is hashed but not written. Throws Error usage: bad_payload, bad_metadata, too_deep,
// too_large, or what has no hash. The texts are checked by the caller.
StoredBitBlock prepare_bitblock(const json::Value& payload, const json::Value& metadata);

// Writes it into a slot that is open, or answers with what was submitted before under the same names, also
// once the slot is closed. Inside a write. Throws Error conflict/slot_closed,
// conflict/idempotency_key_reused.
StoredBitBlock submit_bitblock(store::Connection& connection, const StoredSlot& slot,
                               const StoredBitBlock& bitblock, Instant now);

// Seals and waits. Throws what the group ended in. Not from inside a write or read of the store.
SealOutcome seal_now(Service& service, SealGroup group);

// Closes a slot and returns it; one that is closed already is returned as it is. What is submitted after the
// beginning is refused; a close that was cut off goes on when it is asked for again. Throws Error
// not_found/unknown_slot. Waits for the disk.
StoredSlot close_slot(Service& service, std::string_view tenant_id, std::string_view slot_id);

struct AttestRequest {
  std::string slot_id;
  std::string snap_hash;  // with or without "sha256:"
  std::string snap_version = "1";
  std::optional<std::string> frontier_id = {};
  std::optional<std::string> type = {};
  std::optional<std::string> domain = {};
  json::Value metadata = {};  // objects, or null
  json::Value metrics = {};
};
// The sealed block that holds the attestation, made now or when it was first asked for. Its payload says
// whether the slot holds the hash: as its root, as a snap hash, or as the hash of one of its blocks. Throws
// Error not_found/unknown_slot, conflict/slot_not_closed, usage/bad_field. Waits for the disk.
LedgerEntry attest(Service& service, std::string_view tenant_id, const AttestRequest& request);
// What such a block says of it.
bool attests_own_hash(const LedgerEntry& attestation);
// Those that were made, by block.
std::optional<LedgerEntry> find_attestation(store::Connection& connection, const StoredSlot& slot,
                                            std::string_view bare_snap_hash);

}  // namespace agentnet::sbn
