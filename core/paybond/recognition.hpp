// Recognition proofs: that a request to the gateway was made by an agent whose key it knows (wire reference
// paybond 9). The signature covers method, path and the digest of the exact body, a purpose, a nonce and a
// window of at most ten minutes.
#pragma once

#include <chrono>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/paybond/sealed.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kRecognitionKind = "paybond.agent_recognition_proof_v1";
inline constexpr std::string_view kRecognitionHeader = "x-paybond-agent-recognition-proof";
inline constexpr std::string_view kGatewayVerifier = "paybond-gateway";
// What a request is for.
inline constexpr std::string_view kCreatePurpose = "harbor.intent.create";
inline constexpr std::string_view kFundPurpose = "harbor.intent.fund";
inline constexpr std::string_view kEvidencePurpose = "harbor.intent.evidence.submit";
inline constexpr std::string_view kConfirmPurpose = "harbor.intent.settlement.confirm";
inline constexpr auto kMaxRecognitionWindow = std::chrono::minutes(10);
inline constexpr auto kRecognitionBackdate = std::chrono::minutes(1);  // for clocks that differ
inline constexpr auto kRecognitionLife = std::chrono::minutes(4);

struct RecognitionRequest {
  std::string_view key_id;
  std::string_view purpose;
  std::string_view tenant_id;
  std::string_view method;
  std::string_view path;
  std::string_view body;  // exactly as it is sent
  Instant issued_at;
  Instant expires_at;
  std::string_view nonce;
  std::string_view verifier_id = kGatewayVerifier;
};

// The proof, one line of JSON. Throws Error usage/malformed.
std::string sign_recognition(const RecognitionRequest& request, const crypto::KeyView& key);

// The value of the header: base64url of the proof as Python's json.dumps writes it.
std::string recognition_header(std::string_view proof);

// What a server checks of a request that arrived. Reasons beside those of Verdict: expired, not_yet_valid,
// wrong_request (another method, path or body), wrong_audience (another tenant, verifier or purpose).
struct RecognitionExpectation {
  std::string_view tenant_id;
  std::string_view purpose;
  std::string_view method;
  std::string_view path;
  std::optional<std::string_view> body;  // nullopt: it is signed itself, so the proof need not cover it
  Instant now;
  std::string_view verifier_id = kGatewayVerifier;
};
Verdict verify_recognition(const json::Value& proof, const RecognitionExpectation& expected,
                           std::span<const crypto::PublicKey> trusted);

// The signature and the form alone, whatever request it is for.
Verdict verify_recognition_seal(const json::Value& proof, std::span<const crypto::PublicKey> trusted);

}  // namespace agentnet::paybond
