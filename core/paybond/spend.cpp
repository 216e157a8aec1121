#include "core/paybond/spend.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kDenied = "denied";
constexpr std::string_view kReserved = "reserved";
constexpr std::string_view kConsumed = "consumed";
constexpr std::string_view kReleased = "released";

SpendDecision deny(const char* code, std::string message) {
  return {.allow = false, .code = code, .message = std::move(message)};
}

std::string normal_operation(std::string_view operation) {
  return lower_ascii(trim_white_space(operation));
}

bool has_tool(const std::vector<std::string>& tools, const std::string& operation) {
  return std::find(tools.begin(), tools.end(), operation) != tools.end();
}

std::int64_t block_spend(store::Connection& connection, std::string_view tenant_id,
                         std::string_view block_id) {
  store::Query rows =
      connection.query("SELECT spent_cents FROM paybond_block_spend WHERE tenant_id = ? AND block_id = ?",
                       {tenant_id, block_id});
  return rows.next() ? rows.integer(0) : 0;
}

void add_block_spend(store::Connection& connection, std::string_view tenant_id, std::string_view block_id,
                     std::int64_t cents) {
  connection.run(
      "INSERT INTO paybond_block_spend (tenant_id, block_id, spent_cents) VALUES (?, ?, ?)"
      " ON CONFLICT (tenant_id, block_id) DO UPDATE SET spent_cents = spent_cents + excluded.spent_cents",
      {tenant_id, block_id, cents});
}

// What the capability itself says against the request.
SpendDecision weigh_capability(store::Connection& connection, std::string_view tenant_id,
                               const Capability& capability, const SpendRequest& request, Instant now,
                               SpendDecision so_far) {
  const CapabilityGrant& grant = capability.grant;
  if (grant.tenant_id != tenant_id) return deny("wrong_tenant", "the capability is of another tenant");
  if (grant.intent_id != request.intent_id)
    return deny("wrong_intent", "the capability is for another intent");
  if (!so_far.allow) return so_far;
  if (now >= grant.expires_at) return deny("capability_expired", "the capability has expired");
  if (!has_tool(grant.tools, normal_operation(request.operation)))
    return deny("operation_not_allowed", "the capability does not allow this operation");
  for (const BlockBudget& block : capability.budgets) {
    const std::int64_t left = block.budget_cents - block_spend(connection, tenant_id, block.block_id);
    if (request.requested_cents > left) {
      SpendDecision no = deny("budget_exceeded", "the capability has less left than is asked for");
      no.remaining_cents = std::min(left, so_far.remaining_cents);
      return no;
    }
    so_far.remaining_cents = std::min(so_far.remaining_cents, left);
  }
  return so_far;
}

void record(store::Connection& connection, std::string_view tenant_id, const SpendRequest& request,
            const Capability& capability, const SpendDecision& decision, Instant now) {
  std::string blocks;
  for (const BlockBudget& block : capability.budgets)
    blocks += (blocks.empty() ? "" : " ") + block.block_id;
  const auto code = decision.allow ? std::nullopt : std::optional(decision.code);
  connection.run(
      "INSERT INTO paybond_decisions (tenant_id, decision_id, audit_id, intent_id, operation, "
      "requested_cents,"
      " blocks, code, outcome, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, decision.decision_id, decision.audit_id, request.intent_id, request.operation,
       request.requested_cents, blocks, code, decision.allow ? kReserved : kDenied, auth::to_column(now)});
  if (request.tool_call_id.empty()) return;
  connection.run(
      "INSERT INTO paybond_tool_calls (tenant_id, decision_id, tool_call_id, request) VALUES (?, ?, ?, ?)",
      {tenant_id, decision.decision_id, request.tool_call_id, request.told});
}

void give_back(store::Connection& connection, std::string_view tenant_id, std::string_view intent_id,
               std::string_view blocks, std::int64_t cents) {
  add_spend(connection, require_intent(connection, tenant_id, intent_id), -cents);
  while (!blocks.empty()) {
    const std::size_t end = std::min(blocks.find(' '), blocks.size());
    add_block_spend(connection, tenant_id, blocks.substr(0, end), -cents);
    blocks.remove_prefix(std::min(end + 1, blocks.size()));
  }
}

}  // namespace

SpendDecision weigh_spend(const StoredIntent* intent, const SpendRequest& request, Instant now) {
  if (intent == nullptr) return deny("unknown_intent", "there is no such intent");
  if (intent->state == IntentState::created) return deny("intent_not_funded", "the intent is not funded");
  if (is_terminal(intent->state)) return deny("capability_replayed", "the intent is settled");
  if (intent->state != IntentState::funded)
    return deny("intent_not_active", "the intent is " + std::string(state_name(intent->state)));
  if (now > intent->deadline) return deny("capability_expired", "the deadline of the intent has passed");
  if (!has_tool(tools_of(*intent), normal_operation(request.operation)))
    return deny("operation_not_allowed", "the intent does not allow this operation");
  if (request.currency && lower_ascii(*request.currency) != lower_ascii(intent->currency))
    return deny("currency_mismatch", "the intent is in another currency");
  const std::int64_t left = intent->amount_cents - intent->spent_cents;
  if (request.requested_cents > left) {
    SpendDecision no = deny("budget_exceeded", "the intent has less left than is asked for");
    no.remaining_cents = left;
    return no;
  }
  return {.allow = true, .remaining_cents = left};
}

SpendDecision decide_spend(store::Connection& connection, std::string_view tenant_id,
                           const SpendRequest& request, const std::optional<Capability>& capability,
                           Instant now, Random& random) {
  const auto intent = find_intent(connection, tenant_id, request.intent_id);
  SpendDecision decision = weigh_spend(intent ? &*intent : nullptr, request, now);
  if (!capability) {
    decision = deny("invalid_capability", "this is not a capability that Harbor signed");
  } else if (intent) {
    decision = weigh_capability(connection, tenant_id, *capability, request, now, std::move(decision));
  }
  decision.audit_id = uuid4(random);
  decision.decision_id = uuid4(random);
  // A call without a genuine capability leaves no trace: anybody could fill the disk with such.
  if (!capability || !intent) return decision;
  if (decision.allow) {
    add_spend(connection, *intent, request.requested_cents);
    for (const BlockBudget& block : capability->budgets)
      add_block_spend(connection, tenant_id, block.block_id, request.requested_cents);
    decision.remaining_cents -= request.requested_cents;
  }
  record(connection, tenant_id, request, *capability, decision, now);
  return decision;
}

void complete_spend(store::Connection& connection, std::string_view tenant_id, std::string_view decision_id,
                    SpendOutcome outcome) {
  std::string known, intent_id, blocks;
  std::int64_t cents = 0;
  {
    store::Query rows = connection.query(
        "SELECT outcome, intent_id, blocks, requested_cents FROM paybond_decisions"
        " WHERE tenant_id = ? AND decision_id = ?",
        {tenant_id, decision_id});
    if (!rows.next()) throw Error(Category::not_found, "unknown_decision", "there is no such decision");
    known = rows.text(0);
    intent_id = rows.text(1);
    blocks = rows.text(2);
    cents = rows.integer(3);
  }
  const std::string_view wanted = outcome == SpendOutcome::consumed ? kConsumed : kReleased;
  if (known == wanted) return;
  if (known != kReserved) {
    throw Error(Category::conflict, "decision_completed", "the decision is " + known + " already", {},
                {{"outcome", known}});
  }
  if (outcome == SpendOutcome::released) give_back(connection, tenant_id, intent_id, blocks, cents);
  connection.run("UPDATE paybond_decisions SET outcome = ? WHERE tenant_id = ? AND decision_id = ?",
                 {wanted, tenant_id, decision_id});
}

bool is_decision_outcome(std::string_view word) {
  return word == kReserved || word == kConsumed || word == kReleased || word == kDenied;
}

std::vector<ListedDecision> list_decisions(store::Connection& connection, std::string_view tenant_id,
                                           std::string_view outcome, std::int64_t limit) {
  const std::string sql =
      "SELECT d.decision_id, d.audit_id, d.intent_id, d.operation, d.requested_cents, i.currency, d.code,"
      " d.outcome, d.created_at, i.deadline FROM paybond_decisions d JOIN paybond_intents i"
      " ON i.tenant_id = d.tenant_id AND i.intent_id = d.intent_id WHERE d.tenant_id = ?1 AND " +
      std::string(outcome.empty() ? "?2 = ''" : "d.outcome = ?2") + " ORDER BY d.created_at DESC LIMIT ?3";
  std::vector<ListedDecision> list;
  store::Query rows = connection.query(sql, {tenant_id, outcome, limit});
  while (rows.next()) {
    list.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3), rows.integer(4), rows.text(5),
                    rows.text(6), rows.text(7), auth::from_column(rows.integer(8)),
                    auth::from_column(rows.integer(9))});
  }
  return list;
}

}  // namespace agentnet::paybond
