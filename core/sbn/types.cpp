#include "core/sbn/types.hpp"

#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/batches.hpp"

namespace agentnet::sbn {

std::string sealed_block(const LedgerEntry& seal) {
  std::string text = seal.body;
  text.pop_back();  // the brace that ends the block
  // None of these texts holds anything that JSON would escape.
  const auto add = [&](std::string_view name, std::string_view value) {
    text.append(",\"").append(name).append("\":\"").append(value).append("\"");
  };
  add("hash", seal.hash);
  add("block_type", seal.block_type);
  add("canon_version", json::kCanonVersion);
  add("smartblock_record_id", seal.block_id);
  add("receipt_id", receipt_id(seal.block_id));
  return text + '}';
}

json::Value ledger_row(const LedgerEntry& entry, json::Arena& arena) {
  const bool sealed = entry.source == kSourceSeal;
  json::ObjectBuilder row(arena);
  row.add("snapchore_hash", std::string_view(entry.hash));
  if (sealed) row.add("hash", std::string_view(entry.hash));
  row.add("source", std::string_view(entry.source));
  row.add("domain", std::string_view(entry.domain));
  row.add("created_at", std::string_view(iso_offset(entry.created_at)));
  row.add("status", sealed ? "sealed" : "captured");
  row.add_boolean("lattice_confirmed", false);
  if (sealed) {
    row.add("block_id", std::string_view(entry.block_id));
    row.add("block_type", std::string_view(entry.block_type));
    row.add("receipt_id", std::string_view(receipt_id(entry.block_id)));
  }
  return row.done();
}

json::Value chain_row(const StoredChain& chain, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("chain_id", std::string_view(chain.chain_id))
      .add("created_at", std::string_view(iso_offset(chain.created_at)))
      .add_integer("length", chain.length)
      .add_optional("head_hash", chain.head_hash)
      .done();
}

json::Value entry_row(const StoredEntry& stored, json::Arena& arena) {
  json::Parser parser;
  ChainEntry entry = stored.entry;
  entry.metadata = parser.parse(arena.copy(stored.metadata), arena);
  // The entry is a copy, so its texts must be, too.
  const json::Value row = to_json(entry, arena);
  json::ObjectBuilder copy(arena);
  for (const json::Member& member : row.members()) {
    const json::Value& value = member.value;
    copy.add(member.name.text(), value.is_string() ? json::Value::string(arena, value.text()) : value);
  }
  return copy.done();
}

}  // namespace agentnet::sbn
