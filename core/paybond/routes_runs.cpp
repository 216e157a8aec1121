// What middleware reports of agents' runs, and who looks at it (reported_runs.hpp).
#include "core/paybond/reported_runs.hpp"
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

std::string run_id_of(const Call& call) {
  return call.exchange->path_value("run_id");
}

json::Value taken(const Call& call, json::Arena& arena, std::int64_t events) {
  return json::ObjectBuilder(arena)
      .add("tenant_id", std::string_view(call.tenant()))
      .add("run_id", std::string_view(run_id_of(call)))
      .add_integer("events_taken", events)
      .done();
}

void tell_run(const Routes& routes, const std::shared_ptr<Call>& call) {
  const ReportedRun run = read_reported_run(run_id_of(*call), call->body.root);
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    report_run(connection, call->tenant(), run, now);
    return taken(*call, arena, 0);
  });
}

void tell_events(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::vector<std::string> events = read_reported_events(run_id_of(*call), call->body.root);
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    report_events(connection, call->tenant(), run_id_of(*call), events, now);
    return taken(*call, arena, static_cast<std::int64_t>(events.size()));
  });
}

void show_run(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return reported_run(connection, call.tenant(), run_id_of(call), arena);
  });
}

}  // namespace

void add_run_routes(const Routes& routes) {
  add_call(routes, "PUT", "/v1/agent-runs/{run_id}", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { tell_run(routes, call); });
  add_call(routes, "POST", "/v1/agent-runs/{run_id}/trace-events", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { tell_events(routes, call); });
  add_call(routes, "GET", "/v1/agent-runs/{run_id}", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { show_run(routes, *call); });
}

}  // namespace agentnet::paybond
