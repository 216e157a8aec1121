// The ledger, read as clients read it and checked as anybody can, offline.
#include "core/paybond/ledger_rules.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;
using fixtures::Terms;

const std::string kLedger = "/ledger/v1/";

std::vector<Json> entries_of(PaybondNetwork& net) {
  std::vector<Json> entries;
  std::int64_t after = 0;
  while (true) {
    const Json page = net.get(kLedger + "events?limit=3&after_seq=" + std::to_string(after)).json();
    for (const Json& entry : page["entries"])
      entries.push_back(entry);
    if (page["next_after_seq"].is_null()) return entries;
    after = page["next_after_seq"];
  }
}

// A tenant with some history.
void live(PaybondNetwork& net) {
  net.create();
  net.prove();
  net.confirm();
  Terms other;
  other.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  net.create(other);
}

std::string reason(LedgerVerifier& verifier, const Json& entry) {
  return verifier.add(json::parse(entry.dump()).root).reason;
}

// The reason why the entries do not hold; "" when they do.
std::string fault_in(const std::vector<Json>& entries) {
  LedgerVerifier verifier({}, {});
  for (const Json& entry : entries)
    if (const std::string why = reason(verifier, entry); !why.empty()) return why;
  return "";
}

TEST_CASE("an empty ledger has a tip of zeros and no checkpoint") {
  PaybondNetwork net;
  const Json tip = net.get(kLedger + "tip").json();
  CHECK(tip["seq"] == 0);
  CHECK(tip["empty"] == true);
  CHECK(tip["entry_commitment_hex"] == std::string(64, '0'));
  CHECK(tip["schema_version"] == 1);
  CHECK(net.get(kLedger + "merkle/latest").json()["checkpoint"].is_null());
  CHECK(net.get(kLedger + "events").json()["entries"].empty());
}

TEST_CASE("what happens is written down in order, and the chain holds") {
  PaybondNetwork net;
  live(net);
  const std::vector<Json> entries = entries_of(net);
  std::vector<std::string> kinds;
  for (const Json& entry : entries)
    kinds.push_back(entry["event"]["kind"]);
  CHECK(kinds == std::vector<std::string>{"intent_created", "settlement_hold_placed", "evidence_submitted",
                                          "predicate_evaluated", "settlement_rail_confirmed", "released",
                                          "intent_created", "settlement_hold_placed"});
  CHECK(fault_in(entries) == "");
  const Json tip = net.get(kLedger + "tip").json();
  CHECK(tip["seq"] == entries.size());
  CHECK(tip["entry_commitment_hex"] == entries.back()["entry_commitment_hex"]);
  CHECK(entries[0]["event"]["principal_did"] == fixtures::kPrincipal);
  CHECK(entries[0]["event"]["operator_did"] == fixtures::kPayee);
  CHECK(entries[0]["issuer_pubkey_hex"] ==
        net.get(kLedger + "authority").json()["ed25519_verifying_key_hex"]);
}

TEST_CASE("a ledger that was changed anywhere does not hold, and the reason is named") {
  PaybondNetwork net;
  live(net);
  const std::vector<Json> genuine = entries_of(net);
  const auto changed = [&](std::size_t at, const char* path, const Json& value) {
    std::vector<Json> entries = genuine;
    entries[at][Json::json_pointer(path)] = value;
    return fault_in(entries);
  };
  CHECK(changed(1, "/event/amount_cents", 1) == "commitment_mismatch");
  CHECK(changed(1, "/event/tenant_id", "rival") == "wrong_tenant");
  CHECK(changed(2, "/seq", 4) == "gap");
  CHECK(changed(2, "/timestamp_unix_nanos", 1) == "time_went_back");
  CHECK(changed(2, "/prev_commitment_hex", std::string(64, '0')) == "broken_chain");
  CHECK(changed(2, "/entry_commitment_hex", std::string(64, '1')) == "commitment_mismatch");
  CHECK(changed(2, "/signature_hex", std::string(128, '0')) == "bad_signature");
  CHECK(changed(2, "/issuer_pubkey_hex", std::string(64, '1')) == "commitment_mismatch");
  CHECK(changed(2, "/signature_hex", "x") == "malformed");
  CHECK(changed(0, "/event", nullptr) == "malformed");
  std::vector<Json> entries = genuine;
  entries.erase(entries.begin() + 3);
  CHECK(fault_in(entries) == "gap");
  entries = genuine;
  std::swap(entries[3], entries[4]);
  CHECK(fault_in(entries) == "gap");
  entries = genuine;
  entries.erase(entries.begin());
  CHECK(fault_in(entries) == "gap");
}

TEST_CASE("a key that is not trusted does not count") {
  PaybondNetwork net;
  live(net);
  const crypto::PublicKey other = fixtures::key_of(9).public_key();
  LedgerVerifier verifier(std::span(&other, 1), {});
  CHECK(reason(verifier, entries_of(net)[0]) == "untrusted_key");
}

TEST_CASE("every size has a checkpoint, and it is the head of just those entries") {
  PaybondNetwork net;
  live(net);
  const std::vector<Json> entries = entries_of(net);
  LedgerVerifier verifier({}, {});
  for (std::size_t size = 1; size <= entries.size(); ++size) {
    CHECK(reason(verifier, entries[size - 1]) == "");
    const Json head =
        net.get(kLedger + "merkle/latest?tree_size=" + std::to_string(size)).json()["checkpoint"];
    CHECK(verifier.check(json::parse(head.dump()).root).valid);
    Json forged = head;
    forged["tree_size"] = size + 1;
    CHECK(verifier.check(json::parse(forged.dump()).root).reason == "bad_signature");
  }
  const Json last = net.get(kLedger + "merkle/latest").json()["checkpoint"];
  CHECK(last["tree_size"] == entries.size());
  LedgerVerifier shorter({}, {});
  reason(shorter, entries[0]);
  CHECK(shorter.check(json::parse(last.dump()).root).reason == "wrong_size");
}

TEST_CASE("every entry is proved to be in the tree of every size that has it") {
  PaybondNetwork net;
  live(net);
  const std::int64_t size = net.ledger_size();
  for (std::int64_t tree = 1; tree <= size; ++tree) {
    const std::string sized = "tree_size=" + std::to_string(tree);
    const json::Document head =
        json::parse(net.get(kLedger + "merkle/latest?" + sized).json()["checkpoint"].dump());
    for (std::int64_t seq = 1; seq <= tree; ++seq) {
      const Json proof =
          net.get(kLedger + "merkle/inclusion?seq=" + std::to_string(seq) + "&" + sized).json();
      CHECK(verify_ledger_inclusion(json::parse(proof.dump()).root, head.root).valid);
      Json forged = proof;
      forged["entry_commitment_hex"] = std::string(64, '0');
      CHECK(verify_ledger_inclusion(json::parse(forged.dump()).root, head.root).reason == "not_included");
      forged = proof;
      forged["tree_size"] = tree + 1;
      CHECK(verify_ledger_inclusion(json::parse(forged.dump()).root, head.root).reason == "head_mismatch");
    }
  }
  CHECK(net.get(kLedger + "merkle/inclusion?seq=0").said() == "400 out_of_range");
  CHECK(net.get(kLedger + "merkle/inclusion?seq=" + std::to_string(size + 1)).said() == "400 out_of_range");
}

TEST_CASE("every tree is proved to have grown out of every smaller one") {
  PaybondNetwork net;
  live(net);
  const std::int64_t size = net.ledger_size();
  std::vector<json::Document> heads(static_cast<std::size_t>(size) + 1);
  for (std::int64_t tree = 1; tree <= size; ++tree)
    heads[static_cast<std::size_t>(tree)] = json::parse(
        net.get(kLedger + "merkle/latest?tree_size=" + std::to_string(tree)).json()["checkpoint"].dump());
  for (std::int64_t first = 1; first <= size; ++first) {
    for (std::int64_t second = first; second <= size; ++second) {
      const Answer proof = net.get(kLedger + "merkle/consistency?first_size=" + std::to_string(first) +
                                   "&second_size=" + std::to_string(second));
      const json::Document read = json::parse(proof.body);
      const json::Value& old_head = heads[static_cast<std::size_t>(first)].root;
      CHECK(
          verify_ledger_consistency(read.root, old_head, heads[static_cast<std::size_t>(second)].root).valid);
      if (first > 1)
        CHECK(verify_ledger_consistency(read.root, heads[1].root, old_head).reason == "head_mismatch");
    }
  }
}

TEST_CASE("each tenant has a ledger of its own") {
  PaybondNetwork net;
  live(net);
  CHECK(net.get_as(net.rival, kLedger + "tip").json()["empty"] == true);
  CHECK(net.get_as(net.rival, kLedger + "events").json()["tenant_id"] == "rival");
  CHECK(net.get_as(net.rival, kLedger + "events").json()["entries"].empty());
}

TEST_CASE("pages have their limits") {
  PaybondNetwork net;
  live(net);
  for (const char* query : {"limit=0", "limit=257", "after_seq=-1", "after_seq=x"})
    CHECK(net.get(kLedger + "events?" + query).said() == "400 bad_parameter");
  CHECK(net.get(kLedger + "events?limit=256").said() == "200");
  CHECK(net.get(kLedger + "events?after_seq=1000").json()["next_after_seq"].is_null());
}

TEST_CASE("the network checks its ledger, and packs what anybody needs to check it") {
  PaybondNetwork net;
  live(net);
  const Json checked = net.get(kLedger + "verify").json();
  CHECK(checked["valid"] == true);
  CHECK(checked["entries"] == net.ledger_size());
  Json pack = net.get(kLedger + "verifier-pack").json();
  CHECK(pack["entries"].size() == net.ledger_size());
  CHECK(pack["next_after_seq"].is_null());
  CHECK(checked["root_hash_sha256_hex"] == pack["checkpoint"]["root_hash_sha256_hex"]);
  const auto judge = [&net](const Json& what) {
    return net.post(kLedger + "verifier-pack/verify", what.dump()).json();
  };
  CHECK(judge(pack)["valid"] == true);
  const Json part = net.get(kLedger + "verifier-pack?tree_size=2").json();
  CHECK(part["entries"].size() == 2);
  CHECK(part["next_after_seq"] == 2);
  CHECK(judge(part)["valid"] == true);
  Json shorter = pack;
  shorter["entries"].erase(shorter["entries"].size() - 1);
  CHECK(judge(shorter)["reason"] == "wrong_size");
  pack["entries"][1]["event"]["amount_cents"] = 1;
  CHECK(judge(pack)["reason"] == "commitment_mismatch");
  CHECK(net.post(kLedger + "verifier-pack/verify", "{}").said() == "400 missing_field");
  CHECK(net.get(kLedger + "verifier-pack?tree_size=99").status == 400);
}

}  // namespace
}  // namespace agentnet::paybond
