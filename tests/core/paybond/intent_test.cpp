#include "core/paybond/intent.hpp"

#include "core/paybond/seed.hpp"
#include "core/paybond/sign_request.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

SignedIntent sign(const std::string& text, unsigned number) {
  const IntentVersion& version = intent_version(number);
  const json::Document document = json::parse(text);
  const IntentRequest request = read_intent_request(document.root, version);
  SeedKeys keys;
  std::optional<crypto::PublicKey> payee;
  if (request.payee_seed_hex) payee = keys.of_hex(*request.payee_seed_hex).public_key();
  return IntentSigner().sign(request.input, version, keys.of_hex(request.principal_seed_hex.value()), payee);
}

// All entries of a recording hold for a version.
void check_vectors(const std::string& file, unsigned version) {
  for (const auto& vector : read_vectors(file)) {
    CAPTURE(vector.at("id"));
    const std::string input = vector.at("input").dump();
    if (vector.contains("error")) {
      CHECK_NE(error_code([&] { sign(input, version); }), "");
      continue;
    }
    const auto& expect = vector.at("expect");
    const SignedIntent made = sign(input, version);
    CHECK_EQ(made.body, expect.at("body_json_text").get<std::string>());
    CHECK_EQ(hex_lower(made.signing_bytes), expect.at("signing_bytes_hex").get<std::string>());
    CHECK_EQ(base64_encode(made.signature, Base64::standard),
             expect.at("principal_signature_b64").get<std::string>());
    if (!expect.contains("normalized_tools")) continue;
    const json::Document tools = json::parse(vector.at("input").at("allowed_tools_json").get<std::string>());
    const auto normalised = normalise_tools(tools.root);
    CHECK_EQ(nlohmann::ordered_json(normalised), expect.at("normalized_tools"));
    CHECK_EQ(hex_lower(tools_digest(normalised)), expect.at("allowed_tools_digest_hex").get<std::string>());
  }
}

nlohmann::ordered_json golden(unsigned version) {
  const std::string file =
      version == 2 ? "create_intent_signed_v2_kit_0_2_1.json" : "create_intent_signed_v6_kit_0_12_17.json";
  return read_vectors(file).front().at("input");
}

std::string code_of(const nlohmann::ordered_json& input, unsigned version = 2) {
  return error_code([&] { sign(input.dump(), version); });
}

TEST_CASE("version 2 signs what release 0.2.1 signed") {
  check_vectors("create_intent_signed_v2_kit_0_2_1.json", 2);
}

TEST_CASE("version 6 signs what release 0.12.17 signed") {
  check_vectors("create_intent_signed_v6_kit_0_12_17.json", 6);
}

TEST_CASE("version 7 signs what release 0.12.17 signed for a policy") {
  check_vectors("create_intent_policy_signed_v7_kit_0_12_17.json", 7);
}

TEST_CASE("versions 4 and 5 sign the bytes of the recorded goldens") {
  for (const auto& vector : read_vectors("create_intent_goldens_v4_v5.json")) {
    CAPTURE(vector.at("id"));
    const Bytes expected = hex(vector.at("signing_bytes_hex"));
    auto input = golden(6);
    input.erase("payee_seed_hex");
    if (expected.at(0) == 5) {
      input["policy_template_id"] = "completion_v1";
      input["policy_version_seq"] = 3;
      input["policy_content_digest_hex"] = repeated("ab", 32);
    }
    CHECK_EQ(hex_lower(sign(input.dump(), expected.at(0)).signing_bytes), hex_lower(expected));
  }
}

TEST_CASE("version 3 is version 2 with the policy behind it") {
  auto input = golden(2);
  const Bytes plain = sign(input.dump(), 2).signing_bytes;
  input["policy_template_id"] = "p";
  input["policy_version_seq"] = 258;
  input["policy_content_digest_hex"] = repeated("cd", 32);
  const SignedIntent made = sign(input.dump(), 3);
  CHECK_EQ(hex_lower(made.signing_bytes),
           "03" + hex_lower(plain).substr(2) + "0100000000000000" + "70" + "02010000" + repeated("cd", 32));
  CHECK_NE(made.body.find(R"("policy_binding":{"template_id":"p","version_seq":258})"), std::string::npos);
}

TEST_CASE("the signature is the principal's over the signing bytes") {
  const SignedIntent made = sign(golden(2).dump(), 2);
  SeedKeys keys;
  const auto key = keys.of_hex(golden(2).at("principal_seed_hex").get<std::string>());
  CHECK(crypto::verify(key.public_key(), made.signing_bytes, made.signature));
}

TEST_CASE("each bad field of an intent has its code") {
  const auto with = [](const char* name, const nlohmann::ordered_json& value) {
    auto input = golden(2);
    input[name] = value;
    return input;
  };
  CHECK_EQ(code_of(with("amount_cents", 1.5)), "bad_amount");
  CHECK_EQ(code_of(with("amount_cents", 1.0)), "bad_amount");
  CHECK_EQ(code_of(with("amount_cents", "1")), "bad_amount");
  CHECK_EQ(code_of(with("amount_cents", 9223372036854775807LL)), "");
  CHECK_EQ(code_of(with("amount_cents", 9223372036854775808ULL)), "amount_overflow");
  CHECK_EQ(code_of(with("deadline_rfc3339", "tomorrow")), "bad_deadline");
  CHECK_EQ(code_of(with("deadline_rfc3339", "2030-02-30T00:00:00Z")), "bad_deadline");
  CHECK_EQ(code_of(with("intent_id", "7f2a")), "bad_intent_id");
  CHECK_EQ(code_of(with("principal_seed_hex", repeated("01", 31))), "bad_seed");
  CHECK_EQ(code_of(with("principal_seed_hex", repeated("01", 33))), "bad_seed");
  CHECK_EQ(code_of(with("principal_seed_hex", repeated("0g", 32))), "bad_seed");
  CHECK_EQ(code_of(with("budget_json", "{")), "bad_json");
  CHECK_EQ(code_of(with("budget_json", repeated("[", 127) + repeated("]", 127))), "");
  CHECK_EQ(code_of(with("budget_json", repeated("[", 128) + repeated("]", 128))), "too_deep");
  CHECK_EQ(code_of(with("predicate_json", "1e999")), "number_out_of_range");
  CHECK_EQ(code_of(with("allowed_tools_json", "[]")), "bad_tools");
  CHECK_EQ(code_of(with("allowed_tools_json", "{}")), "bad_tools");
  CHECK_EQ(code_of(with("allowed_tools_json", "[1]")), "bad_tools");
  CHECK_EQ(code_of(with("tenant_id", 1)), "bad_field");
  CHECK_EQ(code_of(with("settlement_rail", "stripe_mpp")), "unknown_field");
  CHECK_EQ(code_of(nlohmann::ordered_json::array()), "bad_field");
  auto missing = golden(2);
  missing.erase("currency");
  CHECK_EQ(code_of(missing), "missing_field");
  missing = golden(2);
  missing.erase("predicate_ref");
  CHECK_EQ(code_of(missing), "");
}

TEST_CASE("a field given twice is refused, and inside a JSON part the last counts") {
  std::string text = golden(2).dump();
  text.insert(1, R"("currency":"eur",)");
  CHECK_EQ(error_code([&] { sign(text, 2); }), "duplicate_name");
  auto input = golden(2);
  const std::string once = sign(input.dump(), 2).body;
  input["budget_json"] = R"({"max":1,"a":1,"max":100})";
  CHECK_EQ(sign(input.dump(), 2).body, once);
}

TEST_CASE("versions 6 and 7 want a payee's key, a known rail and a policy's digest") {
  auto input = golden(6);
  input["settlement_rail"] = "STRIPE_MPP";
  CHECK_EQ(code_of(input, 6), "bad_rail");
  input = golden(6);
  input.erase("payee_seed_hex");
  CHECK_EQ(code_of(input, 6), "bad_payee_key");
  input = golden(6);
  input["policy_template_id"] = "p";
  input["policy_version_seq"] = 4294967295U;
  input["policy_content_digest_hex"] = repeated("cd", 32);
  CHECK_EQ(code_of(input, 7), "");
  input["policy_version_seq"] = 4294967296U;
  CHECK_EQ(code_of(input, 7), "bad_field");
  input["policy_version_seq"] = 0;
  input["policy_content_digest_hex"] = repeated("cd", 31);
  CHECK_EQ(code_of(input, 7), "bad_policy_digest");
}

TEST_CASE("only the versions 2 to 7 are known") {
  CHECK_EQ(error_code([] { intent_version(1); }), "bad_signing_version");
  CHECK_EQ(error_code([] { intent_version(8); }), "bad_signing_version");
  CHECK_EQ(intent_version(2).number, 2);
  CHECK_EQ(intent_version(7).number, 7);
}

TEST_CASE("a fault in a JSON part names the field and the byte") {
  auto input = golden(2);
  input["predicate_json"] = "[1,]";
  try {
    sign(input.dump(), 2);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK_EQ(error.message().substr(0, 16), "predicate_json: ");
    CHECK_EQ(std::get<std::string>(error.details().front().value), "predicate_json");
  }
}

}  // namespace
}  // namespace agentnet::paybond
