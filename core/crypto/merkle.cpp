#include "core/crypto/merkle.hpp"

#include <algorithm>
#include <bit>
#include <string>

#include "core/base/error.hpp"

namespace agentnet::crypto {
namespace {

using Leaves = std::span<const Sha256Digest>;

// Where a tree of n > 1 leaves splits.
std::size_t split_point(std::size_t n) {
  return std::bit_floor(n - 1);
}

void check_leaves(Leaves leaves) {
  if (leaves.size() > kMaxMerkleLeaves) {
    throw Error(Category::usage, "too_large",
                "a Merkle tree is built from " + std::to_string(kMaxMerkleLeaves) + " leaves at most");
  }
}

// Goes down from the root to one leaf (or to where the old tree ends); the siblings met on the way are the
// proof from the top, so the callers turn them round.
void collect_inclusion(Leaves leaves, std::size_t index, MerkleProof& proof) {
  while (leaves.size() > 1) {
    const std::size_t k = split_point(leaves.size());
    if (index < k) {
      proof.push_back(merkle_root(leaves.subspan(k)));
      leaves = leaves.first(k);
    } else {
      proof.push_back(merkle_root(leaves.first(k)));
      leaves = leaves.subspan(k);
      index -= k;
    }
  }
}

void collect_consistency(Leaves leaves, std::size_t old_size, MerkleProof& proof) {
  bool old_root_is_known = true;  // the subtree in view is the whole old tree, whose root the verifier has
  while (old_size != leaves.size()) {
    const std::size_t k = split_point(leaves.size());
    if (old_size <= k) {
      proof.push_back(merkle_root(leaves.subspan(k)));
      leaves = leaves.first(k);
    } else {
      proof.push_back(merkle_root(leaves.first(k)));
      leaves = leaves.subspan(k);
      old_size -= k;
      old_root_is_known = false;
    }
  }
  if (!old_root_is_known) proof.push_back(merkle_root(leaves));
}

// A node on the way up: its index in its layer, and the index of the last node of that layer.
struct Climb {
  std::uint64_t node;
  std::uint64_t last;

  void up() {
    node >>= 1;
    last >>= 1;
  }
  bool sibling_is_left() const { return (node & 1) == 1 || node == last; }
  // The last node of a layer of odd length has no sibling: it is the same node in the layer above.
  void skip_layers_without_sibling() {
    while ((node & 1) == 0 && node != 0)
      up();
  }
};

void check_index(std::uint64_t index, std::size_t leaves) {
  if (index >= leaves) throw Error(Category::usage, "out_of_range", "the tree has no leaf of that index");
}

}  // namespace

Sha256Digest merkle_leaf(ByteView entry) {
  constexpr std::uint8_t kPrefix = 0;
  Sha256 hash;
  hash.update({&kPrefix, 1});
  hash.update(entry);
  return hash.finish();
}

Sha256Digest merkle_node(const Sha256Digest& left, const Sha256Digest& right) {
  std::array<std::uint8_t, 1 + 2 * sizeof(Sha256Digest)> text{1};
  std::copy(left.begin(), left.end(), text.begin() + 1);
  std::copy(right.begin(), right.end(), text.begin() + 1 + left.size());
  return sha256(text);
}

void MerkleAccumulator::append(const Sha256Digest& leaf) {
  // Like adding one to a binary number: each trailing one bit of the size is a subtree to be joined.
  Sha256Digest subtree = leaf;
  for (std::uint64_t bits = size_; (bits & 1) == 1; bits >>= 1) {
    subtree = merkle_node(subtrees_.back(), subtree);
    subtrees_.pop_back();
  }
  subtrees_.push_back(subtree);
  ++size_;
}

Sha256Digest MerkleAccumulator::root() const {
  if (subtrees_.empty()) return sha256({});
  Sha256Digest root = subtrees_.back();
  for (std::size_t i = subtrees_.size() - 1; i > 0; --i)
    root = merkle_node(subtrees_[i - 1], root);
  return root;
}

Sha256Digest merkle_root(Leaves leaves) {
  check_leaves(leaves);
  MerkleAccumulator tree;
  for (const Sha256Digest& leaf : leaves)
    tree.append(leaf);
  return tree.root();
}

MerkleTree::MerkleTree(std::vector<Sha256Digest> leaves) {
  check_leaves(leaves);
  layers_.push_back(std::move(leaves));
  while (layers_.back().size() > 1) {
    const std::vector<Sha256Digest>& below = layers_.back();
    std::vector<Sha256Digest> layer;
    layer.reserve((below.size() + 1) / 2);
    for (std::size_t i = 0; i + 1 < below.size(); i += 2)
      layer.push_back(merkle_node(below[i], below[i + 1]));
    // Splitting at powers of two leaves a last node without a sibling as it is.
    if (below.size() % 2 == 1) layer.push_back(below.back());
    layers_.push_back(std::move(layer));
  }
}

Sha256Digest MerkleTree::root() const {
  return layers_.back().empty() ? sha256({}) : layers_.back().front();
}

MerkleProof MerkleTree::inclusion_proof(std::uint64_t index) const {
  check_index(index, layers_.front().size());
  MerkleProof proof;
  for (const std::vector<Sha256Digest>& layer : layers_) {
    const std::uint64_t sibling = index ^ 1;
    if (sibling < layer.size()) proof.push_back(layer[sibling]);
    index >>= 1;
  }
  return proof;
}

MerkleProof merkle_inclusion_proof(Leaves leaves, std::uint64_t index) {
  check_leaves(leaves);
  check_index(index, leaves.size());
  MerkleProof proof;
  collect_inclusion(leaves, index, proof);
  std::reverse(proof.begin(), proof.end());
  return proof;
}

MerkleProof merkle_consistency_proof(Leaves leaves, std::uint64_t old_size) {
  check_leaves(leaves);
  if (old_size > leaves.size())
    throw Error(Category::usage, "out_of_range", "the tree has not so many leaves");
  MerkleProof proof;
  if (old_size > 0) collect_consistency(leaves, old_size, proof);
  std::reverse(proof.begin(), proof.end());
  return proof;
}

bool merkle_verify_inclusion(const Sha256Digest& leaf, std::uint64_t index, std::uint64_t size, Leaves proof,
                             const Sha256Digest& root) {
  if (index >= size) return false;
  Climb climb{index, size - 1};
  Sha256Digest hash = leaf;
  for (const Sha256Digest& sibling : proof) {
    if (climb.last == 0) return false;  // the proof is too long
    if (climb.sibling_is_left()) {
      hash = merkle_node(sibling, hash);
      climb.skip_layers_without_sibling();
    } else {
      hash = merkle_node(hash, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && hash == root;
}

bool merkle_verify_consistency(std::uint64_t old_size, const Sha256Digest& old_root, std::uint64_t new_size,
                               const Sha256Digest& new_root, Leaves proof) {
  if (old_size > new_size) return false;
  if (old_size == new_size) return proof.empty() && old_root == new_root;
  if (old_size == 0) return proof.empty() && old_root == sha256({});
  // The climb begins at the last full subtree of the old tree.
  Climb climb{old_size - 1, new_size - 1};
  while ((climb.node & 1) == 1)
    climb.up();
  // When the old tree is one full subtree, the proof leaves its root out.
  Sha256Digest old_hash = old_root;
  if (!std::has_single_bit(old_size)) {
    if (proof.empty()) return false;
    old_hash = proof.front();
    proof = proof.subspan(1);
  }
  Sha256Digest new_hash = old_hash;
  for (const Sha256Digest& sibling : proof) {
    if (climb.last == 0) return false;  // the proof is too long
    if (climb.sibling_is_left()) {
      old_hash = merkle_node(sibling, old_hash);
      new_hash = merkle_node(sibling, new_hash);
      climb.skip_layers_without_sibling();
    } else {
      new_hash = merkle_node(new_hash, sibling);
    }
    climb.up();
  }
  return climb.last == 0 && old_hash == old_root && new_hash == new_root;
}

}  // namespace agentnet::crypto
