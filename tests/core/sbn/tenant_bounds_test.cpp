#include "core/sbn/tenant_bounds.hpp"

#include <thread>

#include "core/sbn/projects.hpp"
#include "core/sbn/rate_plans.hpp"
#include "tests/core/sbn/console_fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::fault_of;
using fixtures::kNow;
using std::chrono::milliseconds;
using std::chrono::seconds;

struct SetClock final : Clock {
  Instant at = kNow;
  Instant now() const override { return at; }
};

struct Bounded : ConsoleStore {
  SetClock clock;
  TenantBounds bounds{*database, clock, milliseconds(0)};  // looks at every call

  void give_plan(const std::string& tenant, std::int64_t quota, std::int64_t burst) {
    write([&](auto& connection) {
      const RatePlan plan =
          add_rate_plan(connection, {"", tenant, "p", "gold", quota, burst, {}, {}}, kNow, random);
      Project project = require_project(connection, tenant, tenant);
      project.rate_plan_id = plan.id;
      save_project(connection, project);
      return 0;
    });
  }
  std::string check(const std::string& tenant = "a", bool changes = false, std::int64_t calls = 1) {
    return fault_of([&] { bounds.check(tenant, changes, calls); });
  }
  // The seconds that a refusal says to wait.
  std::int64_t wait() {
    try {
      bounds.check("a", false);
    } catch (const Error& error) {
      for (const Detail& detail : error.details())
        if (detail.name == "retry_after") return std::get<std::int64_t>(detail.value);
    }
    return -1;
  }
};

const std::string kLimited = "policy/rate_limited";
const std::string kSpent = "policy/quota_exceeded";

TEST_CASE("a tenant without bounds may call as it likes") {
  Bounded net;
  net.give_plan("b", 1, 1);
  for (int i = 0; i < 100; ++i)
    CHECK(net.check("a", true).empty());
}

TEST_CASE("a minute has so many calls, counted from its first") {
  Bounded net;
  net.give_plan("a", 1'000, 3);
  for (int i = 0; i < 3; ++i) {
    CHECK(net.check().empty());
    net.clock.at += seconds(10);
  }
  CHECK(net.check() == kLimited);
  CHECK(net.wait() == 30);
  net.clock.at += seconds(30) - milliseconds(1);
  CHECK(net.check() == kLimited);
  CHECK(net.wait() == 1);
  net.clock.at += milliseconds(1);
  CHECK(net.check().empty());
}

TEST_CASE("a day has so many calls, and the next one as many again") {
  Bounded net;
  net.give_plan("a", 2, 1'000);
  CHECK(net.check().empty());
  CHECK(net.check().empty());
  CHECK(net.check() == kSpent);
  CHECK(net.wait() == 12 * 3'600);
  net.clock.at = *parse_iso("2026-11-24T00:00:00Z");
  CHECK(net.check().empty());
}

TEST_CASE("what is refused does not count") {
  Bounded net;
  net.give_plan("a", 3, 2);
  CHECK(net.check().empty());
  CHECK(net.check().empty());
  for (int i = 0; i < 5; ++i)
    CHECK(net.check() == kLimited);
  net.clock.at += seconds(60);
  CHECK(net.check().empty());
  CHECK(net.check() == kSpent);
}

TEST_CASE("a request that stands for many calls spends them, and is refused whole") {
  Bounded net;
  net.give_plan("a", 10, 2);
  CHECK(net.check("a", true, 11) == kSpent);
  CHECK(net.check("a", true, 10).empty());
  CHECK(net.check() == kSpent);
}

TEST_CASE("tenants do not spend each other's calls") {
  Bounded net;
  net.give_plan("a", 1, 1);
  net.give_plan("b", 1, 1);
  CHECK(net.check("a").empty());
  CHECK(net.check("b").empty());
  CHECK(net.check("a") == kLimited);
}

TEST_CASE("the daily count survives a restart once it is flushed") {
  Bounded net;
  net.give_plan("a", 3, 100);
  CHECK(net.check().empty());
  CHECK(net.check().empty());
  net.bounds.flush(false);
  net.bounds.flush(false);
  CHECK(net.number("SELECT calls FROM sbn_daily_calls WHERE day = '2026-11-23'") == 2);
  TenantBounds again(*net.database, net.clock, milliseconds(0));
  again.check("a", false);
  CHECK(fault_of([&] { again.check("a", false); }) == kSpent);
}

TEST_CASE("two processes add up to one daily count") {
  Bounded net;
  net.give_plan("a", 4, 100);
  TenantBounds other(*net.database, net.clock, milliseconds(0));
  net.bounds.check("a", false);
  other.check("a", false);
  net.bounds.flush(false);
  other.flush(false);
  net.bounds.check("a", false);
  net.bounds.flush(false);
  CHECK(net.number("SELECT calls FROM sbn_daily_calls") == 3);
  CHECK(net.check().empty());
  CHECK(net.check() == kSpent);
}

TEST_CASE("a project that is archived or not active takes no changes and can be read") {
  Bounded net;
  Project project = net.write([](auto& connection) { return require_project(connection, "a", "a"); });
  const auto save = [&] {
    net.write([&](auto& connection) { return save_project(connection, project), 0; });
  };
  project.active = false;
  save();
  CHECK(net.check("a", true) == "conflict/project_inactive");
  project.archived_at = kNow;
  save();
  CHECK(net.check("a", true) == "conflict/project_archived");
  CHECK(net.check("a", false).empty());
  CHECK(fault_of([&] { net.bounds.check_writable("a"); }) == "conflict/project_archived");
  CHECK(net.check("b", true).empty());
  project.archived_at.reset();
  project.active = true;
  save();
  CHECK(net.check("a", true).empty());
}

TEST_CASE("bounds that another process changes hold after the next look; one's own after refresh") {
  Bounded net;
  TenantBounds slow(*net.database, net.clock, std::chrono::hours(1));
  slow.check("a", true);
  net.give_plan("a", 1, 1);
  slow.check("a", true);
  slow.check("a", true);
  slow.refresh();
  slow.check("a", true);
  CHECK(fault_of([&] { slow.check("a", true); }) == kLimited);
}

TEST_CASE("many threads spend a quota to the last call and no further") {
  const tests::TemporaryFolder folder;
  auto database = store::Database::open({.path = folder.path() + "/db"}, network::schema());
  SystemRandom random;
  database->write([&](store::Connection& connection) {
    auth::add_tenant(connection, "a", "", kNow);
    const RatePlan plan =
        add_rate_plan(connection, {"", "a", "p", "gold", 500, 1'000'000, {}, {}}, kNow, random);
    Project project = require_project(connection, "a", "a");
    project.rate_plan_id = plan.id;
    save_project(connection, project);
  });
  const SetClock clock;
  TenantBounds bounds(*database, clock);
  std::atomic<int> passed = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) {
        if (n % 50 == 0) bounds.flush(true);
        if (fault_of([&] { bounds.check("a", true); }).empty()) ++passed;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  bounds.flush(false);
  CHECK(passed == 500);
  database->close();
}

}  // namespace
}  // namespace agentnet::sbn
