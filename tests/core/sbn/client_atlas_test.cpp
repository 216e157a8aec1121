// The calls of Atlas against those that were recorded from the official client, in tests/vectors/sbn.
#include "core/sbn/client_atlas.hpp"

#include <filesystem>
#include <fstream>

#include "core/json/write.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::fault_of;
using network::fixtures::Json;

// Answers what it is told to and keeps what it was sent.
struct Recorder final : http::Transport {
  std::vector<http::Request> sent;
  std::string answer = "{}";

  http::Response send(const http::Request& request) override {
    sent.push_back(request);
    return http::json_response(200, answer);
  }
  std::string name() const override { return "the recorder"; }
};

// The parameters of a recorded call by name. Values lie in `arena`.
struct Parameters {
  Json named;
  json::Arena& arena;

  bool has(const std::string& name) const { return named.contains(name) && !named[name].is_null(); }
  std::string text(const std::string& name) const {
    return has(name) ? named[name].get<std::string>() : std::string();
  }
  std::vector<std::string> texts(const std::string& name) const {
    return has(name) ? named[name].get<std::vector<std::string>>() : std::vector<std::string>();
  }
  template <typename T>
  std::optional<T> some(const std::string& name) const {
    if (!has(name)) return std::nullopt;
    return named[name].get<T>();
  }
  json::Value value(const std::string& name) const {
    if (!has(name)) return {};
    return json::Parser().parse(arena.copy(named[name].dump()), arena);
  }
  json::Value all() const { return json::Parser().parse(arena.copy(named.dump()), arena); }
};

using Call = std::function<json::Document(Client&, const Parameters&)>;

atlas::HistoryOptions history_of(const Parameters& p) {
  return {p.some<std::int64_t>("window_hours"),    p.some<std::int64_t>("bucket_minutes"),
          p.some<bool>("include_rollup"),          p.some<bool>("include_coupling"),
          p.some<bool>("include_instrumentation"), p.some<bool>("include_interventions")};
}

atlas::ReportOptions report_of(const Parameters& p) {
  return {p.text("family"),
          p.text("frontier_id"),
          p.text("event_type"),
          p.text("source_app"),
          p.some<std::int64_t>("window_days"),
          p.some<bool>("only_weak"),
          p.some<std::int64_t>("limit")};
}

atlas::BindingOptions binding_of(const Parameters& p) {
  return {p.value("gec_contract"),
          p.text("pulse_type"),
          p.value("event_types"),
          p.value("derives_from_frontiers"),
          p.value("accepted_pulse_types"),
          p.value("accepted_action_types"),
          p.value("accepted_interaction_types"),
          p.value("accepted_event_types"),
          p.value("action_weight_map"),
          p.value("interaction_weight_map"),
          p.value("event_polarity_weights"),
          p.value("weighting_strategy"),
          p.value("rollup_mode"),
          p.value("anchor_requirement"),
          p.value("fallback_policy"),
          p.text("history_action")};
}

json::Document env_of(Client& client, const Parameters& p) {
  if (p.text("format") != "dotenv") return atlas::get_env(client, p.text("app_id"));
  json::Document text;
  text.root = json::Value::string(text.arena, atlas::get_env_dotenv(client, p.text("app_id")));
  return text;
}

json::Document run_of(Client& client, const Parameters& p) {
  atlas::CardRun run{p.text("workflow"), p.value("inputs")};
  run.actor = p.some<std::string>("actor").value_or(run.actor);
  run.config = p.value("config");
  run.run_id = p.text("run_id");
  run.api_key_id = p.text("api_key_id");
  return atlas::run_card(client, p.text("card_ref"), run);
}

json::Document registered(Client& client, const Parameters& p) {
  atlas::AppRegistration app{p.text("app_name"), p.text("app_family"), p.texts("declared_workflows"),
                             p.texts("declared_event_types"), p.value("workflow_specs")};
  app.token_ttl_seconds = p.some<std::int64_t>("token_ttl_seconds").value_or(app.token_ttl_seconds);
  return atlas::register_app(client, app);
}

struct Method {
  std::vector<std::string> positional;
  Call call;
};

const std::map<std::string, Method>& methods() {
  using P = const Parameters&;
  static const std::map<std::string, Method> kMethods = {
      {"register_app", {{}, registered}},
      {"exchange_token",
       {{},
        [](Client& c, P p) {
          return atlas::exchange_token(c, p.text("client_id"), p.text("client_secret"));
        }}},
      {"get_env", {{"app_id"}, env_of}},
      {"list_apps", {{}, [](Client& c, P) { return atlas::list_apps(c); }}},
      {"revoke_app", {{"app_id"}, [](Client& c, P p) { return atlas::revoke_app(c, p.text("app_id")); }}},
      {"mint_bound_key",
       {{"app_id"},
        [](Client& c, P p) {
          return atlas::mint_bound_key(c, p.text("app_id"), p.text("label"),
                                       p.some<std::vector<std::string>>("scopes"));
        }}},
      {"bind_existing_key",
       {{"app_id", "key_id"},
        [](Client& c, P p) { return atlas::bind_existing_key(c, p.text("app_id"), p.text("key_id")); }}},
      {"upsert_binding",
       {{"app_id"},
        [](Client& c, P p) {
          return atlas::upsert_binding(c, p.text("app_id"), p.text("workflow"), p.text("frontier_id"),
                                       binding_of(p));
        }}},
      {"resolve",
       {{},
        [](Client& c, P p) {
          return atlas::resolve(
              c, {p.text("workflow"), p.text("event_type"), p.text("frontier_hint"), p.value("context")});
        }}},
      {"list_frontiers",
       {{},
        [](Client& c, P p) {
          return atlas::list_frontiers(c, p.text("kind"), p.text("family"), p.text("regime"));
        }}},
      {"get_frontier_snapshot",
       {{"frontier_id"},
        [](Client& c, P p) { return atlas::get_frontier_snapshot(c, p.text("frontier_id")); }}},
      {"get_frontier_history",
       {{"frontier_id"},
        [](Client& c, P p) { return atlas::get_frontier_history(c, p.text("frontier_id"), history_of(p)); }}},
      {"get_frontier_history_delta",
       {{"frontier_id"},
        [](Client& c, P p) {
          return atlas::get_frontier_history_delta(c, p.text("frontier_id"), p.text("since"), history_of(p));
        }}},
      {"get_frontier_validation",
       {{"frontier_id"},
        [](Client& c, P p) {
          return atlas::get_frontier_validation(c, p.text("frontier_id"), p.some<double>("tolerance"));
        }}},
      {"list_couplings",
       {{},
        [](Client& c, P p) {
          return atlas::list_couplings(c, p.text("frontier_id"), p.text("coupling_type"),
                                       p.some<double>("min_strength"));
        }}},
      {"get_frontier_couplings",
       {{"frontier_id"},
        [](Client& c, P p) {
          return atlas::get_frontier_couplings(c, p.text("frontier_id"), p.some<double>("min_strength"));
        }}},
      {"detect_couplings", {{}, [](Client& c, P) { return atlas::detect_couplings(c); }}},
      {"calibrate_frontier",
       {{},
        [](Client& c, P p) {
          return atlas::calibrate_frontier(c, p.text("frontier_id"),
                                           p.some<std::int64_t>("window_days").value_or(7),
                                           p.some<bool>("force").value_or(false));
        }}},
      {"calibrate_all",
       {{},
        [](Client& c, P p) {
          return atlas::calibrate_all(c, p.some<std::int64_t>("window_days").value_or(7),
                                      p.some<bool>("force").value_or(false));
        }}},
      {"get_instrumentation_report",
       {{}, [](Client& c, P p) { return atlas::get_instrumentation_report(c, report_of(p)); }}},
      {"get_intervention_report",
       {{}, [](Client& c, P p) { return atlas::get_intervention_report(c, report_of(p)); }}},
      {"list_cards", {{}, [](Client& c, P) { return atlas::list_cards(c); }}},
      {"get_card", {{"card_ref"}, [](Client& c, P p) { return atlas::get_card(c, p.text("card_ref")); }}},
      {"register_card", {{}, [](Client& c, P p) { return atlas::register_card(c, p.all()); }}},
      {"version_card",
       {{"card_ref"},
        [](Client& c, P p) {
          Parameters card = p;
          card.named.erase("card_ref");
          return atlas::version_card(c, p.text("card_ref"), card.all());
        }}},
      {"run_card", {{"card_ref"}, run_of}},
  };
  return kMethods;
}

void check_vector(const Json& vector) {
  const std::string id = vector["id"];
  CAPTURE(id);
  const auto found = methods().find(vector["method"].get<std::string>());
  REQUIRE_MESSAGE(found != methods().end(), "a call of an unknown kind");
  json::Arena arena;
  Parameters parameters{vector["kwargs"], arena};
  REQUIRE(vector["args"].size() <= found->second.positional.size());
  for (std::size_t i = 0; i < vector["args"].size(); ++i)
    parameters.named[found->second.positional[i]] = vector["args"][i];
  Recorder recorder;
  Client client(recorder, {});
  if (vector.contains("error")) {
    CHECK(fault_of([&] { found->second.call(client, parameters); }).starts_with("usage/"));
    CHECK(recorder.sent.empty());
    return;
  }
  const bool is_text = vector["return"].is_string();
  recorder.answer = is_text ? vector["return"].get<std::string>() : vector["return"].dump();
  const json::Document answer = found->second.call(client, parameters);
  CHECK(Json::parse(json::to_compact(answer.root)) == vector["return"]);
  REQUIRE(recorder.sent.size() == vector["requests"].size());
  for (std::size_t i = 0; i < recorder.sent.size(); ++i) {
    const http::Request& sent = recorder.sent[i];
    CHECK(sent.method == vector["requests"][i]["method"].get<std::string>());
    CHECK(sent.target == vector["requests"][i]["target"].get<std::string>());
    CHECK(sent.body == vector["requests"][i]["body"].get<std::string>());
  }
}

TEST_CASE("each call sends what the official client sends for it, of both releases") {
  int compared = 0;
  for (const auto& file : std::filesystem::directory_iterator(TEST_DATA "/vectors/sbn")) {
    if (!file.path().filename().string().starts_with("http_")) continue;
    std::ifstream in(file.path());
    const Json document = Json::parse(in);
    for (const Json& vector : document["vectors"]) {
      if (vector.value("client", "") != "atlas") continue;
      check_vector(vector);
      ++compared;
    }
  }
  CHECK(compared > 40);
}

TEST_CASE("what the recorded calls leave out is spelled as Python spells it") {
  Recorder recorder;
  Client client(recorder, {});
  json::Arena arena;
  const auto sent = [&](const auto& call) {
    call();
    return recorder.sent.back().method + " " + recorder.sent.back().target + " " + recorder.sent.back().body;
  };
  CHECK(sent([&] { atlas::list_couplings(client, {}, {}, 0.0); }) ==
        "GET /api/atlas/couplings?min_strength=0.0 ");
  CHECK(sent([&] { atlas::mint_bound_key(client, "a", {}, std::vector<std::string>{}); }) ==
        R"(POST /api/atlas/apps/a/keys/mint {"scopes": []})");
  CHECK(sent([&] { atlas::get_env(client, "a b/c"); }) == "GET /api/atlas/apps/a%20b%2Fc/env?format=json ");
  CHECK(sent([&] { atlas::resolve(client, {}); }) == "POST /api/atlas/resolve {}");
  atlas::AppRegistration app{"n", "f", {"a"}, {"e"}};
  app.workflow_specs = json::Parser().parse(R"([{"workflow":"w"}])", arena);
  CHECK(
      sent([&] { atlas::register_app(client, app); }) ==
      R"(POST /api/atlas/apps/register {"app_name": "n", "app_family": "f", "declared_workflows": ["a"], )"
      R"("token_ttl_seconds": 3600, "declared_event_types": ["e"], "workflow_specs": [{"workflow": "w"}]})");
}

TEST_CASE("a contract always says how it counts, and only what is known of it") {
  Recorder recorder;
  Client client(recorder, {});
  json::Arena arena;
  const auto body_of = [&](const char* contract) {
    atlas::BindingOptions options;
    options.gec_contract = json::Parser().parse(contract, arena);
    atlas::upsert_binding(client, "a", "w", "f", options);
    return recorder.sent.back().body;
  };
  CHECK(body_of("{}") == R"({"workflow": "w", "frontier_id": "f", "x_mode": "elapsed_time"})");
  CHECK(body_of(R"({"z": 1, "gec_domain": "", "x_override": 3})") ==
        R"({"workflow": "w", "frontier_id": "f", "x_mode": "elapsed_time", "x_override": 3.0})");
  CHECK(
      body_of(R"({"x_mode": "m", "frontier": "r", "phase": "p", "gec_domain": "d"})") ==
      R"({"workflow": "w", "frontier_id": "f", "gec_domain": "d", "frontier": "r", "phase": "p", "x_mode": "m"})");
}

TEST_CASE("a card is named by its id, else its scope, else its domain; what it cannot be is refused") {
  Recorder recorder;
  Client client(recorder, {});
  const auto card = [&](const std::string& members) {
    const json::Document document =
        json::parse(R"({"app_family":"a","family_class":"b","authored_by":"c",)" + members + "}");
    return fault_of([&] { atlas::register_card(client, document.root); });
  };
  CHECK(card(R"("scope":"s","domain":"d")") == "");
  CHECK(recorder.sent.back().body.starts_with(R"({"card_id": "s", "app_family")"));
  CHECK(card(R"("domain":"d","workflow_bindings":[])") == "");
  CHECK(recorder.sent.back().body ==
        R"({"card_id": "d", "app_family": "a", "family_class": "b", "authored_by": "c"})");
  CHECK(card(R"("label":"no name")") == "usage/bad_card");
  CHECK(card(R"("card_id":"x","lable":"typo")") == "usage/bad_card");
  const json::Document unnamed = json::parse(R"({"card_id":"x","app_family":"a"})");
  CHECK(fault_of([&] { atlas::register_card(client, unnamed.root); }) == "usage/bad_card");
  CHECK(fault_of([&] { atlas::version_card(client, "x", unnamed.root); }) == "usage/bad_card");
  CHECK(recorder.sent.size() == 2);
}

TEST_CASE("the same network can be asked by somebody else") {
  Recorder recorder;
  ClientOptions options;
  options.tenant_id = "acme";
  options.authorize = [](http::Headers& headers) { headers.add("x-api-key", "k"); };
  Client client(recorder, options);
  Client app = client.as([](http::Headers& headers) { headers.add("Authorization", "Bearer t"); }, "app");
  atlas::list_apps(app);
  CHECK(recorder.sent.back().headers.get("Authorization") == "Bearer t");
  CHECK(recorder.sent.back().headers.count("x-api-key") == 0);
  CHECK(recorder.sent.back().headers.get("X-Tenant-ID") == "acme");
  Client nobody = client.as({}, "");
  atlas::list_apps(nobody);
  CHECK(recorder.sent.back().headers.count("Authorization") == 0);
  atlas::list_apps(client);
  CHECK(recorder.sent.back().headers.get("x-api-key") == "k");
}

}  // namespace
}  // namespace agentnet::sbn
