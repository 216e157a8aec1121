#include "core/sbn/block_lookup.hpp"

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/batches.hpp"
#include "core/sbn/rules_slot.hpp"
#include "core/sbn/types.hpp"

namespace agentnet::sbn {
namespace {

FoundBlock with_slot(store::Connection& connection, LedgerEntry entry) {
  FoundBlock found{std::move(entry)};
  found.in_slot = find_slot_block(connection, found.entry.block_id);
  if (found.in_slot) found.slot = slot_by_number(connection, found.in_slot->slot);
  return found;
}

}  // namespace

FoundBlock require_found_block(store::Connection& connection, std::string_view tenant_id,
                               std::string_view reference) {
  const std::string prefix = receipt_id("");
  auto entry =
      find_block(connection, tenant_id, reference.substr(reference.starts_with(prefix) ? prefix.size() : 0));
  if (!entry) entry = find_hash(connection, tenant_id, bare_hash(reference));
  if (!entry || entry->source != kSourceSeal)
    throw Error(Category::not_found, "unknown_block", "there is no such block");
  return with_slot(connection, std::move(*entry));
}

FoundBlock require_block_of_receipt(store::Connection& connection, std::string_view tenant_id,
                                    std::string_view id) {
  const std::string prefix = receipt_id("");
  auto entry =
      id.starts_with(prefix) ? find_block(connection, tenant_id, id.substr(prefix.size())) : std::nullopt;
  if (!entry) throw Error(Category::not_found, "unknown_receipt", "there is no such receipt");
  return with_slot(connection, std::move(*entry));
}

json::Value block_row(const FoundBlock& block, json::Arena& arena) {
  json::Value row = json::Parser().parse(arena.copy(sealed_block(block.entry)), arena);
  row = json::with_member(row, "hash", json::Value::string(arena, "sha256:" + block.entry.hash), arena);
  const json::Value slot = block.slot ? json::Value::string(arena, block.slot->slot_id) : json::Value();
  return json::with_member(row, "slot_id", slot, arena);
}

}  // namespace agentnet::sbn
