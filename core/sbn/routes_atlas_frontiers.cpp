// Frontiers, and what a research network would say about them. Nothing is measured here: reports are empty
// and say so by their counts, and a calibration finds no observations and leaves things as they are. No
// number is made up.
#include "core/sbn/atlas_app.hpp"
#include "core/sbn/atlas_frontier.hpp"
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedFrontiers = 10'000;
constexpr std::int64_t kMaxOffset = 1'000'000;
constexpr std::int64_t kMaxDays = 36'500;
constexpr std::int64_t kMaxHours = kMaxDays * 24;
constexpr std::string_view kNoObservations = "no_observations";

json::Value empty_list(json::Arena& arena) {
  return json::ArrayBuilder(arena).done();
}
json::Value nothing(json::Arena& arena) {
  return json::ObjectBuilder(arena).done();
}

std::string query_text(const Call& call, std::string_view name) {
  return call.exchange->query(name).value_or("");
}

void list(const Routes& routes, const Call& call) {
  const atlas::FrontierFilter filter{query_text(call, "kind"), query_text(call, "family")};
  const bool of_a_regime = !query_text(call, "regime").empty();  // no frontier's regime is known
  const std::int64_t offset = call.exchange->query_number("offset", 0, 0, kMaxOffset);
  const std::int64_t limit =
      call.exchange->query_number("limit", kMaxListedFrontiers, 1, kMaxListedFrontiers);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder frontiers(arena);
    std::int64_t count = 0;
    if (!of_a_regime) {
      for (const atlas::Frontier& frontier :
           atlas::list_frontiers(connection, call.tenant(), filter, limit, offset)) {
        frontiers.add(atlas::frontier_row(frontier, arena));
        ++count;
      }
    }
    return json::ObjectBuilder(arena)
        .add("frontiers", frontiers.done())
        .add_integer("count", count)
        .add_integer("offset", offset)
        .done();
  });
}

// Answers about one frontier that is known.
void reply_about(const Routes& routes, const Call& call,
                 const std::function<json::Value(const atlas::Frontier&, json::Arena&)>& answer) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return answer(
        atlas::require_frontier(connection, call.tenant(), call.exchange->path_value("frontier_id")), arena);
  });
}

void snapshot(const Routes& routes, const Call& call) {
  const std::string now = iso_offset(routes.service.clock().now());
  reply_about(routes, call, [&](const atlas::Frontier& frontier, json::Arena& arena) {
    json::ObjectBuilder answer(arena);
    const json::Value row = atlas::frontier_row(frontier, arena);
    for (const json::Member& member : row.members())
      answer.add(member);
    return answer.add("csk", json::Value())
        .add_integer("observations", 0)
        .add("status", kNoObservations)
        .add("captured_at", std::string_view(now))
        .done();
  });
}

void add_history(json::ObjectBuilder& answer, const Call& call, json::Arena& arena) {
  constexpr std::int64_t kBucketMinutes = 60;
  answer.add_integer("bucket_minutes",
                     call.exchange->query_number("bucket_minutes", kBucketMinutes, 1, kMaxHours * 60));
  answer.add("buckets", empty_list(arena)).add_integer("observations", 0);
  for (const std::string_view part : {"rollup", "coupling", "instrumentation", "interventions"}) {
    if (query_text(call, "include_" + std::string(part)) == "true") answer.add(part, empty_list(arena));
  }
}

void history(const Routes& routes, const Call& call) {
  constexpr std::int64_t kWindowHours = 24;
  const std::int64_t hours = call.exchange->query_number("window_hours", kWindowHours, 1, kMaxHours);
  reply_about(routes, call, [&](const atlas::Frontier& frontier, json::Arena& arena) {
    json::ObjectBuilder answer(arena);
    answer.add("frontier_id", std::string_view(frontier.path)).add_integer("window_hours", hours);
    add_history(answer, call, arena);
    return answer.done();
  });
}

void history_delta(const Routes& routes, const Call& call) {
  const std::string since = query_text(call, "since");
  if (!parse_iso(since)) {
    throw Error(Category::usage, "bad_parameter", "the query parameter since must be an ISO 8601 time", {},
                {{"parameter", "since"}});
  }
  reply_about(routes, call, [&](const atlas::Frontier& frontier, json::Arena& arena) {
    json::ObjectBuilder answer(arena);
    answer.add("frontier_id", std::string_view(frontier.path)).add("since", std::string_view(since));
    add_history(answer, call, arena);
    return answer.done();
  });
}

void validate(const Routes& routes, const Call& call) {
  reply_about(routes, call, [&](const atlas::Frontier& frontier, json::Arena& arena) {
    return json::ObjectBuilder(arena)
        .add("frontier_id", std::string_view(frontier.path))
        .add("valid", json::Value())  // neither yes nor no
        .add("status", kNoObservations)
        .add_integer("observations", 0)
        .add("checks", empty_list(arena))
        .done();
  });
}

void couplings(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [](store::Connection&, json::Arena& arena) {
    return json::ObjectBuilder(arena).add("couplings", empty_list(arena)).add_integer("count", 0).done();
  });
}

void couplings_of(const Routes& routes, const Call& call) {
  reply_about(routes, call, [](const atlas::Frontier& frontier, json::Arena& arena) {
    return json::ObjectBuilder(arena)
        .add("frontier_id", std::string_view(frontier.path))
        .add("couplings", empty_list(arena))
        .add_integer("count", 0)
        .done();
  });
}

void detect(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [](store::Connection&, json::Arena& arena) {
    return json::ObjectBuilder(arena).add_integer("detected", 0).add("couplings", empty_list(arena)).done();
  });
}

// --- calibration ----------------------------------------------------------------------------------------

void check_days(std::int64_t days) {
  if (days >= 1 && days <= kMaxDays) return;
  throw Error(Category::usage, "bad_field", "window_days must be 1 to " + std::to_string(kMaxDays), {},
              {{"field", "window_days"}});
}

json::Value uncalibrated(const atlas::Frontier& frontier, json::Arena& arena) {
  json::ObjectBuilder answer(arena);
  const json::Value c_max = atlas::c_max_of(frontier, arena);
  answer.add("frontier", std::string_view(frontier.path)).add("previous_cmax", c_max).add("c_max", c_max);
  for (const std::string_view name : {"regime", "metallic_label", "lambda_score", "csk", "version_tag"})
    answer.add(name, json::Value());
  return answer.add_integer("observations", 0).add("status", kNoObservations).done();
}

void calibrate(const Routes& routes, const Call& call) {
  const std::string path = call.text("frontier_id");
  const json::Value days = call.value("window_days");
  if (!days.is_null()) check_days(days.as_int64().value_or(0));
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return uncalibrated(atlas::require_frontier(connection, call.tenant(), path), arena);
  });
}

void calibrate_all(const Routes& routes, const Call& call) {
  call.exchange->query_number("window_days", 7, 1, kMaxDays);
  reply_reading(routes, call, [](store::Connection&, json::Arena& arena) {
    return json::ObjectBuilder(arena).add("results", empty_list(arena)).add_integer("calibrated", 0).done();
  });
}

// --- reports --------------------------------------------------------------------------------------------

void instrumentation(const Routes& routes, const Call& call) {
  constexpr std::int64_t kWindowDays = 14;
  const std::int64_t days = call.exchange->query_number("window_days", kWindowDays, 1, kMaxDays);
  reply_reading(routes, call, [&](store::Connection&, json::Arena& arena) {
    const json::Value summary = json::ObjectBuilder(arena)
                                    .add_integer("total_events", 0)
                                    .add_integer("strong_events", 0)
                                    .add_integer("weak_events", 0)
                                    .add("weak_rate", json::Value::number(json::Kind::decimal, "0.0"))
                                    .add("status_counts", nothing(arena))
                                    .add("missing_dimension_counts", nothing(arena))
                                    .done();
    json::ObjectBuilder answer(arena);
    for (const std::string_view name : {"family", "frontier_id", "source_app", "event_type"})
      answer.add_or_null(name, query_text(call, name));
    return answer.add_integer("window_days", days)
        .add("summary", summary)
        .add("weak_segments", empty_list(arena))
        .done();
  });
}

void interventions(const Routes& routes, const Call& call) {
  constexpr std::int64_t kWindowDays = 7;
  const std::int64_t days = call.exchange->query_number("window_days", kWindowDays, 1, kMaxDays);
  reply_reading(routes, call, [&](store::Connection&, json::Arena& arena) {
    json::ObjectBuilder answer(arena);
    for (const std::string_view name : {"family", "frontier_id", "source_app"})
      answer.add_or_null(name, query_text(call, name));
    return answer.add_integer("window_days", days)
        .add("interventions", empty_list(arena))
        .add_integer("count", 0)
        .done();
  });
}

struct Route {
  std::string_view method;
  std::string_view pattern;
  std::string_view scope;
  void (*answer)(const Routes& routes, const Call& call);
};
constexpr Route kRoutes[] = {
    {"GET", "/api/atlas/frontiers", auth::kScopeRead, list},
    {"GET", "/api/atlas/frontiers/{frontier_id}/snapshot", auth::kScopeRead, snapshot},
    {"GET", "/api/atlas/frontiers/{frontier_id}/history", auth::kScopeRead, history},
    {"GET", "/api/atlas/frontiers/{frontier_id}/history/delta", auth::kScopeRead, history_delta},
    {"GET", "/api/atlas/frontiers/{frontier_id}/validate", auth::kScopeRead, validate},
    {"GET", "/api/atlas/couplings", auth::kScopeRead, couplings},
    {"GET", "/api/atlas/couplings/{frontier_id}", auth::kScopeRead, couplings_of},
    {"POST", "/api/atlas/couplings/detect", atlas::kScopeAtlas, detect},
    {"POST", "/api/atlas/calibrate", atlas::kScopeAtlas, calibrate},
    {"POST", "/api/atlas/calibrate/all", atlas::kScopeAtlas, calibrate_all},
    {"GET", "/api/atlas/diagnostics/instrumentation", auth::kScopeRead, instrumentation},
    {"GET", "/api/atlas/interventions", auth::kScopeRead, interventions},
};

}  // namespace

void add_atlas_frontier_routes(const Routes& routes) {
  for (const Route& route : kRoutes) {
    add_call(routes, route.method, route.pattern, route.scope,
             [routes, answer = route.answer](const std::shared_ptr<Call>& call) { answer(routes, *call); });
  }
}

}  // namespace agentnet::sbn
