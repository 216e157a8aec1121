// The recorded seals and moment claims. Chains and catalogues of the same file are tested elsewhere.
#include <doctest/doctest.h>

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/sbn/moment.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

std::string text_at(const json::Value& entry, std::string_view name) {
  return std::string(at(entry, {name}).text());
}

bool verifies(const json::Value& block, json::Arena& arena) {
  CountingRandom random;
  return verify(block_from_json(block, {kNoon, random}, arena), TrustedKeys(), arena).valid;
}

void run_seal_skip_auth(const json::Value& entry, json::Arena& arena) {
  const json::Value& input = at(entry, {"input"});
  json::ObjectBuilder written(arena);
  for (const json::Member& member : input.members()) {
    const std::string_view name = member.name.text();
    written.add(name == "block_id" ? "id" : name == "block_type" ? "type" : name, member.value);
  }
  CountingRandom random;
  SmartBlock block = block_from_json(written.done(), {kNoon, random}, arena);
  FixedClock clock;
  MomentPolicy policy;
  policy.skip_auth = true;
  MemoryReplayStore replay;
  const HostFacts host = sample_host();
  seal(block, {clock, random, host, policy, replay}, arena);

  CHECK(block.snapchore_hash.text() == text_at(entry, "hash"));
  const std::string canonical = json::to_canonical(hash_surface(block, arena), json::Form::svp);
  CHECK(canonical == text_at(entry, "canonical_text"));
  CHECK(hex_lower(as_bytes(canonical)) == text_at(entry, "canonical_hex"));
  CHECK(json::to_compact(to_json(block, arena)) == json::to_compact(at(entry, {"block"})));
  CHECK(verifies(to_json(block, arena), arena) == at(entry, {"verify"}).as_boolean());
}

void run_moment(const json::Value& entry, json::Arena& arena) {
  CountingRandom random;
  const SmartBlock block = block_from_json(at(entry, {"block"}), {kNoon, random}, arena);
  CHECK(verify(block, TrustedKeys(), arena).valid == at(entry, {"verify"}).as_boolean());
  CHECK(seal_subject_sha256(hash_surface(block, arena), arena) == text_at(entry, "seal_subject_sha256"));
  const json::Value& claim = at(entry, {"block", "metadata", "snapchore_moment_claim"});
  CHECK(hex_lower(as_bytes(canonical_claim(claim))) == text_at(entry, "moment_claim_canonical_hex"));
  CHECK(claim_sha256(claim) == text_at(entry, "moment_claim_sha256"));
}

void run_moment_claim_verify(const json::Value& entry, json::Arena& arena) {
  MomentExpectation expected;
  for (const json::Member& member : at(entry, {"args"}).members()) {
    if (member.value.is_null()) continue;
    const std::string text(member.value.text());
    if (member.name.text() == "expected_snapshot_hash") {
      expected.snapshot_hash = text;
    } else {
      REQUIRE(member.name.text() == "expected_subject_sha256");
      expected.subject_sha256 = text;
    }
  }
  const MomentVerdict verdict = verify_moment_claim(at(entry, {"claim"}), expected, TrustedKeys());
  CHECK(json::to_compact(verdict.to_json(arena)) == json::to_compact(at(entry, {"result"})));
}

void run_capture_proof(const json::Value& entry, json::Arena& arena) {
  const CaptureSigner signer{crypto::SigningKey::from_pem(text_at(entry, "private_key_pem")), ""};
  const json::Value& claim = at(entry, {"claim"});
  CHECK(hex_lower(as_bytes(canonical_claim(claim))) == text_at(entry, "claim_canonical_hex"));
  const json::Value proof = sign_capture_claim(claim, signer, arena);
  CHECK(json::to_compact(proof) == json::to_compact(at(entry, {"proof"})));

  const json::Value& answer = at(entry, {"verify_untrusted"});
  const ProofCheck check = verify_capture_proof(claim, &at(entry, {"proof"}), TrustedKeys());
  CHECK(check.proof_present == at(answer, {"proof_present"}).as_boolean());
  CHECK(check.signature_valid == at(answer, {"signature_valid"}).as_boolean());
  CHECK(check.trusted_key == at(answer, {"trusted_key"}).as_boolean());
  CHECK(check.key_id == text_at(answer, "key_id"));
  CHECK(check.public_key_sha256 == text_at(answer, "public_key_sha256"));
}

bool is_tested_elsewhere(std::string_view kind) {
  return kind.starts_with("chain_") || kind.starts_with("catalogue_");
}

}  // namespace

TEST_CASE("every recorded seal, block, moment claim and capture proof comes out the same") {
  const json::Document file =
      json::parse(read_file(TEST_DATA "/vectors/sbn/chains_seals_moments.json"), json::kAsPython);
  std::size_t seen = 0;
  for (const json::Value& entry : at(file.root, {"vectors"}).items()) {
    const std::string kind = text_at(entry, "kind");
    if (is_tested_elsewhere(kind)) continue;
    CAPTURE(text_at(entry, "id"));
    json::Arena arena;
    ++seen;
    if (kind == "smartblock_seal_skip_auth") {
      run_seal_skip_auth(entry, arena);
    } else if (kind == "smartblock_verify") {
      CHECK(verifies(at(entry, {"block"}), arena) == at(entry, {"verify"}).as_boolean());
    } else if (kind == "smartblock_moment") {
      run_moment(entry, arena);
    } else if (kind == "moment_claim_verify") {
      run_moment_claim_verify(entry, arena);
    } else if (kind == "capture_proof") {
      run_capture_proof(entry, arena);
    } else if (kind == "system_commitment") {
      CHECK(system_commitment(at(entry, {"system_meta"})) == text_at(entry, "commitment"));
      CHECK(device_id_of(at(entry, {"system_meta"})) == text_at(entry, "device_id"));
    } else {
      FAIL("unknown kind " << kind);
    }
  }
  CHECK(seen > 0);
}
