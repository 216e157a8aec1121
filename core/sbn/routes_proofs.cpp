// What is proved about a block, and by what (0.14; wire reference sbn, section c). Nothing here is stored: it
// follows from the ledger, the batches and the slots.
//
//   proof ledger      what happened to a block, in order: sealed, attested by its batch, attested on request
//   proof surface     a receipt with what it is about: kind seal, opened, submitted, composed or closed
//   fractal receipts  the receipts of what a block is composed of: of a slot's closing block the composed
//   ones successors        the surfaces of what a block became part of: of a composed block the closing one
#include "core/json/write.hpp"
#include "core/sbn/batches.hpp"
#include "core/sbn/block_lookup.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_answers.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedProofs = 1'000;

std::string_view kind_of(const FoundBlock& block) {
  return block.in_slot ? std::string_view(block.in_slot->kind) : kSourceSeal;
}

std::optional<std::string> slot_id_of(const FoundBlock& block) {
  if (!block.slot) return std::nullopt;
  return block.slot->slot_id;
}

json::Value member_or_null(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  return member == nullptr ? json::Value() : *member;
}

json::Value surface(store::Connection& connection, const FoundBlock& block, json::Arena& arena) {
  const auto receipt = receipt_of(connection, block.entry, arena);
  if (!receipt) throw Error(Category::not_found, "unknown_receipt", "there is no such receipt");
  return json::ObjectBuilder(arena)
      .add("id", member_or_null(*receipt, "receipt_id"))
      .add("receipt_id", member_or_null(*receipt, "receipt_id"))
      .add("kind", kind_of(block))
      .add("block_id", std::string_view(block.entry.block_id))
      .add_optional("slot_id", slot_id_of(block))
      .add("domain", std::string_view(block.entry.domain))
      .add("snapchore_hash", std::string_view(block.entry.hash))
      .add("receipt_hash", member_or_null(*receipt, "hash"))
      .add("status", "attested")
      .add("created_at", std::string_view(iso_offset(block.entry.created_at)))
      .add("receipt", *receipt)
      .done();
}

FoundBlock block_of(store::Connection& connection, const Call& call) {
  return require_found_block(connection, call.tenant(), call.exchange->path_value("block_id"));
}

// The composed blocks of the slot that a block closes.
void each_part(store::Connection& connection, const FoundBlock& block, std::int64_t limit,
               const std::function<void(const FoundBlock&)>& take) {
  if (!block.slot || kind_of(block) != kBlockClosed) return;
  list_slot_blocks(connection, *block.slot, kBlockComposed, 0, limit, [&](const SlotBlock& part) {
    if (auto entry = find_block(connection, block.entry.tenant_id, part.block_id))
      take({std::move(*entry), part, block.slot});
  });
}

// --- the routes

json::Value detail(store::Connection& connection, const FoundBlock& block, json::Arena& arena) {
  const json::Value row = block_row(block, arena);
  const json::Value own = surface(connection, block, arena);
  const auto of = [&](std::string_view name) { return member_or_null(row, name); };
  json::ArrayBuilder edges(arena);
  if (block.slot && !block.slot->closed_block.empty() && block.slot->closed_block != block.entry.block_id) {
    edges.add(json::ObjectBuilder(arena)
                  .add("edge_type", "part_of")
                  .add("source_id", std::string_view(block.entry.block_id))
                  .add("target_id", std::string_view(block.slot->closed_block))
                  .done());
  }
  return json::ObjectBuilder(arena)
      .add("id", of("id"))
      .add_optional("slot_id", slot_id_of(block))
      .add("domain", of("domain"))
      .add("type", of("type"))
      .add("snapchore_hash", of("snapchore_hash"))
      .add("canonical_proof_hash", member_or_null(own, "receipt_hash"))
      .add("receipt_id", of("receipt_id"))
      .add("created_at", of("created_at"))
      .add("carrier_state", json::Value())
      .add("scalar_gec", json::Value())
      .add("block_type_profile", member_or_null(of("payload"), "block_types"))
      .add("metadata", of("metadata"))
      .add("payload", of("payload"))
      .add("surface", own)
      .add("lineage_edges", edges.done())
      .add("operation_refs", json::ArrayBuilder(arena).done())
      .done();
}

json::Value proof_ledger(store::Connection& connection, const FoundBlock& block, json::Arena& arena) {
  const json::Value own = surface(connection, block, arena);
  const json::Value receipt = member_or_null(own, "receipt");
  const json::Value attestation = member_or_null(receipt, "attestation");
  json::ArrayBuilder entries(arena);
  // One shape for all, so that they are rows of one table.
  const auto add = [&](const char* event, const json::Value& of, const json::Value& batch, json::Value time) {
    entries.add(json::ObjectBuilder(arena)
                    .add("event", event)
                    .add("snapchore_hash", std::string_view(block.entry.hash))
                    .add("receipt_id", member_or_null(of, "receipt_id"))
                    .add("receipt_hash", member_or_null(of, "receipt_hash"))
                    .add("batch_id", member_or_null(batch, "batch_id"))
                    .add("root", member_or_null(batch, "root"))
                    .add("created_at", time)
                    .done());
  };
  add("sealed", {}, {}, member_or_null(own, "created_at"));
  add("attested", own, attestation, member_or_null(attestation, "created_at"));
  return json::ObjectBuilder(arena)
      .add("block_id", std::string_view(block.entry.block_id))
      .add_optional("slot_id", slot_id_of(block))
      .add("proof_ledger", entries.done())
      .add_integer("count", 2)
      .done();
}

// A list of surfaces under `name`; those of another kind than the query's are left out.
json::Value surfaces(
    const Call& call, std::string_view name, const FoundBlock& of,
    const std::function<void(std::int64_t, const std::function<void(const json::Value&)>&)>& each,
    json::Arena& arena) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedProofs, 1, kMaxListedProofs);
  const std::string kind = call.exchange->query("kind").value_or("");
  json::ArrayBuilder list(arena);
  std::int64_t count = 0;
  each(limit, [&](const json::Value& one) {
    const json::Value* own = one.find("kind");
    if (count == limit || (!kind.empty() && (own == nullptr || own->text() != kind))) return;
    list.add(one);
    ++count;
  });
  return json::ObjectBuilder(arena)
      .add("block_id", std::string_view(of.entry.block_id))
      .add(name, list.done())
      .add_integer("count", count)
      .done();
}

json::Value own_surfaces(store::Connection& connection, const Call& call, json::Arena& arena) {
  const FoundBlock block = block_of(connection, call);
  return surfaces(
      call, "proof_surfaces", block,
      [&](std::int64_t, const auto& take) { take(surface(connection, block, arena)); }, arena);
}

json::Value fractal_receipts(store::Connection& connection, const Call& call, json::Arena& arena) {
  const FoundBlock block = block_of(connection, call);
  return surfaces(
      call, "fractal_receipts", block,
      [&](std::int64_t limit, const auto& take) {
        each_part(connection, block, limit,
                  [&](const FoundBlock& part) { take(surface(connection, part, arena)); });
      },
      arena);
}

json::Value successors(store::Connection& connection, const Call& call, json::Arena& arena) {
  const FoundBlock block = block_of(connection, call);
  return surfaces(
      call, "successors", block,
      [&](std::int64_t, const auto& take) {
        if (!block.slot || block.slot->closed_block.empty() || kind_of(block) == kBlockClosed) return;
        take(surface(connection, require_found_block(connection, call.tenant(), block.slot->closed_block),
                     arena));
      },
      arena);
}

}  // namespace

void add_proof_routes(const Routes& routes) {
  using Answer = json::Value (*)(store::Connection & connection, const Call& call, json::Arena& arena);
  const auto add = [&](const char* pattern, Answer answer) {
    add_call(routes, "GET", pattern, auth::kScopeRead, [routes, answer](const std::shared_ptr<Call>& call) {
      reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
        return under_data(answer(connection, *call, arena), arena);
      });
    });
  };
  add("/blocks/{block_id}", [](store::Connection& connection, const Call& call, json::Arena& arena) {
    return detail(connection, block_of(connection, call), arena);
  });
  add("/blocks/{block_id}/proof-ledger",
      [](store::Connection& connection, const Call& call, json::Arena& arena) {
        return proof_ledger(connection, block_of(connection, call), arena);
      });
  add("/blocks/{block_id}/proof-surfaces", own_surfaces);
  add("/blocks/{block_id}/fractal-receipts", fractal_receipts);
  add("/blocks/{block_id}/successors", successors);
  add("/proof-surfaces/{receipt_id}", [](store::Connection& connection, const Call& call,
                                         json::Arena& arena) {
    return surface(
        connection,
        require_block_of_receipt(connection, call.tenant(), call.exchange->path_value("receipt_id")), arena);
  });
}

}  // namespace agentnet::sbn
