// Every signed artefact by its member `kind`: which rules judge it, and which make it.
#pragma once

#include "core/base/clock.hpp"
#include "core/paybond/agent_receipt.hpp"

namespace agentnet::paybond {

// Which artefacts a caller wants; others are malformed to it.
enum class Family : std::uint8_t {
  mandate,  // agent mandates
  receipt,  // agent and protocol receipts, inclusion proofs, tree heads, recognition proofs
  audit,    // audit manifests
};

struct ArtefactTrust {
  std::span<const crypto::PublicKey> keys;       // empty: any key counts
  std::span<const crypto::PublicKey> operators;  // for the tier attested
  Tier required = Tier::operational;             // of agent receipts
  Instant now;                                   // mandates expire
};

struct JudgedArtefact {
  Verdict verdict;
  std::string kind;          // as the document says; empty when it says none
  std::string id;            // receipt_id, job_id and the like; empty when there is none
  std::string key_hex;       // the key that the document names
  std::optional<Tier> tier;  // of a valid agent receipt
};

JudgedArtefact judge_artefact(const json::Value& document, Family family, const ArtefactTrust& trust);

// The document in its normal form with its signature, one line of JSON; of inclusion proofs and recognition
// proofs there is nothing to sign here. Throws Error usage/malformed.
std::string sign_artefact(const json::Value& document, const crypto::KeyView& key);

}  // namespace agentnet::paybond
