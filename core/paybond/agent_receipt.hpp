// Agent receipts: what one action, or a whole intent, came to, signed by the gateway (wire reference paybond
// 10).
//
// Three tiers of validity, each with all of the one before:
//   operational  the receipt is whole and its own key signed it
//   primary      it holds the digest of the payee's signature, and its parts name the same payee and intent
//   attested     the operator, by a trusted key, signed the same digest
#pragma once

#include "core/paybond/sealed.hpp"
#include "core/paybond/shape.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kAgentReceiptKind = "paybond.agent_receipt_v1";

enum class Tier : std::uint8_t { operational, primary, attested };

std::string_view tier_name(Tier tier);
// nullopt for another word.
std::optional<Tier> tier_named(std::string_view name);

// The text that is hashed. Throws Error usage/malformed.
std::string canonical_agent_receipt(const json::Value& receipt);

// Hexadecimal SHA-256 of the intent's id, a zero byte and the call's id: the receipt_id of an action.
std::string action_receipt_id(std::string_view intent_id, std::string_view tool_call_id);

struct ReceiptTrust {
  std::span<const crypto::PublicKey> gateways;   // empty: any key counts
  std::span<const crypto::PublicKey> operators;  // without one, nothing is attested
};

struct AgentReceiptVerdict {
  Verdict verdict;
  Tier tier = Tier::operational;  // what was reached, when valid
};

// Reasons beside those of Verdict: bad_attestation (an operator's signature that does not hold makes the
// receipt invalid in every tier), and tier_not_reached.
AgentReceiptVerdict verify_agent_receipt(const json::Value& receipt, const ReceiptTrust& trust,
                                         Tier required = Tier::operational);

// Receipts of any number of runs, each run's in its order: the numbers count up from 1 and every receipt
// names the digest of the one before. Reasons: malformed, broken_chain.
Verdict verify_continuity(std::span<const json::Value> receipts);

}  // namespace agentnet::paybond
