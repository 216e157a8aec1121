#include "core/sbn/rules_receipt.hpp"

#include <doctest/doctest.h>

#include "core/base/bytes.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

using namespace agentnet;
using namespace agentnet::sbn;

namespace {

// Keys from seeds of one repeated byte: the same in every run.
crypto::SigningKey key_of(std::uint8_t byte) {
  const Bytes seed(32, byte);
  return crypto::SigningKey::from_seed(Secret(seed));
}

std::vector<crypto::SigningKey> validators() {
  std::vector<crypto::SigningKey> keys;
  for (const int byte : {1, 2, 3})
    keys.push_back(key_of(static_cast<std::uint8_t>(byte)));
  return keys;
}

std::vector<crypto::PublicKey> public_keys(std::span<const crypto::SigningKey> keys) {
  std::vector<crypto::PublicKey> result;
  for (const crypto::SigningKey& key : keys)
    result.push_back(key.public_key());
  return result;
}

ReceiptSubject subject_number(std::size_t number) {
  return {"receipt-" + std::to_string(number),
          "tenant",
          "block-" + std::to_string(number),
          std::string(64, 'a'),
          "general",
          "2026-01-02T03:04:05+00:00"};
}

// The receipts of a batch of so many seals, as text.
std::vector<std::string> batch_of(std::size_t count) {
  std::vector<crypto::Sha256Digest> leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(receipt_leaf(subject_number(i)));
  const BatchHead head{"batch-1", "2026-01-02T03:04:06+00:00", count, crypto::merkle_root(leaves)};
  const std::vector<HeadSignature> signatures = sign_head(head, validators());
  std::vector<std::string> receipts;
  for (std::size_t i = 0; i < count; ++i) {
    json::Arena arena;
    const crypto::MerkleProof proof = crypto::merkle_inclusion_proof(leaves, i);
    receipts.push_back(json::to_compact(make_receipt(subject_number(i), head, i, proof, signatures, arena)));
  }
  return receipts;
}

ReceiptVerdict judge(const std::string& receipt, std::string_view hash = {}) {
  const std::vector<crypto::SigningKey> keys = validators();
  return verify_receipt(json::parse(receipt).root, public_keys(keys), hash);
}

std::string changed(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace

TEST_CASE("every receipt of a batch of any size verifies") {
  for (const std::size_t count : {1, 2, 3, 7, 8, 33}) {
    for (const std::string& receipt : batch_of(count)) {
      const ReceiptVerdict verdict = judge(receipt, std::string(64, 'a'));
      CHECK(verdict.valid);
      CHECK(verdict.trusted_signatures == 3);
      CHECK(verdict.reason.empty());
    }
  }
}

TEST_CASE("the bytes that are signed and the leaf are fixed") {
  const BatchHead head{"b", "t", 2, {}};
  CHECK(head.signed_bytes() == "agentnet receipt batch v1\nb\n2\n" + std::string(64, '0') + "\nt\n");
  const std::string entry =
      R"({"created_at":"2026-01-02T03:04:05+00:00","domain":"general","receipt_id":"receipt-0","snapchore_hash":")" +
      std::string(64, 'a') + R"(","subject_id":"block-0","subject_type":"smartblock","tenant_id":"tenant"})";
  CHECK(receipt_leaf(subject_number(0)) == crypto::merkle_leaf(as_bytes(entry)));
}

TEST_CASE("a receipt of another seal is refused") {
  CHECK(judge(batch_of(3)[1], std::string(64, 'b')).reason == "hash_mismatch");
}

TEST_CASE("no covered member can be changed") {
  const std::string receipt = batch_of(5)[2];
  for (const std::string_view text : {"receipt-2", "tenant\"", "block-2", "general", "2026-01-02T03:04:05"}) {
    std::string other(text);
    other[0] = other[0] == 'z' ? 'y' : 'z';
    // The id stands first as `id`, which nothing covers: the covered one is receipt_id.
    const std::size_t covered = receipt.find("receipt_id");
    const std::string cut = receipt.substr(0, covered) + changed(receipt.substr(covered), text, other);
    CHECK_FALSE(judge(cut).valid);
  }
}

TEST_CASE("a proof, a root or an index of another leaf is refused") {
  const std::vector<std::string> receipts = batch_of(4);
  CHECK(judge(changed(receipts[1], R"("leaf_index":1)", R"("leaf_index":2)")).reason == "not_in_batch");
  CHECK(judge(changed(receipts[1], R"("tree_size":4)", R"("tree_size":9)")).valid == false);
  const std::string digest = receipts[1].substr(receipts[1].find(R"("proof":[")") + 10, 64);
  std::string other = digest;
  other[0] = other[0] == '0' ? '1' : '0';
  CHECK(judge(changed(receipts[1], digest, other)).reason == "not_in_batch");
}

TEST_CASE("two different trusted signatures are needed, and a repeated one counts once") {
  const std::string receipt = batch_of(2)[0];
  const std::vector<crypto::SigningKey> keys = validators();
  const std::vector<crypto::PublicKey> trusted = public_keys(keys);
  const json::Document document = json::parse(receipt);
  CHECK(verify_receipt(document.root, std::span(trusted).first(2)).valid);
  const ReceiptVerdict one = verify_receipt(document.root, std::span(trusted).first(1));
  CHECK(one.reason == "no_quorum");
  CHECK(one.trusted_signatures == 1);
  const std::vector<crypto::PublicKey> twice = {trusted[0], trusted[0]};
  CHECK(verify_receipt(document.root, twice).reason == "no_quorum");
  const std::vector<crypto::PublicKey> strangers = {key_of(8).public_key(), key_of(9).public_key()};
  CHECK(verify_receipt(document.root, strangers).reason == "no_quorum");
  CHECK(verify_receipt(document.root, {}).reason == "no_quorum");
}

TEST_CASE("a receipt of a wrong shape is malformed and nothing worse") {
  for (const std::string_view text :
       {"null", "[]", "{}", R"({"attestation":{}})", R"({"attestation":[],"hash":"00"})"})
    CHECK(judge(std::string(text)).reason == "malformed");
  const std::string receipt = batch_of(2)[0];
  CHECK(judge(changed(receipt, R"("leaf_index":0)", R"("leaf_index":-1)")).reason == "malformed");
  CHECK(judge(changed(receipt, R"("signature":")", R"("signature":"!)")).reason == "malformed");
  CHECK(judge(changed(receipt, "smartblock", "slot")).reason == "malformed");
}

TEST_CASE("no bit of a signature can be flipped without losing it") {
  const std::string receipt = batch_of(1)[0];
  const std::size_t at = receipt.find(R"("signature":")") + 13;
  for (std::size_t i = 0; i < 84; i += 7) {
    std::string cut = receipt;
    cut[at + i] = cut[at + i] == 'A' ? 'B' : 'A';
    CHECK(judge(cut).trusted_signatures == 2);
  }
}

TEST_CASE("a signature counts only under the id of its own key") {
  const std::string receipt = batch_of(1)[0];
  const std::string first = validator_id(key_of(1).public_key());
  const std::string second = validator_id(key_of(2).public_key());
  const std::string signatures = receipt.substr(receipt.find(R"("signatures")"));
  std::string swapped = changed(changed(changed(signatures, first, "*"), second, first), "*", second);
  swapped = receipt.substr(0, receipt.size() - signatures.size()) + swapped;
  CHECK(judge(swapped).trusted_signatures == 1);
  CHECK(judge(swapped).reason == "no_quorum");
  CHECK(judge(changed(receipt, R"({"key_id":)", R"({"keyid":)")).reason == "malformed");
}

TEST_CASE("what repeats a covered member must repeat it rightly, and may be missing") {
  const std::string receipt = batch_of(3)[1];
  CHECK(judge(changed(receipt, R"("id":"receipt-1")", R"("id":"receipt-2")")).reason == "hash_mismatch");
  CHECK(judge(changed(receipt, R"("id":"receipt-1")", R"("id":1)")).reason == "hash_mismatch");
  CHECK(judge(changed(receipt, R"("project_id":"tenant")", R"("project_id":"other")")).reason ==
        "hash_mismatch");
  CHECK(judge(changed(changed(receipt, R"("id":"receipt-1",)", ""), R"("project_id":"tenant",)", "")).valid);
}

TEST_CASE("a receipt in which a member stands twice is malformed, at any depth") {
  const std::string receipt = batch_of(2)[0];
  for (const std::string_view name : {"domain", "root", "key_id"}) {
    const std::string member = "\"" + std::string(name) + "\":";
    CHECK(judge(changed(receipt, member, member + "\"x\"," + member)).reason == "malformed");
  }
}
