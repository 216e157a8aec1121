#include "core/paybond/stored_intent.hpp"

#include <limits>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

// In the order of read_row. Lists leave out what may be large: the bodies and the judgement.
#define AGENTNET_INTENT_ROW(body, evidence, judgement)                                                       \
  "SELECT number, tenant_id, intent_id, state, principal_did, payee_did, payee_key, amount_cents, currency," \
  " settlement_rail, deadline, tools, " body                                                                 \
  ", terms_digest, spent_cents, held_cents, payee_cents,"                                                    \
  " principal_cents, predicate_passed, " evidence ", " judgement                                             \
  ", created_at, updated_at"                                                                                 \
  " FROM paybond_intents WHERE tenant_id = ? AND "
constexpr std::string_view kById = AGENTNET_INTENT_ROW("body", "evidence", "judgement") "intent_id = ?";
constexpr std::string_view kAll =
    AGENTNET_INTENT_ROW("NULL", "NULL", "NULL") "number < ? ORDER BY number DESC LIMIT ?";
constexpr std::string_view kByState =
    AGENTNET_INTENT_ROW("NULL", "NULL", "NULL") "number < ? AND state = ? ORDER BY number DESC LIMIT ?";
#undef AGENTNET_INTENT_ROW

StoredIntent read_row(const store::Query& row) {
  StoredIntent intent;
  intent.number = row.integer(0);
  intent.tenant_id = row.text(1);
  intent.intent_id = row.text(2);
  intent.state = state_named(row.text(3)).value_or(IntentState::created);
  intent.principal_did = row.text(4);
  intent.payee_did = row.text(5);
  intent.payee_key = row.text(6);
  intent.amount_cents = row.integer(7);
  intent.currency = row.text(8);
  intent.settlement_rail = row.text(9);
  intent.deadline = auth::from_column(row.integer(10));
  intent.tools = row.text(11);
  intent.body = row.text(12);
  intent.terms_digest = row.text(13);
  intent.spent_cents = row.integer(14);
  intent.held_cents = row.integer(15);
  intent.payee_cents = row.integer(16);
  intent.principal_cents = row.integer(17);
  if (!row.is_null(18)) intent.predicate_passed = row.integer(18) != 0;
  intent.evidence = row.text(19);
  intent.judgement = row.text(20);
  intent.created_at = auth::from_column(row.integer(21));
  intent.updated_at = auth::from_column(row.integer(22));
  return intent;
}

std::string tools_text(const std::vector<std::string>& tools) {
  json::Arena arena;
  json::ArrayBuilder list(arena);
  for (const std::string& tool : tools)
    list.add(std::string_view(tool));
  return json::to_compact(list.done());
}

}  // namespace

StoredIntent add_intent(store::Connection& connection, std::string_view tenant_id,
                        const ArrivedIntent& arrived, Instant now) {
  if (find_intent(connection, tenant_id, arrived.intent_id)) {
    throw Error(Category::conflict, "intent_exists", "there is an intent of that id already", {},
                {{"intent_id", arrived.intent_id}});
  }
  StoredIntent intent;
  intent.tenant_id = tenant_id;
  intent.intent_id = arrived.intent_id;
  intent.principal_did = arrived.principal_did;
  intent.payee_did = arrived.payee_did;
  if (arrived.payee_key) intent.payee_key = hex_lower(arrived.payee_key->bytes);
  intent.amount_cents = arrived.amount_cents;
  intent.currency = arrived.currency;
  intent.settlement_rail = arrived.settlement_rail;
  intent.deadline = arrived.deadline;
  intent.tools = tools_text(arrived.tools);
  intent.body = arrived.body;
  intent.terms_digest = hex_lower(arrived.terms);
  intent.created_at = now;
  intent.updated_at = now;
  const auto payee_key = intent.payee_key.empty() ? std::nullopt : std::optional(intent.payee_key);
  connection.run(
      "INSERT INTO paybond_intents (tenant_id, intent_id, state, principal_did, payee_did, payee_key,"
      " amount_cents, currency, settlement_rail, deadline, tools, body, terms_digest, created_at, updated_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, intent.intent_id, state_name(intent.state), intent.principal_did, intent.payee_did,
       payee_key, intent.amount_cents, intent.currency, intent.settlement_rail,
       auth::to_column(intent.deadline), intent.tools, intent.body, intent.terms_digest, auth::to_column(now),
       auth::to_column(now)});
  intent.number = connection.last_row_id();
  return intent;
}

std::optional<StoredIntent> find_intent(store::Connection& connection, std::string_view tenant_id,
                                        std::string_view intent_id) {
  store::Query rows = connection.query(kById, {tenant_id, intent_id});
  if (!rows.next()) return std::nullopt;
  return read_row(rows);
}

StoredIntent require_intent(store::Connection& connection, std::string_view tenant_id,
                            std::string_view intent_id) {
  auto intent = find_intent(connection, tenant_id, intent_id);
  if (!intent) throw Error(Category::not_found, "unknown_intent", "there is no such intent");
  return std::move(*intent);
}

void save_intent(store::Connection& connection, StoredIntent& intent, Instant now) {
  intent.updated_at = now;
  const auto passed =
      intent.predicate_passed ? std::optional<std::int64_t>(*intent.predicate_passed ? 1 : 0) : std::nullopt;
  const auto text = [](const std::string& value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  const auto evidence = text(intent.evidence);
  const auto judgement = text(intent.judgement);
  connection.run(
      "UPDATE paybond_intents SET state = ?, held_cents = ?, payee_cents = ?, principal_cents = ?,"
      " predicate_passed = ?, evidence = ?, judgement = ?, updated_at = ? WHERE number = ?",
      {state_name(intent.state), intent.held_cents, intent.payee_cents, intent.principal_cents, passed,
       evidence, judgement, auth::to_column(now), intent.number});
}

void add_spend(store::Connection& connection, const StoredIntent& intent, std::int64_t cents) {
  connection.run("UPDATE paybond_intents SET spent_cents = spent_cents + ? WHERE number = ?",
                 {cents, intent.number});
}

std::vector<StoredIntent> list_intents(store::Connection& connection, std::string_view tenant_id,
                                       const IntentFilter& filter) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!filter.cursor.empty()) {
    const auto last = find_intent(connection, tenant_id, filter.cursor);
    if (!last) throw Error(Category::usage, "bad_cursor", "the cursor is not one that a list gave");
    before = last->number;
  }
  store::Query rows =
      filter.state ? connection.query(kByState, {tenant_id, before, state_name(*filter.state), filter.limit})
                   : connection.query(kAll, {tenant_id, before, filter.limit});
  std::vector<StoredIntent> intents;
  while (rows.next())
    intents.push_back(read_row(rows));
  return intents;
}

std::vector<std::string> tools_of(const StoredIntent& intent) {
  const json::Document list = json::parse(intent.tools);
  std::vector<std::string> tools;
  for (const json::Value& tool : list.root.items())
    tools.emplace_back(tool.text());
  return tools;
}

}  // namespace agentnet::paybond
