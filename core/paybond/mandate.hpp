// Mandates: what a principal or a tenant allows an agent, signed (wire reference paybond 10).
#pragma once

#include "core/base/clock.hpp"
#include "core/paybond/sealed.hpp"
#include "core/paybond/shape.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kMandateKind = "paybond.agent_mandate_v1";

// The text that is hashed. Throws Error usage/malformed.
std::string canonical_mandate(const json::Value& mandate);

// The mandate in its normal form with its signature, one line of JSON. Throws Error usage/malformed.
std::string sign_mandate(const json::Value& mandate, const crypto::KeyView& key);

// Reasons beside those of Verdict: expired.
Verdict verify_mandate(const json::Value& mandate, Instant now, std::span<const crypto::PublicKey> trusted);

}  // namespace agentnet::paybond
