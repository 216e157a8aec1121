// What the tests of slots share: a local network and the requests that slots are made of.
#pragma once

#include <string>
#include <vector>

#include "core/sbn/slots.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn::fixtures {

using network::fixtures::Answer;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

struct SlotNetwork : TestNetwork {
  using TestNetwork::TestNetwork;

  std::string open(const std::string& more = "") { return open_as(key, more); }
  std::string open_as(const std::string& who, const std::string& more = "") {
    const Answer answer = post_as(who, "/slots", R"({"worker_id":"w","task_type":"t")" + more + "}");
    REQUIRE(answer.said() == "200");
    return answer.json()["data"]["id"];
  }
  Answer submit(const std::string& slot, const std::string& payload = "{}", const std::string& more = "") {
    return submit_as(key, slot, payload, more);
  }
  Answer submit_as(const std::string& who, const std::string& slot, const std::string& payload = "{}",
                   const std::string& more = "") {
    return post_as(who, "/api/bitblocks/submit",
                   R"({"slot_id":")" + slot + R"(","block_type":"Action","domain":"d","payload":)" + payload +
                       more + "}");
  }
  Json submitted(const std::string& slot, const std::string& payload = "{}", const std::string& more = "") {
    const Answer answer = submit(slot, payload, more);
    REQUIRE(answer.said() == "200");
    return answer.json()["data"];
  }
  Answer close(const std::string& slot) { return post("/slots/" + slot + "/close", "{}"); }
  Json closed(const std::string& slot) {
    const Answer answer = close(slot);
    REQUIRE(answer.said() == "200");
    return answer.json()["data"];
  }
  Json bitblocks(const std::string& slot, const std::string& more = "") {
    return get("/api/bitblocks?slot_id=" + slot + more).json()["data"];
  }
  Json receipt(const std::string& id) {
    const Answer answer = get("/receipts/" + id);
    REQUIRE(answer.said() == "200");
    return answer.json();
  }
  void pass(std::int64_t seconds) { clock.micros += seconds * 1'000'000; }
};

}  // namespace agentnet::sbn::fixtures
