// Closing a slot: composing what was submitted to it, a number of generations with each commit.
#include <limits>
#include <map>

#include "core/base/error.hpp"
#include "core/sbn/rules_slot.hpp"
#include "core/sbn/slot_events.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kRaced = "close_raced";

// One generation while its BitBlocks are read.
struct Generation {
  std::int64_t number = 0;
  std::int64_t first_place = 0;
  std::string domain;
  SnapRoot root = {};
  std::map<std::string, std::int64_t> types = {};

  void take(const StoredBitBlock& bitblock) {
    root.append(bitblock.snap_hash);
    const bool is_counted = types.size() < kMaxTypesCounted || types.contains(bitblock.block_type);
    ++types[is_counted ? bitblock.block_type : "other"];
    // One that speaks of several domains is of none in particular.
    if (bitblock.domain != domain) domain = kDefaultDomain;
  }
};

json::Value composed_payload(const StoredSlot& slot, const Generation& generation, json::Arena& arena) {
  json::ObjectBuilder types(arena);
  for (const auto& [type, count] : generation.types)
    types.add_integer(type, count);
  const std::int64_t last = generation.first_place + generation.root.count() - 1;
  return json::ObjectBuilder(arena)
      .add("event", "slot_composed")
      .add("slot_id", std::string_view(slot.slot_id))
      .add_integer("generation", generation.number)
      .add_integer("bitblock_count", generation.root.count())
      .add("first_bitblock", std::string_view(bitblock_id(slot.slot_id, generation.first_place)))
      .add("last_bitblock", std::string_view(bitblock_id(slot.slot_id, last)))
      .add("merkle_root", std::string_view(generation.root.root()))
      .add("block_types", types.done())
      .done();
}

json::Value closed_payload(const StoredSlot& slot, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("event", "slot_closed")
      .add("slot_id", std::string_view(slot.slot_id))
      .add("worker_id", std::string_view(slot.worker_id))
      .add("task_type", std::string_view(slot.task_type))
      .add("opened_at", std::string_view(iso_offset(slot.opened_at)))
      .add("closed_at", std::string_view(iso_offset(slot.closed_at.value_or(slot.opened_at))))
      .add_integer("bitblock_count", slot.bitblocks)
      .add_integer("composed_count", slot.composed)
      .add("merkle_root", std::string_view(slot.merkle_root))
      .done();
}

// How far a slot is composed: the place behind the last BitBlock that is, and how many blocks there are.
struct Reached {
  std::int64_t place = 0;
  std::int64_t composed = 0;
  bool operator==(const Reached&) const = default;
};

Reached reached_of(store::Connection& connection, const StoredSlot& slot) {
  const auto last = last_composed(connection, slot);
  if (!last) return {};
  store::Query rows = connection.query(
      "SELECT COUNT(*) FROM sbn_slot_blocks WHERE slot = ? AND generation IS NOT NULL", {slot.number});
  return {last->first_place + last->bitblocks, rows.next() ? rows.integer(0) : 0};
}

// What is written with one commit.
struct Step {
  Reached from;
  std::vector<Generation> generations;
  bool is_last = false;
  SnapRoot whole;  // of the last step: over all of the slot
};

Step read_step(store::Connection& connection, const StoredSlot& slot) {
  Step step;
  step.from = reached_of(connection, slot);
  step.is_last = true;
  read_snap_hashes(connection, slot, step.from.place, [&](const StoredBitBlock& bitblock) {
    if (step.generations.empty() || step.generations.back().number != bitblock.generation) {
      if (static_cast<std::int64_t>(step.generations.size()) == kMaxComposedAtOnce)
        return step.is_last = false;
      step.generations.push_back({bitblock.generation, bitblock.place, bitblock.domain});
    }
    step.generations.back().take(bitblock);
    if (step.from.place == 0) step.whole.append(bitblock.snap_hash);
    return true;
  });
  if (!step.is_last || step.from.place == 0) return step;
  read_snap_hashes(connection, slot, 0, [&](const StoredBitBlock& bitblock) {
    step.whole.append(bitblock.snap_hash);
    return true;
  });
  return step;
}

// The seals of a step; of the last one the slot's own is the last.
SealGroup group_of(Service& service, const Step& step, StoredSlot& slot) {
  SealGroup group;
  group.tenant_id = slot.tenant_id;
  json::Arena arena;
  const auto add = [&](const json::Value& payload, const std::string& domain, const char* type) {
    group.seals.push_back(
        service.prepare(slot.tenant_id, {.payload = payload, .domain = domain, .block_type = type}));
  };
  for (const Generation& generation : step.generations)
    add(composed_payload(slot, generation, arena), generation.domain, "event");
  if (!step.is_last) return group;
  slot.bitblocks = step.whole.count();
  slot.composed = step.from.composed + static_cast<std::int64_t>(step.generations.size());
  slot.merkle_root = step.whole.root();
  add(closed_payload(slot, arena), std::string(kSlotDomain), "audit");
  slot.closed_block = group.seals.back().block_id;
  return group;
}

void write_step(store::Connection& connection, const Step& step, const StoredSlot& slot,
                std::span<const LedgerEntry> seals, Instant now) {
  for (std::size_t i = 0; i < step.generations.size(); ++i) {
    const Generation& generation = step.generations[i];
    add_slot_block(connection, {.slot = slot.number,
                                .kind = std::string(kBlockComposed),
                                .block_id = seals[i].block_id,
                                .generation = generation.number,
                                .first_place = generation.first_place,
                                .bitblocks = generation.root.count()});
  }
  if (!step.is_last) return;
  add_slot_block(connection,
                 {.slot = slot.number, .kind = std::string(kBlockClosed), .block_id = slot.closed_block});
  finish_closing(connection, slot);
  slot_closed(connection, slot, now);
}

// Somebody else who closes the same slot may be faster: then nothing is written.
void compose_some(Service& service, StoredSlot slot) {
  Step step;
  service.database().read([&](store::Connection& connection) { step = read_step(connection, slot); });
  SealGroup group = group_of(service, step, slot);
  group.require = [&](store::Connection& connection) {
    const auto now = slot_by_number(connection, slot.number);
    if (now && now->state == kSlotClosing && reached_of(connection, slot) == step.from) return;
    throw Error(Category::conflict, std::string(kRaced), "the slot is being closed by somebody else");
  };
  group.with = [&](store::Connection& connection, std::span<const LedgerEntry> seals) {
    write_step(connection, step, slot, seals, service.clock().now());
  };
  try {
    seal_now(service, std::move(group));
  } catch (const Error& error) {
    if (error.code() != kRaced) throw;
  }
}

}  // namespace

StoredSlot close_slot(Service& service, std::string_view tenant_id, std::string_view slot_id) {
  StoredSlot slot;
  const auto look = [&] {
    service.database().read(
        [&](store::Connection& connection) { slot = require_slot(connection, tenant_id, slot_id); });
  };
  look();
  if (slot.state == kSlotOpen) {
    service.database().write([&](store::Connection& connection) {
      slot = begin_closing(connection, require_slot(connection, tenant_id, slot_id), service.clock().now());
    });
  }
  while (slot.state != kSlotClosed) {
    compose_some(service, slot);
    look();
  }
  return slot;
}

}  // namespace agentnet::sbn
