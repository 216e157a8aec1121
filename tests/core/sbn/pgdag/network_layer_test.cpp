// The requests that a run in a network makes, against those that were recorded of the original.
#include "core/sbn/pgdag/network_layer.hpp"

#include <doctest/doctest.h>

#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

const std::string kKnownHash = [] {
  std::string text;
  for (int i = 0; i < 32; ++i)
    text += "ab";
  return text;
}();

// Answers as the recording server did, and sets the clock to the times that were recorded.
struct RecordingServer final : http::Transport {
  std::vector<Json> seen;
  std::vector<std::string> times;  // of the steps
  FixedClock& clock;
  std::size_t submitted = 0;
  int status = 200;

  explicit RecordingServer(FixedClock& at) : clock(at) {}

  static std::string capture() {
    return R"({"hash":")" + kKnownHash + R"(","canon_version":"SVP-1.0","valid":true,"snapchore_hash":")" +
           kKnownHash + R"(","domain":"general","block_type":"event","source":"capture",)" +
           R"("created_at":"2026-01-02"})";
  }
  void set_time() {
    if (submitted < times.size()) clock.at = *parse_iso(times[submitted]);
  }
  http::Response send(const http::Request& request) override {
    seen.push_back({{"method", request.method}, {"target", request.target}, {"body", request.body}});
    if (status != 200) return http::json_response(status, R"({"error":{"code":"no"}})");
    set_time();
    if (request.target == "/internal/snapchore/capture") return http::json_response(200, capture());
    if (request.target == "/slots") return http::json_response(200, R"({"data":{"id":"slot-1"}})");
    if (request.target == "/api/bitblocks/submit") ++submitted;
    if (request.target == "/slots/slot-1/seal") {
      return http::json_response(200, R"({"data":{"anchor":{"anchor_hash":"ah","anchor_type":"receipt_hash",)"
                                      R"("receipt_id":"rcpt-1","smartblock_id":"sb-1"}}})");
    }
    return http::json_response(200, R"({"hash":")" + kKnownHash + "\"}");
  }
  std::string name() const override { return "the recording server"; }
};

struct NetworkRun {
  TestKernel test;
  RecordingServer server{test.clock};
  Client client{server, {.retries = http::kNoRetries}};

  RunResult run(Profile profile) {
    NetworkLayer layer(client, profile, "d");
    DagTemplate dag{"T", "1.0", "dom", {{"a"}, {"b"}}};
    const json::Document inputs = json::parse(R"({"x":1})");
    const Kernel kernel{test.clock, test.random, test.gate, test.interruption, layer, profile};
    const Steps steps{{"a", returns(R"({"ok":true})")}, {"b", returns(R"({"ok":true})")}};
    return execute(dag, kernel, {inputs.root, "act", {}, "run-1"}, steps);
  }
};

void read_times(const Json& requests, std::vector<std::string>& times) {
  for (const Json& request : requests) {
    if (request["target"] == "/api/bitblocks/submit")
      times.push_back(Json::parse(request["body"].get<std::string>())["payload"]["created_at"]);
  }
}

void run_entry(const Json& entry, Profile profile) {
  NetworkRun net;
  const std::string id = entry["id"];
  if (id == "pgdag.sbn-run") {
    read_times(entry["requests"], net.server.times);
    const RunResult result = net.run(profile);
    CHECK(status_name(result.status) == entry["status"].get<std::string>());
    CHECK(result.slot_id.starts_with("local-") == entry["slot_is_local"].get<bool>());
  } else {
    NetworkLayer layer(net.client, profile, "d");
    const json::Document payload = json::parse(R"({"p": 1})");
    HandoffEnvelope envelope{"a", "b", "c"};
    envelope.payload = payload.root;
    if (id == "pgdag.sbn-chain-append") {
      CHECK(layer.create_chain("chain:x:y"));
    } else if (id == "pgdag.sbn-handoff") {
      envelope.payload = payload.root;
      const HandoffEnvelope built = layer.handoff(envelope, net.test.clock.at);
      CHECK(built.payload_hash == entry["payload_hash"].get<std::string>());
      CHECK(built.handoff_hash == entry["handoff_hash"].get<std::string>());
    } else if (id == "pgdag.sbn-validate") {
      envelope.payload_hash = kKnownHash;
      envelope.handoff_hash = "h";
      CHECK(layer.validate(envelope) == entry["result"].get<bool>());
    } else {
      FAIL("unknown entry " << id);
    }
  }
  CHECK(Json(net.server.seen) == entry["requests"]);
}

TEST_CASE("the recorded requests of both releases are made, to the byte") {
  for (const Profile profile : {Profile::v0_12_2, Profile::v0_14_0}) {
    const std::string path =
        TEST_DATA "/vectors/sbn/pgdag_with_client_" + std::string(profile_name(profile)) + ".json";
    const Json file = Json::parse(tests::read_file(path));
    CHECK(file["count"] == file["vectors"].size());
    for (const Json& entry : file["vectors"]) {
      const std::string id = entry["id"];
      CAPTURE(path);
      CAPTURE(id);
      run_entry(entry, profile);
    }
  }
}

TEST_CASE("the anchor of a sealed slot becomes the proof's and goes to the steps behind") {
  NetworkRun net;
  const RunResult result = net.run(Profile::v0_14_0);
  CHECK(result.proofs[0].proof_hash == "ah");
  CHECK(result.proofs[0].anchor_type == "receipt_hash");
  CHECK(result.proofs[0].receipt_id == "rcpt-1");
  CHECK(result.proofs[0].block_ref == "sb-1");
  CHECK(Json::parse(result.final_outputs)["a_anchor_type"] == "receipt_hash");
}

TEST_CASE("a network that refuses everything does not stop a run of 0.14.0") {
  NetworkRun net;
  net.server.status = 500;
  const RunResult result = net.run(Profile::v0_14_0);
  CHECK(result.success());
  CHECK(result.slot_id.starts_with("local-"));
  CHECK(result.proofs[0].block_ref.starts_with("local:"));
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
