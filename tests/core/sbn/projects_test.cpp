#include "core/sbn/projects.hpp"

#include "core/auth/signing_key.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::kNow;

struct Projects : ConsoleStore {
  Project add(const std::string& owner = "a", const std::string& name = "shop") {
    return write([&](auto& connection) { return add_project(connection, owner, name, kNow, random); });
  }
  Project find(const std::string& caller, const std::string& id) {
    return write([&](auto& connection) { return require_project(connection, caller, id); });
  }
  void save(const Project& project) {
    write([&](auto& connection) { return save_project(connection, project), 0; });
  }
  std::string seen_by(const std::string& caller, std::int64_t limit = 100, std::int64_t offset = 0) {
    return write([&](auto& connection) {
      std::string names;
      list_projects(connection, caller, limit, offset,
                    [&](const Project& project) { names += project.name + " "; });
      return names;
    });
  }
  std::string current(const auth::Caller& caller) {
    return write([&](auto& connection) { return current_project(connection, caller).id; });
  }
  void switch_to(const auth::Caller& caller, const std::string& id) {
    write([&](auto& connection) { return switch_project(connection, caller, id), 0; });
  }
};

TEST_CASE("a tenant that nobody made is a project of its own with defaults") {
  Projects store;
  const Project project = store.find("a", "a");
  CHECK(project.name == "first");
  CHECK(project.owner == "a");
  CHECK(project.plan == "sandbox");
  CHECK(project.settings == "{}");
  CHECK(project.status() == "active");
}

TEST_CASE("a project is seen by itself and by whoever made it") {
  Projects store;
  const std::string id = store.add().id;
  CHECK(store.find("a", id).name == "shop");
  CHECK(store.find(id, id).name == "shop");
  for (const auto& [caller, wanted] :
       {std::pair<std::string, std::string>{"b", id}, {id, "a"}, {"a", "b"}, {"a", "none"}, {"a", ""}}) {
    CHECK(store.fault([&, c = caller, w = wanted](auto& connection) { require_project(connection, c, w); }) ==
          "not_found/unknown_project");
  }
}

TEST_CASE("projects are listed the own one first, then as they were made") {
  Projects store;
  for (const char* name : {"z", "m", "k"})
    store.add("a", name);
  store.add("b", "other");
  CHECK(store.seen_by("a").starts_with("first "));
  CHECK(store.seen_by("a").size() == std::string("first z m k ").size());
  CHECK(store.seen_by("b") == "second other ");
  CHECK(store.seen_by("a", 1) == "first ");
  CHECK(store.seen_by("a", 100, 1).find("first") == std::string::npos);
  CHECK(store.seen_by("a", 100, 4).empty());
}

TEST_CASE("names have limits") {
  Projects store;
  const auto said = [&](const std::string& name) {
    return store.fault([&](auto& connection) { add_project(connection, "a", name, kNow, store.random); });
  };
  CHECK(said(std::string(auth::kMaxTextBytes, 'x')).empty());
  CHECK(said(std::string(auth::kMaxTextBytes + 1, 'x')) == "usage/bad_name");
  CHECK(said("") == "usage/bad_name");
  CHECK(said("a\nb") == "usage/bad_name");
  CHECK(said("\xff") == "usage/bad_name");
}

TEST_CASE("a tenant makes so many projects and no more, deleted ones counted") {
  Projects store;
  store.write([&](auto& connection) {
    for (std::size_t i = 0; i < kMaxProjectsOfOwner; ++i)
      add_project(connection, "a", "p", kNow, store.random);
    return 0;
  });
  CHECK(store.fault([&](auto& connection) { add_project(connection, "a", "p", kNow, store.random); }) ==
        "policy/too_many_projects");
  CHECK_FALSE(store.add("b").id.empty());
}

TEST_CASE("what is saved is read again") {
  Projects store;
  Project project = store.add();
  project.name = "renamed";
  project.description = "for \xe2\x98\x83";
  project.plan = "builder";
  project.settings = R"({"a":1})";
  project.contact_email = "a@b.example";
  project.aggregator_endpoint = "https://x.example";
  project.rate_plan_id = "plan";
  project.active = false;
  store.save(project);
  const Project read = store.find("a", project.id);
  CHECK(read.name == "renamed");
  CHECK(read.description == project.description);
  CHECK(read.plan == "builder");
  CHECK(read.settings == project.settings);
  CHECK(read.contact_email == project.contact_email);
  CHECK(read.aggregator_endpoint == project.aggregator_endpoint);
  CHECK(read.rate_plan_id == "plan");
  CHECK(read.status() == "inactive");
  project.archived_at = kNow;
  store.save(project);
  CHECK(store.find("a", project.id).status() == "archived");
}

TEST_CASE("texts of a project have limits, and one past them nothing is saved") {
  Projects store;
  Project project = store.find("a", "a");
  project.description = std::string(kMaxDescriptionBytes, 'x');
  project.settings = "{\"a\":\"" + std::string(kMaxSettingsBytes - 8, 'x') + "\"}";
  REQUIRE(project.settings.size() == kMaxSettingsBytes);
  store.save(project);
  Project longer = project;
  longer.description += 'x';
  CHECK(store.fault([&](auto& connection) { save_project(connection, longer); }) == "usage/bad_description");
  longer = project;
  longer.settings += ' ';
  CHECK(store.fault([&](auto& connection) { save_project(connection, longer); }) == "usage/too_large");
  CHECK(store.find("a", "a").settings == project.settings);
}

TEST_CASE("a tenant that has no name may be archived like any other") {
  Projects store;
  store.write([](auto& connection) { return auth::add_tenant(connection, "c", "", kNow).id; });
  Project project = store.find("c", "c");
  project.archived_at = kNow;
  store.save(project);
  CHECK(store.find("c", "c").status() == "archived");
}

TEST_CASE("a credential is in its own project until it switches, and back in it when that one is gone") {
  Projects store;
  const auth::Caller caller{"a", {"*"}, "key-1"};
  const Project project = store.add();
  CHECK(store.current(caller) == "a");
  store.switch_to(caller, project.id);
  store.switch_to(caller, project.id);
  CHECK(store.current(caller) == project.id);
  CHECK(store.current({"a", {"*"}, "key-2"}) == "a");
  store.write([&](auto& connection) { return delete_project(connection, "a", project, kNow), 0; });
  CHECK(store.current(caller) == "a");
}

TEST_CASE("a credential that was given to another tenant is not led into the old one's project") {
  Projects store;
  store.switch_to({"a", {"*"}, "key-1"}, store.add().id);
  CHECK(store.current({"b", {"*"}, "key-1"}) == "b");
}

TEST_CASE("deleting a project ends its keys and hides it, and nothing else") {
  Projects store;
  const Project project = store.add();
  const auto keys_of = [&](const std::string& tenant) {
    return store.write([&](auto& connection) { return auth::list_api_keys(connection, tenant); });
  };
  store.write([&](auto& connection) {
    auth::add_api_key(connection, project.id, {}, kNow, store.random);
    auth::add_api_key(connection, "a", {}, kNow, store.random);
    delete_project(connection, "a", project, kNow);
    return 0;
  });
  CHECK(keys_of(project.id).front().revoked_at == kNow);
  CHECK_FALSE(keys_of("a").front().revoked_at);
  CHECK(store.seen_by("a") == "first ");
  CHECK(store.fault([&](auto& connection) { require_project(connection, "a", project.id); }) ==
        "not_found/unknown_project");
}

TEST_CASE("the tenant of the credential in use is not deleted") {
  Projects store;
  const Project own = store.find("a", "a");
  CHECK(store.fault([&](auto& connection) { delete_project(connection, "a", own, kNow); }) ==
        "conflict/own_project");
}

TEST_CASE("the version of the bounds counts up when a bound comes, changes or goes, and only then") {
  Projects store;
  const auto version = [&] { return store.number("SELECT version FROM sbn_bounds_version"); };
  const std::int64_t before = version();
  Project project = store.add();
  project.description = "x";
  store.save(project);
  CHECK(version() == before);
  project.archived_at = kNow;
  store.save(project);
  CHECK(version() == before + 1);
  project.archived_at.reset();
  store.save(project);
  CHECK(version() == before + 2);
  store.save(project);
  CHECK(version() == before + 2);
  project.rate_plan_id = "p";
  store.save(project);
  CHECK(version() == before + 3);
}

}  // namespace
}  // namespace agentnet::sbn
