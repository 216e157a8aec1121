#include "core/sbn/ledger.hpp"

#include <limits>

#include <charconv>

#include "core/auth/tenant.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kInsert =
    "INSERT INTO sbn_ledger (tenant_id, source, hash, hash_key, domain, created_at, block_id, block_type, "
    "body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";

#define AGENTNET_LEDGER_ROW \
  "SELECT seq, tenant_id, source, hash, domain, created_at, block_id, block_type, body FROM sbn_ledger "

constexpr std::string_view kByHash =
    AGENTNET_LEDGER_ROW "WHERE hash_key = ? AND hash = ? AND tenant_id = ? AND source = ? ORDER BY seq DESC";
constexpr std::string_view kByBlock = AGENTNET_LEDGER_ROW "WHERE block_id = ? AND tenant_id = ?";
constexpr std::string_view kBySeq = AGENTNET_LEDGER_ROW "WHERE seq = ? AND tenant_id = ?";
constexpr std::string_view kNewest = AGENTNET_LEDGER_ROW "WHERE tenant_id = ? AND seq < ? ORDER BY seq DESC";
constexpr std::string_view kNewestOfHash =
    AGENTNET_LEDGER_ROW "WHERE tenant_id = ? AND hash_key = ? AND hash = ? AND seq < ? ORDER BY seq DESC";
#undef AGENTNET_LEDGER_ROW

constexpr std::size_t kKeyDigits = 16;

// The first eight bytes of the hash as a number; texts that are no hash share 0.
std::int64_t key_of(std::string_view hash) {
  if (hash.size() < kKeyDigits) return 0;
  std::uint64_t key = 0;
  const char* end = hash.data() + kKeyDigits;
  const auto [stopped, fault] = std::from_chars(hash.data(), end, key, 16);
  return fault == std::errc() && stopped == end ? static_cast<std::int64_t>(key) : 0;
}

store::Bind text_or_null(const std::string& text) {
  return text.empty() ? store::Bind(nullptr) : store::Bind(text);
}

LedgerEntry read_row(const store::Query& row) {
  return {row.integer(0), row.text(1), row.text(2),
          row.text(3),    row.text(4), auth::from_column(row.integer(5)),
          row.text(6),    row.text(7), row.text(8)};
}

std::optional<LedgerEntry> first_of(store::Query query) {
  if (!query.next()) return std::nullopt;
  return read_row(query);
}

std::optional<LedgerEntry> find_by_source(store::Connection& connection, std::string_view tenant_id,
                                          std::string_view hash, std::string_view source) {
  return first_of(connection.query(kByHash, {key_of(hash), hash, tenant_id, source}));
}

}  // namespace

std::int64_t add_to_ledger(store::Connection& connection, const LedgerEntry& entry) {
  connection.run(kInsert, {entry.tenant_id, entry.source, entry.hash, key_of(entry.hash), entry.domain,
                           auth::to_column(entry.created_at), text_or_null(entry.block_id),
                           text_or_null(entry.block_type), text_or_null(entry.body)});
  return connection.last_row_id();
}

std::optional<LedgerEntry> find_hash(store::Connection& connection, std::string_view tenant_id,
                                     std::string_view hash) {
  if (auto seal = find_by_source(connection, tenant_id, hash, kSourceSeal)) return seal;
  return find_capture(connection, tenant_id, hash);
}

std::optional<LedgerEntry> find_capture(store::Connection& connection, std::string_view tenant_id,
                                        std::string_view hash) {
  return find_by_source(connection, tenant_id, hash, kSourceCapture);
}

std::optional<LedgerEntry> find_block(store::Connection& connection, std::string_view tenant_id,
                                      std::string_view block_id) {
  return first_of(connection.query(kByBlock, {block_id, tenant_id}));
}

std::optional<LedgerEntry> find_entry(store::Connection& connection, std::string_view tenant_id,
                                      std::int64_t seq) {
  return first_of(connection.query(kBySeq, {seq, tenant_id}));
}

void list_ledger(store::Connection& connection, std::string_view tenant_id, const LedgerFilter& filter,
                 const std::function<void(const LedgerEntry&)>& take) {
  const std::int64_t before = filter.before.value_or(std::numeric_limits<std::int64_t>::max());
  store::Query rows =
      filter.hash.empty()
          ? connection.query(kNewest, {tenant_id, before})
          : connection.query(kNewestOfHash, {tenant_id, key_of(filter.hash), filter.hash, before});
  std::int64_t skipped = 0;
  std::int64_t taken = 0;
  while (taken < filter.limit && rows.next()) {
    const LedgerEntry entry = read_row(rows);
    if (!passes(entry, filter)) continue;
    if (skipped++ < filter.offset) continue;
    take(entry);
    ++taken;
  }
}

bool passes(const LedgerEntry& entry, const LedgerFilter& filter) {
  if (!filter.source.empty() && entry.source != filter.source) return false;
  if (!filter.domain.empty() && !domain_matches(entry.domain, filter.domain)) return false;
  return !filter.since || entry.created_at >= *filter.since;
}

bool domain_matches(std::string_view domain, std::string_view filter) {
  constexpr std::string_view kBelow = ".*";
  if (!filter.ends_with(kBelow)) return domain == filter;
  const std::string_view parent = filter.substr(0, filter.size() - kBelow.size());
  return domain == parent || (domain.starts_with(parent) && domain.substr(parent.size()).starts_with('.'));
}

std::string month_of(Instant now) {
  constexpr std::size_t kYearAndMonth = 7;
  return iso_seconds(now).substr(0, kYearAndMonth);
}

void meter(store::Connection& connection, std::string_view tenant_id, std::string_view operation,
           std::int64_t amount, Instant now) {
  connection.run(
      "INSERT INTO sbn_usage (tenant_id, month, operation, amount) VALUES (?, ?, ?, ?) "
      "ON CONFLICT (tenant_id, month, operation) DO UPDATE SET amount = sbn_usage.amount + excluded.amount",
      {tenant_id, month_of(now), operation, amount});
}

void list_usage(store::Connection& connection, std::string_view tenant_id, std::string_view month,
                const std::function<void(const Usage&)>& take) {
  store::Query rows = connection.query(
      "SELECT operation, SUM(amount) FROM sbn_usage WHERE tenant_id = ? AND (month = ? OR ? = '') "
      "GROUP BY operation ORDER BY operation",
      {tenant_id, month, month});
  while (rows.next())
    take({rows.text(0), rows.integer(1)});
}

}  // namespace agentnet::sbn
