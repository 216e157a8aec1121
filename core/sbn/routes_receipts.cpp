// Receipts, and the attestation queue, in which nothing waits: a seal is attested by its own commit.
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

json::Value list_receipts(store::Connection& connection, const Call& call, const LedgerFilter& filter,
                          json::Arena& arena) {
  const std::string& tenant = call.tenant();
  json::ArrayBuilder receipts(arena);
  std::int64_t count = 0;
  std::int64_t last = 0;
  ReceiptReader reader(connection);
  const auto add = [&](const LedgerEntry& entry) {
    if (const auto receipt = reader.receipt_of(entry, arena)) {
      receipts.add(*receipt);
      ++count;
      last = entry.seq;
    }
  };
  list_ledger(connection, tenant, filter, add);
  // The hash may be the receipt's own.
  if (count == 0 && !filter.hash.empty() && filter.offset == 0 && filter.limit > 0) {
    const auto seal = find_leaf(connection, tenant, filter.hash);
    if (seal && passes(*seal, filter)) add(*seal);
  }
  json::ObjectBuilder answer(arena);
  answer.add("receipts", receipts.done()).add_integer("count", count).add_integer("offset", filter.offset);
  add_cursor(answer, *call.exchange, filter, count, last);
  return answer.done();
}

LedgerFilter filter_of(const Call& call) {
  LedgerFilter filter = ledger_filter(*call.exchange);
  filter.source = kSourceSeal;
  // A project is a tenant here; another one's receipts are not seen.
  const std::string project = call.exchange->query("project_id").value_or("");
  if (!project.empty() && project != call.tenant()) filter.limit = 0;
  return filter;
}

void discover(const Routes& routes, const Call& call) {
  const LedgerFilter filter = filter_of(call);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return list_receipts(connection, call, filter, arena);
  });
}

void get(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const auto receipt =
        find_receipt(connection, call.tenant(), call.exchange->path_value("receipt_id"), arena);
    if (!receipt) throw Error(Category::not_found, "unknown_receipt", "there is no such receipt");
    return *receipt;
  });
}

// How many seals the tenant has; each is attested.
std::int64_t count_seals(store::Connection& connection, std::string_view tenant) {
  std::int64_t seals = 0;
  list_usage(connection, tenant, {}, [&](const Usage& usage) {
    if (usage.operation == kSourceSeal) seals = usage.amount;
  });
  return seals;
}

json::Value queue_state(store::Connection& connection, const Call& call, json::Arena& arena) {
  call.exchange->query_number("limit", 20, 1, kMaxListed);
  return json::ObjectBuilder(arena)
      .add("status", "healthy")
      .add_integer("pending", 0)
      .add_integer("processing", 0)
      .add_integer("failed", 0)
      .add_integer("processed", 0)
      .add_integer("attested", count_seals(connection, call.tenant()))
      .add("items", json::ArrayBuilder(arena).done())
      .done();
}

// Looks for seals that no batch covers, walking the ledger and the batches side by side.
json::Value reconcile(store::Connection& connection, const Call& call, json::Arena& arena) {
  store::Query seals = connection.query(
      "SELECT seq FROM sbn_ledger WHERE tenant_id = ? AND source = 'seal' ORDER BY seq", {call.tenant()});
  store::Query batches =
      connection.query("SELECT first_seq, first_seq + tree_size FROM sbn_batches ORDER BY first_seq");
  std::int64_t checked = 0;
  std::int64_t uncovered = 0;
  bool in_reach = batches.next();
  while (seals.next()) {
    ++checked;
    while (in_reach && batches.integer(1) <= seals.integer(0))
      in_reach = batches.next();
    if (!in_reach || batches.integer(0) > seals.integer(0)) ++uncovered;
  }
  return json::ObjectBuilder(arena)
      .add("status", uncovered == 0 ? "consistent" : "inconsistent")
      .add_integer("checked", checked)
      .add_integer("unattested", uncovered)
      .add_integer("reconciled", 0)
      .done();
}

}  // namespace

void add_receipt_routes(const Routes& routes) {
  const auto discovering = [routes](const std::shared_ptr<Call>& call) { discover(routes, *call); };
  const auto state = [routes](const std::shared_ptr<Call>& call) {
    reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
      return queue_state(connection, *call, arena);
    });
  };
  add_call(routes, "GET", "/internal/snapchore/receipts/discover", auth::kScopeRead, discovering);
  add_call(routes, "GET", "/api/receipts", auth::kScopeRead, discovering);
  add_call(routes, "GET", "/receipts/{receipt_id}", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
  add_call(routes, "GET", "/internal/snapchore/queue/summary", auth::kScopeRead, state);
  add_call(routes, "POST", "/internal/snapchore/queue/process", auth::kScopeSeal, state);
  add_call(routes, "GET", "/health/attestation-queue", auth::kScopeRead, state);
  add_call(routes, "POST", "/internal/snapchore/reconcile", auth::kScopeSeal,
           [routes](const std::shared_ptr<Call>& call) {
             reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
               return reconcile(connection, *call, arena);
             });
           });
}

}  // namespace agentnet::sbn
