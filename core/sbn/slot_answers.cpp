#include "core/sbn/slot_answers.hpp"

#include "core/json/parse.hpp"
#include "core/sbn/batches.hpp"

namespace agentnet::sbn {
namespace {

std::optional<std::string> time_or_none(const std::optional<Instant>& time) {
  if (!time) return std::nullopt;
  return iso_offset(*time);
}

std::optional<std::string> text_or_none(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

// The receipts of the composed blocks.
json::Value compose_receipts(store::Connection& connection, const StoredSlot& slot, json::Arena& arena) {
  json::ArrayBuilder receipts(arena);
  list_slot_blocks(connection, slot, kBlockComposed, 0, kMaxComposeReceipts, [&](const SlotBlock& block) {
    receipts.add(json::ObjectBuilder(arena)
                     .add("id", std::string_view(receipt_id(block.block_id)))
                     .add("block_id", std::string_view(block.block_id))
                     .add_integer("generation", block.generation.value_or(0))
                     .add_integer("bitblock_count", block.bitblocks)
                     .done());
  });
  return receipts.done();
}

}  // namespace

json::Value slot_row(const StoredSlot& slot, json::Arena& arena) {
  json::Parser parser;
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(slot.slot_id))
      .add("worker_id", std::string_view(slot.worker_id))
      .add("task_type", std::string_view(slot.task_type))
      .add("state", std::string_view(slot.state))
      .add("opened_at", std::string_view(iso_offset(slot.opened_at)))
      .add_optional("closed_at", time_or_none(slot.closed_at))
      .add_optional("merkle_root", text_or_none(slot.merkle_root))
      .add("scheduler_key", json::Value())
      .add("receipt_id", std::string_view(receipt_id(slot.receipt_block())))
      .add_integer("generation_interval", slot.generation_interval)
      .add("source", std::string_view(slot.source))
      .add("metadata", parser.parse(arena.copy(slot.metadata), arena))
      .add("lifecycle_contract", json::Value())
      .done();
}

json::Value slot_block_row(store::Connection& connection, const StoredSlot& slot, const SlotBlock& block,
                           json::Arena& arena) {
  const auto entry = find_block(connection, slot.tenant_id, block.block_id);
  if (!entry) return {};
  json::ObjectBuilder row(arena);
  row.add("id", std::string_view(entry->block_id));
  row.add("block_id", std::string_view(entry->block_id));
  row.add("slot_id", std::string_view(slot.slot_id));
  row.add("kind", std::string_view(block.kind));
  row.add("domain", std::string_view(entry->domain));
  row.add("type", std::string_view(entry->block_type));
  row.add("hash", std::string_view("sha256:" + entry->hash));
  row.add("snapchore_hash", std::string_view(entry->hash));
  row.add("receipt_id", std::string_view(receipt_id(entry->block_id)));
  if (block.generation) row.add_integer("generation", *block.generation);
  if (block.generation) row.add_integer("bitblock_count", block.bitblocks);
  row.add("created_at", std::string_view(iso_offset(entry->created_at)));
  return row.done();
}

json::Value close_row(store::Connection& connection, const StoredSlot& slot, json::Arena& arena) {
  const auto block = find_block(connection, slot.tenant_id, slot.closed_block);
  return json::ObjectBuilder(arena)
      .add("slot_id", std::string_view(slot.slot_id))
      .add("receipt_id", std::string_view(receipt_id(slot.receipt_block())))
      .add_optional("closed_at", time_or_none(slot.closed_at))
      .add("state", std::string_view(slot.state))
      .add_integer("bitblock_count", slot.bitblocks)
      .add_integer("blocks_composed", slot.composed)
      .add_integer("blocks_attested", slot.composed)
      .add_integer("blocks_attestation_enqueued", 0)
      .add("compose_receipts", compose_receipts(connection, slot, arena))
      .add_optional("merkle_root", text_or_none(slot.merkle_root))
      .add_optional("block_id", text_or_none(slot.closed_block))
      .add_optional("snapchore_hash", block ? std::optional(block->hash) : std::nullopt)
      .done();
}

json::Value seal_row(store::Connection& connection, const StoredSlot& slot, json::Arena& arena) {
  const std::string hash = receipt_hash(connection, slot.tenant_id, slot.closed_block);
  const json::Value anchor = json::ObjectBuilder(arena)
                                 .add("anchor_hash", std::string_view(hash))
                                 .add("anchor_type", "receipt_hash")
                                 .add("receipt_id", std::string_view(receipt_id(slot.closed_block)))
                                 .add("receipt_hash", std::string_view(hash))
                                 .add("smartblock_id", std::string_view(slot.closed_block))
                                 .add_boolean("degraded", hash.empty())
                                 .done();
  return json::with_member(close_row(connection, slot, arena), "anchor", anchor, arena);
}

json::Value under_data(const json::Value& value, json::Arena& arena) {
  return json::ObjectBuilder(arena).add("data", value).done();
}

std::string receipt_hash(store::Connection& connection, std::string_view tenant_id,
                         std::string_view block_id) {
  json::Arena arena;
  const auto receipt = find_receipt(connection, tenant_id, receipt_id(block_id), arena);
  const json::Value* hash = receipt ? receipt->find("hash") : nullptr;
  return hash != nullptr && hash->is_string() ? std::string(hash->text()) : std::string();
}

}  // namespace agentnet::sbn
