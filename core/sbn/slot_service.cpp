#include "core/sbn/slot_service.hpp"

#include <future>

#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/sbn/rules_slot.hpp"
#include "core/sbn/slot_events.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kAudit = "audit";

// An object as compact JSON without duplicates; "{}" for null.
std::string compact(const json::Value& value, json::Arena& arena) {
  return value.is_null() ? "{}" : json::to_compact(json::without_duplicates(value, arena));
}

void refuse_large(std::string_view name, std::size_t bytes, std::size_t most) {
  if (bytes <= most) return;
  throw Error(Category::usage, "too_large",
              std::string(name) + " has more than " + std::to_string(most) + " bytes", {},
              {{"field", std::string(name)}});
}

// The member `source` of a slot's metadata.
std::string source_of(const json::Value& metadata) {
  const json::Value* source = metadata.find("source");
  const bool is_named = source != nullptr && source->is_string() && !source->text().empty() &&
                        source->text().size() <= kMaxDomainBytes;
  return std::string(is_named ? source->text() : kNoSource);
}

json::Value opened_payload(const StoredSlot& slot, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("event", "slot_opened")
      .add("slot_id", std::string_view(slot.slot_id))
      .add("worker_id", std::string_view(slot.worker_id))
      .add("task_type", std::string_view(slot.task_type))
      .add_integer("generation_interval", slot.generation_interval)
      .add("opened_at", std::string_view(iso_offset(slot.opened_at)))
      .done();
}

}  // namespace

Opening prepare_opening(Service& service, std::string_view tenant_id, const SlotRequest& request) {
  require_object("metadata", request.metadata, true);
  json::Arena arena;
  const Instant now = service.clock().now();
  StoredSlot slot;
  slot.tenant_id = tenant_id;
  slot.slot_id = "slot_" + uuid7(now, service.random());
  slot.worker_id = request.worker_id;
  slot.task_type = request.task_type;
  slot.generation_interval = request.generation_interval;
  slot.metadata = compact(request.metadata, arena);
  refuse_large("metadata", slot.metadata.size(), kMaxSlotMetadataBytes);
  slot.source = source_of(request.metadata);
  // A slot session always writes it there, and nobody else has a reason to.
  slot.managed = request.metadata.find("generation_interval") != nullptr;
  slot.opened_at = now;
  SealGroup group;
  group.tenant_id = tenant_id;
  group.seals.push_back(service.prepare(tenant_id, {.payload = opened_payload(slot, arena),
                                                    .domain = std::string(kSlotDomain),
                                                    .block_type = std::string(kAudit)}));
  slot.opened_block = group.seals.front().block_id;
  group.with = [slot, now](store::Connection& connection, std::span<const LedgerEntry>) {
    StoredSlot added = slot;
    added.number = add_slot(connection, added);
    add_slot_block(connection,
                   {.slot = added.number, .kind = std::string(kBlockOpened), .block_id = added.opened_block});
    slot_opened(connection, added, now);
  };
  return {std::move(group), std::move(slot)};
}

StoredBitBlock prepare_bitblock(const json::Value& payload, const json::Value& metadata) {
  require_object("payload", payload, false);
  require_object("metadata", metadata, true);
  json::Arena arena;
  StoredBitBlock bitblock;
  const json::Value clean = json::without_duplicates(payload, arena);
  json::write_compact(clean, bitblock.payload);
  bitblock.metadata = compact(metadata, arena);
  refuse_large("payload", bitblock.payload.size() + bitblock.metadata.size(), kMaxBitBlockBytes);
  bitblock.snap_hash = Service::hash(clean, {});
  return bitblock;
}

StoredBitBlock submit_bitblock(store::Connection& connection, const StoredSlot& slot,
                               const StoredBitBlock& bitblock, Instant now) {
  if (auto repeated = find_repeated(connection, slot, bitblock)) return std::move(*repeated);
  require_open(slot);
  NextPlace next = next_place(connection, slot);
  bitblocks_submitted(connection, slot, 1, now);
  return add_bitblock(connection, slot, bitblock, next, now);
}

SealOutcome seal_now(Service& service, SealGroup group) {
  // Shared: set_value may still be at work in the writer's thread when get() has returned here.
  const auto sealed = std::make_shared<std::promise<SealOutcome>>();
  std::future<SealOutcome> outcome = sealed->get_future();
  service.seal(std::move(group), [sealed](const SealOutcome& made) { sealed->set_value(made); });
  SealOutcome made = outcome.get();
  if (made.fault) std::rethrow_exception(made.fault);
  return made;
}

}  // namespace agentnet::sbn
