// The ledger of the tenant (ledger_rules.hpp), read and proved.
#include <algorithm>
#include <limits>

#include "core/paybond/field.hpp"
#include "core/paybond/ledger.hpp"
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kDefaultEntries = 64;
constexpr std::int64_t kMostVerified = 20'000;  // entries, a second or two
constexpr std::string_view kPackKind = "agentnet.paybond.verifier_pack_v1";
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

// --- checked here, for those who trust this network

json::Value verdict_json(const Call& call, const Verdict& verdict, const LedgerVerifier& ledger,
                         json::Arena& arena) {
  return answer_of(call, arena)
      .add_boolean("valid", verdict.valid)
      .add_integer("entries", ledger.size())
      .add("entry_commitment_hex", std::string_view(hex_lower(ledger.tip())))
      .add("root_hash_sha256_hex", std::string_view(hex_lower(ledger.root())))
      .add_or_null("reason", verdict.reason)
      .add_or_null("message", verdict.message)
      .done();
}

void verify(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::int64_t size = ledger_tip(connection, call.tenant()).seq;
    if (size > kMostVerified) {
      throw Error(Category::conflict, "ledger_too_long",
                  "this network checks ledgers of up to " + std::to_string(kMostVerified) + " entries",
                  "read the events and check them where you are");
    }
    const crypto::PublicKey key = routes.service.harbor.public_key();
    LedgerVerifier ledger({&key, 1}, call.tenant());
    Verdict verdict = Verdict::yes();
    read_ledger(connection, call.tenant(), 0, size, [&](const LedgerEntry& entry) {
      json::Arena scratch;
      if (verdict.valid) verdict = ledger.add(to_json(entry, scratch));
    });
    return verdict_json(call, verdict, ledger, arena);
  });
}

// The first entries with the key and the checkpoint that verify them.
void pack(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::int64_t whole = ledger_tip(connection, call.tenant()).seq;
    const std::int64_t most = std::min(whole, kMaxListedEntries);
    const std::int64_t size = call.exchange->query_number("tree_size", most, 0, most);
    json::ArrayBuilder entries(arena);
    read_ledger(connection, call.tenant(), 0, size,
                [&](const LedgerEntry& entry) { entries.add(to_json(entry, arena)); });
    const crypto::SigningKey& harbor = routes.service.harbor;
    const json::Value checkpoint =
        size == 0 ? json::Value()
                  : sign_checkpoint(ledger_head(connection, call.tenant(), static_cast<std::uint64_t>(size)),
                                    harbor, arena);
    return answer_of(call, arena)
        .add("kind", kPackKind)
        .add("ed25519_verifying_key_hex", std::string_view(hex_lower(harbor.public_key().bytes)))
        .add("checkpoint", checkpoint)
        .add("entries", entries.done())
        .add("next_after_seq", size < whole ? json::Value::integer(arena, size) : json::Value())
        .done();
  });
}

void verify_pack(const Routes& routes, const Call& call) {
  const json::Value* entries = call.body.root.find("entries");
  if (entries == nullptr || !entries->is_array()) bad_field("missing_field", "entries", "not an array");
  const crypto::PublicKey key = routes.service.harbor.public_key();
  LedgerVerifier ledger({&key, 1}, call.tenant());
  Verdict verdict = Verdict::yes();
  for (const json::Value& entry : entries->items())
    if (verdict.valid) verdict = ledger.add(entry);
  const json::Value* checkpoint = call.body.root.find("checkpoint");
  if (verdict.valid && checkpoint != nullptr && !checkpoint->is_null()) verdict = ledger.check(*checkpoint);
  json::Arena arena;
  call.reply(verdict_json(call, verdict, ledger, arena));
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
  add("verify", verify);
  add("verifier-pack", pack);
  add_harbor_call(routes, "POST", "/ledger/v1/verifier-pack/verify", auth::kScopePaybondRead,
                  [routes](const std::shared_ptr<Call>& call) { verify_pack(routes, *call); });
}

}  // namespace agentnet::paybond
