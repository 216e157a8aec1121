#include "core/paybond/signal.hpp"

#include "core/auth/tenant.hpp"
#include "core/json/parse.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kNanosPerMicro = 1'000;

std::string_view text_of(const json::Value& event, std::string_view name) {
  const json::Value* value = event.find(name);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

std::int64_t number_of(const json::Value& event, std::string_view name) {
  const json::Value* value = event.find(name);
  return value == nullptr ? 0 : value->as_int64().value_or(0);
}

// False for an entry that changes nothing.
bool count(OperatorFacts& facts, const json::Value& event, std::int64_t nanos) {
  const std::string_view kind = text_of(event, "kind");
  if (kind == "intent_created") {
    ++facts.intents;
  } else if (kind == "evidence_submitted") {
    ++facts.latency_samples;
    facts.latency_nanos =
        saturating_sum(facts.latency_nanos, nanos - number_of(event, "intent_created_unix_nanos"));
  } else if (kind == "released") {
    ++facts.released;
  } else if (kind == "refunded") {
    ++facts.refunded;
  } else if (kind == "resolved_split") {
    ++facts.split;
  } else if (kind == "disputed") {
    ++facts.disputed;
  } else {
    return false;
  }
  facts.volume_cents = saturating_sum(facts.volume_cents, number_of(event, "payee_cents"));
  return true;
}

void save(store::Connection& connection, std::string_view tenant_id, const StoredOperator& each,
          const OperatorScore& score) {
  const OperatorFacts& facts = each.facts;
  connection.run(
      "INSERT OR REPLACE INTO paybond_operators (tenant_id, operator_did, intents, released, refunded, split,"
      " disputed, latency_nanos, latency_samples, volume_cents, score, under_review, last_seq, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, each.operator_did, facts.intents, facts.released, facts.refunded, facts.split,
       facts.disputed, facts.latency_nanos, facts.latency_samples, facts.volume_cents, score.score,
       score.under_review ? 1 : 0, each.last_seq, auth::to_column(each.updated_at)});
}

void save(store::Connection& connection, std::string_view tenant_id, const Portfolio& portfolio) {
  connection.run(
      "INSERT OR REPLACE INTO paybond_portfolios (tenant_id, operators, score_sum, terminal_intents,"
      " volume_cents, under_review, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, portfolio.operators, portfolio.score_sum, portfolio.terminal_intents,
       portfolio.volume_cents, portfolio.under_review, portfolio.last_seq});
}

}  // namespace

std::optional<StoredOperator> find_operator(store::Connection& connection, std::string_view tenant_id,
                                            std::string_view operator_did) {
  store::Query rows = connection.query(
      "SELECT intents, released, refunded, split, disputed, latency_nanos, latency_samples, volume_cents,"
      " last_seq, updated_at FROM paybond_operators WHERE tenant_id = ? AND operator_did = ?",
      {tenant_id, operator_did});
  if (!rows.next()) return std::nullopt;
  return StoredOperator{std::string(operator_did),
                        {rows.integer(0), rows.integer(1), rows.integer(2), rows.integer(3), rows.integer(4),
                         rows.integer(5), rows.integer(6), rows.integer(7)},
                        rows.integer(8),
                        auth::from_column(rows.integer(9))};
}

Portfolio portfolio_of(store::Connection& connection, std::string_view tenant_id) {
  store::Query rows = connection.query(
      "SELECT operators, score_sum, terminal_intents, volume_cents, under_review, last_seq"
      " FROM paybond_portfolios WHERE tenant_id = ?",
      {tenant_id});
  if (!rows.next()) return {};
  return {rows.integer(0), rows.integer(1), rows.integer(2),
          rows.integer(3), rows.integer(4), rows.integer(5)};
}

void tell_signal(store::Connection& connection, std::string_view tenant_id, const LedgerEntry& entry) {
  const json::Document event = json::parse(entry.event);
  const std::string_view did = text_of(event.root, "operator_did");
  if (did.empty()) return;
  const auto known = find_operator(connection, tenant_id, did);
  StoredOperator now = known.value_or(StoredOperator{std::string(did), {}, 0, {}});
  const OperatorFacts before = now.facts;
  if (!count(now.facts, event.root, entry.timestamp_unix_nanos)) return;
  now.last_seq = entry.seq;
  now.updated_at = Instant(std::chrono::microseconds(entry.timestamp_unix_nanos / kNanosPerMicro));
  const OperatorScore old_score = score_of(before);
  const OperatorScore score = score_of(now.facts);
  save(connection, tenant_id, now, score);
  Portfolio portfolio = portfolio_of(connection, tenant_id);
  portfolio.operators += known ? 0 : 1;
  portfolio.score_sum += score.score - old_score.score;
  portfolio.terminal_intents += now.facts.terminal() - before.terminal();
  portfolio.volume_cents =
      saturating_sum(portfolio.volume_cents, now.facts.volume_cents - before.volume_cents);
  portfolio.under_review += (score.under_review ? 1 : 0) - (old_score.under_review ? 1 : 0);
  portfolio.last_seq = entry.seq;
  save(connection, tenant_id, portfolio);
}

}  // namespace agentnet::paybond
