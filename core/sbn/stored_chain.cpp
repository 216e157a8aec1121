#include "core/sbn/stored_chain.hpp"

#include <algorithm>
#include <limits>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_CHAIN_ROW "SELECT number, chain_id, created_at, length, head_hash FROM sbn_chains "
constexpr std::string_view kById = AGENTNET_CHAIN_ROW "WHERE tenant_id = ? AND chain_id = ?";
constexpr std::string_view kAll = AGENTNET_CHAIN_ROW "WHERE tenant_id = ? ORDER BY number LIMIT ? OFFSET ?";
#undef AGENTNET_CHAIN_ROW

StoredChain read_row(const store::Query& row) {
  StoredChain chain{row.integer(0), row.text(1), auth::from_column(row.integer(2)), row.integer(3), {}};
  if (!row.is_null(4)) chain.head_hash = row.text(4);
  return chain;
}

void check_text(std::string_view name, std::string_view text, bool may_be_empty) {
  if ((!text.empty() || may_be_empty) && text.size() <= kMaxChainTextBytes && count_code_points(text)) return;
  throw Error(Category::usage, "bad_entry",
              std::string(name) + " must be text of 1 to " + std::to_string(kMaxChainTextBytes) + " bytes",
              {}, {{"field", std::string(name)}});
}

}  // namespace

bool is_chain_id(std::string_view text) {
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  // "." and ".." would not survive in a URL.
  return !text.empty() && text != "." && text != ".." && text.size() <= kMaxChainIdBytes &&
         std::all_of(text.begin(), text.end(), is_visible);
}

StoredChain create_chain(store::Connection& connection, std::string_view tenant_id, std::string_view chain_id,
                         Instant now) {
  if (!is_chain_id(chain_id)) {
    throw Error(Category::usage, "bad_chain_id",
                "a chain id has 1 to " + std::to_string(kMaxChainIdBytes) +
                    " printable ASCII characters, no spaces, and is not . or ..");
  }
  if (const auto chain = find_chain(connection, tenant_id, chain_id)) {
    if (chain->length == 0) return *chain;
    throw Error(Category::conflict, "chain_exists",
                "the chain " + std::string(chain_id) + " exists and has entries", {},
                {{"chain_id", std::string(chain_id)}, {"length", chain->length}});
  }
  connection.run(
      "INSERT INTO sbn_chains (tenant_id, chain_id, created_at, length, head_hash) VALUES (?, ?, ?, 0, NULL)",
      {tenant_id, chain_id, auth::to_column(now)});
  return {connection.last_row_id(), std::string(chain_id), now, 0, {}};
}

std::optional<StoredChain> find_chain(store::Connection& connection, std::string_view tenant_id,
                                      std::string_view chain_id) {
  store::Query rows = connection.query(kById, {tenant_id, chain_id});
  if (!rows.next()) return std::nullopt;
  return read_row(rows);
}

StoredChain require_chain(store::Connection& connection, std::string_view tenant_id,
                          std::string_view chain_id) {
  auto chain = find_chain(connection, tenant_id, chain_id);
  if (!chain) throw Error(Category::not_found, "unknown_chain", "there is no such chain");
  return std::move(*chain);
}

void list_chains(store::Connection& connection, std::string_view tenant_id, std::int64_t limit,
                 std::int64_t offset, const std::function<void(const StoredChain&)>& take) {
  store::Query rows = connection.query(kAll, {tenant_id, limit, offset});
  while (rows.next())
    take(read_row(rows));
}

ChainEntry append_to_chain(store::Connection& connection, StoredChain& chain, const ChainAddition& addition,
                           Instant now) {
  check_text("block_hash", addition.block_hash, false);
  check_text("event_type", addition.event_type, true);
  if (addition.block_id) check_text("block_id", *addition.block_id, true);
  ChainEntry entry;
  entry.index = chain.length;
  entry.event_type = addition.event_type;
  entry.block_hash = addition.block_hash;
  if (addition.block_id) entry.block_id = std::string(*addition.block_id);
  entry.previous_chain_hash = chain.head_hash;
  entry.timestamp = iso_offset(now);
  entry.chain_hash = compute_chain_hash(entry);
  connection.run(
      "INSERT INTO sbn_chain_entries (chain, place, event_type, block_hash, block_id, chain_hash, timestamp, "
      "metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {chain.number, entry.index, entry.event_type, entry.block_hash, entry.block_id, entry.chain_hash,
       entry.timestamp, addition.metadata});
  connection.run("UPDATE sbn_chains SET length = ?, head_hash = ? WHERE number = ?",
                 {entry.index + 1, entry.chain_hash, chain.number});
  chain.length = entry.index + 1;
  chain.head_hash = entry.chain_hash;
  return entry;
}

void read_chain(store::Connection& connection, const StoredChain& chain, std::int64_t first,
                std::int64_t limit, const std::function<void(const StoredEntry&)>& take) {
  store::Query rows = connection.query(
      "SELECT place, event_type, block_hash, block_id, chain_hash, timestamp, metadata FROM "
      "sbn_chain_entries WHERE chain = ? AND place >= ? ORDER BY place LIMIT ?",
      {chain.number, first, limit});
  std::optional<std::string> previous;
  if (first > 0) {
    store::Query before = connection.query(
        "SELECT chain_hash FROM sbn_chain_entries WHERE chain = ? AND place = ?", {chain.number, first - 1});
    if (before.next()) previous = before.text(0);
  }
  while (rows.next()) {
    StoredEntry stored{
        {rows.integer(0), rows.text(1), rows.text(2), {}, previous, rows.text(4), rows.text(5), {}},
        rows.text(6)};
    if (!rows.is_null(3)) stored.entry.block_id = rows.text(3);
    previous = stored.entry.chain_hash;
    take(stored);
  }
}

ChainVerdict verify_chain(store::Connection& connection, const StoredChain& chain) {
  ChainVerdict verdict;
  std::optional<std::string> head;
  read_chain(connection, chain, 0, std::numeric_limits<std::int64_t>::max(), [&](const StoredEntry& stored) {
    const bool holds =
        stored.entry.index == verdict.length && compute_chain_hash(stored.entry) == stored.entry.chain_hash;
    if (!holds && !verdict.break_at) verdict.break_at = verdict.length;
    ++verdict.length;
    head = stored.entry.chain_hash;
  });
  if (!verdict.break_at && (verdict.length != chain.length || head != chain.head_hash))
    verdict.break_at = verdict.length;
  verdict.valid = !verdict.break_at.has_value();
  return verdict;
}

}  // namespace agentnet::sbn
