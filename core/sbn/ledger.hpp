// The hash ledger in the store: rows of sealed blocks and of captured hashes, and what is metered.
//
// As in core/auth, the functions work on a Connection; those that change something are for Database::write.
// Every one is told the tenant and sees only what is the tenant's.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/crypto/sha256.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kSourceSeal = "seal";
inline constexpr std::string_view kSourceCapture = "capture";

struct LedgerEntry {
  std::int64_t seq = 0;  // place in the ledger of all tenants
  std::string tenant_id;
  std::string source;
  std::string hash;
  std::string domain;
  Instant created_at;
  std::string block_id;  // of a seal, as the two below
  std::string block_type;
  std::string body;  // the SmartBlock as compact JSON
  // Its leaf in the tree of a batch (batches.hpp), when that was worked out beforehand.
  std::optional<crypto::Sha256Digest> leaf = {};
};

// Appends and returns the seq. Throws Error conflict/constraint for a block id that is there already.
std::int64_t add_to_ledger(store::Connection& connection, const LedgerEntry& entry);

// The newest seal with that hash, else the capture.
std::optional<LedgerEntry> find_hash(store::Connection& connection, std::string_view tenant_id,
                                     std::string_view hash);
std::optional<LedgerEntry> find_capture(store::Connection& connection, std::string_view tenant_id,
                                        std::string_view hash);
std::optional<LedgerEntry> find_block(store::Connection& connection, std::string_view tenant_id,
                                      std::string_view block_id);
std::optional<LedgerEntry> find_entry(store::Connection& connection, std::string_view tenant_id,
                                      std::int64_t seq);

struct LedgerFilter {
  std::string source;  // empty: any
  std::string domain;  // empty: any; "a.*": a and everything below it
  std::string hash;    // empty: any
  std::optional<Instant> since = {};
  std::int64_t limit = 20;
  std::int64_t offset = 0;
  std::optional<std::int64_t> before = {};  // only what came before the entry of that seq
};
// The newest first. Passing over `offset` rows takes time; going on from `before` does not.
void list_ledger(store::Connection& connection, std::string_view tenant_id, const LedgerFilter& filter,
                 const std::function<void(const LedgerEntry&)>& take);

// Whether an entry passes a filter, its hash, limit and offset aside.
bool passes(const LedgerEntry& entry, const LedgerFilter& filter);
// Whether a domain passes a filter of the form above.
bool domain_matches(std::string_view domain, std::string_view filter);

// "2026-11".
std::string month_of(Instant now);
void meter(store::Connection& connection, std::string_view tenant_id, std::string_view operation,
           std::int64_t amount, Instant now);
struct Usage {
  std::string operation;
  std::int64_t amount;
};
// By operation; an empty month: of all months.
void list_usage(store::Connection& connection, std::string_view tenant_id, std::string_view month,
                const std::function<void(const Usage&)>& take);

}  // namespace agentnet::sbn
