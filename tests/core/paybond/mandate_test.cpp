#include "core/paybond/mandate.hpp"

#include "core/paybond/seed.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

const Instant kNow = parse_iso("2030-01-01T00:00:00Z").value();

nlohmann::ordered_json basic() {
  return read_vectors("agent_mandates.json").front();
}

std::string signed_text(const nlohmann::ordered_json& vector) {
  SeedKeys keys;
  return sign_mandate(json::parse(vector.at("input").dump()).root,
                      keys.of_hex(vector.at("seed_hex").get<std::string>()));
}

Verdict verify(const nlohmann::ordered_json& mandate, std::vector<crypto::PublicKey> trusted = {}) {
  return verify_mandate(json::parse(mandate.dump()).root, kNow, trusted);
}

TEST_CASE("recorded mandates are normalised, signed and judged as recorded") {
  for (const auto& vector : read_vectors("agent_mandates.json")) {
    CAPTURE(vector.at("id"));
    const json::Document input = json::parse(vector.at("input").dump());
    if (!vector.at("canonical").at("ok").get<bool>()) {
      CHECK_EQ(error_code([&] { canonical_mandate(input.root); }), "malformed");
      CHECK_EQ(verify(vector.at("input")).reason, "malformed");
      continue;
    }
    CHECK_EQ(canonical_mandate(input.root), vector.at("canonical").at("value").get<std::string>());
    auto made = nlohmann::ordered_json::parse(signed_text(vector));
    CHECK_EQ(made, vector.at("signed").at("value"));
    CHECK_EQ(verify(made).valid, vector.at("verify_at_2030_01_01").at("ok").get<bool>());
    auto tampered = made;
    tampered["nonce"] = "another";
    CHECK_EQ(verify(tampered).reason, "digest_mismatch");
    made["ed25519_signature_hex"] = repeated("00", 64);
    CHECK_EQ(verify(made).reason, "bad_signature");
  }
}

TEST_CASE("a mandate expires at its second") {
  auto vector = basic();
  vector["input"]["expires_at"] = "2030-01-01T00:00:01Z";
  CHECK(verify(nlohmann::ordered_json::parse(signed_text(vector))).valid);
  vector["input"]["expires_at"] = "2030-01-01T00:00:00Z";
  CHECK_EQ(verify(nlohmann::ordered_json::parse(signed_text(vector))).reason, "expired");
}

TEST_CASE("with trusted keys only they count") {
  const auto made = nlohmann::ordered_json::parse(signed_text(basic()));
  const auto key = crypto::PublicKey::from_raw(hex(made.at("signing_public_key_ed25519_hex")));
  CHECK(verify(made, {crypto::PublicKey{}, key}).valid);
  CHECK_EQ(verify(made, {crypto::PublicKey{}}).reason, "untrusted_key");
}

TEST_CASE("members of the wrong kind are malformed and never crash") {
  const auto input = basic().at("input");
  for (const auto& [name, unused] : input.items()) {
    for (const nlohmann::ordered_json& odd :
         {nlohmann::ordered_json(nullptr), nlohmann::ordered_json(7.5), nlohmann::ordered_json("x"),
          nlohmann::ordered_json::array({1}), nlohmann::ordered_json::object()}) {
      auto changed = input;
      changed[name] = odd;
      CAPTURE(changed.dump());
      CHECK_FALSE(verify(changed).valid);
    }
  }
  CHECK_EQ(verify(nlohmann::ordered_json::array()).reason, "malformed");
  CHECK_EQ(verify(nullptr).reason, "malformed");
}

TEST_CASE("limits of a mandate's texts hold to the byte") {
  const auto code = [](const char* pointer, const nlohmann::ordered_json& value) {
    auto input = basic().at("input");
    input[nlohmann::ordered_json::json_pointer(pointer)] = value;
    const json::Document document = json::parse(input.dump());
    return error_code([&] { canonical_mandate(document.root); });
  };
  CHECK_EQ(code("/nonce", repeated("é", 256)), "");
  CHECK_EQ(code("/nonce", repeated("é", 257)), "malformed");
  CHECK_EQ(code("/nonce", std::string(256, 'n')), "");
  CHECK_EQ(code("/nonce", std::string(257, 'n')), "malformed");
  CHECK_EQ(code("/authorization/tenant_id", std::string(256, 't')), "");
  CHECK_EQ(code("/authorization/tenant_id", std::string(257, 't')), "malformed");
  CHECK_EQ(code("/allowed_tools", {std::string(128, 'a')}), "");
  CHECK_EQ(code("/allowed_tools", {std::string(129, 'a')}), "malformed");
  CHECK_EQ(code("/spend_ceiling/currency", "us"), "malformed");
  CHECK_EQ(code("/spend_ceiling/currency", std::string(16, 'u')), "");
  CHECK_EQ(code("/spend_ceiling/currency", std::string(17, 'u')), "malformed");
  CHECK_EQ(code("/spend_ceiling/amount_minor", 10.0), "");
  CHECK_EQ(code("/spend_ceiling/amount_minor", 1e19), "malformed");
  CHECK_EQ(code("/spend_ceiling/amount_minor", -1), "malformed");
}

TEST_CASE("a mandate allows something, under a constraint that can be found") {
  const auto code = [](const char* name, const nlohmann::ordered_json& value) {
    auto input = basic().at("input");
    input["allowed_actions"] = nlohmann::ordered_json::array();
    input[name] = value;
    const json::Document document = json::parse(input.dump());
    return error_code([&] { canonical_mandate(document.root); });
  };
  CHECK_EQ(code("allowed_tools", {"a"}), "");
  CHECK_EQ(code("allowed_tools", nlohmann::ordered_json::array()), "malformed");
  CHECK_EQ(code("constraint", {{"kind", "policy"}, {"uri", "u"}}), "");
  CHECK_EQ(code("constraint", {{"kind", "policy"}, {"version", "1"}}), "malformed");
}

}  // namespace
}  // namespace agentnet::paybond
