// What hostile clients send, hold back and do not read.
#include <sys/resource.h>

#include <fstream>

#include "tests/core/http/server_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::http;
using namespace agentnet::http::fixtures;

namespace {

ServerOptions with(const Limits& limits) {
  ServerOptions options;
  options.limits = limits;
  return options;
}

// Memory of this process that is in use now, in MiB.
std::size_t resident_mib() {
  std::ifstream file("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  file >> total >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE)) / (1024 * 1024);
}

// Sends it on a connection of its own, expects to be refused and closed; "status code".
std::string refusal(const TestServer& server, std::string_view bytes) {
  RawClient client = server.connect();
  const Received received = client.ask(bytes);
  CHECK(received.headers.get("Connection") == "close");
  CHECK(received.headers.get("Content-Type") == "application/json");
  CHECK(client.at_end());
  return std::to_string(received.status) + " " + received.code();
}

}  // namespace

TEST_CASE("a head at the limit is served, one byte more is refused with 431") {
  TestServer server(with({.header_bytes = 1024}));
  const auto head = [](std::size_t bytes) {
    const std::string begin = "GET /hello HTTP/1.1\r\nHost: localhost\r\nX: ";
    return begin + std::string(bytes - begin.size() - 4, 'x') + "\r\n\r\n";
  };
  CHECK(server.ask(head(1024)).status == 200);
  CHECK(refusal(server, head(1025)) == "431 headers_too_large");
  CHECK(refusal(server, "GET /" + std::string(1024, 'a')) == "414 target_too_long");
}

TEST_CASE("a body at the limit is served, one byte more is refused with 413 before it is sent") {
  TestServer server(with({.body_bytes = 1000}));
  CHECK(server.ask(post("/echo", std::string(1000, 'x'))).body.size() == 1000);
  CHECK(refusal(server, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n") ==
        "413 body_too_large");
}

TEST_CASE("a body of 1 GiB is refused at once, even to a client that keeps sending") {
  TestServer server;
  CHECK(refusal(server, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n") ==
        "413 body_too_large");
  RawClient client = server.connect();
  client.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1073741824\r\n\r\n" +
              std::string(4 * 1024 * 1024, 'x'));
  CHECK(client.receive().status == 413);
  CHECK(client.at_end());
}

TEST_CASE("bodies of all connections share one budget") {
  ServerOptions options = with({.body_bytes = 1000, .body_bytes_in_all = 1500});
  options.threads =
      1;  // on two, the second body might be counted before the first, which would then be refused
  TestServer server(options);
  RawClient first = server.connect();
  first.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n" +
             std::string(999, 'x'));
  // Until those bytes are counted, a second body would pass.
  CHECK(eventually([&] {
    RawClient second = server.connect();
    return second.ask(post("/echo", std::string(600, 'x'))).code() == "overloaded";
  }));
  CHECK(first.ask("x").status == 200);
  CHECK(server.ask(post("/echo", std::string(1000, 'x'))).status == 200);
}

TEST_CASE("headers that do not come in time are refused with 408") {
  TestServer server(with({.header_time = milliseconds(100)}));
  CHECK(refusal(server, "GET /hello HTTP/1.1\r\nHost: loc") == "408 request_timeout");
  CHECK(refusal(server, "G") == "408 request_timeout");
}

TEST_CASE("headers that drip are refused with 408 all the same") {
  TestServer server(with({.header_time = milliseconds(200)}));
  RawClient client = server.connect();
  std::atomic<bool> over = false;
  std::thread dripping([&] {
    client.send("GET /hello HTTP/1.1\r\nHost: localhost\r\n");
    while (!over && client.send("X: y\r\n"))
      std::this_thread::sleep_for(milliseconds(10));
  });
  CHECK(client.receive().status == 408);
  over = true;
  dripping.join();
}

TEST_CASE("a body that does not come in time is refused with 408") {
  TestServer server(with({.body_time = milliseconds(100)}));
  CHECK(refusal(server, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n123") ==
        "408 request_timeout");
  CHECK(refusal(server,
                "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n123") ==
        "408 request_timeout");
}

TEST_CASE("a connection that asks nothing is closed without a word") {
  TestServer server(with({.idle_time = milliseconds(100)}));
  RawClient fresh = server.connect();
  RawClient used = server.connect();
  CHECK(used.ask(get("/hello")).status == 200);
  CHECK(fresh.at_end());
  CHECK(used.at_end());
}

TEST_CASE("a late answer is not a slow client") {
  TestServer server(with({.header_time = milliseconds(50),
                          .body_time = milliseconds(50),
                          .idle_time = milliseconds(50),
                          .write_time = milliseconds(50),
                          .linger_time = milliseconds(50)}));
  RawClient client = server.connect();
  client.send(get("/late"));
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
  RawClient other = server.connect();
  CHECK(other.at_end());  // its idle time, which began later, is over
  server.late.take().front()->reply({200, {}, "late"});
  CHECK(client.receive().body == "late");
}

TEST_CASE("a client that does not read its answer is closed, and memory stays flat meanwhile") {
  TestServer server(with({.write_time = milliseconds(300)}));
  constexpr std::size_t kBytes = 32 * 1024 * 1024;
  RawClient deaf = server.connect();
  std::string many;
  for (int i = 0; i < 500; ++i)
    many += get("/bytes/" + std::to_string(kBytes));
  const std::size_t before = resident_mib();
  deaf.send(many);
  std::size_t most = 0;
  CHECK(eventually([&] {
    most = std::max(most, resident_mib());
    return server.server().connections() == 0;
  }));
  // One answer of 32 MiB at a time, and a copy of it on the way; not 500 of them.
  CHECK(most < before + 160);
}

TEST_CASE("connections at the limit are served, one more is answered 503") {
  TestServer server(with({.connections = 10}));
  std::vector<RawClient> clients;
  for (int i = 0; i < 10; ++i) {
    clients.push_back(server.connect());
    CHECK(clients.back().ask(get("/hello")).status == 200);
  }
  CHECK(refusal(server, get("/hello")) == "503 too_many_connections");
  CHECK(clients.front().ask(get("/hello")).status == 200);
  clients.pop_back();
  CHECK(eventually([&] { return server.server().connections() == 9; }));
  CHECK(server.ask(get("/hello")).status == 200);
}

TEST_CASE("connections far beyond the limit are just closed") {
  TestServer server(with({.connections = 1, .linger_time = milliseconds(100)}));
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < kMaxRefusedConnections + 100; ++i)
    clients.push_back(server.connect());
  for (std::size_t i = 1; i < clients.size(); ++i)
    REQUIRE(clients[i].at_end());
  CHECK(clients.front().ask(get("/hello")).status == 200);
}

TEST_CASE("smuggled requests are never seen") {
  TestServer server;
  const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\n";
  const std::string hidden = "GET /late HTTP/1.1\r\nHost: localhost\r\n\r\n";
  for (const std::string& fields :
       {std::string("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
        std::string("Content-Length: 5\r\nContent-Length: 0\r\n"), std::string("Content-Length: 5, 5\r\n"),
        std::string("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"),
        std::string("Transfer-Encoding : chunked\r\n"),
        std::string("X: y\r\n Transfer-Encoding: chunked\r\n"), std::string("X: y\nContent-Length: 5\r\n"),
        std::string("X: y\rContent-Length: 5\r\n")}) {
    CAPTURE(fields);
    CHECK(refusal(server, head + fields + "\r\n0\r\n\r\n" + hidden).substr(0, 3) == "400");
  }
  CHECK(refusal(server, head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + hidden).substr(0, 3) ==
        "501");
  CHECK(server.late.size() == 0);
}

TEST_CASE("other hosts, origins and sites are refused before the body is read") {
  TestServer server;
  const auto ask = [&](const std::string& fields) {
    return refusal(server, "POST /echo HTTP/1.1\r\n" + fields + "Content-Length: 1000\r\n\r\n");
  };
  CHECK(ask("Host: rebound.example\r\n") == "421 wrong_host");
  CHECK(ask("Host: rebound.example:" + std::to_string(server.port) + "\r\n") == "421 wrong_host");
  CHECK(ask("") == "400 bad_host");
  CHECK(ask("Host: localhost\r\nHost: localhost\r\n") == "400 bad_host");
  CHECK(ask("Host: localhost\r\nOrigin: https://evil.example\r\n") == "403 cross_origin");
  CHECK(ask("Host: localhost\r\nOrigin: null\r\n") == "403 cross_origin");
  CHECK(ask("Host: localhost\r\nSec-Fetch-Site: cross-site\r\n") == "403 cross_site");
  CHECK(
      refusal(server, "OPTIONS /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n") ==
      "403 cross_origin");
}

TEST_CASE("the hosts that were allowed are served") {
  ServerOptions options;
  options.allowed_hosts = {"agents.example"};
  TestServer server(std::move(options));
  CHECK(server.ask("GET /hello HTTP/1.1\r\nHost: agents.example\r\n\r\n").status == 200);
  CHECK(server.ask("GET /hello HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n").status == 200);
}

TEST_CASE("bytes that are no HTTP are refused") {
  TestServer server;
  CHECK(refusal(server, "GET http://localhost/hello HTTP/1.1\r\nHost: localhost\r\n\r\n") ==
        "400 bad_target");
  CHECK(refusal(server, "GET /he llo HTTP/1.1\r\nHost: localhost\r\n\r\n") == "400 bad_target");
  CHECK(refusal(server, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03\n", 12)) ==
        "400 bad_request");
  CHECK(refusal(server, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") == "505 version_not_supported");
}

TEST_CASE("a peer that sends without end does not keep its thread from others") {
  ServerOptions options;
  options.threads = 1;
  options.limits.linger_time = std::chrono::seconds(kPatienceSeconds);
  TestServer server(std::move(options));
  RawClient endless = server.connect();
  std::atomic<bool> over = false;
  std::thread sending([&] {
    endless.send("nonsense\r\n\r\n");
    const std::string bytes(1024 * 1024, 'x');
    while (!over && endless.send(bytes)) {
    }
  });
  for (int i = 0; i < 20; ++i)
    CHECK(server.ask(get("/hello")).status == 200);
  over = true;
  sending.join();
}
