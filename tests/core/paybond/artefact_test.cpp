#include "core/paybond/artefact.hpp"

#include "core/paybond/seed.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

const Instant kNow = parse_iso("2030-01-01T00:00:00Z").value();

JudgedArtefact judge_text(const std::string& text, Family family,
                          std::span<const crypto::PublicKey> keys = {}) {
  const json::Document document = json::parse(text);
  return judge_artefact(document.root, family, {.keys = keys, .operators = {}, .now = kNow});
}

// One of each kind that can be signed, with its family.
std::vector<std::pair<Vector, Family>> documents() {
  return {
      {read_vectors("agent_mandates.json").front().at("input"), Family::mandate},
      {read_vectors("agent_receipts.json").front().at("input"), Family::receipt},
      {read_vectors("protocol_receipts.json").front().at("input"), Family::receipt},
      {read_vectors("merkle_inclusion.json").front().at("proof").at("tree_head"), Family::receipt},
      {read_vectors("audit_manifest.json").front().at("manifest"), Family::audit},
  };
}

TEST_CASE("what is signed here is judged here, and only as what it is") {
  SeedKeys keys;
  const auto key = keys.of_hex(repeated("07", 32));
  const std::vector trusted{key.public_key()};
  const std::vector strangers{crypto::PublicKey{}};
  for (const auto& [document, family] : documents()) {
    CAPTURE(document.at("kind"));
    const std::string made = sign_artefact(json::parse(document.dump()).root, key);
    const JudgedArtefact judged = judge_text(made, family, trusted);
    CHECK(judged.verdict.valid);
    CHECK_EQ(judged.kind, document.at("kind").get<std::string>());
    CHECK_EQ(judged.key_hex, hex_lower(key.public_key().bytes));
    CHECK_FALSE(judged.id.empty());
    CHECK_EQ(judge_text(made, family, strangers).verdict.reason, "untrusted_key");
    for (const Family other : {Family::mandate, Family::receipt, Family::audit}) {
      if (other != family) CHECK_EQ(judge_text(made, other).verdict.reason, "malformed");
    }
  }
}

TEST_CASE("signing again changes nothing but who signed") {
  SeedKeys keys;
  for (const auto& [document, family] : documents()) {
    const std::string once =
        sign_artefact(json::parse(document.dump()).root, keys.of_hex(repeated("07", 32)));
    const std::string twice = sign_artefact(json::parse(once).root, keys.of_hex(repeated("07", 32)));
    CHECK_EQ(twice, once);
    CHECK_NE(sign_artefact(json::parse(once).root, keys.of_hex(repeated("08", 32))), once);
  }
}

TEST_CASE("documents of no known kind are malformed") {
  for (const char* text : {"{}", "[]", "null", "7", R"({"kind":7})", R"({"kind":"paybond.other_v1"})"}) {
    CAPTURE(text);
    CHECK_EQ(judge_text(text, Family::receipt).verdict.reason, "malformed");
    SeedKeys keys;
    CHECK_EQ(error_code([&] { sign_artefact(json::parse(text).root, keys.of_hex(repeated("07", 32))); }),
             "malformed");
  }
  CHECK_EQ(error_code([] {
             SeedKeys keys;
             const auto proof = read_vectors("merkle_inclusion.json").front().at("proof");
             sign_artefact(json::parse(proof.dump()).root, keys.of_hex(repeated("07", 32)));
           }),
           "malformed");
}

}  // namespace
}  // namespace agentnet::paybond
