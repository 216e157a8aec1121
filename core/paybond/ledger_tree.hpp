// The Merkle tree of a ledger in the store: the roots of all its full subtrees, so that it grows and proves
// in time that grows with its height and not with its size.
//
// Node n of level l is the root over the leaves n * 2^l to (n + 1) * 2^l - 1; it is written when the last of
// them comes, and never changes.
#pragma once

#include <string_view>

#include "core/crypto/merkle.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

class LedgerTree {
 public:
  // Both must outlive this.
  LedgerTree(store::Connection& connection, std::string_view tenant_id)
      : connection_(connection), tenant_id_(tenant_id) {}

  // The leaf that follows the `size` that are there.
  void append(std::uint64_t size, const crypto::Sha256Digest& leaf);

  // Of the first `size` leaves, which must be there, as must those of the arguments below.
  crypto::Sha256Digest root(std::uint64_t size) { return range_root(0, size); }
  // RFC 9162 sections 2.1.3.1 and 2.1.4.1.
  crypto::MerkleProof inclusion(std::uint64_t index, std::uint64_t size);
  crypto::MerkleProof consistency(std::uint64_t old_size, std::uint64_t size);

 private:
  crypto::Sha256Digest node(unsigned level, std::uint64_t number);
  // Of `count` leaves from `first` on, as they stand in a tree that splits there.
  crypto::Sha256Digest range_root(std::uint64_t first, std::uint64_t count);

  store::Connection& connection_;
  const std::string_view tenant_id_;
};

}  // namespace agentnet::paybond
