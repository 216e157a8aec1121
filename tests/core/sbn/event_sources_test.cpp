// Which requests tell webhooks of what, and which are done once: seen from outside, over all that seal.
#include <map>

#include "core/sbn/events.hpp"
#include "tests/core/sbn/console_fixtures.hpp"
#include "tests/core/sbn/slot_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::SlotNetwork;

const std::string kHooks = "/internal/projects/local/webhooks";

// A webhook where nothing listens, and what waits for it.
struct Told : SlotNetwork {
  std::string hook;
  explicit Told(const Json& events = {"*"}) {
    const Json wanted{{"url", "http://127.0.0.1:9/"}, {"events", events}};
    hook = kHooks + "/" + post(kHooks, wanted.dump()).json()["id"].get<std::string>();
  }
  std::map<std::string, int> counts() {
    std::map<std::string, int> found;
    const Json deliveries = get(hook + "/deliveries").json()["deliveries"];
    for (const Json& delivery : deliveries)
      ++found[delivery["event"]];
    return found;
  }
};

TEST_CASE("opening and closing a slot and attesting it are told of, with the blocks that they seal") {
  Told net;
  const std::string slot = net.open();
  const std::string snap = net.submitted(slot)["snap_hash"];
  CHECK(net.counts() == std::map<std::string, int>{{"slot.opened", 1}, {"block.sealed", 1}});
  net.closed(slot);
  CHECK(net.counts()["slot.closed"] == 1);
  net.closed(slot);  // again: nothing new
  CHECK(net.counts()["slot.closed"] == 1);
  const std::string body = R"({"slot_id":")" + slot + R"(","snap_hash":")" + snap + "\"}";
  CHECK(net.post("/attest", body).said() == "200");
  CHECK(net.post("/attest", body).said() == "200");
  CHECK(net.counts()["attestation.created"] == 1);
  // Opened, composed, closed, attested.
  CHECK(net.counts()["block.sealed"] == 4);
}

TEST_CASE("each seal of a tenant is told of, and none of another's") {
  Told net(Json{"block.sealed"});
  net.seal(R"({"n":1})");
  net.seal(R"({"n":2})");
  CHECK(net.post_as(net.rival, "/internal/snapchore/seal", R"({"payload":{"n":3}})").said() == "200");
  CHECK(net.open() != "");
  CHECK(net.counts() == std::map<std::string, int>{{"block.sealed", 3}});
}

TEST_CASE("an app is told of when it is registered and when it is revoked") {
  Told net;
  const Json app =
      net.post("/api/atlas/apps/register", R"({"app_name":"a","app_family":"f","declared_workflows":["w"]})")
          .json();
  REQUIRE(app.contains("app_id"));
  CHECK(net.counts() == std::map<std::string, int>{{"app.registered", 1}});
  const std::string id = app["app_id"];
  CHECK(fixtures::remove(net, "/api/atlas/apps/" + id).said() == "200");
  CHECK(net.counts()["app.revoked"] == 1);
}

TEST_CASE("what seals is done once under an Idempotency-Key, and a conflict changes nothing") {
  SlotNetwork net;
  const auto seals = [&] { return net.get("/internal/snapchore/stats").json()["seals"].get<int>(); };
  const std::string slot = net.open();
  struct Request {
    std::string path;
    std::string body;
    std::string other;
    int seals;
  };
  const Request requests[] = {
      {"/internal/snapchore/seal", R"({"payload":{"a":1}})", R"({"payload":{"a":2}})", 1},
      {"/slots", R"({"worker_id":"w"})", R"({"worker_id":"v"})", 1},
      {"/api/blocks", R"({"payload":{"a":1}})", R"({"payload":{"a":2}})", 1},
      {"/api/blocks/submit", R"({"slot_id":")" + slot + R"(","payload":{"a":1}})",
       R"({"slot_id":")" + slot + R"(","payload":{"a":2}})", 1},
  };
  for (const Request& request : requests) {
    CAPTURE(request.path);
    const int before = seals();
    const auto send = [&](const std::string& body) {
      return net.ask("POST", request.path, body, {{"x-api-key", net.key}, {"Idempotency-Key", "k"}});
    };
    const Answer first = send(request.body);
    REQUIRE(first.said() == "200");
    CHECK(send(request.body).body == first.body);
    CHECK(send(request.other).said() == "409 idempotency_conflict");
    CHECK(seals() == before + request.seals);
    CHECK(net.post(request.path, request.body).body != first.body);
  }
}

TEST_CASE("what a slot refuses is not kept, and may be tried again under the same key") {
  SlotNetwork net;
  const std::string slot = net.open();
  net.closed(slot);
  const std::string body = R"({"slot_id":")" + slot + R"(","payload":{}})";
  for (int i = 0; i < 2; ++i) {
    CHECK(net.ask("POST", "/api/blocks/submit", body, {{"x-api-key", net.key}, {"Idempotency-Key", "k"}})
              .said() == "409 slot_closed");
  }
}

}  // namespace
}  // namespace agentnet::sbn
