// Slots in the store: who works on what, from when to when.
//
// A slot is open, then closing while what was submitted to it is composed, then closed for good. Every
// function is told the tenant and sees only what is the tenant's; those that change something are for
// Database::write.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kSlotOpen = "open";
inline constexpr std::string_view kSlotClosing = "closing";
inline constexpr std::string_view kSlotClosed = "closed";

inline constexpr std::int64_t kDefaultInterval = 60;  // seconds of a generation
inline constexpr std::int64_t kMaxInterval = 366 * 24 * 60 * 60;
inline constexpr std::size_t kMaxSlotMetadataBytes = 64 * 1024;  // as compact JSON
inline constexpr std::string_view kNoSource = "gateway";         // of a slot whose metadata names no source

struct StoredSlot {
  std::int64_t number = 0;  // in the store
  std::string tenant_id;
  std::string slot_id;
  std::string worker_id;
  std::string task_type;
  std::int64_t generation_interval = kDefaultInterval;
  std::string metadata = "{}";  // an object as compact JSON
  std::string source{kNoSource};
  // Whether a slot session or a stream keeps it, which would close it; others are left alone by default.
  bool managed = false;
  std::string state{kSlotOpen};
  Instant opened_at{};
  std::string opened_block;
  std::optional<Instant> closed_at = {};  // from closing on
  std::string closed_block = {};          // of a closed one, as the rest
  std::string merkle_root = {};
  std::int64_t bitblocks = 0;
  std::int64_t composed = 0;

  // The SmartBlock whose receipt is the slot's: what it was opened with, then what it was closed with.
  const std::string& receipt_block() const { return closed_block.empty() ? opened_block : closed_block; }
};

// Returns its number.
std::int64_t add_slot(store::Connection& connection, const StoredSlot& slot);
std::optional<StoredSlot> find_slot(store::Connection& connection, std::string_view tenant_id,
                                    std::string_view slot_id);
// Throws Error not_found/unknown_slot.
StoredSlot require_slot(store::Connection& connection, std::string_view tenant_id, std::string_view slot_id);
// Throws Error conflict/slot_closed unless it is.
void require_open(const StoredSlot& slot);
std::optional<StoredSlot> slot_by_number(store::Connection& connection, std::int64_t number);

// From open to closing; any other state stays as it is. Returns the slot as it is then.
StoredSlot begin_closing(store::Connection& connection, const StoredSlot& slot, Instant now);
// Writes what a closed slot has: closed_block, merkle_root, bitblocks, composed.
void finish_closing(store::Connection& connection, const StoredSlot& slot);

struct SlotFilter {
  std::string state = {};  // empty: any
  std::string source = {};
  std::int64_t limit = 50;
  std::string after = {};  // only those opened before the slot of that id
};
// The newest first. Throws Error not_found/unknown_slot for an `after` that is none.
void list_slots(store::Connection& connection, std::string_view tenant_id, const SlotFilter& filter,
                const std::function<void(const StoredSlot&)>& take);

struct OrphanFilter {
  Instant opened_before{};
  Instant idle_since{};
  bool include_unmanaged = false;
  std::int64_t limit = 200;
};
// Open slots to which nothing has come for a time, the oldest first.
void list_orphans(store::Connection& connection, std::string_view tenant_id, const OrphanFilter& filter,
                  const std::function<void(const StoredSlot&)>& take);

}  // namespace agentnet::sbn
