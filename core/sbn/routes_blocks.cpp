// SmartBlocks as the `blocks` client asks for them: made alone or in a slot, listed, read with the BitBlocks
// that they are composed of (wire reference sbn, section c).
#include "core/json/write.hpp"
#include "core/sbn/block_lookup.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_answers.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kBlocksDomain = "default";
constexpr std::int64_t kMaxListedBitBlocks = 1'000;
constexpr std::int64_t kMaxPlace = std::int64_t{1} << 53;

SealGroup prepare(const Routes& routes, const Call& call) {
  SealRequest request;
  request.payload = call.value("payload");
  request.domain = call.optional_text("domain").value_or(std::string(kBlocksDomain));
  request.metadata = call.value("metadata");
  SealGroup group;
  group.tenant_id = call.tenant();
  group.seals.push_back(routes.service.prepare(call.tenant(), request));
  return group;
}

// Seals, and answers with the block as it will be.
void seal(const Routes& routes, const std::shared_ptr<Call>& call, SealGroup group,
          std::optional<StoredSlot> slot) {
  json::Arena arena;
  const FoundBlock block{group.seals.front(), {}, std::move(slot)};
  std::string answer = json::to_compact(under_data(block_row(block, arena), arena));
  reply_sealed(routes, call, std::move(group), std::move(answer));
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  seal(routes, call, prepare(routes, *call), {});
}

// The slot must be open when the block is written, not only now.
void submit(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string slot_id = call->text("slot_id");
  SealGroup group = prepare(routes, *call);
  StoredSlot slot;
  slot.slot_id = slot_id;
  group.require = [call, slot_id](store::Connection& connection) {
    require_open(require_slot(connection, call->tenant(), slot_id));
  };
  group.with = [call, slot_id](store::Connection& connection, std::span<const LedgerEntry> seals) {
    add_slot_block(connection, {.slot = require_slot(connection, call->tenant(), slot_id).number,
                                .kind = std::string(kBlockSubmitted),
                                .block_id = seals.front().block_id});
  };
  seal(routes, call, std::move(group), std::move(slot));
}

void list(const Routes& routes, const Call& call) {
  LedgerFilter filter = ledger_filter(*call.exchange);
  filter.source = kSourceSeal;
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder blocks(arena);
    std::int64_t count = 0;
    list_ledger(connection, call.tenant(), filter, [&](const LedgerEntry& entry) {
      FoundBlock block{entry};
      block.in_slot = find_slot_block(connection, entry.block_id);
      if (block.in_slot) block.slot = slot_by_number(connection, block.in_slot->slot);
      blocks.add(block_row(block, arena));
      ++count;
    });
    return under_data(json::ObjectBuilder(arena)
                          .add("blocks", blocks.done())
                          .add_integer("count", count)
                          .add_integer("offset", filter.offset)
                          .done(),
                      arena);
  });
}

void get(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const FoundBlock block =
        require_found_block(connection, call.tenant(), call.exchange->path_value("block_id"));
    return under_data(block_row(block, arena), arena);
  });
}

// What stands above a block: the blocks of its slot that speak of the whole.
json::Value stack_of(store::Connection& connection, const FoundBlock& block, json::Arena& arena) {
  json::ArrayBuilder stack(arena);
  if (block.slot) {
    for (const std::string& id : {block.slot->opened_block, block.slot->closed_block}) {
      if (const auto above = id.empty() ? std::nullopt : find_slot_block(connection, id))
        stack.add(slot_block_row(connection, *block.slot, *above, arena));
    }
  }
  return stack.done();
}

void list_parts(const Routes& routes, const Call& call) {
  const http::Exchange& exchange = *call.exchange;
  const std::int64_t limit = exchange.query_number("limit", kMaxListedBitBlocks, 1, kMaxListedBitBlocks);
  const std::int64_t offset = exchange.query_number("offset", 0, 0, kMaxPlace);
  const bool with_stack = exchange.query("include_stack").value_or("") == "true";
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const FoundBlock block = require_found_block(connection, call.tenant(), exchange.path_value("block_id"));
    json::ArrayBuilder parts(arena);
    std::int64_t count = 0;
    const std::int64_t rest = block.in_slot ? block.in_slot->bitblocks - offset : 0;
    if (block.slot && rest > 0) {
      const BitBlockRange range{{}, block.in_slot->first_place + offset, std::min(limit, rest)};
      list_bitblocks(connection, *block.slot, range, [&](const StoredBitBlock& bitblock) {
        std::string text;
        write_bitblock(*block.slot, bitblock, text);
        parts.add(json::Parser().parse(arena.copy(text), arena));
        ++count;
      });
    }
    json::ObjectBuilder answer(arena);
    answer.add("block_id", std::string_view(block.entry.block_id));
    answer.add_optional("slot_id", block.slot ? std::optional(block.slot->slot_id) : std::nullopt);
    answer.add("bitblocks", parts.done()).add_integer("count", count).add_integer("offset", offset);
    if (with_stack) answer.add("stack", stack_of(connection, block, arena));
    return under_data(answer.done(), arena);
  });
}

}  // namespace

void add_block_routes(const Routes& routes) {
  add_call(routes, "POST", "/api/blocks", auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "POST", "/api/blocks/submit", auth::kScopeSlots,
           [routes](const std::shared_ptr<Call>& call) { submit(routes, call); });
  add_call(routes, "GET", "/api/blocks", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "GET", "/api/blocks/{block_id}", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
  add_call(routes, "GET", "/api/blocks/{block_id}/bitblocks", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list_parts(routes, *call); });
}

}  // namespace agentnet::sbn
