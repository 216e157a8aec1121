// That an agent receipt stands in the transparency log: inclusion proofs and signed tree heads (wire
// reference paybond 10). The tree is that of core/crypto/merkle.hpp; a leaf is the receipt's 32-byte digest.
#pragma once

#include "core/paybond/sealed.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kInclusionProofKind =
    "paybond.agent_receipt_transparency_inclusion_proof_v1";
inline constexpr std::string_view kTreeHeadKind = "paybond.agent_receipt_transparency_sth_v1";

// The head in its normal form with its signature, one line of JSON. Throws Error usage/malformed.
std::string sign_tree_head(const json::Value& head, const crypto::KeyView& key);

Verdict verify_tree_head(const json::Value& head, std::span<const crypto::PublicKey> trusted);

// The proof with the tree head in it. Reasons beside those of Verdict: head_mismatch (proof and head speak of
// different trees), leaf_mismatch, not_included.
Verdict verify_inclusion(const json::Value& proof, std::span<const crypto::PublicKey> trusted);

}  // namespace agentnet::paybond
