#include "core/network/system_routes.hpp"

#include "tests/core/network/fixtures.hpp"

namespace agentnet::network {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::TestNetwork;

Answer ask_nobody(TestNetwork& net, const std::string& method, const std::string& target) {
  return net.ask(method, target, {}, {});
}

TEST_CASE("health and readiness are told to anybody") {
  TestNetwork net;
  for (const char* path : {"/health", "/healthz"})
    CHECK(ask_nobody(net, "GET", path).body == R"({"status":"ok"})");
  CHECK(ask_nobody(net, "GET", "/readyz").body == R"({"status":"ready"})");
  CHECK(ask_nobody(net, "HEAD", "/healthz").status == 200);
  CHECK(ask_nobody(net, "POST", "/healthz").said() == "405 method_not_allowed");
}

TEST_CASE("a network whose store is closed is healthy and not ready") {
  TestNetwork net;
  net.network->database().close();
  CHECK(ask_nobody(net, "GET", "/healthz").status == 200);
  const Answer answer = ask_nobody(net, "GET", "/readyz");
  CHECK(answer.said() == "503 store_closed");
}

TEST_CASE("the description of the interface names every route with its parameters") {
  TestNetwork net;
  const Json document = ask_nobody(net, "GET", "/openapi.json").json();
  CHECK(document["openapi"] == "3.0.3");
  CHECK(document["info"]["title"].is_string());
  CHECK(document["info"]["version"].is_string());
  std::size_t operations = 0;
  for (const auto& path : document["paths"].items())
    operations += path.value().size();
  CHECK(operations == net.network->router().routes().size());
  const Json& append = document["paths"]["/internal/snapchore/chain/{chain_id}/append"];
  CHECK(append.size() == 1);
  CHECK(append["post"]["parameters"] ==
        Json::array(
            {{{"name", "chain_id"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}}}));
  CHECK(append["post"]["responses"]["default"]["description"].is_string());
}

TEST_CASE("routes of one path are one member of the description") {
  const Json document = Json::parse(openapi_document({"GET /a", "PATCH /a", "POST /a/{x}/{y}"}));
  CHECK(document["paths"].size() == 2);
  CHECK(document["paths"]["/a"].contains("get"));
  CHECK(document["paths"]["/a"].contains("patch"));
  CHECK_FALSE(document["paths"]["/a"]["get"].contains("parameters"));
  CHECK(document["paths"]["/a/{x}/{y}"]["post"]["parameters"].size() == 2);
  CHECK_FALSE(fixtures::has_duplicates(openapi_document({"GET /a", "PATCH /a"})));
}

TEST_CASE("metrics are told to anybody, or guarded to callers with a credential") {
  for (const bool guarded : {false, true}) {
    TestNetwork net;
    net.network->add_metrics([] { return std::string("agentnet_up 1\n"); }, guarded);
    CHECK(net.get("/metrics").body == "agentnet_up 1\n");
    CHECK(ask_nobody(net, "GET", "/metrics").status == (guarded ? 401 : 200));
  }
}

}  // namespace
}  // namespace agentnet::network
