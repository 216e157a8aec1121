// What the tests of Atlas share: a local network with apps in it.
#pragma once

#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn::atlas::fixtures {

using network::fixtures::Answer;
using network::fixtures::Json;

struct AtlasNetwork : network::fixtures::TestNetwork {
  // The answer to a registration of the workflows, with more members in the body.
  Answer register_app(const std::vector<std::string>& workflows, const std::string& more = "") {
    return post("/api/atlas/apps/register",
                R"({"app_name":"shop","app_family":"retail","declared_workflows":)" + Json(workflows).dump() +
                    more + "}");
  }
  Json app_of(const std::vector<std::string>& workflows, const std::string& more = "") {
    const Answer answer = register_app(workflows, more);
    REQUIRE(answer.said() == "200");
    return answer.json();
  }
  static std::string path_of(const Json& app, const std::string& rest = "") {
    return "/api/atlas/apps/" + app["app_id"].get<std::string>() + rest;
  }
  Answer exchange(const Json& app) {
    return ask("POST", "/api/atlas/token",
               Json{{"client_id", app["client_id"]}, {"client_secret", app["client_secret"]}}.dump(), {});
  }
  std::string token_of(const Json& app) {
    const Answer answer = exchange(app);
    REQUIRE(answer.said() == "200");
    return answer.json()["access_token"];
  }
  Answer as_app(const std::string& token, const std::string& method, const std::string& target,
                const std::string& body = "") {
    return ask(method, target, body, {{"Authorization", "Bearer " + token}});
  }
  Answer upsert(const Json& app, const std::string& workflow, const std::string& frontier, Json more = {}) {
    Json body = {{"workflow", workflow}, {"frontier_id", frontier}};
    if (!more.is_null()) body.update(more);
    return post(path_of(app, "/bindings/upsert"), body.dump());
  }
  Answer revoke(const Json& app) { return ask("DELETE", path_of(app), "", {{"x-api-key", key}}); }
  // The app as the list has it.
  Json listed(const Json& app) {
    const Json list = get("/api/atlas/apps").json();
    for (const Json& each : list["apps"])
      if (each["app_id"] == app["app_id"]) return each;
    return {};
  }
};

// How many workflows: "w0", "w1", …
inline std::vector<std::string> workflows(std::size_t count) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < count; ++i)
    names.push_back("w" + std::to_string(i));
  return names;
}

}  // namespace agentnet::sbn::atlas::fixtures
