// Merkle trees with SHA-256 as in Certificate Transparency (RFC 9162 section 2.1, the same as RFC 6962's).
//
//   leaf hash    SHA-256(00 || entry)
//   node hash    SHA-256(01 || left || right)
//   a tree of n > 1 leaves splits at the largest power of two below n
//   the root of no leaves is SHA-256 of nothing
//
// Everything below takes leaf hashes, not entries. An inclusion proof shows that a leaf is in a tree whose
// root is known; a consistency proof shows that a tree only grew. Both are lists of hashes, those next to the
// leaves first, of at most one hash for each doubling of the tree.
#pragma once

#include <span>
#include <vector>

#include "core/crypto/sha256.hpp"

namespace agentnet::crypto {

inline constexpr std::size_t kMaxMerkleLeaves = 1024 * 1024;  // leaves of a tree that is built in memory

using MerkleProof = std::vector<Sha256Digest>;

Sha256Digest merkle_leaf(ByteView entry);
Sha256Digest merkle_node(const Sha256Digest& left, const Sha256Digest& right);

// A tree that grows at the end and keeps only the roots of its full subtrees, one for each bit of its size.
class MerkleAccumulator {
 public:
  void append(const Sha256Digest& leaf);
  std::uint64_t size() const { return size_; }
  Sha256Digest root() const;

 private:
  std::uint64_t size_ = 0;
  std::vector<Sha256Digest> subtrees_;  // the largest first
};

// A tree with all its nodes, for many proofs of the same leaves: 64 bytes a leaf.
class MerkleTree {
 public:
  // Throws Error usage/too_large for more than kMaxMerkleLeaves.
  explicit MerkleTree(std::vector<Sha256Digest> leaves);
  Sha256Digest root() const;
  // As merkle_inclusion_proof, in time that grows with the length of the proof.
  MerkleProof inclusion_proof(std::uint64_t index) const;

 private:
  std::vector<std::vector<Sha256Digest>> layers_;  // the leaves first; the last has one node, or none
};

// The three functions that build: time grows with the number of leaves. Throw Error usage/too_large for more
// than kMaxMerkleLeaves.
Sha256Digest merkle_root(std::span<const Sha256Digest> leaves);
// Section 2.1.3.1. Throws Error usage/out_of_range when there is no such leaf.
MerkleProof merkle_inclusion_proof(std::span<const Sha256Digest> leaves, std::uint64_t index);
// Section 2.1.4.1, from the tree of the first `old_size` leaves to all of them; empty for the same tree and
// for the empty one. Throws Error usage/out_of_range when there are not so many leaves.
MerkleProof merkle_consistency_proof(std::span<const Sha256Digest> leaves, std::uint64_t old_size);

// The two that check: for trees of any size, in time that grows with the length of the proof. The sizes, the
// roots and the index are part of what is proved and must come from something trusted, such as a signature.

// Section 2.1.3.2.
bool merkle_verify_inclusion(const Sha256Digest& leaf, std::uint64_t index, std::uint64_t size,
                             std::span<const Sha256Digest> proof, const Sha256Digest& root);
// Section 2.1.4.2. From a tree of size 0, the proof is empty and shows nothing about the new root.
bool merkle_verify_consistency(std::uint64_t old_size, const Sha256Digest& old_root, std::uint64_t new_size,
                               const Sha256Digest& new_root, std::span<const Sha256Digest> proof);

}  // namespace agentnet::crypto
