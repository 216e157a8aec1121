// Bindings, questions and keys of an app over HTTP.
#include "core/sbn/atlas_binding.hpp"
#include "core/sbn/atlas_contract.hpp"
#include "tests/core/sbn/atlas_fixtures.hpp"

namespace agentnet::sbn::atlas {
namespace {

using namespace fixtures;
using network::fixtures::check_guarded;
using network::fixtures::fault_of;

// The frontier that a question is answered with, or the refusal.
std::string resolved(AtlasNetwork& net, const Json& question) {
  const Answer answer = net.post("/api/atlas/resolve", question.dump());
  return answer.status == 200 ? answer.json()["scoring_frontier"].get<std::string>() : answer.said();
}

TEST_CASE("a workflow is bound anew, and keeps what is not said again") {
  AtlasNetwork net;
  const Json app = net.app_of({"w"}, R"(,"workflow_specs":[{"workflow":"w","frontier_id":"f",)"
                                     R"("pulse_type":"pgdag","event_types":["e"]}])");
  const Answer answer = net.upsert(app, "w", "g", {{"rollup_mode", "sum"}});
  REQUIRE(answer.said() == "200");
  const Json binding = answer.json()["binding"];
  CHECK(binding["workflow"] == "w");
  CHECK(binding["frontier"] == "g");
  CHECK(binding["source_kind"] == "manual");
  CHECK(binding["auto_provisioned"] == false);
  CHECK(binding["pulse_type"] == "pgdag");
  CHECK(binding["event_types"] == Json{"e"});
  CHECK(binding["rollup_mode"] == "sum");
  CHECK(net.upsert(app, "w", "g", {{"event_types", Json::array()}}).json()["binding"]["event_types"].empty());
  CHECK(net.upsert(app, "new", "h").json()["binding"]["workflow"] == "new");
  CHECK(net.listed(app)["declared_workflows"] == Json{"w", "new"});
}

TEST_CASE("the same binding again changes nothing; another one goes to the history") {
  AtlasNetwork net;
  const Json app = net.app_of({"w"}, R"(,"workflow_specs":[{"workflow":"w","frontier_id":"f"}])");
  const auto history = [&] { return net.listed(app)["workflow_specs"][0]["contract_history"]; };
  CHECK(history().empty());
  net.upsert(app, "w", "f");
  CHECK(history().empty());
  net.upsert(app, "w", "g", {{"pulse_type", "batch"}});
  net.upsert(app, "w", "h", {{"history_action", "moved"}});
  REQUIRE(history().size() == 2);
  CHECK(history()[0]["frontier_id"] == "g");
  CHECK(history()[0]["pulse_type"] == "batch");
  CHECK(history()[0]["action"] == "moved");
  CHECK(history()[1]["frontier_id"] == "f");
  CHECK(history()[1]["action"] == "updated");
  CHECK(history()[0]["changed_at"].get<std::string>() > history()[1]["changed_at"].get<std::string>());
}

TEST_CASE("the history keeps the last rows of each workflow") {
  AtlasNetwork net;
  const Json app = net.app_of({"w", "v"});
  for (std::int64_t i = 0; i <= kMaxHistoryRows; ++i)
    net.upsert(app, "w", "f" + std::to_string(i));
  const Json full = net.listed(app)["workflow_specs"][0]["contract_history"];
  CHECK(full.size() == static_cast<std::size_t>(kMaxHistoryRows));
  CHECK(full[0]["frontier_id"] == "f" + std::to_string(kMaxHistoryRows - 1));
  CHECK(full.back()["frontier_id"] == "f0");  // what was provided first has gone
  CHECK(net.listed(app)["workflow_specs"][1]["contract_history"].empty());
}

TEST_CASE("a binding that cannot be right is refused, and what was there stays") {
  AtlasNetwork net;
  const Json app = net.app_of({"w"}, R"(,"workflow_specs":[{"workflow":"w","frontier_id":"f"}])");
  const std::string longest(256, 'f');
  CHECK(net.upsert(app, "", "f").said() == "400 bad_field");
  CHECK(net.upsert(app, "w", "").said() == "400 bad_field");
  CHECK(net.upsert(app, "w", "a\nb").said() == "400 bad_field");
  CHECK(net.upsert(app, "w", longest + "f").said() == "400 bad_field");
  CHECK(net.upsert(app, "w", "g", {{"pulse_type", "pulse"}}).said() == "400 bad_pulse_type");
  CHECK(net.upsert(app, "w", "g", {{"event_types", "e"}}).said() == "400 bad_field");
  CHECK(net.upsert(app, "w", "g", {{"action_weight_map", {{"a", "1"}}}}).said() == "400 bad_field");
  CHECK(net.post(AtlasNetwork::path_of(app, "/bindings/upsert"), "{}").said() == "400 bad_field");
  CHECK(net.listed(app)["workflow_specs"][0]["frontier_id"] == "f");
  CHECK(net.upsert(app, "w", longest).said() == "200");
}

TEST_CASE("a contract has a form and a size") {
  json::Arena arena;
  const auto said = [&](const Json& object) {
    const json::Document document = json::parse(object.dump());
    return fault_of([&] { read_contract(document.root, arena); });
  };
  CHECK(said({{"event_types", std::vector<std::string>(kMaxListedTexts, "e")}}) == "");
  CHECK(said({{"event_types", std::vector<std::string>(kMaxListedTexts + 1, "e")}}) == "usage/bad_field");
  CHECK(said({{"x_override", "3"}}) == "usage/bad_field");
  CHECK(said({{"x_override", 3}, {"pulse_type", nullptr}, {"unknown", 1}}) == "");
  std::vector<std::string> texts(kMaxListedTexts, std::string(60, 'e'));
  CHECK(said({{"event_types", texts}}) == "");
  CHECK(said({{"event_types", texts}, {"accepted_event_types", texts}}) == "usage/too_large");
  const json::Document before = json::parse(R"({"pulse_type":"pgdag","rollup_mode":"a"})");
  const json::Document change = json::parse(R"({"rollup_mode":"","event_types":[]})");
  const json::Value merged = merge_contracts(before.root, change.root, arena);
  CHECK(merged.find("pulse_type")->text() == "pgdag");
  CHECK(merged.find("rollup_mode")->text() == "");
  CHECK(without_empty(merged, arena).members().size() == 1);
}

TEST_CASE("a question is answered by the binding that fits best") {
  AtlasNetwork net;
  const Json first = net.app_of({"w"}, R"(,"workflow_specs":[{"workflow":"w","frontier_id":"one"}])");
  const Json second = net.app_of({"w"}, R"(,"workflow_specs":[{"workflow":"w","frontier_id":"two",)"
                                        R"("event_types":["e"]}])");
  CHECK(resolved(net, {{"workflow", "w"}}) == "two");  // changed last
  CHECK(resolved(net, {{"workflow", "w"}, {"event_type", "e"}}) == "two");
  CHECK(resolved(net, {{"workflow", "w"}, {"event_type", "other"}}) == "one");
  CHECK(resolved(net, {{"workflow", "w"}, {"frontier_hint", "one"}}) == "one");
  CHECK(resolved(net, {{"workflow", "w"}, {"frontier_hint", "none"}}) == "two");
  CHECK(resolved(net, {{"frontier_hint", "one"}}) == "one");
  CHECK(resolved(net, {{"workflow", "x"}, {"frontier_hint", "one"}}) == "one");
  CHECK(resolved(net, {{"workflow", "x"}}) == "404 unresolved");
  CHECK(resolved(net, {{"frontier_hint", "none"}}) == "404 unresolved");
  CHECK(resolved(net, Json::object()) == "400 bad_field");
  CHECK(resolved(net, {{"workflow", "w"}, {"context", "text"}}) == "400 bad_context");
  const std::string token = net.token_of(first);
  CHECK(net.as_app(token, "POST", "/api/atlas/resolve", R"({"workflow":"w"})").json()["scoring_frontier"] ==
        "one");  // its own
  net.revoke(second);
  CHECK(resolved(net, {{"workflow", "w"}, {"event_type", "e"}}) == "one");
  CHECK(net.post_as(net.rival, "/api/atlas/resolve", R"({"workflow":"w"})").said() == "404 unresolved");
  CHECK(net.post_as(net.rival, "/api/atlas/resolve", R"({"frontier_hint":"one"})").said() ==
        "404 unresolved");
}

TEST_CASE("what would have to be measured is null in the answer to a question") {
  AtlasNetwork net;
  net.app_of({"w"});
  const Json answer = net.post("/api/atlas/resolve", R"({"workflow":"w"})").json();
  for (const char* name : {"c_max", "regime", "metallic_label", "lambda_score", "csk", "regime_guidance"})
    CHECK(answer[name].is_null());
  CHECK(answer["intervention_hints"].empty());
  CHECK(answer["binding"]["auto_provisioned"] == true);
}

TEST_CASE("a minted key may do what the app may, and less if it is asked for") {
  AtlasNetwork net;
  const Json app = net.app_of({"w"});
  const std::string path = AtlasNetwork::path_of(app, "/keys/mint");
  const Json made = net.post(path, R"({"label":"worker"})").json();
  CHECK(made["api_key"].get<std::string>().starts_with(made["prefix"].get<std::string>()));
  CHECK(made["record"]["label"] == "worker");
  CHECK(made["record"]["scopes"] == Json{"attest.write", "receipts.read", "atlas.write"});
  CHECK(made["attestation_ready"] == true);
  CHECK(made["effective_frontiers"] == Json{"retail.w"});
  CHECK(net.get_as(made["api_key"], "/api/atlas/apps").said() == "200");
  CHECK(net.get_as(made["api_key"], "/internal/snapchore/api-keys").said() == "403 insufficient_scope");
  const Json less = net.post(path, R"({"scopes":["snapchore.seal"]})").json();
  CHECK(less["record"]["scopes"] == Json{"snapchore.seal"});
  CHECK(net.get_as(less["api_key"], "/api/atlas/apps").said() == "403 insufficient_scope");
  CHECK(net.post(path, R"({"scopes":["*"]})").said() == "400 bad_scope");
  CHECK(net.post(path, R"({"scopes":["keys.write"]})").said() == "400 bad_scope");
  CHECK(net.post(path, R"({"scopes":"*"})").said() == "400 bad_field");
  CHECK(net.listed(app)["bound_key_count"] == 2);
}

TEST_CASE("a key that is there can be bound, once, by its own tenant") {
  AtlasNetwork net;
  const Json app = net.app_of({"w"});
  const Json made = net.post(AtlasNetwork::path_of(net.app_of({"w"}), "/keys/mint"), "{}").json();
  const std::string path = AtlasNetwork::path_of(app, "/keys/bind");
  const std::string body = Json{{"key_id", made["record"]["id"]}}.dump();
  const Json bound = net.post(path, body).json();
  CHECK(bound["key_id"] == made["record"]["id"]);
  CHECK(bound["record"]["last4"] == made["record"]["last4"]);
  CHECK_FALSE(bound.contains("api_key"));
  CHECK(net.post(path, body).said() == "200");
  CHECK(net.listed(app)["bound_key_count"] == 1);
  CHECK(net.post(path, R"({"key_id":"key_x"})").said() == "404 unknown_key");
  const Json theirs = net.post_as(net.rival, "/internal/snapchore/api-keys", "{}").json();
  CHECK(net.post(path, Json{{"key_id", theirs["record"]["id"]}}.dump()).said() == "404 unknown_key");
  net.post("/internal/snapchore/api-keys/" + made["record"]["id"].get<std::string>() + "/revoke", "{}");
  CHECK(net.post(path, body).said() == "409 key_revoked");
  CHECK(net.listed(app)["attestation_ready"] == false);
}

TEST_CASE("an app changes what is its own, and nothing else") {
  AtlasNetwork net;
  const Json app = net.app_of({"w"});
  const Json other = net.app_of({"w"});
  const std::string token = net.token_of(app);
  const std::string minted = net.post(AtlasNetwork::path_of(app, "/keys/mint"), "{}").json()["api_key"];
  const std::string binding = R"({"workflow":"w","frontier_id":"own"})";
  for (const auto& [rest, body] : std::vector<std::pair<std::string, std::string>>{
           {"/bindings/upsert", binding}, {"/keys/mint", "{}"}}) {
    CAPTURE(rest);
    CHECK(net.as_app(token, "POST", AtlasNetwork::path_of(app, rest), body).said() == "200");
    CHECK(net.as_app(token, "POST", AtlasNetwork::path_of(other, rest), body).said() ==
          "403 insufficient_scope");
    CHECK(net.post_as(minted, AtlasNetwork::path_of(app, rest), body).said() == "403 insufficient_scope");
  }
  CHECK(net.as_app(token, "POST", AtlasNetwork::path_of(app, "/keys/bind"), R"({"key_id":"none"})").said() ==
        "404 unknown_key");
  CHECK(net.as_app(token, "DELETE", AtlasNetwork::path_of(app)).said() == "403 insufficient_scope");
  CHECK(net.as_app(token, "POST", "/api/atlas/couplings/detect").said() == "200");
}

TEST_CASE("an app has so many bound keys at the most") {
  AtlasNetwork net;
  const std::string path = AtlasNetwork::path_of(net.app_of({"w"}), "/keys/mint");
  for (std::size_t i = 0; i < kMaxKeysPerApp; ++i)
    REQUIRE(net.post(path, "{}").said() == "200");
  CHECK(net.post(path, "{}").said() == "403 too_many_keys");
}

TEST_CASE("bindings and keys are changed with everything, questions asked with receipts.read") {
  AtlasNetwork net;
  check_guarded(net, "POST", "/api/atlas/resolve", "receipts.read", "{}");
  check_guarded(net, "POST", "/api/atlas/apps/app_x/bindings/upsert", "keys.write", "{}");
  check_guarded(net, "POST", "/api/atlas/apps/app_x/keys/mint", "keys.write", "{}");
  check_guarded(net, "POST", "/api/atlas/apps/app_x/keys/bind", "keys.write", R"({"key_id":"k"})");
}

}  // namespace
}  // namespace agentnet::sbn::atlas
