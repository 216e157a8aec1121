// Batches in the store: which seals were attested together, what the validators signed, and the receipts
// that follow from it (rules_receipt.hpp).
//
// A receipt is not stored. Its id, "rcpt_BLOCK", says which block it is about; the ledger has the block, and
// the batch has the leaf hashes and the signatures.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/value.hpp"
#include "core/sbn/ledger.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxBatchSeals = 4096;

std::string receipt_id(std::string_view block_id);
// The leaf of a seal in the tree of whichever batch takes it.
crypto::Sha256Digest leaf_of(const LedgerEntry& seal);

// Time-ordered UUID (RFC 9562 version 7), so that an index over such ids grows at its end.
std::string uuid7(Instant now, Random& random);

// Signs the seals, which lie in the ledger from `first_seq` on without a gap. Returns the batch's id.
std::string add_batch(store::Connection& connection, std::span<const LedgerEntry> seals,
                      std::int64_t first_seq, std::span<const crypto::SigningKey> validators, Instant now,
                      Random& random);

// Makes receipts, quickly where one block lies beside the one before: it keeps the batch that it looked at
// last.
class ReceiptReader {
 public:
  // The connection must outlive this.
  explicit ReceiptReader(store::Connection& connection);
  ~ReceiptReader();
  // As receipt_of().
  std::optional<json::Value> receipt_of(const LedgerEntry& entry, json::Arena& arena);

 private:
  struct Batch;

  store::Connection& connection_;
  std::unique_ptr<Batch> batch_;
};

// The receipt of a sealed block, or by its id; null where there is none. Lies in `arena`.
std::optional<json::Value> receipt_of(store::Connection& connection, const LedgerEntry& entry,
                                      json::Arena& arena);
std::optional<json::Value> find_receipt(store::Connection& connection, std::string_view tenant_id,
                                        std::string_view id, json::Arena& arena);

// The sealed block whose receipt has that `hash`, which is its leaf. Looks through the leaves of all batches:
// some 30 ms for a million.
std::optional<LedgerEntry> find_leaf(store::Connection& connection, std::string_view tenant_id,
                                     std::string_view hash);

}  // namespace agentnet::sbn
