#include "core/sbn/client_snapchore.hpp"

#include "core/base/error.hpp"
#include "tests/core/sbn/client_gateway_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Noting;

TEST_CASE("snapchore: requests are those of the official client") {
  Noting net;
  Client client(net, {});
  CHECK(net.of([&] { snapchore::queue_summary(client); }) ==
        "GET /internal/snapchore/queue/summary?limit=20");
  CHECK(net.of([&] { snapchore::process_queue(client, 7); }) ==
        "POST /internal/snapchore/queue/process?limit=7");
  CHECK(net.of([&] { snapchore::attestation_queue_health(client); }) ==
        "GET /health/attestation-queue?limit=10");
  CHECK(net.of([&] { snapchore::promote(client, {}); }) == "POST /internal/snapchore/promote {}");
  CHECK(net.of([&] {
    snapchore::promote(client, {"r", "h", "f", "p"});
  }) == "POST /internal/snapchore/promote {\"smartblock_record_id\": \"r\", \"snapchore_hash\": \"h\", "
        "\"frontier_id\": \"f\", \"target_project_id\": \"p\"}");
  CHECK(net.of([&] { snapchore::receipts_discover(client); }) ==
        "GET /internal/snapchore/receipts/discover?limit=20");
  const ReceiptOptions all{
      .limit = 7, .offset = 7, .since = "s", .project_id = "p", .hash = "h", .domain = "d.*"};
  CHECK(
      net.of([&] { snapchore::receipts_discover(client, all); }) ==
      "GET /internal/snapchore/receipts/discover?limit=7&offset=7&since=s&domain=d.%2A&hash=h&project_id=p");
}

// Knows the queue's health at its other address only, or nowhere.
struct ElsewhereTransport final : http::Transport {
  explicit ElsewhereTransport(int first) : first_status(first) {}
  int first_status;
  std::vector<std::string> targets;

  http::Response send(const http::Request& request) override {
    targets.push_back(request.target);
    return targets.size() == 1 ? http::json_response(first_status, "{}") : http::json_response(200, "{}");
  }
  std::string name() const override { return "elsewhere"; }
};

TEST_CASE("the queue's health is looked for at its second address when the first is not there") {
  ElsewhereTransport elsewhere(404);
  Client client(elsewhere, {});
  snapchore::attestation_queue_health(client, 3);
  CHECK(elsewhere.targets == std::vector<std::string>{"/health/attestation-queue?limit=3",
                                                      "/api/health/attestation-queue?limit=3"});
}

TEST_CASE("another fault of the queue's health is the answer") {
  ElsewhereTransport elsewhere(403);
  Client client(elsewhere, {});
  CHECK_THROWS_AS(snapchore::attestation_queue_health(client), Error);
  CHECK(elsewhere.targets.size() == 1);
}

}  // namespace
}  // namespace agentnet::sbn
