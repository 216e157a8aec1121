#include "core/sbn/rules_seal.hpp"

#include <doctest/doctest.h>

#include "core/sbn/moment.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

// Makes, seals, reads and judges blocks with facts that a test may change.
struct Bench {
  json::Arena arena;
  FixedClock clock;
  CountingRandom random;
  HostFacts host = sample_host();
  MomentPolicy policy;
  std::unique_ptr<ReplayStore> replay = std::make_unique<MemoryReplayStore>();

  SmartBlock make(std::string_view payload) {
    return make_block(parse_in(arena, payload), "general", "event", {clock.time, random}, arena);
  }
  void seal_block(SmartBlock& block) { seal(block, {clock, random, host, policy, *replay}, arena); }
  SmartBlock sealed(std::string_view payload) {
    SmartBlock block = make(payload);
    seal_block(block);
    return block;
  }
  SmartBlock load(std::string_view text) {
    return block_from_json(parse_in(arena, text), {clock.time, random}, arena);
  }
  // What a reader of the written block sees.
  SmartBlock reloaded(const SmartBlock& block) { return load(json::to_indented(to_json(block, arena))); }
  BlockVerdict judge(const SmartBlock& block) { return verify(block, policy.trusted, arena); }
  std::string reasons(const SmartBlock& block) { return joined(judge(block).reasons); }
  // The block with a member changed, its hash left as it is.
  SmartBlock tampered(const SmartBlock& block, const std::vector<std::string>& path, std::string_view text) {
    return load(json::to_compact(changed(to_json(block, arena), path, text, arena)));
  }
  // The same, hashed anew as anybody can.
  SmartBlock forged(const SmartBlock& block, const std::vector<std::string>& path, std::string_view text) {
    SmartBlock forgery = tampered(block, path, text);
    forgery.snapchore_hash = json::Value::string(arena, judge(forgery).recomputed_hash);
    return forgery;
  }
  void trust_and_sign() {
    policy.signer = CaptureSigner{signing_key(7), ""};
    policy.trusted.add(policy.signer->key.public_key());
  }
};

std::string names_of(const json::Value& object) {
  std::string names;
  for (const json::Member& member : object.members())
    names += std::string(member.name.text()) + " ";
  return names;
}

}  // namespace

TEST_CASE("a sealed block ends in its hash and its metadata in the moment proof") {
  Bench bench;
  const SmartBlock block = bench.sealed("{}");
  CHECK(names_of(to_json(block, bench.arena)) ==
        "id domain type payload metadata metrics created_at snapchore_hash ");
  CHECK(names_of(block.metadata) == "snapchore_moment_hash snapchore_moment_claim snapchore_validation ");
  CHECK(is_sha256(block.snapchore_hash.text()));
}

TEST_CASE("what is sealed verifies after writing and reading, whatever the payload") {
  for (const char* payload :
       {"{}", "[1,[2,{}]]", "\"text\"", "5", "1.5", "true", "-1e-13", "123456789012345678901234567890",
        "[null]", R"({"":"","\u0000":"\u001f","\uffff":1,"\ud83d\ude00":2,"\u00e9":"e\u0301"})",
        R"({"timestamp":"volatile","hash":{"deep":[NaN,1e999,"\ud800"]},"kept":1})",
        R"({"snapchore_moment_hash":"mine","list":[{"snapchore_validation":1,"post_metrics_snap_hash":2}]})",
        R"({"canon_version":null,"metadata":{"snapchore_context":1}})", R"({"a":1,"b":2,"a":3})"}) {
    for (const bool skip_auth : {true, false}) {
      CAPTURE(payload);
      Bench bench;
      bench.policy.skip_auth = skip_auth;
      const SmartBlock block = bench.sealed(payload);
      CHECK(bench.reasons(block) == "");
      const SmartBlock again = bench.reloaded(block);
      CHECK(bench.judge(again).valid);
      CHECK(bench.judge(again).moment.has_value() == !skip_auth);
      CHECK(to_json(again, bench.arena).find("snapchore_hash")->text() == block.snapchore_hash.text());
    }
  }
}

TEST_CASE("content without an SVP-1.0 hash cannot be sealed, and nothing of the block is changed") {
  for (const auto& [payload, code] : std::initializer_list<std::pair<std::string, std::string>>{
           {R"({"a":NaN})", "number_out_of_range"},
           {R"({"a":1e16})", "number_out_of_range"},
           {R"({"a":"\ud800"})", "lone_surrogate"},
           {R"({"\ud800":1})", "lone_surrogate"},
           {std::string(60, '[') + std::string(60, ']'), "too_deep"},
           // Outside the seal subject, but covered by the hash.
           {R"({"snapchore_moment_claim":{"a":1e16}})", "number_out_of_range"}}) {
    for (const bool skip_auth : {true, false}) {
      CAPTURE(payload);
      Bench bench;
      bench.policy.skip_auth = skip_auth;
      SmartBlock block = bench.make(payload);
      CHECK(error_of([&] { bench.seal_block(block); }).code() == code);
      CHECK(block.snapchore_hash.is_null());
      CHECK(json::to_compact(block.metadata) == "{}");
    }
  }
}

TEST_CASE("a block is as deep as SVP-1.0 allows and no deeper") {
  Bench bench;
  bench.policy.skip_auth = true;
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '[') + "1" + std::string(levels, ']');
  };
  // The payload is at depth 1, so its innermost value is at 1 + levels.
  CHECK(bench.judge(bench.sealed(nested(49))).valid);
  CHECK(error_of([&] { bench.sealed(nested(50)); }).code() == "too_deep");
}

TEST_CASE("a change of any covered member is seen") {
  Bench bench;
  const SmartBlock block = bench.sealed(R"({"a":{"b":[1]}})");
  REQUIRE(bench.judge(block).valid);
  for (const std::vector<std::string>& path :
       std::vector<std::vector<std::string>>{{"id"},
                                             {"domain"},
                                             {"type"},
                                             {"payload"},
                                             {"payload", "a"},
                                             {"payload", "a", "b"},
                                             {"payload", "new"},
                                             {"metadata"},
                                             {"metadata", "new"},
                                             {"metadata", "snapchore_moment_hash"},
                                             {"metadata", "snapchore_moment_claim"},
                                             {"metadata", "snapchore_moment_claim", "checks"},
                                             {"metrics"},
                                             {"metrics", "new"},
                                             {"snapchore_hash"}}) {
    CAPTURE(joined(path));
    CHECK(bench.reasons(bench.tampered(block, path, "\"changed\"")) == "hash_mismatch");
  }
  CHECK(bench.reasons(bench.tampered(block, {"payload"}, "")) == "hash_mismatch");
  CHECK(bench.reasons(bench.tampered(block, {"snapchore_hash"}, "")) == "not_sealed");
}

TEST_CASE("volatile members may be changed by anyone") {
  Bench bench;
  const SmartBlock block = bench.sealed(R"({"timestamp":1,"kept":1})");
  CHECK(bench.judge(bench.tampered(block, {"created_at"}, "\"another day\"")).valid);
  CHECK(bench.judge(bench.tampered(block, {"payload", "timestamp"}, "2")).valid);
  CHECK(bench.judge(bench.tampered(block, {"payload", "signature"}, "\"added\"")).valid);
}

TEST_CASE("every member of a moment claim is covered by the block's hash") {
  Bench bench;
  bench.trust_and_sign();
  bench.policy.simulate = false;
  const SmartBlock block = bench.sealed("{}");
  std::size_t seen = 0;
  const auto check = [&](const auto& self, const json::Value& value,
                         const std::vector<std::string>& path) -> void {
    for (const json::Member& member : value.members()) {
      std::vector<std::string> inner = path;
      inner.emplace_back(member.name.text());
      if (member.value.is_object()) {
        self(self, member.value, inner);
        continue;
      }
      ++seen;
      CAPTURE(joined(inner));
      CHECK(bench.reasons(bench.tampered(block, inner, "\"changed\"")) == "hash_mismatch");
      CHECK_FALSE(bench.judge(bench.forged(block, inner, "\"changed\"")).valid);
    }
  };
  check(check, at(block.metadata, {"snapchore_moment_claim"}), {"metadata", "snapchore_moment_claim"});
  CHECK(seen == 3 + 13 + 6 + 12 + 4);
}

TEST_CASE("a block that was changed and hashed anew still fails its moment claim") {
  Bench bench;
  const SmartBlock block = bench.sealed(R"({"a":1})");
  for (const std::vector<std::string>& path : std::vector<std::vector<std::string>>{
           {"id"}, {"domain"}, {"type"}, {"payload", "a"}, {"metrics", "m"}}) {
    CAPTURE(joined(path));
    CHECK(bench.reasons(bench.forged(block, path, "\"changed\"")) == "seal_subject_commitment_mismatch");
  }
}

TEST_CASE("a moment claim of one block does not fit another") {
  Bench bench;
  const SmartBlock first = bench.sealed(R"({"a":1})");
  const SmartBlock second = bench.sealed(R"({"a":2})");
  const SmartBlock swapped = bench.forged(second, {"metadata"}, json::to_compact(first.metadata));
  CHECK(bench.reasons(swapped) == "seal_subject_commitment_mismatch");
}

TEST_CASE("a moment hash needs something that it is the hash of") {
  Bench bench;
  const SmartBlock block = bench.sealed("{}");
  SmartBlock bare = bench.forged(block, {"metadata", "snapchore_moment_claim"}, "");
  CHECK(bench.judge(bare).valid);  // the validation record stands in for the claim, as on the network
  bare = bench.forged(bare, {"metadata", "snapchore_validation"}, "");
  CHECK(bench.reasons(bare) == "missing_moment_proof");
  CHECK(bench.reasons(bench.forged(bare, {"metadata", "snapchore_moment_hash"}, "null")) == "");
}

TEST_CASE("a validation record must be positive and about the same moment") {
  Bench bench;
  const SmartBlock block = bench.sealed("{}");
  const auto with = [&](const char* name, const char* text) {
    return bench.reasons(bench.tampered(block, {"metadata", "snapchore_validation", name}, text));
  };
  CHECK(with("valid", "false") == "validation_negative");
  CHECK(with("valid", "") == "validation_negative");
  CHECK(with("valid", "1") == "");
  CHECK(with("snapshot_hash", "\"other\"") == "validation_mismatch");
  CHECK(with("snapshot_hash", "null") == "validation_mismatch");
  CHECK(bench.reasons(bench.tampered(block, {"metadata", "snapchore_validation"}, "\"yes\"")) ==
        "validation_negative validation_mismatch");
  CHECK(bench.reasons(bench.tampered(block, {"metadata", "snapchore_validation"}, "null")) == "");
}

TEST_CASE("a moment hash that is not the claim's is refused") {
  Bench bench;
  const SmartBlock block = bench.sealed("{}");
  CHECK(bench.reasons(bench.forged(block, {"metadata", "snapchore_moment_hash"}, "\"0\"")) ==
        "moment_claim_hash_mismatch validation_mismatch");
}

TEST_CASE("a block without a hash is not sealed, and an empty object gets an id and the defaults") {
  Bench bench;
  const SmartBlock block = bench.load("{}");
  CHECK(bench.reasons(block) == "not_sealed");
  CHECK(block.id.text() == "01020304-0506-4708-890a-0b0c0d0e0f10");
  CHECK(block.domain.text() == "general");
  CHECK(block.type.text() == "event");
  CHECK(block.snapchore_hash.is_null());
  CHECK(bench.load(R"({"id":null})").id.text() == "11121314-1516-4718-991a-1b1c1d1e1f20");
  CHECK(bench.reasons(bench.load(R"({"snapchore_hash":""})")) == "not_sealed");
}

TEST_CASE("a hash of another kind or case does not hold") {
  Bench bench;
  SmartBlock block = bench.sealed("{}");
  std::string upper(block.snapchore_hash.text());
  for (char& c : upper)
    c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(bench.reasons(bench.tampered(block, {"snapchore_hash"}, "\"" + upper + "\"")) == "hash_mismatch");
  CHECK(bench.reasons(bench.tampered(block, {"snapchore_hash"}, "5")) == "hash_mismatch");
}

TEST_CASE("a loaded block whose content has no hash is not valid and not a fault") {
  Bench bench;
  const SmartBlock block = bench.load(R"({"payload":{"a":NaN},"snapchore_hash":"x"})");
  CHECK(bench.reasons(block) == "not_canonical");
  CHECK(bench.judge(block).recomputed_hash == "");
}

TEST_CASE("metadata that is no object can be hashed but holds no proof") {
  Bench bench;
  SmartBlock block = bench.load(R"({"id":"a","metadata":[1]})");
  CHECK(error_of([&] { bench.seal_block(block); }).code() == "bad_metadata");
  bench.policy.skip_auth = true;
  bench.seal_block(block);
  CHECK(bench.reasons(block) == "bad_metadata");
}

TEST_CASE("sealing a sealed block again changes nothing") {
  Bench bench;
  SmartBlock block = bench.sealed("{}");
  const std::string before = json::to_compact(to_json(block, bench.arena));
  bench.seal_block(block);
  CHECK(json::to_compact(to_json(block, bench.arena)) == before);
}

TEST_CASE("sealing a block that was changed since it was sealed is refused") {
  Bench bench;
  SmartBlock changed_block = bench.tampered(bench.sealed("{}"), {"payload"}, "{\"a\":1}");
  const Error error = error_of([&] { bench.seal_block(changed_block); });
  CHECK(error.category() == Category::verification);
  CHECK(error.code() == "hash_mismatch");
  SmartBlock forgery = bench.forged(bench.sealed("{}"), {"payload"}, "{\"a\":1}");
  CHECK(error_of([&] { bench.seal_block(forgery); }).code() == "moment_mismatch");
}

TEST_CASE("a moment proof that was there before sealing is replaced in its place") {
  Bench bench;
  SmartBlock block = bench.load(R"({"metadata":{"snapchore_moment_hash":"old","tag":1}})");
  bench.seal_block(block);
  CHECK(names_of(block.metadata) == "snapchore_moment_hash tag snapchore_moment_claim snapchore_validation ");
  CHECK(bench.judge(bench.reloaded(block)).valid);
}

TEST_CASE("a refused moment is a policy fault with its reasons, and the block stays unsealed") {
  Bench bench;
  bench.policy.environment = "production";
  SmartBlock block = bench.make("{}");
  const Error error = error_of([&] { bench.seal_block(block); });
  CHECK(error.category() == Category::policy);
  CHECK(error.code() == "moment_refused");
  CHECK(error.message() ==
        "the moment proof is refused: capture_signature_required, durable_replay_store_required, "
        "insecure_capture_mode_for_secure_environment, policy_violation, trusted_capture_key_required");
  REQUIRE(error.details().size() == 1);
  CHECK(error.details()[0].name == "refusal_reasons");
  CHECK(std::get<std::string>(error.details()[0].value) ==
        "capture_signature_required, durable_replay_store_required, "
        "insecure_capture_mode_for_secure_environment, "
        "policy_violation, trusted_capture_key_required");
  CHECK(block.snapchore_hash.is_null());
  CHECK(json::to_compact(block.metadata) == "{}");
}

TEST_CASE("a payload that asks for an unknown method is refused with a hint at the member") {
  Bench bench;
  SmartBlock block = bench.make(R"({"auth_method":"password"})");
  const Error error = error_of([&] { bench.seal_block(block); });
  CHECK(error.code() == "moment_refused");
  CHECK(error.message().find("unsupported_auth_method") != std::string::npos);
  CHECK(error.hint().find("password") != std::string::npos);
}

TEST_CASE("a payload may ask for the method that is used anyway") {
  Bench bench;
  CHECK(bench.judge(bench.sealed(R"({"moment_auth":{"method":"snapchore.local_system_context.v2"}})")).valid);
}

TEST_CASE("a replay store that fails is named in the fault") {
  const TemporaryFolder folder;
  folder.put("file", "x");
  Bench bench;
  bench.replay = make_replay_store(folder.file("file/replay.db"));
  const Error error = error_of([&] { bench.sealed("{}"); });
  CHECK(error.message() == "the moment proof is refused: replay_store_unavailable");
  CHECK(error.hint().find(folder.file("file")) != std::string::npos);
}

TEST_CASE("skipping the proof seals without one, and is forbidden in every secure environment") {
  Bench bench;
  bench.policy.skip_auth = true;
  CHECK(json::to_compact(bench.sealed("{}").metadata) == "{}");
  for (const char* environment : {"prod", "production", "stage", "staging", "production-eu"}) {
    CAPTURE(environment);
    bench.policy.environment = environment;
    const Error error = error_of([&] { bench.sealed("{}"); });
    CHECK(error.category() == Category::policy);
    CHECK(error.code() == "skip_auth_forbidden");
  }
}

TEST_CASE(
    "in a secure environment a seal succeeds with all of device, trusted key and durable store, and else "
    "not") {
  const TemporaryFolder folder;
  int succeeded = 0;
  for (int choice = 0; choice < 16; ++choice) {
    Bench bench;
    bench.policy.environment = "production";
    bench.policy.simulate = (choice & 1) == 0;
    if ((choice & 2) != 0) bench.policy.signer = CaptureSigner{signing_key(7), ""};
    if ((choice & 4) != 0) bench.policy.trusted.add(signing_key(7).public_key());
    if ((choice & 8) != 0) bench.replay = make_replay_store(folder.file("replay.db"));
    CAPTURE(choice);
    SmartBlock block = bench.make("{\"a\":1}");
    const Error error = error_of([&] { bench.seal_block(block); });
    CHECK(error.code() == (choice == 15 ? "none" : "moment_refused"));
    if (choice != 15) continue;
    ++succeeded;
    const BlockVerdict verdict = bench.judge(bench.reloaded(block));
    CHECK(verdict.valid);
    REQUIRE(verdict.moment.has_value());
    CHECK(verdict.moment->assurance_class == "TRUSTED_RUNTIME_SIGNED_CONTEXT");
    CHECK(at(block.metadata, {"snapchore_moment_claim", "replay_protection", "backend"}).text() == "sqlite");
    CHECK(joined(verify(block, TrustedKeys(), bench.arena).reasons) == "capture_key_untrusted");
  }
  CHECK(succeeded == 1);
}

TEST_CASE("outside secure environments every choice of key and store seals") {
  const TemporaryFolder folder;
  for (const char* environment : {"dev", "qa", "preprod"}) {
    for (int choice = 0; choice < 16; ++choice) {
      Bench bench;
      bench.policy.environment = environment;
      bench.policy.simulate = (choice & 1) == 0;
      if ((choice & 2) != 0) bench.policy.signer = CaptureSigner{signing_key(7), ""};
      if ((choice & 4) != 0) bench.policy.trusted.add(signing_key(7).public_key());
      if ((choice & 8) != 0)
        bench.replay = make_replay_store(folder.file(environment + std::to_string(choice)));
      CAPTURE(choice);
      CHECK(bench.judge(bench.sealed("{}")).valid);
    }
  }
}

TEST_CASE("the seal subject leaves out what a seal adds, at every depth, and volatile members") {
  Bench bench;
  const auto subject = [&](std::string_view text) {
    return seal_subject_sha256(parse_in(bench.arena, text), bench.arena);
  };
  const std::string plain = subject(R"({"a":{"b":[{"c":1}]},"d":[]})");
  CHECK(subject(R"({"a":{"b":[{"c":1,"snapchore_moment_claim":{}}],"snapchore_validation":1},)"
                R"("snapchore_moment_hash":"x","d":[],"post_metrics_snap_hash":2,"snapchore_context":3})") ==
        plain);
  CHECK(subject(R"({"a":{"b":[{"c":1,"timestamp":9}]},"d":[]})") == plain);
  CHECK(subject(R"({"a":{"b":[{"c":1},{}]},"d":[]})") != plain);
  CHECK(subject(R"({"a":{"b":[{"c":1}]},"d":[1]})") != plain);
}
