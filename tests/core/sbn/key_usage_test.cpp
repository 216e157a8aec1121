#include "core/sbn/key_usage.hpp"

#include <future>
#include <thread>

#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::CountingClock;

struct Meter : ConsoleStore {
  CountingClock clock;
  UsageMeter meter{*database, clock};

  std::string read(const std::string& tenant, const std::string& month = "2026-11") {
    return write([&](auto& connection) {
      std::string text;
      for (const CredentialUsage& each : list_key_usage(connection, tenant, month)) {
        text += each.credential_id + ":" + std::to_string(each.used.attestations) + "," +
                std::to_string(each.used.snapchore_events) + "," + std::to_string(each.used.facts_reads) +
                " ";
      }
      return text;
    });
  }
};

TEST_CASE("what was counted is there once it is flushed, by credential and kind") {
  Meter net;
  net.meter.add("a", "k1", Metered::snapchore_event);
  net.meter.add("a", "k1", Metered::snapchore_event, 4);
  net.meter.add("a", "k2", Metered::attestation);
  net.meter.add("a", "k2", Metered::facts_read, 2);
  net.meter.add("a", "k2", Metered::nothing, 9);
  net.meter.add("b", "k3", Metered::snapchore_event);
  CHECK(net.read("a").empty());
  net.meter.flush();
  CHECK(net.read("a") == "k1:0,5,0 k2:1,0,2 ");
  CHECK(net.read("b") == "k3:0,1,0 ");
  CHECK(net.read("a", "2026-10").empty());
  net.meter.flush();
  net.meter.add("a", "k1", Metered::snapchore_event);
  net.meter.flush();
  CHECK(net.read("a").starts_with("k1:0,6,0 "));
}

TEST_CASE("a month's use is kept apart from the next one's") {
  Meter net;
  net.meter.add("a", "k", Metered::attestation);
  net.meter.flush();
  net.clock.micros += std::int64_t{10} * 24 * 3'600 * 1'000'000;
  net.meter.add("a", "k", Metered::attestation);
  net.meter.flush();
  CHECK(net.read("a", "2026-11") == "k:1,0,0 ");
  CHECK(net.read("a", "2026-12") == "k:1,0,0 ");
}

TEST_CASE("a later flush says when it is durable, also when there is nothing to write") {
  Meter net;
  for (int i = 0; i < 2; ++i) {
    if (i == 0) net.meter.add("a", "k", Metered::attestation);
    std::promise<bool> done;
    net.meter.flush_later([&](const std::exception_ptr& fault) { done.set_value(!fault); });
    CHECK(done.get_future().get());
    CHECK(net.read("a") == "k:1,0,0 ");
  }
}

TEST_CASE("counts that could not be written are kept for the next time") {
  Meter net;
  const auto run = [&](std::string_view sql) {
    net.write([&](auto& connection) { return connection.run(sql); });
  };
  net.meter.add("a", "k", Metered::attestation, 3);
  run("ALTER TABLE sbn_key_usage RENAME TO away");
  CHECK(fixtures::fault_of([&] { net.meter.flush(); }) == "failed/store");
  run("ALTER TABLE away RENAME TO sbn_key_usage");
  net.meter.flush();
  CHECK(net.read("a") == "k:3,0,0 ");
}

TEST_CASE("counting after the store is closed does no harm") {
  Meter net;
  net.meter.add("a", "k", Metered::attestation);
  net.database->close();
  net.meter.add("a", "k", Metered::attestation);
  CHECK(fixtures::fault_of([&] { net.meter.flush(); }) == "failed/store_closed");
}

TEST_CASE("nothing is lost when many count while others flush") {
  Meter net;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&net, i] {
      for (int n = 0; n < 500; ++n) {
        net.meter.add("a", "k", Metered::snapchore_event);
        if (n % 100 == i) net.meter.flush();
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  net.meter.flush();
  CHECK(net.read("a") == "k:0,2000,0 ");
}

TEST_CASE("routes count as what they do") {
  CHECK(metered_as("POST", "/internal/snapchore/seal") == Metered::snapchore_event);
  CHECK(metered_as("POST", "/attest") == Metered::attestation);
  CHECK(metered_as("GET", "/api/reality/facts/{fact_id}") == Metered::facts_read);
  CHECK(metered_as("GET", "/internal/snapchore/seal") == Metered::nothing);
  CHECK(metered_as("GET", "/internal/snapchore/stats") == Metered::nothing);
}

}  // namespace
}  // namespace agentnet::sbn
