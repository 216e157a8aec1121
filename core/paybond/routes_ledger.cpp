// The ledger of the tenant (ledger_rules.hpp), read and proved.
#include <limits>

#include "core/paybond/ledger.hpp"
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kDefaultEntries = 64;
constexpr std::int64_t kAnySeq = std::numeric_limits<std::int64_t>::max();

json::ObjectBuilder answer_of(const Call& call, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  answer.add_integer("schema_version", kLedgerSchemaVersion)
      .add("tenant_id", std::string_view(call.tenant()));
  return answer;
}

json::Value hashes(const crypto::MerkleProof& proof, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const crypto::Sha256Digest& hash : proof)
    list.add(std::string_view(hex_lower(hash)));
  return list.done();
}

void tip(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const LedgerTip last = ledger_tip(connection, call.tenant());
    return answer_of(call, arena)
        .add_integer("seq", last.seq)
        .add("entry_commitment_hex", std::string_view(hex_lower(last.entry_commitment)))
        .add_boolean("empty", last.seq == 0)
        .done();
  });
}

void authority(const Routes& routes, const Call& call) {
  json::Arena arena;
  const std::string key = hex_lower(routes.service.harbor.public_key().bytes);
  call.reply(answer_of(call, arena)
                 .add("ed25519_verifying_key_hex", std::string_view(key))
                 .add("signing_algorithm", "ed25519")
                 .done());
}

void events(const Routes& routes, const Call& call) {
  const std::int64_t after = call.exchange->query_number("after_seq", 0, 0, kAnySeq);
  const std::int64_t limit = call.exchange->query_number("limit", kDefaultEntries, 1, kMaxListedEntries);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder entries(arena);
    std::int64_t last = after;
    read_ledger(connection, call.tenant(), after, limit, [&](const LedgerEntry& entry) {
      entries.add(to_json(entry, arena));
      last = entry.seq;
    });
    const bool more = last < ledger_tip(connection, call.tenant()).seq && last != after;
    return answer_of(call, arena)
        .add("entries", entries.done())
        .add("next_after_seq", more ? json::Value::integer(arena, last) : json::Value())
        .done();
  });
}

// The size that a query parameter names; the whole tree when it names none.
std::uint64_t size_of(const Call& call, std::string_view name, store::Connection& connection) {
  const std::int64_t whole = ledger_tip(connection, call.tenant()).seq;
  return static_cast<std::uint64_t>(call.exchange->query_number(name, whole, 0, kAnySeq));
}

void latest(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::uint64_t size = size_of(call, "tree_size", connection);
    const json::Value checkpoint = size == 0 ? json::Value()
                                             : sign_checkpoint(ledger_head(connection, call.tenant(), size),
                                                               routes.service.harbor, arena);
    return answer_of(call, arena).add("checkpoint", checkpoint).done();
  });
}

void inclusion(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::uint64_t size = size_of(call, "tree_size", connection);
    const auto seq = static_cast<std::uint64_t>(call.exchange->query_number("seq", 0, 0, kAnySeq));
    const crypto::MerkleProof proof = ledger_inclusion(connection, call.tenant(), seq, size);
    std::string commitment;
    read_ledger(connection, call.tenant(), static_cast<std::int64_t>(seq) - 1, 1,
                [&](const LedgerEntry& entry) { commitment = hex_lower(entry.entry_commitment); });
    return answer_of(call, arena)
        .add_integer("seq", static_cast<std::int64_t>(seq))
        .add_integer("tree_size", static_cast<std::int64_t>(size))
        .add("entry_commitment_hex", std::string_view(commitment))
        .add("proof_sha256_hex", hashes(proof, arena))
        .done();
  });
}

void consistency(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::uint64_t second = size_of(call, "second_size", connection);
    const auto first = static_cast<std::uint64_t>(call.exchange->query_number("first_size", 0, 0, kAnySeq));
    const crypto::MerkleProof proof = ledger_consistency(connection, call.tenant(), first, second);
    return answer_of(call, arena)
        .add_integer("first_size", static_cast<std::int64_t>(first))
        .add_integer("second_size", static_cast<std::int64_t>(second))
        .add("proof_sha256_hex", hashes(proof, arena))
        .done();
  });
}

}  // namespace

void add_ledger_routes(const Routes& routes) {
  const auto add = [&routes](const std::string& path, auto handler) {
    add_harbor_call(routes, "GET", "/ledger/v1/" + path, auth::kScopePaybondRead,
                    [routes, handler](const std::shared_ptr<Call>& call) { handler(routes, *call); });
  };
  add("tip", tip);
  add("authority", authority);
  add("events", events);
  add("merkle/latest", latest);
  add("merkle/inclusion", inclusion);
  add("merkle/consistency", consistency);
}

}  // namespace agentnet::paybond
