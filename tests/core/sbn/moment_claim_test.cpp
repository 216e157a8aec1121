#include "core/sbn/moment_claim.hpp"

#include <doctest/doctest.h>

#include "core/sbn/moment.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

using Path = std::vector<std::string>;

const std::string kSubject(64, 'b');

// A claim that holds: made from a capture in the environment and mode, signed by key 7 when `trusted`.
struct Made {
  json::Arena arena;
  TrustedKeys trusted;
  json::Value claim;

  Made(const std::string& environment, bool simulate, bool is_signed) {
    MomentPolicy policy;
    policy.environment = environment;
    policy.simulate = simulate;
    if (is_signed) {
      policy.signer = CaptureSigner{signing_key(7), ""};
      policy.trusted.add(policy.signer->key.public_key());
      trusted.add(policy.signer->key.public_key());
    }
    CountingRandom random;
    const HostFacts host = sample_host();
    ClaimedStore store;
    MomentRequest request;
    request.context = capture_context({kNoon, host, policy, random}, kSubject, arena);
    request.subject_sha256 = kSubject;
    claim = authenticate_moment(request, kNoon, policy, store, arena).moment_claim;
  }

  MomentVerdict verify(const json::Value& judged, const MomentExpectation& expected = {}) const {
    return verify_moment_claim(judged, expected, trusted);
  }
  std::string reasons(const Path& path, const std::string& text, const MomentExpectation& expected = {}) {
    return joined(verify(changed(claim, path, text, arena), expected).refusal_reasons);
  }
};

struct Case {
  Path path;
  std::string text;
  std::string reasons;
};

// Every path that leads to a value which is no object.
void collect_leaves(const json::Value& value, const Path& at, std::vector<Path>& leaves) {
  for (const json::Member& member : value.members()) {
    Path path = at;
    path.emplace_back(member.name.text());
    if (member.value.is_object()) {
      collect_leaves(member.value, path, leaves);
    } else {
      leaves.push_back(path);
    }
  }
}

// Another value of the same kind.
std::string altered(const json::Value& value) {
  if (value.is_boolean()) return value.as_boolean() ? "false" : "true";
  if (value.is_null()) return "1";
  return "\"" + std::string(value.text()) + "0\"";
}

const json::Value& leaf(const json::Value& value, const Path& path) {
  const json::Value* found = &value;
  for (const std::string& name : path)
    found = found->find(name);
  return *found;
}

}  // namespace

TEST_CASE("a claim is written in the order of the wire") {
  const Made made("dev", true, false);
  std::string names;
  for (const json::Member& member : made.claim.members())
    names += std::string(member.name.text()) + " ";
  CHECK(names ==
        "schema_version auth_method assurance_class capture_claim capture_proof checks replay_protection ");
  CHECK(at(made.claim, {"capture_proof"}).is_null());
  std::size_t position = 0;
  for (const json::Member& member : at(made.claim, {"checks"}).members())
    CHECK(member.name.text() == kMomentChecks.at(position++));
  CHECK(position == kMomentChecks.size());
}

TEST_CASE("a claim holds against its own hash and subject") {
  const Made made("dev", true, false);
  const MomentVerdict verdict = made.verify(made.claim, {claim_sha256(made.claim), kSubject});
  CHECK(verdict.valid);
  CHECK(joined(verdict.refusal_reasons) == "");
  CHECK(verdict.snapshot_hash == claim_sha256(made.claim));
  CHECK(verdict.assurance_class == kAssuranceLocal);
}

TEST_CASE("a signed claim of a trusted key holds in a secure environment") {
  const Made made("production", false, true);
  const MomentVerdict verdict = made.verify(made.claim);
  CHECK(verdict.valid);
  CHECK(verdict.assurance_class == kAssuranceTrusted);
  CHECK(verdict.capture_signature_check);
  CHECK(verdict.trusted_capture_key_check);
}

TEST_CASE("each member of a claim has its own reason to be refused for") {
  Made made("dev", true, false);
  const std::vector<Case> cases = {
      {{"schema_version"}, "\"snapchore.moment_claim.v1\"", "unsupported_moment_claim_schema"},
      {{"auth_method"}, "\"snapchore.system_context.v1\"", "unsupported_moment_claim_method"},
      {{"assurance_class"}, "\"HIGH\"", "unsupported_assurance_class"},
      {{"capture_claim", "schema_version"}, "", "unsupported_capture_claim_schema"},
      {{"capture_claim", "auth_method"}, "null", "capture_claim_method_mismatch"},
      {{"capture_claim", "capture_mode"}, "\"stubbed\"", "unsupported_capture_mode"},
      {{"capture_claim", "context_kind"}, "\"image\"", "unsupported_context_kind"},
      {{"capture_claim", "subject_kind"}, "\"file\"", "unsupported_subject_kind"},
      {{"capture_claim", "subject_sha256"}, "\"B\"", "invalid_subject_commitment"},
      {{"capture_claim", "device_id"}, "\"other\"", "device_binding_failed"},
      {{"capture_claim", "derived_device_id"}, "", "device_binding_failed"},
      {{"capture_claim", "capture_id"}, "\"17\"", "invalid_capture_id"},
      {{"capture_claim", "captured_at"}, "17", "invalid_captured_at"},
      {{"capture_claim", "system_commitment"}, "\"\"", "invalid_system_commitment"},
      {{"capture_claim", "raw_context_sha256"}, "[]", "invalid_raw_context_commitment"},
      {{"replay_protection", "backend"}, "\" \"", "missing_replay_protection_backend"},
      {{"replay_protection", "scope"}, "", "missing_replay_protection_scope"},
      {{"replay_protection", "disposition"}, "\"duplicate\"", "replay_protection_not_accepted"},
  };
  for (const Case& one : cases) {
    CAPTURE(joined(one.path));
    CHECK(made.reasons(one.path, one.text) == one.reasons);
  }
}

TEST_CASE("each of the twelve checks must be the boolean true") {
  Made made("dev", true, false);
  for (const std::string_view name : kMomentChecks) {
    const std::string reason = "failed_" + std::string(name);
    CHECK(made.reasons({"checks", std::string(name)}, "false") == reason);
    CHECK(made.reasons({"checks", std::string(name)}, "1") == reason);
    CHECK(made.reasons({"checks", std::string(name)}, "") == reason);
  }
}

TEST_CASE("a part that is missing is refused with the reasons of its empty members") {
  Made made("dev", true, false);
  CHECK(made.reasons({"capture_claim"}, "") ==
        "capture_claim_method_mismatch invalid_capture_id invalid_captured_at invalid_raw_context_commitment "
        "invalid_subject_commitment invalid_system_commitment missing_capture_claim "
        "unsupported_capture_claim_schema "
        "unsupported_capture_mode unsupported_context_kind unsupported_subject_kind");
  CHECK(
      made.reasons({"replay_protection"}, "[]") ==
      "missing_replay_protection_backend missing_replay_protection_contract missing_replay_protection_scope "
      "replay_protection_not_accepted");
  const MomentVerdict verdict = made.verify(changed(made.claim, {"checks"}, "null", made.arena));
  CHECK(verdict.refusal_reasons.size() == 1 + kMomentChecks.size());
  CHECK(holds(verdict.refusal_reasons, "missing_moment_checks"));
}

TEST_CASE("a claim that is no object is refused like an empty one") {
  Made made("dev", true, false);
  const std::vector<std::string> empty = made.verify(parse_in(made.arena, "{}")).refusal_reasons;
  CHECK(holds(empty, "missing_capture_claim"));
  for (const char* text : {"null", "[]", "\"claim\"", "17"})
    CHECK(made.verify(parse_in(made.arena, text)).refusal_reasons == empty);
}

TEST_CASE("a claim about another subject, or about none, is refused for a seal") {
  Made made("dev", true, false);
  CHECK(joined(made.verify(made.claim, {{}, std::string(64, 'c')}).refusal_reasons) ==
        "seal_subject_commitment_mismatch");
  CHECK(made.reasons({"capture_claim", "subject_kind"}, "\"capture_only\"", {{}, kSubject}) ==
        "seal_subject_not_bound");
  CHECK(made.reasons({"capture_claim", "subject_kind"}, "\"capture_only\"") == "");
}

TEST_CASE("a claim with another hash than expected is refused, and an empty expectation compares nothing") {
  const Made made("dev", true, false);
  CHECK(joined(made.verify(made.claim, {std::string(64, '0'), {}}).refusal_reasons) ==
        "moment_claim_hash_mismatch");
  CHECK(made.verify(made.claim, {"", {}}).valid);
}

TEST_CASE("a secure environment needs a device, a durable store and a trusted signature") {
  Made made("production", false, true);
  CHECK(made.reasons({"replay_protection", "durable"}, "false") == "durable_replay_store_required");
  CHECK(made.reasons({"assurance_class"}, "\"LOCAL_SOFTWARE_CONTEXT\"") ==
        "local_assurance_for_secure_environment");
  // The mode is signed, so the signature breaks with it.
  CHECK(made.reasons({"capture_claim", "capture_mode"}, "\"simulate\"") ==
        "capture_key_untrusted capture_signature_invalid insecure_capture_mode_for_secure_environment");
}

TEST_CASE("trusted assurance without a trusted signature is refused everywhere") {
  Made made("dev", false, true);
  CHECK(made.reasons({"capture_proof"}, "null") == "capture_key_untrusted capture_signature_invalid");
  const MomentVerdict untrusted = verify_moment_claim(made.claim, {}, TrustedKeys());
  CHECK(joined(untrusted.refusal_reasons) == "capture_key_untrusted");
  CHECK(untrusted.capture_signature_check);
}

TEST_CASE("calling a secure environment by another name does not help a signed claim") {
  Made made("production", false, true);
  CHECK(made.reasons({"capture_claim", "environment"}, "\"dev\"") ==
        "capture_key_untrusted capture_signature_invalid");
}

TEST_CASE("a change anywhere in a claim breaks its hash") {
  Made made("production", false, true);
  const MomentExpectation expected{claim_sha256(made.claim), kSubject};
  REQUIRE(made.verify(made.claim, expected).valid);
  std::vector<Path> leaves;
  collect_leaves(made.claim, {}, leaves);
  CHECK(leaves.size() == 3 + 13 + 6 + 12 + 4);
  for (const Path& path : leaves) {
    CAPTURE(joined(path));
    const json::Value forged = changed(made.claim, path, altered(leaf(made.claim, path)), made.arena);
    CHECK(holds(made.verify(forged, expected).refusal_reasons, "moment_claim_hash_mismatch"));
    const json::Value shorter = changed(made.claim, path, "", made.arena);
    CHECK(holds(made.verify(shorter, expected).refusal_reasons, "moment_claim_hash_mismatch"));
  }
  CHECK_FALSE(made.verify(changed(made.claim, {"note"}, "1", made.arena), expected).valid);
}

TEST_CASE("what a forger can change in a signed claim and hash anew is three words that prove nothing") {
  Made made("production", false, true);
  std::vector<Path> leaves;
  collect_leaves(made.claim, {}, leaves);
  std::string survivors;
  for (const Path& path : leaves) {
    const json::Value forged = changed(made.claim, path, altered(leaf(made.claim, path)), made.arena);
    if (made.verify(forged, {claim_sha256(forged), kSubject}).valid) survivors += joined(path) + "; ";
  }
  CHECK(survivors == "capture_proof key_id; replay_protection backend; replay_protection scope; ");
}

TEST_CASE("a capture id may be any spelling of a UUID that Python's uuid module takes") {
  Made made("dev", true, false);
  const std::string hex = "4c57c3959061446db37d6d536c70458e";
  for (const std::string& good : {hex, "{" + hex + "}", "urn:uuid:" + hex,
                                  std::string("4C57C395-9061-446d-b37d-6d536c70458E"), "-" + hex + "--"}) {
    CAPTURE(good);
    CHECK(made.reasons({"capture_claim", "capture_id"}, "\"" + good + "\"") == "");
  }
  for (const std::string& bad :
       {hex + "0", hex.substr(1), "g" + hex.substr(1), std::string("{}"), std::string()}) {
    CAPTURE(bad);
    CHECK(made.reasons({"capture_claim", "capture_id"}, "\"" + bad + "\"") == "invalid_capture_id");
  }
}

TEST_CASE("a digest written as a number passes as its digits") {
  Made made("dev", true, false);
  CHECK(made.reasons({"capture_claim", "system_commitment"}, std::string(64, '1')) == "");
  CHECK(made.reasons({"capture_claim", "system_commitment"}, std::string(63, '1')) ==
        "invalid_system_commitment");
}

TEST_CASE("a claim that cannot be hashed is refused and has no hash") {
  Made made("dev", true, false);
  const MomentVerdict verdict = made.verify(changed(made.claim, {"note"}, "NaN", made.arena));
  CHECK(joined(verdict.refusal_reasons) == "moment_claim_not_canonical");
  CHECK(verdict.snapshot_hash == "");
}

TEST_CASE("a verdict is written in the order of the wire") {
  Made made("dev", true, false);
  const MomentVerdict verdict = made.verify(changed(made.claim, {"assurance_class"}, "\"X\"", made.arena));
  CHECK(json::to_compact(verdict.to_json(made.arena)) ==
        "{\"valid\":false,\"snapshot_hash\":\"" + verdict.snapshot_hash +
            "\",\"assurance_class\":\"X\",\"capture_signature_check\":false,\"trusted_capture_key_check\":"
            "false,"
            "\"refusal_reasons\":[\"unsupported_assurance_class\"]}");
}
