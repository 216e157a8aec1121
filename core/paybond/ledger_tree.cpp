#include "core/paybond/ledger_tree.hpp"

#include <algorithm>
#include <bit>

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

// Where a tree of n > 1 leaves splits.
std::uint64_t split_point(std::uint64_t n) {
  return std::bit_floor(n - 1);
}

}  // namespace

void LedgerTree::append(std::uint64_t size, const crypto::Sha256Digest& leaf) {
  crypto::Sha256Digest hash = leaf;
  std::uint64_t number = size;
  for (unsigned level = 0;; ++level) {
    connection_.run(
        "INSERT INTO paybond_ledger_nodes (tenant_id, level, node, hash) VALUES (?, ?, ?, ?)",
        {tenant_id_, static_cast<std::int64_t>(level), static_cast<std::int64_t>(number), ByteView(hash)});
    if (number % 2 == 0) return;  // its sibling is still to come
    hash = crypto::merkle_node(node(level, number - 1), hash);
    number /= 2;
  }
}

crypto::Sha256Digest LedgerTree::node(unsigned level, std::uint64_t number) {
  store::Query rows = connection_.query(
      "SELECT hash FROM paybond_ledger_nodes WHERE tenant_id = ? AND level = ? AND node = ?",
      {tenant_id_, static_cast<std::int64_t>(level), static_cast<std::int64_t>(number)});
  crypto::Sha256Digest hash{};
  const Bytes bytes = rows.next() ? rows.bytes(0) : Bytes();
  if (bytes.size() != hash.size())
    throw Error(Category::failed, "bad_ledger", "the ledger's tree in the store is damaged");
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

crypto::Sha256Digest LedgerTree::range_root(std::uint64_t first, std::uint64_t count) {
  if (count == 0) return crypto::sha256({});
  if (std::has_single_bit(count)) {
    const auto level = static_cast<unsigned>(std::countr_zero(count));
    return node(level, first >> level);
  }
  const std::uint64_t k = split_point(count);
  return crypto::merkle_node(range_root(first, k), range_root(first + k, count - k));
}

crypto::MerkleProof LedgerTree::inclusion(std::uint64_t index, std::uint64_t size) {
  crypto::MerkleProof proof;
  std::uint64_t first = 0;
  while (size > 1) {
    const std::uint64_t k = split_point(size);
    if (index < k) {
      proof.push_back(range_root(first + k, size - k));
      size = k;
    } else {
      proof.push_back(range_root(first, k));
      first += k;
      index -= k;
      size -= k;
    }
  }
  std::reverse(proof.begin(), proof.end());
  return proof;
}

crypto::MerkleProof LedgerTree::consistency(std::uint64_t old_size, std::uint64_t size) {
  crypto::MerkleProof proof;
  if (old_size == 0) return proof;
  std::uint64_t first = 0;
  bool old_root_is_known = true;  // what is in view is the whole old tree, whose root the verifier has
  while (old_size != size) {
    const std::uint64_t k = split_point(size);
    if (old_size <= k) {
      proof.push_back(range_root(first + k, size - k));
      size = k;
    } else {
      proof.push_back(range_root(first, k));
      first += k;
      old_size -= k;
      size -= k;
      old_root_is_known = false;
    }
  }
  if (!old_root_is_known) proof.push_back(range_root(first, size));
  std::reverse(proof.begin(), proof.end());
  return proof;
}

}  // namespace agentnet::paybond
