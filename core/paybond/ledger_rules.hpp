// The ledger of a tenant: a chain of signed entries, the Merkle tree over them, and how both are checked by
// anybody, offline. In full: agentnet-ledger(5).
//
//   entry    {"seq", "prev_commitment_hex", "entry_commitment_hex", "event", "timestamp_unix_nanos",
//            "issuer_pubkey_hex", "signature_hex"}
//   event    {"schema_version": 1, "tenant_id", "kind", "intent_id", "operator_did", …}
//   signed   the line "agentnet paybond ledger entry v1", a line feed, and canonical JSON (canonical.hpp) of
//            {"event", "issuer_pubkey_hex", "prev_commitment_hex", "seq", "timestamp_unix_nanos"}
//   commitment  BLAKE3 of what is signed; an entry names that of the one before, the first 32 zero bytes
//   signature   Ed25519 by the issuer, Harbor
//   seq         counts up from 1 without gaps; timestamps do not go back
//
// The tree is that of RFC 6962 with SHA-256 (core/crypto/merkle.hpp): leaf n is the 32-byte commitment of
// entry n + 1. A checkpoint signs a tree's head:
//   checkpoint  {"kind", "tenant_id", "tree_size", "root_hash_sha256_hex", "last_entry_commitment_hex",
//               "timestamp_unix_nanos", "issuer_pubkey_hex", "signature_hex"}
//   signed      the lines "agentnet paybond checkpoint v1", tenant_id, tree_size, root, last commitment and
//               timestamp, each ended by a line feed
//   the timestamp is that of the last entry, so a head has one checkpoint and no other
//
// Harbor's key signs nothing else that begins with either line.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/crypto/ed25519.hpp"
#include "core/crypto/merkle.hpp"
#include "core/json/value.hpp"
#include "core/paybond/digest.hpp"
#include "core/paybond/sealed.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kLedgerSchemaVersion = 1;
inline constexpr std::string_view kCheckpointKind = "agentnet.paybond.checkpoint_v1";

struct LedgerEntry {
  std::int64_t seq = 0;
  Digest prev_commitment{};
  Digest entry_commitment{};
  std::string event;  // canonical JSON
  std::int64_t timestamp_unix_nanos = 0;
  crypto::PublicKey issuer;
  crypto::Signature signature{};
};

// Sets the commitment, the issuer and the signature of an entry whose other members are there.
void sign_entry(LedgerEntry& entry, const crypto::SigningKey& harbor);
json::Value to_json(const LedgerEntry& entry, json::Arena& arena);

// A tree's head.
struct Checkpoint {
  std::string tenant_id;
  std::uint64_t tree_size = 0;
  crypto::Sha256Digest root{};
  Digest last_commitment{};
  std::int64_t timestamp_unix_nanos = 0;
};
json::Value sign_checkpoint(const Checkpoint& checkpoint, const crypto::SigningKey& harbor,
                            json::Arena& arena);

// The leaf of an entry in the tree.
inline crypto::Sha256Digest ledger_leaf(const Digest& commitment) {
  return crypto::merkle_leaf(commitment);
}

// An entry as far as it can be checked without those before it: its form, commitment and signature. That is
// nearly all of the work, and may be done on any thread.
struct ExaminedEntry {
  Verdict form;  // when not valid, the rest is empty
  std::string tenant_id;
  std::int64_t seq = 0;
  Digest prev_commitment{};
  Digest entry_commitment{};
  std::int64_t timestamp_unix_nanos = 0;
  crypto::PublicKey issuer{};
  bool commitment_holds = false;
  bool signature_holds = false;
};
ExaminedEntry examine_entry(const json::Value& entry);

// Follows a ledger entry by entry, in constant memory. Reasons beside those of Verdict: wrong_tenant, gap,
// broken_chain, time_went_back, commitment_mismatch; of checkpoints also wrong_size, wrong_root.
class LedgerVerifier {
 public:
  // Without trusted keys any key counts, as long as it is one and the same. `tenant` empty: that of the first
  // entry.
  LedgerVerifier(std::span<const crypto::PublicKey> trusted, std::string tenant)
      : trusted_(trusted), tenant_(std::move(tenant)) {}

  // The next entry. After a negative answer nothing more may be asked.
  Verdict add(const ExaminedEntry& entry);
  Verdict add(const json::Value& entry) { return add(examine_entry(entry)); }
  // That the checkpoint is the head of the entries so far.
  Verdict check(const json::Value& checkpoint) const;

  std::int64_t size() const { return static_cast<std::int64_t>(tree_.size()); }
  const std::string& tenant() const { return tenant_; }
  const Digest& tip() const { return tip_; }
  crypto::Sha256Digest root() const { return tree_.root(); }

 private:
  bool is_allowed(const crypto::PublicKey& key) const;

  const std::span<const crypto::PublicKey> trusted_;
  std::string tenant_;
  std::optional<crypto::PublicKey> issuer_;
  Digest tip_{};
  std::int64_t last_nanos_ = 0;
  crypto::MerkleAccumulator tree_;
};

// The signature of a checkpoint alone, whatever ledger it is of.
Verdict verify_checkpoint(const json::Value& checkpoint, std::span<const crypto::PublicKey> trusted);

// {"kind", "tenant_id", "seq", "tree_size", "entry_commitment_hex", "proof_sha256_hex": […]}: that the entry
// is in the tree of the checkpoint. {"…", "first_size", "second_size", "proof_sha256_hex"} with two
// checkpoints: that the later tree only grew. Reasons: malformed, head_mismatch, not_included,
// not_consistent.
Verdict verify_ledger_inclusion(const json::Value& proof, const json::Value& checkpoint);
Verdict verify_ledger_consistency(const json::Value& proof, const json::Value& first,
                                  const json::Value& second);

}  // namespace agentnet::paybond
