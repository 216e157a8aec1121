// Chains in the store: the rule of version 1 (chain.hpp), a row for each entry.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/sbn/chain.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxChainIdBytes = 200;
inline constexpr std::size_t kMaxChainTextBytes = 512;  // of a block hash, a block id, an event type

struct StoredChain {
  std::int64_t number = 0;  // in the store
  std::string chain_id;
  Instant created_at;
  std::int64_t length = 0;
  std::optional<std::string> head_hash;
};

// One to kMaxChainIdBytes printable ASCII characters without spaces, and neither "." nor "..".
bool is_chain_id(std::string_view text);

// Throws Error usage/bad_chain_id, conflict/chain_exists when it is there and has entries; an empty one is
// returned as it is, so that asking twice does no harm.
StoredChain create_chain(store::Connection& connection, std::string_view tenant_id, std::string_view chain_id,
                         Instant now);
std::optional<StoredChain> find_chain(store::Connection& connection, std::string_view tenant_id,
                                      std::string_view chain_id);
// Throws Error not_found/unknown_chain.
StoredChain require_chain(store::Connection& connection, std::string_view tenant_id,
                          std::string_view chain_id);
// Sorted by when they were made.
void list_chains(store::Connection& connection, std::string_view tenant_id, std::int64_t limit,
                 std::int64_t offset, const std::function<void(const StoredChain&)>& take);

struct ChainAddition {
  std::string_view block_hash;
  std::string_view event_type = kBlockSealedEvent;
  std::optional<std::string_view> block_id = {};
  std::string_view metadata = "{}";  // an object as compact JSON
};
// Appends behind the head and moves it. Throws Error usage/bad_entry.
ChainEntry append_to_chain(store::Connection& connection, StoredChain& chain, const ChainAddition& addition,
                           Instant now);

// An entry and its metadata as JSON text, which stands in for ChainEntry::metadata.
struct StoredEntry {
  ChainEntry entry;
  std::string metadata;
};
// In order, from a place on.
void read_chain(store::Connection& connection, const StoredChain& chain, std::int64_t first,
                std::int64_t limit, const std::function<void(const StoredEntry&)>& take);

struct ChainVerdict {
  bool valid = false;
  std::int64_t length = 0;
  std::optional<std::int64_t> break_at;
};
// Reads all of it, in constant memory; a stored length or head that differs is a break at the end.
ChainVerdict verify_chain(store::Connection& connection, const StoredChain& chain);

}  // namespace agentnet::sbn
