#include "core/sbn/project_keys.hpp"

#include "core/sbn/projects.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::kNow;

struct Keys : ConsoleStore {
  NewProjectKey add(const ProjectKeyOptions& options, const std::string& project = "a") {
    return write(
        [&](auto& connection) { return add_project_key(connection, project, options, kNow, random); });
  }
  std::string refusal(const ProjectKeyOptions& options) {
    return fault([&](auto& connection) { add_project_key(connection, "a", options, kNow, random); });
  }
  std::vector<ProjectKey> list(const std::string& project = "a") {
    return write([&](auto& connection) { return list_project_keys(connection, project); });
  }
};

ProjectKeyOptions plain() {
  return {.label = "ci", .plan = "sandbox"};
}

TEST_CASE("a key is kept with all that it was made with") {
  Keys store;
  const NewProjectKey made = store.add({"ci", "builder", {"attest.write"}, "f", {"f", "g"}});
  const std::string key = network::fixtures::text_of(made.key);
  const std::vector<ProjectKey> listed = store.list();
  REQUIRE(listed.size() == 1);
  CHECK(listed[0].key.id == made.record.key.id);
  CHECK(listed[0].prefix == key.substr(0, kShownOfKey));
  CHECK(listed[0].plan == "builder");
  CHECK(listed[0].key.scopes == std::vector<std::string>{"attest.write"});
  CHECK(listed[0].default_frontier == "f");
  CHECK(listed[0].allowed_frontiers == std::vector<std::string>{"f", "g"});
  CHECK(store.list("b").empty());
}

TEST_CASE("without scopes a key may do everything") {
  Keys store;
  CHECK(store.add(plain()).record.key.scopes == std::vector<std::string>{"*"});
}

TEST_CASE("a key that the console did not make is shown with the first plan") {
  Keys store;
  store.write([&](auto& connection) {
    return auth::add_api_key(connection, "a", {.mode = auth::KeyMode::test}, kNow, store.random).record.id;
  });
  const ProjectKey key = store.list().front();
  CHECK(key.plan == "sandbox");
  CHECK(key.prefix == "sbn_test_");
  CHECK_FALSE(key.default_frontier);
}

TEST_CASE("frontiers of a key have limits") {
  Keys store;
  ProjectKeyOptions options = plain();
  options.allowed_frontiers.assign(kMaxAllowedFrontiers, "f");
  CHECK(store.refusal(options).empty());
  options.allowed_frontiers.emplace_back("f");
  CHECK(store.refusal(options) == "usage/bad_frontier");
  options.allowed_frontiers = {""};
  CHECK(store.refusal(options) == "usage/bad_frontier");
  options.allowed_frontiers = {"f"};
  options.default_frontier = "g";
  CHECK(store.refusal(options) == "usage/bad_frontier");
  options.allowed_frontiers = {};
  CHECK(store.refusal(options).empty());
  options.default_frontier = std::string(auth::kMaxTextBytes + 1, 'f');
  CHECK(store.refusal(options) == "usage/bad_frontier");
}

TEST_CASE("what else a key cannot be is refused, and none is made") {
  Keys store;
  CHECK(store.refusal({.label = "ci", .plan = "gold"}) == "usage/bad_plan");
  CHECK(store.refusal({.label = "a\nb", .plan = "sandbox"}) == "usage/bad_label");
  CHECK(store.refusal({.label = "", .plan = "sandbox", .scopes = {"a b"}}) == "usage/bad_scope");
  CHECK(store.list().empty());
}

TEST_CASE("a rotated key keeps its id and scopes and has another secret") {
  Keys store;
  const NewProjectKey made = store.add({"ci", "builder", {"attest.write"}});
  const std::string old = network::fixtures::text_of(made.key);
  const NewProjectKey rotated = store.write([&](auto& connection) {
    return rotate_project_key(connection, "a", made.record.key.id, store.random);
  });
  const std::string key = network::fixtures::text_of(rotated.key);
  CHECK(key != old);
  CHECK(rotated.record.key.id == made.record.key.id);
  CHECK(rotated.record.plan == "builder");
  const auto found = [&](const std::string& text) {
    return store.write(
        [&](auto& connection) { return auth::find_api_key(connection, auth::api_key_hash(text)); });
  };
  CHECK_FALSE(found(old));
  REQUIRE(found(key));
  CHECK(found(key)->scopes == std::vector<std::string>{"attest.write"});
  CHECK(store.list().front().prefix == key.substr(0, kShownOfKey));
  CHECK(store.list().front().key.last4 == key.substr(key.size() - 4));
}

TEST_CASE("a key of another project, an unknown one and a revoked one are not rotated") {
  Keys store;
  const std::string id = store.add(plain()).record.key.id;
  const auto rotation = [&](const std::string& project, const std::string& key) {
    return store.fault([&](auto& connection) { rotate_project_key(connection, project, key, store.random); });
  };
  CHECK(rotation("b", id) == "not_found/unknown_key");
  CHECK(rotation("a", "key_x") == "not_found/unknown_key");
  store.write([&](auto& connection) { return auth::revoke_api_key(connection, "a", id, kNow), 0; });
  CHECK(rotation("a", id) == "conflict/key_revoked");
}

TEST_CASE("a record has what the official client reads") {
  Keys store;
  json::Arena arena;
  const json::Value row = key_record(store.add({"ci", "network", {}, "f"}).record, arena);
  for (const char* name : {"id", "project_id", "label", "prefix", "scopes", "plan", "revoked", "limits",
                           "rate", "default_frontier", "allowed_frontiers"}) {
    CAPTURE(name);
    CHECK(row.find(name) != nullptr);
  }
  CHECK(row.find("default_frontier")->text() == "f");
  CHECK(row.find("allowed_frontiers")->is_null());
}

}  // namespace
}  // namespace agentnet::sbn
