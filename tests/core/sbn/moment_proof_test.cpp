#include "core/sbn/moment_proof.hpp"

#include <doctest/doctest.h>

#include "core/sbn/moment.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

struct Signed {
  json::Arena arena;
  CaptureSigner signer{signing_key(7), ""};
  json::Value claim =
      parse_in(arena, R"({"schema_version":"snapchore.capture_claim.v2","captured_at":"now"})");
  json::Value proof = sign_capture_claim(claim, signer, arena);

  ProofCheck check(const json::Value& with, const TrustedKeys& trusted = {}) const {
    return verify_capture_proof(claim, &with, trusted);
  }
};

}  // namespace

TEST_CASE("a proof holds for its claim and is not trusted by itself") {
  const Signed s;
  const ProofCheck check = s.check(s.proof);
  CHECK(check.proof_present);
  CHECK(check.signature_valid);
  CHECK_FALSE(check.trusted_key);
}

TEST_CASE("a proof of a trusted key is trusted") {
  const Signed s;
  TrustedKeys trusted;
  trusted.add(signing_key(8).public_key());
  CHECK_FALSE(s.check(s.proof, trusted).trusted_key);
  trusted.add(s.signer.key.public_key());
  CHECK(s.check(s.proof, trusted).trusted_key);
}

TEST_CASE("a proof carries the key id that was chosen, or one made of the key's fingerprint") {
  Signed s;
  CHECK(at(s.proof, {"key_id"}).text() ==
        "moment-" + std::string(at(s.proof, {"public_key_sha256"}).text().substr(0, 16)));
  s.signer.key_id = "hsm-4";
  CHECK(at(sign_capture_claim(s.claim, s.signer, s.arena), {"key_id"}).text() == "hsm-4");
}

TEST_CASE("a proof does not hold for another claim") {
  Signed s;
  const json::Value other = changed(s.claim, {"captured_at"}, "\"later\"", s.arena);
  CHECK_FALSE(verify_capture_proof(other, &s.proof, {}).signature_valid);
}

TEST_CASE("every changed member of a proof but the key id breaks it") {
  Signed s;
  const std::string other_key =
      json::to_compact(at(sign_capture_claim(s.claim, {signing_key(9), ""}, s.arena), {"public_key_b64"}));
  for (const auto& [name, text] : std::initializer_list<std::pair<const char*, std::string>>{
           {"schema_version", "\"snapchore.capture_proof.v1\""},
           {"alg", "\"none\""},
           {"public_key_sha256", "\"" + std::string(64, '0') + "\""},
           {"public_key_b64", other_key},
           {"public_key_b64", "\"AAAA\""},
           {"public_key_b64", "\"not base64\""},
           {"signature_b64", "\"AAAA\""},
           {"signature_b64", "\"" + std::string(86, 'A') + "==\""},
           {"signature_b64", ""},
           {"alg", ""}}) {
    CAPTURE(name);
    CAPTURE(text);
    CHECK_FALSE(s.check(changed(s.proof, {name}, text, s.arena)).signature_valid);
  }
  CHECK(s.check(changed(s.proof, {"key_id"}, "\"other\"", s.arena)).signature_valid);
}

TEST_CASE("a proof by another key with that key's own fingerprint is valid but not trusted") {
  Signed s;
  TrustedKeys trusted;
  trusted.add(s.signer.key.public_key());
  const ProofCheck check = s.check(sign_capture_claim(s.claim, {signing_key(9), ""}, s.arena), trusted);
  CHECK(check.signature_valid);
  CHECK_FALSE(check.trusted_key);
}

TEST_CASE("no proof, null and other shapes are simply not present") {
  Signed s;
  CHECK_FALSE(verify_capture_proof(s.claim, nullptr, {}).proof_present);
  for (const char* text : {"null", "[]", "\"proof\"", "1"}) {
    CHECK_FALSE(s.check(parse_in(s.arena, text)).proof_present);
  }
}

TEST_CASE("a trusted key that could not be read leaves no answer where it is needed, and only there") {
  Signed s;
  TrustedKeys trusted;
  trusted.fail(Error(Category::not_found, "no_such_file", "cannot read trusted.pem"));
  CHECK(error_of([&] { s.check(s.proof, trusted); }).code() == "no_such_file");

  const json::Value broken = changed(s.proof, {"alg"}, "\"none\"", s.arena);
  CHECK_FALSE(s.check(broken, trusted).signature_valid);
  trusted.add(s.signer.key.public_key());
  CHECK(s.check(s.proof, trusted).trusted_key);
}
