#include "core/http/transport.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace agentnet;
using namespace agentnet::http;

TEST_CASE("the embedded transport gives the router's answer") {
  Router router;
  router.add("POST", "/echo", [](const std::shared_ptr<Exchange>& exchange) {
    exchange->reply(
        {200, {{"X-Seen", std::string(exchange->request().headers.get("x-tag"))}}, exchange->request().body});
  });
  LocalTransport transport(router);
  const Response response = transport.send({"POST", "/echo", {{"X-Tag", "t"}}, "body"});
  CHECK(response.status == 200);
  CHECK(response.body == "body");
  CHECK(response.headers.get("X-Seen") == "t");
  CHECK(transport.send({"GET", "/none", {}, {}}).status == 404);
  CHECK(transport.name() == "the embedded network");
}

TEST_CASE("the embedded transport waits for an answer that another thread gives") {
  Router router;
  std::thread answering;
  router.add("GET", "/late", [&](const std::shared_ptr<Exchange>& exchange) {
    answering = std::thread([exchange] { exchange->reply({200, {}, "late"}); });
  });
  LocalTransport transport(router);
  CHECK(transport.send({"GET", "/late", {}, {}}).body == "late");
  answering.join();
}

TEST_CASE("the embedded transport does not wait for an answer that nobody means to give") {
  Router router;
  router.add("GET", "/dropped", [](const std::shared_ptr<Exchange>&) {});
  LocalTransport transport(router);
  CHECK(transport.send({"GET", "/dropped", {}, {}}).status == 500);
}
