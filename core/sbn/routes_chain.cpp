// Chains.
#include <limits>

#include "core/json/write.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/types.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedChains = 1'000;
constexpr std::int64_t kAllEntries = std::numeric_limits<std::int64_t>::max();

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  Service& service = routes.service;
  const Instant now = service.clock().now();
  const std::string id = call->optional_text("chain_id").value_or("chain-" + uuid7(now, service.random()));
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    return chain_row(create_chain(connection, call->tenant(), id, now), arena);
  });
}

void append(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string hash = call->text("block_hash");
  const std::string event = call->optional_text("event_type").value_or(std::string(kBlockSealedEvent));
  const auto block_id = call->optional_text("block_id");
  const json::Value metadata = call->value("metadata");
  require_object("metadata", metadata, true);
  json::Arena clean;
  const std::string kept =
      metadata.is_null() ? "{}" : json::to_compact(json::without_duplicates(metadata, clean));
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    StoredChain chain = require_chain(connection, call->tenant(), call->exchange->path_value("chain_id"));
    const ChainEntry entry = append_to_chain(
        connection, chain, {.block_hash = hash, .event_type = event, .block_id = block_id, .metadata = kept},
        now);
    return json::with_member(entry_row({entry, kept}, arena), "chain_id",
                             json::Value::string(arena, chain.chain_id), arena);
  });
}

void get(const Routes& routes, const Call& call) {
  const std::int64_t offset = call.exchange->query_number("offset", 0, 0, kAllEntries);
  const std::int64_t limit = call.exchange->query_number("limit", kAllEntries, 1, kAllEntries);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const StoredChain chain = require_chain(connection, call.tenant(), call.exchange->path_value("chain_id"));
    json::ArrayBuilder entries(arena);
    read_chain(connection, chain, offset, limit,
               [&](const StoredEntry& stored) { entries.add(entry_row(stored, arena)); });
    return json::with_member(chain_row(chain, arena), "entries", entries.done(), arena);
  });
}

void verify(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const StoredChain chain = require_chain(connection, call.tenant(), call.exchange->path_value("chain_id"));
    const ChainVerdict verdict = verify_chain(connection, chain);
    return json::ObjectBuilder(arena)
        .add_boolean("valid", verdict.valid)
        .add_integer("length", verdict.length)
        .add("break_at", verdict.break_at ? json::Value::integer(arena, *verdict.break_at) : json::Value())
        .add("chain_id", std::string_view(chain.chain_id))
        .add_optional("head_hash", chain.head_hash)
        .done();
  });
}

void list(const Routes& routes, const Call& call) {
  const std::int64_t offset = call.exchange->query_number("offset", 0, 0, kAllEntries);
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedChains, 1, kMaxListedChains);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder chains(arena);
    std::int64_t count = 0;
    list_chains(connection, call.tenant(), limit, offset, [&](const StoredChain& chain) {
      chains.add(chain_row(chain, arena));
      ++count;
    });
    return json::ObjectBuilder(arena)
        .add("chains", chains.done())
        .add_integer("count", count)
        .add_integer("offset", offset)
        .done();
  });
}

}  // namespace

void add_chain_routes(const Routes& routes) {
  add_call(routes, "POST", "/internal/snapchore/chain", auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "POST", "/internal/snapchore/chain/{chain_id}/append", auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) { append(routes, call); });
  add_call(routes, "GET", "/internal/snapchore/chain/{chain_id}", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
  add_call(routes, "POST", "/internal/snapchore/chain/{chain_id}/verify", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { verify(routes, *call); });
  add_call(routes, "GET", "/internal/snapchore/chains", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
}

}  // namespace agentnet::sbn
