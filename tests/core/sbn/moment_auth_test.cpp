#include "core/sbn/moment_auth.hpp"

#include <doctest/doctest.h>

#include "core/sbn/legacy_moment.hpp"
#include "core/sbn/moment.hpp"
#include "core/sbn/moment_claim.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

const std::string kSubject(64, 'b');

// A sealer's facts, all in order; a test breaks one of them.
struct Sealer {
  json::Arena arena;
  CountingRandom random;
  HostFacts host = sample_host();
  MomentPolicy policy;
  ClaimedStore store;
  MomentRequest request;
  Instant now = kNoon;

  explicit Sealer(const std::string& environment = "dev") {
    policy.environment = environment;
    policy.simulate = false;
    policy.signer = CaptureSigner{signing_key(7), ""};
    policy.trusted.add(policy.signer->key.public_key());
    request.subject_sha256 = kSubject;
    capture();
  }

  void capture(Instant when = kNoon) {
    request.context = capture_context({when, host, policy, random}, kSubject, arena);
  }
  void change(const std::vector<std::string>& path, std::string_view text) {
    request.context = changed(request.context, path, text, arena);
  }
  // A change that an honest capture would have had: the claim and its proof are made for it.
  void change_and_sign(const std::vector<std::string>& path, std::string_view text) {
    change(path, text);
    const json::Value claim = *build_capture_claim(request.context, arena);
    request.context = json::with_member(request.context, "capture_claim", claim, arena);
    const json::Value proof = sign_capture_claim(claim, *policy.signer, arena);
    request.context = json::with_member(request.context, "capture_proof", proof, arena);
  }
  // What a version 1 tool captures.
  void make_legacy() {
    for (const char* name : {"capture_claim", "capture_proof", "capture_id"})
      change({name}, "");
    request.subject_sha256.reset();
  }
  MomentAnswer ask() { return authenticate_moment(request, now, policy, store, arena); }
  std::string reasons() { return joined(ask().refusal_reasons); }
};

}  // namespace

TEST_CASE("a fresh capture is valid, and its claim verifies under the hash that is answered") {
  Sealer sealer;
  const MomentAnswer answer = sealer.ask();
  CHECK(answer.valid);
  CHECK(joined(answer.refusal_reasons) == "");
  CHECK(answer.snapshot_hash == claim_sha256(answer.moment_claim));
  CHECK(verify_moment_claim(answer.moment_claim, {answer.snapshot_hash, kSubject}, sealer.policy.trusted)
            .valid);
  CHECK(sealer.store.consumed.size() == 1);
}

TEST_CASE("a sealer without a key answers with local assurance and no proof") {
  Sealer sealer;
  sealer.policy.signer.reset();
  sealer.capture();
  const MomentAnswer answer = sealer.ask();
  CHECK(answer.valid);
  CHECK(at(answer.moment_claim, {"assurance_class"}).text() == kAssuranceLocal);
  CHECK(at(answer.moment_claim, {"capture_proof"}).is_null());
}

TEST_CASE("a signature counts as trusted assurance only when its key is trusted") {
  Sealer sealer;
  CHECK(at(sealer.ask().validation, {"assurance_class"}).text() == kAssuranceTrusted);
  sealer.policy.trusted = TrustedKeys();
  const MomentAnswer answer = sealer.ask();
  CHECK(answer.valid);
  CHECK(at(answer.validation, {"assurance_class"}).text() == kAssuranceLocal);
  CHECK(at(answer.validation, {"capture_signature_check"}).as_boolean());
}

TEST_CASE("the validation has the members of a recorded one in its order") {
  const json::Document file =
      json::parse(read_file(TEST_DATA "/vectors/sbn/chains_seals_moments.json"), json::kAsPython);
  Sealer sealer;
  const json::Value ours = sealer.ask().validation;
  bool found = false;
  for (const json::Value& entry : at(file.root, {"vectors"}).items()) {
    if (at(entry, {"kind"}).text() != "smartblock_moment") continue;
    found = true;
    const json::Value& recorded = at(entry, {"block", "metadata", "snapchore_validation"});
    REQUIRE(ours.members().size() == recorded.members().size());
    for (std::size_t i = 0; i < ours.members().size(); ++i) {
      CHECK(ours.members()[i].name.text() == recorded.members()[i].name.text());
      CHECK(ours.members()[i].value.kind() == recorded.members()[i].value.kind());
    }
  }
  CHECK(found);
}

TEST_CASE("a refused capture has no claim and no hash, and consumes nothing") {
  Sealer sealer;
  sealer.change({"expected_hash"}, "\"other\"");
  const MomentAnswer answer = sealer.ask();
  CHECK_FALSE(answer.valid);
  CHECK(answer.moment_claim.is_null());
  CHECK(answer.snapshot_hash == "");
  CHECK(sealer.store.consumed.empty());
  CHECK(at(answer.validation, {"snapshot_hash"}).is_null());
  CHECK(at(answer.validation, {"replay_protection_disposition"}).text() == "not_eligible");
}

TEST_CASE("a capture is fresh up to the allowed drift on either side, and a microsecond more is stale") {
  Sealer sealer;
  for (const auto& [offset, fresh] :
       std::initializer_list<std::pair<microseconds, bool>>{{seconds(10), true},
                                                            {seconds(10) + microseconds(1), false},
                                                            {-seconds(10), true},
                                                            {-seconds(10) - microseconds(1), false}}) {
    CAPTURE(offset.count());
    sealer.now = kNoon + offset;
    const MomentAnswer answer = sealer.ask();
    CHECK(answer.valid == fresh);
    CHECK(joined(answer.refusal_reasons) == (fresh ? "" : "stale_capture"));
  }
}

TEST_CASE("the allowed drift is the policy's, and a negative one lets nothing pass") {
  Sealer sealer;
  sealer.now = kNoon + seconds(60);
  CHECK(sealer.reasons() == "stale_capture");
  sealer.policy.time_drift_seconds = 60;
  CHECK(sealer.ask().valid);
  sealer.now = kNoon;
  sealer.policy.time_drift_seconds = -1;
  CHECK(sealer.reasons() == "stale_capture");
}

TEST_CASE("a capture is remembered until it cannot be fresh any more, also one dated ahead") {
  Sealer sealer;
  sealer.ask();
  CHECK(sealer.store.last_expiry == kNoon + seconds(10) + kReplayMargin);
  sealer.capture(kNoon + seconds(8));
  CHECK(sealer.ask().valid);
  CHECK(sealer.store.last_expiry == kNoon + seconds(18) + kReplayMargin);
  sealer.capture(kNoon - seconds(8));
  sealer.ask();
  CHECK(sealer.store.last_expiry == kNoon + seconds(10) + kReplayMargin);
}

TEST_CASE("a capture dated ahead cannot be replayed while it is fresh") {
  Sealer sealer;
  MemoryReplayStore store;
  sealer.capture(kNoon + seconds(10));
  CHECK(authenticate_moment(sealer.request, kNoon, sealer.policy, store, sealer.arena).valid);
  for (const int later : {1, 10, 11, 19, 20}) {
    CAPTURE(later);
    const MomentAnswer answer =
        authenticate_moment(sealer.request, kNoon + seconds(later), sealer.policy, store, sealer.arena);
    CHECK(joined(answer.refusal_reasons) == "capture_replayed");
  }
  CHECK(holds(authenticate_moment(sealer.request, kNoon + seconds(21), sealer.policy, store, sealer.arena)
                  .refusal_reasons,
              "stale_capture"));
}

TEST_CASE("a capture that is used again is refused by either store") {
  const TemporaryFolder folder;
  for (const std::string& path : {std::string(), folder.file("replay.db")}) {
    CAPTURE(path);
    Sealer sealer;
    const std::unique_ptr<ReplayStore> store = make_replay_store(path);
    CHECK(authenticate_moment(sealer.request, kNoon, sealer.policy, *store, sealer.arena).valid);
    const MomentAnswer again =
        authenticate_moment(sealer.request, kNoon, sealer.policy, *store, sealer.arena);
    CHECK(joined(again.refusal_reasons) == "capture_replayed");
    CHECK(at(again.validation, {"replay_protection_disposition"}).text() == "duplicate");
    CHECK(at(again.validation, {"replay_protection_error"}).is_null());
  }
}

TEST_CASE("white space around a capture id does not make it another") {
  Sealer sealer;
  sealer.change_and_sign({"capture_id"}, "\" 4c57c395-9061-446d-b37d-6d536c70458e \"");
  CHECK(sealer.ask().valid);
  CHECK(sealer.store.consumed.at(0) == "4c57c395-9061-446d-b37d-6d536c70458e");
}

TEST_CASE("a replay store that cannot decide refuses the capture and says why") {
  Sealer sealer;
  sealer.store.answer = {Consumption::Outcome::unavailable, "the disk is gone"};
  const MomentAnswer answer = sealer.ask();
  CHECK(joined(answer.refusal_reasons) == "replay_store_unavailable");
  CHECK(answer.replay_fault == "the disk is gone");
  CHECK(at(answer.validation, {"replay_protection_error"}).text() == "replay_store_unavailable");
  CHECK(at(answer.validation, {"replay_protection_disposition"}).text() == "store_unavailable");
}

TEST_CASE("without replay protection a capture is refused and consumes nothing") {
  Sealer sealer;
  sealer.request.enforce_replay = false;
  const MomentAnswer answer = sealer.ask();
  CHECK(joined(answer.refusal_reasons) == "replay_protection_not_applied");
  CHECK(at(answer.validation, {"replay_protection_disposition"}).text() == "not_applied");
  CHECK(sealer.store.consumed.empty());
}

TEST_CASE("a context changed after its claim was made is refused") {
  for (const char* name : {"environment", "capture_id", "subject_sha256", "capture_mode", "extra"}) {
    CAPTURE(name);
    Sealer sealer;
    sealer.change({name}, name == std::string("capture_mode") ? "\"simulate\"" : "\"0\"");
    CHECK(sealer.reasons() == "capture_claim_mismatch policy_violation");
  }
}

TEST_CASE("every member of a capture claim is held against the context") {
  const Sealer whole;
  const json::Value& claim = at(whole.request.context, {"capture_claim"});
  CHECK(claim.members().size() == 13);
  for (const json::Member& member : claim.members()) {
    Sealer sealer;
    const std::string name(member.name.text());
    CAPTURE(name);
    sealer.change({"capture_claim", name}, "\"" + std::string(member.value.text()) + "0\"");
    const MomentAnswer answer = sealer.ask();
    // Another method in the claim governs itself, and is then not known.
    const bool other_method = name == "auth_method";
    CHECK(holds(answer.refusal_reasons, other_method ? "unsupported_auth_method" : "capture_claim_mismatch"));
    CHECK_FALSE(answer.valid);
  }
}

TEST_CASE("each member a capture needs is missed") {
  for (const char* name :
       {"device_timestamp", "device_id", "environment", "expected_hash", "capture_id", "capture_claim"}) {
    for (const char* text : {"", "null", "\"\""}) {
      Sealer sealer;
      sealer.request.auth_method = std::string(kLocalSystemContextV2);
      sealer.change({name}, text);
      CAPTURE(name);
      const MomentAnswer answer = sealer.ask();
      CHECK(holds(answer.refusal_reasons, "missing_required_fields"));
      CHECK(json::to_compact(at(answer.validation, {"missing_fields"})) == "[\"" + std::string(name) + "\"]");
    }
  }
}

TEST_CASE("each member of system_meta that makes the device id is missed") {
  for (const char* name : {"hw_fingerprint", "hostname_hash", "os", "arch", "cpu_count"}) {
    Sealer sealer;
    sealer.change({"system_meta", name}, "");
    CAPTURE(name);
    const MomentAnswer answer = sealer.ask();
    CHECK(joined(answer.refusal_reasons) ==
          "capture_claim_mismatch device_binding_failed expected_hash_mismatch missing_system_fields "
          "policy_violation");
    CHECK(json::to_compact(at(answer.validation, {"missing_system_fields"})) ==
          "[\"" + std::string(name) + "\"]");
  }
}

TEST_CASE("a device id that its system_meta does not make is refused") {
  Sealer sealer;
  sealer.change_and_sign({"device_id"}, "\"snapchore-device-0\"");
  CHECK(sealer.reasons() == "device_binding_failed policy_violation");
}

TEST_CASE("an expected hash that its system_meta does not make is refused") {
  Sealer sealer;
  sealer.change_and_sign({"expected_hash"}, "\"" + std::string(64, '0') + "\"");
  CHECK(sealer.reasons() == "expected_hash_mismatch");
}

TEST_CASE("a capture for another subject, for none, or without a digest is refused for a seal") {
  Sealer sealer;
  sealer.request.subject_sha256 = std::string(64, 'c');
  CHECK(sealer.reasons() == "policy_violation seal_subject_binding_failed");
  sealer.request.subject_sha256 = kSubject;
  sealer.change_and_sign({"subject_kind"}, "\"capture_only\"");
  CHECK(sealer.reasons() == "policy_violation seal_subject_binding_failed");
  sealer.request.subject_sha256.reset();
  CHECK(sealer.ask().valid);
  sealer.change_and_sign({"subject_kind"}, "\"file\"");
  CHECK(sealer.reasons() == "policy_violation seal_subject_binding_failed");
  sealer.change_and_sign({"subject_kind"}, "\"seal_surface\"");
  sealer.change_and_sign({"subject_sha256"}, "\"B\"");
  CHECK(sealer.reasons() == "policy_violation seal_subject_binding_failed");
}

TEST_CASE("a method that is not known, or not for this mode or kind, is refused") {
  Sealer sealer;
  sealer.request.auth_method = "snapchore.local_system_context.v3";
  CHECK(sealer.reasons() == "moment_auth_version_downgrade policy_violation unsupported_auth_method");
  Sealer stubbed;
  stubbed.change_and_sign({"capture_mode"}, "\"stubbed\"");
  CHECK(stubbed.reasons() == "auth_method_capture_mode_mismatch policy_violation");
  Sealer image;
  image.change_and_sign({"context_kind"}, "\"image\"");
  CHECK(image.reasons() == "auth_method_context_kind_mismatch policy_violation");
}

TEST_CASE("a claim that names another schema does not fit the method") {
  Sealer sealer;
  sealer.change({"capture_claim", "schema_version"}, "\"snapchore.capture_claim.v3\"");
  CHECK(sealer.reasons() == "capture_claim_method_mismatch capture_claim_mismatch policy_violation");
}

TEST_CASE("a version 2 capture cannot be judged by version 1") {
  Sealer sealer;
  sealer.request.auth_method = std::string(kSystemContextV1);
  sealer.request.subject_sha256.reset();
  CHECK(sealer.reasons() == "moment_auth_version_downgrade policy_violation");
}

TEST_CASE("a version 1 capture is valid where that is allowed, and has a hash but no claim") {
  Sealer sealer;
  sealer.make_legacy();
  const MomentAnswer answer = sealer.ask();
  CHECK(answer.valid);
  CHECK(answer.moment_claim.is_null());
  CHECK(answer.snapshot_hash == legacy_moment_sha256(sealer.request.context));
  CHECK(sealer.store.consumed.empty());
  CHECK(at(answer.validation, {"replay_protection_disposition"}).text() == "not_applicable");
  CHECK(at(answer.validation, {"assurance_class"}).is_null());
}

TEST_CASE("a version 1 capture in a secure environment needs permission") {
  Sealer sealer("production");
  sealer.make_legacy();
  CHECK(sealer.reasons() == "legacy_auth_method_for_secure_environment policy_violation");
  sealer.policy.allow_legacy = true;
  CHECK(sealer.ask().valid);
}

TEST_CASE("a version 1 capture is never bound to a seal subject") {
  Sealer sealer;
  sealer.make_legacy();
  sealer.request.subject_sha256 = kSubject;
  CHECK_FALSE(at(sealer.ask().validation, {"subject_binding_check"}).as_boolean());
}

TEST_CASE("a secure environment asks for a device, a signature, a trusted key and a durable store") {
  for (const char* environment : {"prod", "production", "stage", "staging", "production-eu"}) {
    CAPTURE(environment);
    Sealer sealer(environment);
    CHECK(sealer.ask().valid);

    sealer.store.is_durable = false;
    CHECK(sealer.reasons() == "durable_replay_store_required policy_violation");
    sealer.store.is_durable = true;
    sealer.policy.trusted = TrustedKeys();
    CHECK(sealer.reasons() == "policy_violation trusted_capture_key_required");
    sealer.policy.signer.reset();
    sealer.capture();
    CHECK(sealer.reasons() == "capture_signature_required policy_violation trusted_capture_key_required");
    sealer.policy.simulate = true;
    sealer.capture();
    CHECK(sealer.reasons() ==
          "capture_signature_required insecure_capture_mode_for_secure_environment policy_violation "
          "trusted_capture_key_required");
  }
}

TEST_CASE("contexts of any shape are refused and not a fault") {
  for (const char* text : {"null", "[]", "\"x\"", "{}", "{\"capture_claim\":[],\"system_meta\":3}"}) {
    CAPTURE(text);
    Sealer sealer;
    sealer.request.context = parse_in(sealer.arena, text);
    CHECK(holds(sealer.ask().refusal_reasons, "missing_required_fields"));
  }
}
