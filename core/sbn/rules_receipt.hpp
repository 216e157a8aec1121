// Receipts: what the local validators sign about a seal, and how anyone checks it offline.
//
// Seals are not attested one by one. All seals of one commit are the leaves of a Merkle tree
// (crypto/merkle.hpp), in the order of their receipts; each validator signs the tree's head; a receipt
// carries its place in the tree and the proof.
//
//   leaf entry   canonical JSON (json::Form::sorted) of the receipt's members
//                {created_at, domain, receipt_id, snapchore_hash, subject_id, subject_type, tenant_id}
//   head         the lines "agentnet receipt batch v1", batch_id, tree_size in decimal, root in lower-case
//   hex and
//                created_at, each ended by a line feed
//   receipt      {id, receipt_id, tenant_id, subject_id, subject_type, signer_id, created_at, payload,
//   metadata,
//                snapchore_hash, hash, status, domain, project_id, attestation}
//   attestation  {batch_id, created_at, leaf_index, tree_size, root, proof: [hex], signatures: [{key_id,
//   signature}]}
//
// `hash` is the leaf hash in hex; signatures are Ed25519 in standard base64. Members that are not in the leaf
// entry are covered by nothing, but `id` and `project_id`, where they are there, must repeat receipt_id and
// tenant_id. A receipt holds when enough different trusted keys signed its head, each listed under its own
// key_id; keys it names itself prove nothing. A receipt in which a member stands twice is malformed. In full:
// agentnet-receipt(5).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/ed25519.hpp"
#include "core/crypto/merkle.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kQuorum = 2;           // trusted signatures that a receipt needs
inline constexpr std::size_t kMaxProofHashes = 64;  // a tree of 2^64 leaves has no longer proofs
inline constexpr std::size_t kMaxReceiptSignatures = 64;

// What a receipt says about one sealed block.
struct ReceiptSubject {
  std::string receipt_id;
  std::string tenant_id;
  std::string subject_id;  // the block's id
  std::string snapchore_hash;
  std::string domain;
  std::string created_at;
};

crypto::Sha256Digest receipt_leaf(const ReceiptSubject& subject);

struct HeadSignature {
  std::string key_id;
  crypto::Signature signature;
};

// The head of one commit's tree.
struct BatchHead {
  std::string batch_id;
  std::string created_at;
  std::uint64_t tree_size = 0;
  crypto::Sha256Digest root{};

  std::string signed_bytes() const;
};

// Lower-case hex SHA-256 of the raw public key.
std::string validator_id(const crypto::PublicKey& key);
std::vector<HeadSignature> sign_head(const BatchHead& head, std::span<const crypto::SigningKey> validators);

// A whole receipt. Lies in `arena`.
json::Value make_receipt(const ReceiptSubject& subject, const BatchHead& head, std::uint64_t leaf_index,
                         std::span<const crypto::Sha256Digest> proof,
                         std::span<const HeadSignature> signatures, json::Arena& arena);

struct ReceiptVerdict {
  bool valid = false;
  std::size_t trusted_signatures = 0;  // of different trusted keys, over the head
  // Why it is not valid: malformed, hash_mismatch, not_in_batch, no_quorum.
  std::string reason;
};

// Judges a receipt of any shape by the trusted keys; `snapchore_hash` empty: of any seal.
ReceiptVerdict verify_receipt(const json::Value& receipt, std::span<const crypto::PublicKey> trusted,
                              std::string_view snapchore_hash = {});

}  // namespace agentnet::sbn
