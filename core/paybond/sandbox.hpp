// Sandbox guardrails: intents of which the gateway itself is principal and payee, so that a guarded tool can
// be tried without keys of one's own (wire reference paybond 7.5).
//
// They are intents as all others: signed, verified, funded, judged and on the ledger. The gateway's two keys
// are made from Harbor's for each tenant: the seed is SHA-256 of Harbor's signature over the line "agentnet
// paybond sandbox v1", the line of the role ("principal" or "payee") and the tenant's id. The DIDs are the
// two below, which get pinned as any other.
#pragma once

#include <string>
#include <string_view>

#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"
#include "core/paybond/service.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kSandboxPrincipal = "did:agentnet:sandbox-principal";
inline constexpr std::string_view kSandboxPayee = "did:agentnet:sandbox-payee";
inline constexpr std::chrono::hours kSandboxLife{24};  // from bootstrap to the deadline

// What the predicate_ref of an intent with a completion preset begins with.
inline constexpr std::string_view kSandboxPresetRef = "completion_preset:";

struct SandboxRequest {
  std::string intent_id;
  std::string operation;  // the one tool
  std::int64_t requested_spend_cents = 0;
  std::string currency = "usd";
  std::string evidence_schema = R"({"type":"object"})";             // JSON
  std::string predicate = R"({"version":1,"root":{"op":"true"}})";  // JSON
  std::string predicate_ref = {};                                   // kSandboxPresetRef and a preset's id
};

// The body of POST /intents. Throws Error usage/bad_tools and what IntentSigner::sign throws.
std::string sandbox_intent(const SandboxRequest& request, std::string_view tenant_id,
                           const crypto::SigningKey& harbor, Instant now);

// The body of POST /intents/{id}/evidence.
std::string sandbox_evidence(std::string_view intent_id, std::string_view payload_json,
                             const std::vector<std::string_view>& artifacts, std::string_view tenant_id,
                             const crypto::SigningKey& harbor, Instant now);

}  // namespace agentnet::paybond
