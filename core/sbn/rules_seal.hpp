// Sealing and verifying a SmartBlock (wire reference sbn d.2).
//
// The hash is the SVP-1.0 hash of the block without snapchore_hash. It covers id, domain, type, payload,
// metadata and metrics, but no volatile member at any depth (created_at, timestamp, signature and so on,
// json/canonical.hpp); those stand in the block and may be changed by anyone. A seal also carries a moment
// claim in its metadata, unless the policy skips that.
//
// The hash is no signature: whoever changes a block can hash it anew. What cannot be made anew is a hash that
// was noted elsewhere (a chain, a receipt) and a capture proof of a trusted key.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/host.hpp"
#include "core/base/random.hpp"
#include "core/json/value.hpp"
#include "core/sbn/moment_claim.hpp"
#include "core/sbn/moment_policy.hpp"
#include "core/sbn/replay_store.hpp"
#include "core/sbn/smart_block.hpp"

namespace agentnet::sbn {

// Lower-case hex SHA-256 of the canonical bytes of a hash surface from which everything was removed, at every
// depth, that a seal adds: snapchore_moment_claim, snapchore_moment_hash, snapchore_validation,
// snapchore_context and post_metrics_snap_hash. Throws Error usage as CanonicalWriter does.
std::string seal_subject_sha256(const json::Value& surface, json::Arena& arena);

struct SealFacts {
  const Clock& clock;
  Random& random;
  const HostFacts& host;
  const MomentPolicy& policy;
  ReplayStore& replay;
};

// Seals the block: captures this host for the block's seal subject, authenticates the moment, puts
// snapchore_moment_hash, snapchore_moment_claim and snapchore_validation into the metadata, and hashes. A
// block that is sealed and holds stays as it is. Throws Error
//   policy/skip_auth_forbidden    the policy skips the moment proof in a secure environment
//   policy/moment_refused         with the refusal reasons in the message and, separated by ", ", in the
//   details verification/hash_mismatch    the block is sealed already and its hash does not hold
//   verification/moment_mismatch  the same for its moment proof
//   usage                         the content has no SVP-1.0 hash, or the metadata is no object and needs to
//   be one
void seal(SmartBlock& block, const SealFacts& facts, json::Arena& arena);

struct BlockVerdict {
  bool valid = false;
  std::string recomputed_hash;  // empty when the block is not sealed or has no SVP-1.0 hash
  // Why it is not valid, and empty when it is: not_sealed, not_canonical, hash_mismatch, bad_metadata,
  // missing_moment_proof, validation_negative, validation_mismatch, or the reasons of the moment claim.
  std::vector<std::string> reasons;
  // The judgement of the moment claim, when there is one and the hash holds.
  std::optional<MomentVerdict> moment;
};

// Throws only what TrustedKeys::holds throws.
BlockVerdict verify(const SmartBlock& block, const TrustedKeys& trusted, json::Arena& arena);

}  // namespace agentnet::sbn
