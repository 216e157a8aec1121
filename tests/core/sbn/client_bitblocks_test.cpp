#include "core/sbn/client_bitblocks.hpp"

#include "tests/core/sbn/client_gateway_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Noting;

TEST_CASE("bitblocks: requests are those of the official client") {
  Noting net;
  Client client(net, {});
  const json::Document payload = json::parse(R"({"k": 1})");
  const json::Document empty = json::parse("{}");
  bitblocks::BitBlock block{"s", "Action", "d", payload.root};
  const std::string begin =
      R"(POST /api/bitblocks/submit {"slot_id": "s", "block_type": "Action", "domain": "d", "payload": {"k": 1})";
  CHECK(net.of([&] { bitblocks::submit(client, block); }) == begin + "}");
  block.metadata = empty.root;
  CHECK(net.of([&] { bitblocks::submit(client, block); }) == begin + R"(, "metadata": {}})");
  block.operation_id = "o";
  block.idempotency_key = "i";
  CHECK(net.of([&] { bitblocks::submit(client, block); }) ==
        begin + R"(, "metadata": {}, "operation_id": "o", "idempotency_key": "i"})");
  CHECK(net.of([&] { bitblocks::list(client, "s"); }) == "GET /api/bitblocks?slot_id=s");
  CHECK(net.of([&] { bitblocks::list(client, "s/", 0, 7); }) ==
        "GET /api/bitblocks?slot_id=s%2F&generation=0&limit=7");
  CHECK(net.of([&] { bitblocks::list(client, "s", {}, 7, 14); }) ==
        "GET /api/bitblocks?slot_id=s&limit=7&offset=14");
  CHECK(net.of([&] { bitblocks::read_slot(client, "s/"); }) == "GET /internal/agentnet/slots/s%2F");
  CHECK(net.of([&] { bitblocks::submit_lines(client, "?slot_id=s", "{}\n"); }) ==
        "POST /internal/agentnet/bitblocks?slot_id=s {}\n");
}

TEST_CASE("bitblocks: what stands under data is the answer") {
  Noting net;
  Client client(net, {});
  CHECK(net.made_of(R"({"data":{"id":"b"}})", [&] { return bitblocks::submit(client, {}); }) ==
        R"({"id":"b"})");
  CHECK(net.made_of(R"({"id":"b"})", [&] { return bitblocks::submit(client, {}); }) == R"({"id":"b"})");
  CHECK(net.made_of(R"({"data":{"count":0}})", [&] { return bitblocks::list(client, "s"); }) ==
        R"({"count":0})");
}

}  // namespace
}  // namespace agentnet::sbn
