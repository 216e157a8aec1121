#include "core/sbn/plans.hpp"

#include "core/json/write.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

TEST_CASE("the plans are those of the wire reference") {
  json::Arena arena;
  CHECK(
      json::to_compact(limits_of("sandbox", arena)) ==
      R"({"attestations_per_month":5000,"snapchore_events_per_month":25000,"facts_reads_per_month":100000})");
  CHECK(
      json::to_compact(limits_of("builder", arena)) ==
      R"({"attestations_per_month":100000,"snapchore_events_per_month":1000000,"facts_reads_per_month":2000000})");
  CHECK(json::to_compact(limits_of("network", arena)) ==
        R"({"attestations_per_month":null,"snapchore_events_per_month":null,"facts_reads_per_month":null})");
  CHECK(require_plan("builder").price == "$49/mo");
}

TEST_CASE("another plan is refused, and shown with the limits of the first") {
  json::Arena arena;
  for (const char* id : {"", "Sandbox", "gold"})
    CHECK(fixtures::fault_of([&] { require_plan(id); }) == "usage/bad_plan");
  CHECK(json::to_compact(limits_of("gold", arena)) == json::to_compact(limits_of("sandbox", arena)));
}

}  // namespace
}  // namespace agentnet::sbn
