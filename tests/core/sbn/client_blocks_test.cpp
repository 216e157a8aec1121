#include "core/sbn/client_blocks.hpp"

#include "tests/core/sbn/client_gateway_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::Noting;

TEST_CASE("blocks: requests are those of the official client") {
  Noting net;
  Client client(net, {});
  const json::Document payload = json::parse(R"({"k": 1})");
  const json::Document empty = json::parse("{}");
  CHECK(net.of([&] { blocks::create(client, payload.root); }) ==
        R"(POST /api/blocks {"payload": {"k": 1}, "domain": "default", "metadata": {"source": "sbn-sdk"}})");
  CHECK(net.of([&] { blocks::create(client, payload.root, "d", empty.root); }) ==
        R"(POST /api/blocks {"payload": {"k": 1}, "domain": "d", "metadata": {"source": "sbn-sdk"}})");
  CHECK(net.of([&] { blocks::create(client, payload.root, "d", payload.root); }) ==
        R"(POST /api/blocks {"payload": {"k": 1}, "domain": "d", "metadata": {"k": 1}})");
  CHECK(net.of([&] { blocks::submit(client, "s", payload.root); }) ==
        R"(POST /api/blocks/submit {"slot_id": "s", "payload": {"k": 1}, "domain": "default"})");
  CHECK(net.of([&] { blocks::submit(client, "s", payload.root, "d", empty.root); }) ==
        R"(POST /api/blocks/submit {"slot_id": "s", "payload": {"k": 1}, "domain": "d", "metadata": {}})");
  CHECK(net.of([&] { blocks::list(client); }) == "GET /api/blocks?limit=50");
  CHECK(net.of([&] { blocks::list(client, "a.b", 7); }) == "GET /api/blocks?limit=7&domain=a.b");
  CHECK(net.of([&] { blocks::get(client, "b?"); }) == "GET /api/blocks/b%3F");
  CHECK(net.of([&] { blocks::get_bitblocks(client, "b"); }) == "GET /api/blocks/b/bitblocks");
  CHECK(net.of([&] { blocks::get_bitblocks(client, "b", true); }) ==
        "GET /api/blocks/b/bitblocks?include_stack=true");
}

TEST_CASE("blocks: only submit and get_bitblocks take off what stands around the answer") {
  Noting net;
  Client client(net, {});
  const std::string wrapped = R"({"data":{"id":"b"}})";
  CHECK(net.made_of(wrapped, [&] { return blocks::create(client, {}); }) == wrapped);
  CHECK(net.made_of(wrapped, [&] { return blocks::get(client, "b"); }) == wrapped);
  CHECK(net.made_of(wrapped, [&] { return blocks::list(client); }) == wrapped);
  CHECK(net.made_of(wrapped, [&] { return blocks::submit(client, "s", {}); }) == R"({"id":"b"})");
  CHECK(net.made_of(wrapped, [&] { return blocks::get_bitblocks(client, "b"); }) == R"({"id":"b"})");
}

}  // namespace
}  // namespace agentnet::sbn
