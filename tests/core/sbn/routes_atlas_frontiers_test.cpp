// Frontiers over HTTP: what is known of them, and that nothing is made up about the rest.
#include "core/sbn/atlas_frontier.hpp"

#include "tests/core/sbn/atlas_fixtures.hpp"

namespace agentnet::sbn::atlas {
namespace {

using namespace fixtures;
using network::fixtures::check_guarded;
using network::fixtures::fault_of;

std::vector<std::string> paths(AtlasNetwork& net, const std::string& query = "") {
  std::vector<std::string> found;
  const Json list = net.get("/api/atlas/frontiers" + query).json();
  for (const Json& frontier : list["frontiers"])
    found.push_back(frontier["canonical_path"]);
  return found;
}

using Paths = std::vector<std::string>;

TEST_CASE("frontiers are those that apps and bindings name, under the root of the family") {
  AtlasNetwork net;
  CHECK(paths(net).empty());
  const Json app = net.app_of({"a"}, R"(,"workflow_specs":[{"workflow":"a","frontier_id":"z.a",)"
                                     R"("pulse_type":"pgdag"}])");
  net.upsert(app, "a", "b.c");
  CHECK(paths(net) == Paths{"b.c", "retail", "z.a"});
  CHECK(paths(net, "?kind=root") == Paths{"retail"});
  CHECK(paths(net, "?kind=scoring") == Paths{"b.c", "z.a"});
  CHECK(paths(net, "?family=retail&limit=1&offset=1") == Paths{"retail"});
  CHECK(paths(net, "?family=other").empty());
  CHECK(paths(net, "?regime=slack").empty());
  CHECK(net.get_as(net.rival, "/api/atlas/frontiers").json()["frontiers"].empty());
  const Json root = net.get("/api/atlas/frontiers?kind=root").json()["frontiers"][0];
  CHECK(root["frontier_kind"] == "root");
  CHECK(root["app_family"] == "retail");
  for (const char* unknown : {"c_max", "regime", "metallic_label", "lambda_score", "pulse_type"})
    CHECK(root[unknown].is_null());
}

TEST_CASE("a frontier takes over what is newly known of it, and keeps its family") {
  AtlasNetwork net;
  net.network->database().write([&](store::Connection& connection) {
    const Instant now = net.clock.now();
    note_frontier(connection, "local", {"p", "first", std::string(kRootFrontier)}, now);
    note_frontier(connection, "local", {"p", "second", std::string(kScoringFrontier), "pgdag", "2.50"}, now);
    note_frontier(connection, "local", {"p", "third", std::string(kRootFrontier)}, now);
    const Frontier known = require_frontier(connection, "local", "p");
    CHECK(known.family == "first");
    CHECK(known.kind == kScoringFrontier);
    CHECK(known.pulse_type == "pgdag");
    json::Arena arena;
    CHECK(c_max_of(known, arena).text() == "2.50");
    CHECK(fault_of([&] { require_frontier(connection, "rival", "p"); }) == "not_found/unknown_frontier");
  });
}

TEST_CASE("a tenant has so many frontiers at the most") {
  AtlasNetwork net;
  net.network->database().write([&](store::Connection& connection) {
    const Instant now = net.clock.now();
    for (std::size_t i = 0; i < kMaxFrontiersPerTenant; ++i)
      connection.run(
          "INSERT INTO atlas_frontiers (tenant_id, path, family, kind, created_at) VALUES ('local', ?, 'f', "
          "'scoring', 0)",
          {"f" + std::to_string(i)});
    CHECK(fault_of([&] { note_frontier(connection, "local", {"f0", "f"}, now); }) == "");
    CHECK(fault_of([&] {
            note_frontier(connection, "local", {"more", "f"}, now);
          }) == "policy/too_many_frontiers");
    CHECK(fault_of([&] { note_frontier(connection, "rival", {"more", "f"}, now); }) == "");
  });
}

TEST_CASE("reports of a frontier that was never measured are empty, and its values null") {
  AtlasNetwork net;
  net.app_of({"a"});
  const auto get = [&](const std::string& rest) {
    const Answer answer = net.get("/api/atlas/frontiers/retail.a" + rest);
    REQUIRE(answer.said() == "200");
    return answer.json();
  };
  const Json snapshot = get("/snapshot");
  CHECK(snapshot["canonical_path"] == "retail.a");
  CHECK(snapshot["csk"].is_null());
  CHECK(snapshot["observations"] == 0);
  CHECK(snapshot["status"] == "no_observations");
  const Json history = get("/history?window_hours=7&bucket_minutes=5&include_rollup=true");
  CHECK(history["window_hours"] == 7);
  CHECK(history["bucket_minutes"] == 5);
  CHECK(history["buckets"].empty());
  CHECK(history["rollup"].empty());
  CHECK_FALSE(history.contains("coupling"));
  CHECK(get("/history/delta?since=2026-01-01T00:00:00Z")["buckets"].empty());
  CHECK(get("/validate?tolerance=0.25")["valid"].is_null());
  CHECK(net.get("/api/atlas/couplings/retail.a").json()["couplings"].empty());
  CHECK(net.get("/api/atlas/couplings?min_strength=0.5").json()["couplings"].empty());
  CHECK(net.post("/api/atlas/couplings/detect", "").json()["detected"] == 0);
  CHECK(net.get("/api/atlas/interventions?window_days=3").json()["window_days"] == 3);
  const Json report = net.get("/api/atlas/diagnostics/instrumentation?family=retail&limit=10").json();
  CHECK(report["family"] == "retail");
  CHECK(report["frontier_id"].is_null());
  CHECK(report["window_days"] == 14);
  CHECK(report["summary"]["total_events"] == 0);
  CHECK(report["weak_segments"].empty());
}

TEST_CASE("a calibration without observations leaves a frontier as it is") {
  AtlasNetwork net;
  net.post(
      "/api/atlas/cards/register",
      R"({"card_id":"c","path_id":"retail.a","app_family":"retail","family_class":"x","authored_by":"me","c_max":1.50})");
  const Answer answer = net.post("/api/atlas/calibrate", R"({"frontier_id":"retail.a","window_days":3})");
  CHECK(answer.body.find(R"("previous_cmax":1.50,"c_max":1.50)") != std::string::npos);
  CHECK(answer.json()["observations"] == 0);
  CHECK(net.post("/api/atlas/calibrate/all?window_days=7&force=true", "").json()["results"].empty());
  CHECK(net.post("/api/atlas/calibrate", R"({"frontier_id":"none"})").said() == "404 unknown_frontier");
  CHECK(net.post("/api/atlas/calibrate", "{}").said() == "400 bad_field");
  CHECK(net.post("/api/atlas/calibrate", R"({"frontier_id":"retail.a","window_days":0})").said() ==
        "400 bad_field");
  CHECK(net.post("/api/atlas/calibrate/all?window_days=x", "").said() == "400 bad_parameter");
}

TEST_CASE("a frontier that is unknown, or another tenant's, is not there") {
  AtlasNetwork net;
  net.app_of({"a"});
  for (const char* rest : {"/snapshot", "/history", "/history/delta?since=2026-01-01", "/validate"}) {
    CHECK(net.get(std::string("/api/atlas/frontiers/none") + rest).said() == "404 unknown_frontier");
    CHECK(net.get_as(net.rival, std::string("/api/atlas/frontiers/retail.a") + rest).said() ==
          "404 unknown_frontier");
  }
  CHECK(net.get_as(net.rival, "/api/atlas/couplings/retail.a").said() == "404 unknown_frontier");
  CHECK(net.get("/api/atlas/frontiers/retail.a/history/delta").said() == "400 bad_parameter");
  CHECK(net.get("/api/atlas/frontiers/retail.a/history?window_hours=0").said() == "400 bad_parameter");
}

TEST_CASE("frontiers are read with receipts.read and calibrated with everything") {
  AtlasNetwork net;
  for (const char* path : {"/api/atlas/frontiers", "/api/atlas/frontiers/f/snapshot", "/api/atlas/couplings",
                           "/api/atlas/interventions", "/api/atlas/diagnostics/instrumentation"})
    check_guarded(net, "GET", path, "receipts.read");
  for (const char* path : {"/api/atlas/calibrate", "/api/atlas/calibrate/all", "/api/atlas/couplings/detect"})
    check_guarded(net, "POST", path, "atlas.write", "{}");
}

}  // namespace
}  // namespace agentnet::sbn::atlas
