#include "core/crypto/merkle.hpp"

#include <doctest/doctest.h>

#include "core/base/error.hpp"
#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

using Leaves = std::vector<Sha256Digest>;
using LeavesView = std::span<const Sha256Digest>;

constexpr std::size_t kLargestTried = 70;  // more than 64, so that every shape of seven layers occurs

Leaves make_leaves(std::size_t count) {
  Leaves leaves;
  for (std::size_t i = 0; i < count; ++i)
    leaves.push_back(merkle_leaf(as_bytes("entry " + std::to_string(i))));
  return leaves;
}

// The definition of section 2.1.1, word for word and slow.
Sha256Digest root_by_definition(LeavesView leaves) {
  if (leaves.empty()) return sha256({});
  if (leaves.size() == 1) return leaves[0];
  std::size_t k = 1;
  while (k * 2 < leaves.size())
    k *= 2;
  return merkle_node(root_by_definition(leaves.first(k)), root_by_definition(leaves.subspan(k)));
}

Leaves leaves_of(const nlohmann::json& vector) {
  Leaves leaves;
  for (const auto& entry : vector.at("leaves"))
    leaves.push_back(merkle_leaf(hex(entry)));
  return leaves;
}

MerkleProof proof_of(const nlohmann::json& vector) {
  MerkleProof proof;
  for (const auto& digits : vector.at("proof")) {
    const Bytes bytes = hex(digits);
    REQUIRE_EQ(bytes.size(), 32U);
    std::copy(bytes.begin(), bytes.end(), proof.emplace_back().begin());
  }
  return proof;
}

// Calls `check` with every proof that is the given one with one bit flipped, and with some of other lengths.
template <typename Check>
void for_each_wrong_proof(MerkleProof proof, Check check) {
  for (std::size_t i = 0; i < proof.size(); ++i) {
    const Sha256Digest right = proof[i];
    for_each_flipped_bit(right, [&](const Sha256Digest& wrong) {
      proof[i] = wrong;
      check(proof);
    });
    proof[i] = right;
  }
  MerkleProof longer = proof;
  longer.push_back(sha256({}));
  check(longer);
  longer.back() = proof.empty() ? Sha256Digest{} : proof.back();
  check(longer);
  longer.insert(longer.begin(), Sha256Digest{});
  check(longer);
  if (!proof.empty()) {
    check(MerkleProof(proof.begin(), proof.end() - 1));
    check(MerkleProof(proof.begin() + 1, proof.end()));
  }
}

TEST_CASE("Merkle roots and proofs are those of the vectors") {
  for (const auto& vector : read_vectors("merkle.json")) {
    CAPTURE(vector.at("id"));
    const std::string kind = vector.at("kind");
    const Leaves leaves = leaves_of(vector);
    if (kind == "root") {
      CHECK_EQ(hex_lower(merkle_root(leaves)), vector.at("root").get<std::string>());
    } else if (kind == "inclusion") {
      CHECK_EQ(merkle_inclusion_proof(leaves, vector.at("index")), proof_of(vector));
    } else {
      REQUIRE_EQ(kind, "consistency");
      CHECK_EQ(merkle_consistency_proof(leaves, vector.at("old_size")), proof_of(vector));
    }
  }
}

TEST_CASE("the root of every size is that of the definition") {
  const Leaves leaves = make_leaves(kLargestTried);
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    CAPTURE(size);
    CHECK_EQ(merkle_root(LeavesView(leaves).first(size)), root_by_definition(LeavesView(leaves).first(size)));
  }
}

TEST_CASE("an accumulator has the root of its leaves after each append") {
  const Leaves leaves = make_leaves(kLargestTried);
  MerkleAccumulator tree;
  for (std::size_t size = 0; size < leaves.size(); ++size) {
    CHECK_EQ(tree.size(), size);
    CHECK_EQ(tree.root(), root_by_definition(LeavesView(leaves).first(size)));
    tree.append(leaves[size]);
  }
  CHECK_EQ(tree.root(), root_by_definition(leaves));
}

TEST_CASE("every leaf of every size has an inclusion proof that verifies") {
  const Leaves leaves = make_leaves(kLargestTried);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const LeavesView tree = LeavesView(leaves).first(size);
    const Sha256Digest root = merkle_root(tree);
    for (std::size_t index = 0; index < size; ++index) {
      CAPTURE(size);
      CAPTURE(index);
      CHECK(merkle_verify_inclusion(leaves[index], index, size, merkle_inclusion_proof(tree, index), root));
    }
  }
}

TEST_CASE("an inclusion proof shows no other leaf, index or root") {
  const Leaves leaves = make_leaves(33);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const LeavesView tree = LeavesView(leaves).first(size);
    const Sha256Digest root = merkle_root(tree);
    for (std::size_t index = 0; index < size; ++index) {
      const MerkleProof proof = merkle_inclusion_proof(tree, index);
      for (std::size_t other = 0; other <= size + 1; ++other) {
        if (other == index) continue;
        CHECK_FALSE(merkle_verify_inclusion(leaves[index], other, size, proof, root));
        if (other < size) CHECK_FALSE(merkle_verify_inclusion(leaves[other], index, size, proof, root));
      }
      CHECK_FALSE(merkle_verify_inclusion(leaves[index], index, size, proof, sha256({})));
      CHECK_FALSE(merkle_verify_inclusion(leaves[index], index, 0, proof, root));
      CHECK_FALSE(merkle_verify_inclusion(leaves[index], index, index, proof, root));
    }
  }
}

TEST_CASE("an inclusion proof, leaf or root with any bit flipped is refused") {
  const Leaves leaves = make_leaves(13);
  const Sha256Digest root = merkle_root(leaves);
  for (std::size_t index = 0; index < leaves.size(); ++index) {
    const MerkleProof proof = merkle_inclusion_proof(leaves, index);
    const Sha256Digest& leaf = leaves[index];
    for_each_wrong_proof(proof, [&](const MerkleProof& wrong) {
      CHECK_FALSE(merkle_verify_inclusion(leaf, index, leaves.size(), wrong, root));
    });
    for_each_flipped_bit(leaf, [&](const Sha256Digest& wrong) {
      CHECK_FALSE(merkle_verify_inclusion(wrong, index, leaves.size(), proof, root));
    });
    for_each_flipped_bit(root, [&](const Sha256Digest& wrong) {
      CHECK_FALSE(merkle_verify_inclusion(leaf, index, leaves.size(), proof, wrong));
    });
  }
}

TEST_CASE("a right leaf does not pass for the only one, nor a proof of a taller tree for one of a lower") {
  const Leaves leaves = make_leaves(8);
  CHECK_FALSE(merkle_verify_inclusion(leaves[1], 0, 1, LeavesView(leaves).first(1),
                                      merkle_root(LeavesView(leaves).first(2))));
  for (std::size_t index = 0; index < leaves.size(); ++index) {
    const MerkleProof proof = merkle_inclusion_proof(leaves, index);
    for (std::uint64_t size = 0; size <= 4; ++size) {
      for (std::uint64_t claimed = 0; claimed < size; ++claimed)
        CHECK_FALSE(merkle_verify_inclusion(leaves[index], claimed, size, proof, merkle_root(leaves)));
    }
  }
}

TEST_CASE("a node does not pass for a leaf") {
  const Leaves leaves = make_leaves(2);
  Bytes joined(leaves[0].begin(), leaves[0].end());
  joined.insert(joined.end(), leaves[1].begin(), leaves[1].end());
  CHECK_NE(merkle_leaf(joined), merkle_root(leaves));
}

TEST_CASE("every two sizes have a consistency proof that verifies") {
  const Leaves leaves = make_leaves(kLargestTried);
  for (std::size_t size = 0; size <= leaves.size(); ++size) {
    const LeavesView tree = LeavesView(leaves).first(size);
    const Sha256Digest root = merkle_root(tree);
    for (std::size_t old_size = 0; old_size <= size; ++old_size) {
      CAPTURE(size);
      CAPTURE(old_size);
      const MerkleProof proof = merkle_consistency_proof(tree, old_size);
      CHECK(merkle_verify_consistency(old_size, merkle_root(tree.first(old_size)), size, root, proof));
      if (old_size == size || old_size == 0) CHECK(proof.empty());
    }
  }
}

TEST_CASE("a consistency proof shows no other sizes") {
  const Leaves leaves = make_leaves(33);
  for (std::size_t size = 1; size <= leaves.size(); ++size) {
    const LeavesView tree = LeavesView(leaves).first(size);
    for (std::size_t old_size = 1; old_size <= size; ++old_size) {
      const MerkleProof proof = merkle_consistency_proof(tree, old_size);
      const Sha256Digest old_root = merkle_root(tree.first(old_size));
      for (std::size_t other = 0; other <= size + 1; ++other) {
        if (other != old_size)
          CHECK_FALSE(merkle_verify_consistency(other, old_root, size, merkle_root(tree), proof));
      }
      CHECK_FALSE(merkle_verify_consistency(old_size, old_root, old_size - 1, merkle_root(tree), proof));
    }
  }
}

TEST_CASE("a consistency proof or root with any bit flipped is refused") {
  const Leaves leaves = make_leaves(13);
  const Sha256Digest root = merkle_root(leaves);
  for (std::size_t old_size = 1; old_size <= leaves.size(); ++old_size) {
    const MerkleProof proof = merkle_consistency_proof(leaves, old_size);
    const Sha256Digest old_root = merkle_root(LeavesView(leaves).first(old_size));
    CAPTURE(old_size);
    for_each_wrong_proof(proof, [&](const MerkleProof& wrong) {
      CHECK_FALSE(merkle_verify_consistency(old_size, old_root, leaves.size(), root, wrong));
    });
    for_each_flipped_bit(root, [&](const Sha256Digest& wrong) {
      CHECK_FALSE(merkle_verify_consistency(old_size, old_root, leaves.size(), wrong, proof));
      CHECK_FALSE(merkle_verify_consistency(old_size, wrong, leaves.size(), root, proof));
    });
  }
}

TEST_CASE("a tree that was rewritten is not consistent with the old one") {
  const Leaves leaves = make_leaves(20);
  for (std::size_t changed = 0; changed < 11; ++changed) {
    Leaves rewritten = leaves;
    rewritten[changed][0] ^= 1;
    const Sha256Digest old_root = merkle_root(LeavesView(leaves).first(11));
    CHECK_FALSE(merkle_verify_consistency(11, old_root, 20, merkle_root(rewritten),
                                          merkle_consistency_proof(rewritten, 11)));
  }
}

TEST_CASE("from the empty tree only its own root and an empty proof are consistent") {
  const Leaves leaves = make_leaves(3);
  CHECK(merkle_verify_consistency(0, sha256({}), 3, merkle_root(leaves), {}));
  CHECK_FALSE(merkle_verify_consistency(0, leaves[0], 3, merkle_root(leaves), {}));
  CHECK_FALSE(merkle_verify_consistency(0, sha256({}), 3, merkle_root(leaves), leaves));
}

TEST_CASE("proofs of the largest sizes there are end and are refused") {
  constexpr std::uint64_t kHuge = ~std::uint64_t{0};
  const MerkleProof proof = make_leaves(100);
  CHECK_FALSE(merkle_verify_inclusion(proof[0], kHuge - 1, kHuge, proof, proof[1]));
  CHECK_FALSE(merkle_verify_inclusion(proof[0], 0, kHuge, proof, proof[1]));
  CHECK_FALSE(merkle_verify_consistency(kHuge - 1, proof[0], kHuge, proof[1], proof));
  CHECK_FALSE(merkle_verify_consistency(1, proof[0], kHuge, proof[1], proof));
  CHECK_FALSE(merkle_verify_consistency(std::uint64_t{1} << 63, proof[0], kHuge, proof[1], {}));
}

TEST_CASE("a leaf or an old size outside the tree is refused") {
  const Leaves leaves = make_leaves(5);
  CHECK_EQ(error_code([&] { merkle_inclusion_proof(leaves, 4); }), "");
  CHECK_EQ(error_code([&] { merkle_inclusion_proof(leaves, 5); }), "out_of_range");
  CHECK_EQ(error_code([&] { merkle_inclusion_proof({}, 0); }), "out_of_range");
  CHECK_EQ(error_code([&] { merkle_consistency_proof(leaves, 5); }), "");
  CHECK_EQ(error_code([&] { merkle_consistency_proof(leaves, 6); }), "out_of_range");
}

TEST_CASE("a tree of the largest size is built and one leaf more refused") {
  Leaves leaves(kMaxMerkleLeaves, merkle_leaf({}));
  const Sha256Digest root = merkle_root(leaves);
  const MerkleProof proof = merkle_inclusion_proof(leaves, 12'345);
  CHECK_EQ(proof.size(), 20U);
  CHECK(merkle_verify_inclusion(leaves[0], 12'345, leaves.size(), proof, root));
  CHECK_EQ(error_code([&] { merkle_consistency_proof(leaves, 12'345); }), "");
  leaves.push_back(leaves[0]);
  CHECK_EQ(error_code([&] { merkle_root(leaves); }), "too_large");
  CHECK_EQ(error_code([&] { merkle_inclusion_proof(leaves, 0); }), "too_large");
  CHECK_EQ(error_code([&] { merkle_consistency_proof(leaves, 1); }), "too_large");
}

TEST_CASE("a kept tree gives the root and the proofs that are built from the leaves") {
  for (std::size_t size = 0; size <= kLargestTried; ++size) {
    const Leaves leaves = make_leaves(size);
    const MerkleTree tree(leaves);
    CHECK(tree.root() == merkle_root(leaves));
    for (std::size_t i = 0; i < size; ++i)
      CHECK(tree.inclusion_proof(i) == merkle_inclusion_proof(leaves, i));
    CHECK_THROWS_AS(tree.inclusion_proof(size), Error);
  }
}

}  // namespace
}  // namespace agentnet::crypto
