#include "core/paybond/evidence.hpp"

#include "core/paybond/seed.hpp"
#include "core/paybond/sign_request.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

SignedEvidence sign(const std::string& text, unsigned version) {
  const json::Document document = json::parse(text);
  const EvidenceRequest request = read_evidence_request(document.root);
  SeedKeys keys;
  return EvidenceSigner().sign(request.input, version, keys.of_hex(request.secret_seed_hex.value()));
}

void check_vectors(const std::string& file, unsigned version) {
  for (const auto& vector : read_vectors(file)) {
    CAPTURE(vector.at("id"));
    const std::string input = vector.at("input").dump();
    if (vector.contains("error")) {
      CHECK_NE(error_code([&] { sign(input, version); }), "");
      continue;
    }
    const auto& expect = vector.at("expect");
    const SignedEvidence made = sign(input, version);
    CHECK_EQ(made.body, expect.at("body_json_text").get<std::string>());
    CHECK_EQ(hex_lower(made.signing_bytes), expect.at("signing_bytes_hex").get<std::string>());
    CHECK_EQ(base64_encode(made.signature, Base64::standard),
             expect.at("payee_signature_b64").get<std::string>());
  }
}

nlohmann::ordered_json basic() {
  return read_vectors("evidence_signed_v1_kit_0_2_1.json").front().at("input");
}

std::string code_of(const char* name, const nlohmann::ordered_json& value) {
  auto input = basic();
  input[name] = value;
  return error_code([&] { sign(input.dump(), 1); });
}

TEST_CASE("version 1 signs what release 0.2.1 signed") {
  check_vectors("evidence_signed_v1_kit_0_2_1.json", 1);
}

TEST_CASE("version 2 signs what release 0.12.17 signed") {
  check_vectors("evidence_signed_v2_kit_0_12_17.json", 2);
}

TEST_CASE("each bad field of evidence has its code") {
  CHECK_EQ(code_of("artifacts_hex", {repeated("ab", 31)}), "bad_artifact");
  CHECK_EQ(code_of("artifacts_hex", {repeated("ab", 33)}), "bad_artifact");
  CHECK_EQ(code_of("artifacts_hex", {repeated("ab", 32)}), "");
  CHECK_EQ(code_of("artifacts_hex", {"0X" + repeated("ab", 32)}), "bad_artifact");
  CHECK_EQ(code_of("artifacts_hex", "ab"), "bad_field");
  CHECK_EQ(code_of("artifacts_hex", {1}), "bad_field");
  CHECK_EQ(code_of("intent_id", " 7f2a9b1e-2f66-4f4f-9c6e-8f4b8e85c401"), "bad_intent_id");
  CHECK_EQ(code_of("submitted_at_rfc3339", "2030-01-02"), "bad_submitted_at");
  CHECK_EQ(code_of("payload_json", "{"), "bad_json");
  CHECK_EQ(code_of("payload_json", repeated("[", 128) + repeated("]", 128)), "too_deep");
  CHECK_EQ(code_of("secret_seed_hex", "01"), "bad_seed");
  CHECK_EQ(code_of("principal_did", "x"), "unknown_field");
  CHECK_EQ(error_code([] { sign(basic().dump(), 0); }), "bad_signing_version");
  CHECK_EQ(error_code([] { sign(basic().dump(), 3); }), "bad_signing_version");
}

TEST_CASE("artifacts are digested in their order, duplicates and all") {
  const Digest one = read_artifact(
      "\xe2\x80\x83"
      "0x" +
          repeated("AB", 32) + " ",
      0);
  CHECK_EQ(hex_lower(one), repeated("ab", 32));
  const Digest other = read_artifact(repeated("cd", 32), 1);
  CHECK_NE(artifacts_digest({one, other}), artifacts_digest({other, one}));
  CHECK_NE(artifacts_digest({one, one}), artifacts_digest({one}));
  CHECK_EQ(artifacts_digest({}), crypto::blake3({}));
}

}  // namespace
}  // namespace agentnet::paybond
