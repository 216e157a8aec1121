// The nonces of recognition proofs that were taken (recognition.hpp), so that a proof counts once.
//
// A nonce is kept for its tenant and key until its proof has run out, together with what the proof was for: a
// request that fails keeps none, and one that comes again with its idempotency-key is answered before its
// nonce is looked at. Each new nonce takes a few old ones along, so the table holds little more than what was
// taken within kMaxRecognitionWindow, and never more than kMaxKeptNonces of one tenant.
#pragma once

#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxKeptNonces = 1'000'000;  // of one tenant

struct ProofNonce {
  crypto::PublicKey key;
  std::string nonce;  // as it was signed, so trimmed
  Instant expires_at;
};

// Throws Error verification/replayed_proof for one that is kept already, policy/rate_limited when `most` are
// kept.
void take_nonce(store::Connection& connection, std::string_view tenant_id, const ProofNonce& taken,
                Instant now, std::int64_t most = kMaxKeptNonces);

}  // namespace agentnet::paybond
