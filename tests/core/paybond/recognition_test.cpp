#include "core/paybond/recognition.hpp"

#include <map>

#include "core/paybond/seed.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

const Instant kIssued = parse_iso("2030-01-02T15:04:05Z").value();

crypto::SigningKey counting_key() {
  Bytes seed(32);
  for (std::size_t i = 0; i < seed.size(); ++i)
    seed[i] = static_cast<std::uint8_t>(i);
  return crypto::SigningKey::from_seed(Secret(seed));
}

RecognitionRequest basic() {
  return {.key_id = "kid-1",
          .purpose = "harbor.intent.create",
          .tenant_id = "tenant-a",
          .method = "POST",
          .path = "/harbor/intents",
          .body = "{}",
          .issued_at = kIssued,
          .expires_at = kIssued + std::chrono::minutes(4),
          .nonce = "nonce-1"};
}

std::string code_of(const RecognitionRequest& request) {
  return error_code([&] { sign_recognition(request, counting_key()); });
}

TEST_CASE("recorded proofs are made to the byte, and what the kit refused is refused") {
  const auto key = counting_key();
  const std::vector trusted{key.public_key()};
  for (const auto& vector : read_vectors("recognition.json")) {
    CAPTURE(vector.at("id"));
    const std::map<std::string, std::string> input = vector.at("input");
    const RecognitionRequest request{.key_id = input.at("key_id"),
                                     .purpose = input.at("purpose"),
                                     .tenant_id = input.at("tenant_id"),
                                     .method = input.at("method"),
                                     .path = input.at("path"),
                                     .body = input.at("body"),
                                     .issued_at = parse_iso(input.at("issued_at")).value(),
                                     .expires_at = parse_iso(input.at("expires_at")).value(),
                                     .nonce = input.at("nonce")};
    const auto& result = vector.at("result");
    if (!result.at("ok").get<bool>()) {
      CHECK_EQ(code_of(request), "malformed");
      continue;
    }
    CHECK_EQ(sign_recognition(request, key), result.at("value").dump());
    CHECK(verify_recognition_seal(json::parse(result.at("value").dump()).root, trusted).valid);
  }
}

TEST_CASE("a proof has a canonical key, a tenant, a nonce and a window of ten minutes") {
  CHECK_EQ(code_of(basic()), "");
  auto request = basic();
  request.key_id = "kid 1";
  CHECK_EQ(code_of(request), "malformed");
  request = basic();
  request.tenant_id = " ";
  CHECK_EQ(code_of(request), "malformed");
  request = basic();
  const std::string longest(256, 'x');
  request.nonce = longest;
  CHECK_EQ(code_of(request), "");
  const std::string longer(257, 'x');
  request.nonce = longer;
  CHECK_EQ(code_of(request), "malformed");
  request = basic();
  request.expires_at = request.issued_at;
  CHECK_EQ(code_of(request), "malformed");
  request.expires_at = request.issued_at + kMaxRecognitionWindow;
  CHECK_EQ(code_of(request), "");
  request.expires_at += std::chrono::seconds(1);
  CHECK_EQ(code_of(request), "malformed");
}

TEST_CASE("a proof is for one request, one audience and its window") {
  const auto key = counting_key();
  const std::vector trusted{key.public_key()};
  const json::Document proof = json::parse(sign_recognition(basic(), key));
  const RecognitionExpectation right{.tenant_id = "tenant-a",
                                     .purpose = "harbor.intent.create",
                                     .method = "POST",
                                     .path = "/harbor/intents",
                                     .body = "{}",
                                     .now = kIssued};
  const auto reason = [&](const RecognitionExpectation& expected) {
    return verify_recognition(proof.root, expected, trusted).reason;
  };
  CHECK_EQ(reason(right), "");
  auto other = right;
  other.body = "{ }";
  CHECK_EQ(reason(other), "wrong_request");
  other = right;
  other.path = "/harbor/intents/x";
  CHECK_EQ(reason(other), "wrong_request");
  other = right;
  other.tenant_id = "tenant-b";
  CHECK_EQ(reason(other), "wrong_audience");
  other = right;
  other.purpose = "harbor.intent.fund";
  CHECK_EQ(reason(other), "wrong_audience");
  other = right;
  other.now = kIssued + std::chrono::minutes(4);
  CHECK_EQ(reason(other), "expired");
  other.now = kIssued - std::chrono::seconds(1);
  CHECK_EQ(reason(other), "not_yet_valid");
  const std::vector strangers{crypto::PublicKey{}};
  CHECK_EQ(verify_recognition(proof.root, right, strangers).reason, "untrusted_key");
}

TEST_CASE("the header is the proof with spaces, in base64url") {
  CHECK_EQ(recognition_header(R"({"a":"é","b":[1,2]})"),
           base64_encode(as_bytes(R"({"a": "\u00e9", "b": [1, 2]})"), Base64::url));
}

}  // namespace
}  // namespace agentnet::paybond
