#include "core/http/server.hpp"

#include <sys/resource.h>

#include <atomic>

#include "tests/core/http/server_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::http;
using namespace agentnet::http::fixtures;

namespace {

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("a request is answered, with a date and without a server's name") {
  TestServer server;
  const Received received = server.ask(get("/hello?x=1"));
  CHECK(received.status == 200);
  CHECK(received.body == "hello");
  CHECK(received.headers.get("Content-Type") == "text/plain");
  CHECK(received.headers.get("Date").ends_with(" GMT"));
  CHECK_FALSE(received.headers.find("Server"));
  CHECK_FALSE(received.headers.find("Access-Control-Allow-Origin"));
}

TEST_CASE("a connection carries one request after another") {
  TestServer server;
  RawClient client = server.connect();
  for (int i = 0; i < 100; ++i) {
    const std::string body = "body " + std::to_string(i);
    REQUIRE(client.ask(post("/echo", body)).body == body);
  }
  CHECK(server.server().connections() == 1);
}

TEST_CASE("pipelined requests are answered in order, late answers too") {
  TestServer server;
  RawClient client = server.connect();
  std::string bytes = get("/late");
  for (int i = 0; i < 3000; ++i)
    bytes += post("/echo", std::to_string(i));
  std::thread sending([&] { CHECK(client.send(bytes)); });
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
  server.late.take().front()->reply({200, {}, "late"});
  CHECK(client.receive().body == "late");
  for (int i = 0; i < 3000; ++i)
    REQUIRE(client.receive().body == std::to_string(i));
  sending.join();
}

TEST_CASE("while a request waits for its answer, those behind it are not handled") {
  TestServer server;
  RawClient client = server.connect();
  client.send(get("/late") + get("/late"));
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
  CHECK(server.ask(get("/hello")).status == 200);
  CHECK(server.late.size() == 1);
  server.late.take().front()->reply({200, {}, "1"});
  CHECK(client.receive().body == "1");
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
}

TEST_CASE("HEAD has the head of GET and no body") {
  TestServer server;
  RawClient client = server.connect();
  client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/hello"));
  const Received head = client.receive(true);
  CHECK(head.status == 200);
  CHECK(head.headers.get("Content-Length") == "5");
  CHECK(client.receive().body == "hello");
}

TEST_CASE("a chunked body arrives whole, and the next request after it") {
  TestServer server;
  RawClient client = server.connect();
  const std::string head = "POST /echo HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
  CHECK(client.ask(head + "3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n").body == "abcdef");
  CHECK(client.ask(get("/hello")).body == "hello");
}

TEST_CASE("a client that waits for it is told to continue") {
  TestServer server;
  RawClient client = server.connect();
  const std::string head =
      "POST /echo HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n";
  CHECK(client.ask(head).status == 100);
  CHECK(client.ask("body").body == "body");
  // One that does not wait is not told.
  CHECK(client.ask(head + "body").status == 200);
}

TEST_CASE("HTTP/1.0 is answered and closed, unless it asks to be kept open") {
  TestServer server;
  RawClient client = server.connect();
  const Received kept =
      client.ask("GET /hello HTTP/1.0\r\nHost: localhost\r\nConnection: keep-alive\r\n\r\n");
  CHECK(kept.status == 200);
  CHECK(kept.headers.get("Connection") == "keep-alive");
  const Received last = client.ask("GET /hello HTTP/1.0\r\nHost: localhost\r\n\r\n");
  CHECK(last.headers.get("Connection") == "close");
  CHECK(client.at_end());
}

TEST_CASE("a client that asks to close is closed after its answer") {
  TestServer server;
  RawClient client = server.connect();
  const Received received = client.ask("GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(received.body == "hello");
  CHECK(received.headers.get("Connection") == "close");
  CHECK(client.at_end());
}

TEST_CASE("a large body goes both ways") {
  TestServer server;
  std::string body(8 * 1024 * 1024, '\0');
  for (std::size_t i = 0; i < body.size(); ++i)
    body[i] = static_cast<char>(i * 31 >> 3);
  RawClient client = server.connect();
  const Received received = client.ask(post("/echo", body));
  CHECK(received.body.size() == body.size());
  CHECK((received.body == body));
}

TEST_CASE("an answer that another thread gives wakes its connection") {
  TestServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 50; ++i) {
    clients.push_back(server.connect());
    clients.back().send(get("/late"));
  }
  REQUIRE(eventually([&] { return server.late.size() == 50; }));
  std::thread answering([&] {
    for (const auto& exchange : server.late.take())
      exchange->reply({200, {}, "late"});
  });
  for (RawClient& client : clients)
    CHECK(client.receive().body == "late");
  answering.join();
}

TEST_CASE("an exchange that is dropped later answers 500") {
  TestServer server;
  RawClient client = server.connect();
  client.send(get("/late"));
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
  server.late.take();
  CHECK(client.receive().status == 500);
}

TEST_CASE("a client that goes while its answer is awaited is noticed, and the answer goes nowhere") {
  TestServer server;
  RawClient client = server.connect();
  client.send(get("/late"));
  RawClient rude = server.connect();
  rude.send(get("/late") + get("/hello"));
  REQUIRE(eventually([&] { return server.late.size() == 2; }));
  const auto kept = server.late.take();
  CHECK_FALSE(kept[0]->abandoned());
  client.close();
  rude.reset();
  CHECK(eventually([&] { return kept[0]->abandoned() && kept[1]->abandoned(); }));
  CHECK(eventually([&] { return server.server().connections() == 0; }));
  for (const auto& exchange : kept)
    exchange->reply({200, {}, "too late"});
  CHECK(server.ask(get("/hello")).status == 200);
}

TEST_CASE("the access log has each answer, refusals too, and no query") {
  std::mutex mutex;
  std::vector<std::string> lines;
  ServerOptions options;
  options.access_log = [&](const AccessRecord& record) {
    const std::lock_guard lock(mutex);
    lines.push_back(std::string(record.method) + " " + std::string(record.path) + " " +
                    std::to_string(record.status) + " " + std::to_string(record.bytes));
    CHECK(record.duration.count() >= 0);
  };
  TestServer server(std::move(options));
  RawClient client = server.connect();
  client.ask(get("/hello?key=secret"));
  client.ask(get("/none?key=secret"));
  client.ask("GET /hello?key=secret HTTP/1.1\r\n\r\n");
  server.ask("nonsense\r\n\r\n");
  REQUIRE(eventually([&] {
    const std::lock_guard lock(mutex);
    return lines.size() == 4;
  }));
  const std::lock_guard lock(mutex);
  CHECK(lines[0] == "GET /hello 200 5");
  CHECK(lines[1].starts_with("GET /none 404 "));
  CHECK(lines[2].starts_with("GET /hello 400 "));
  CHECK(lines[3].starts_with("- - 400 "));
}

TEST_CASE("2,000 connections at once are all answered") {
  TestServer server;
  std::vector<RawClient> clients;
  for (int i = 0; i < 2000; ++i) {
    clients.push_back(server.connect());
    REQUIRE(clients.back().connected());
  }
  CHECK(eventually([&] { return server.server().connections() == 2000; }));
  for (RawClient& client : clients)
    REQUIRE(client.send(get("/hello")));
  std::size_t answered = 0;
  for (RawClient& client : clients)
    if (client.receive().body == "hello") ++answered;
  CHECK(answered == 2000);
  clients.clear();
  CHECK(eventually([&] { return server.server().connections() == 0; }));
}

TEST_CASE("the server binds where it was told, and a taken port is a conflict") {
  TestServer server;
  ServerOptions options;
  options.port = server.port;
  Server second(options);
  Router router;
  CHECK(code_of([&] { second.start(router); }) == "address_in_use");
  ServerOptions bad;
  bad.address = "not an address";
  CHECK(code_of([&] { Server refused(bad); }) == "bad_address");
}

TEST_CASE("the server listens on IPv6 loopback when asked to") {
  ServerOptions options;
  options.address = "::1";
  Server server(options);
  Router router;
  try {
    CHECK(server.start(router) > 0);
  } catch (const Error& error) {
    CHECK(error.code() == "cannot_listen");  // a machine without IPv6
  }
}

TEST_CASE("nothing is served off loopback without being asked for, and not without TLS") {
  ServerOptions options;
  options.address = "0.0.0.0";
  CHECK(code_of([&] { Server server(options); }) == "not_loopback");
  options.off_loopback = true;
  CHECK(code_of([&] { Server server(options); }) == "not_loopback");
  options.tls_certificate_file = "/nowhere/certificate.pem";
  CHECK(code_of([&] { Server server(options); }) == "bad_certificate");
  options.off_loopback = false;
  options.tls_key_file = "/nowhere/key.pem";
  CHECK(code_of([&] { Server server(options); }) == "not_loopback");
}

// --- stopping
// -----------------------------------------------------------------------------------------------

TEST_CASE("stopping lets a request in flight finish, and takes no new ones") {
  TestServer server;
  RawClient idle = server.connect();
  CHECK(idle.ask(get("/hello")).status == 200);
  RawClient sending = server.connect();
  sending.send("POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nbo");
  RawClient waiting = server.connect();
  waiting.send(get("/late"));
  REQUIRE(eventually([&] { return server.late.size() == 1 && server.server().connections() == 3; }));
  // The head of `sending` is on its way to the same threads as the one of `waiting`; let both be read.
  for (int i = 0; i < 2; ++i)
    CHECK(server.ask(get("/hello")).status == 200);

  std::thread stopping([&] { server.server().stop(std::chrono::seconds(kPatienceSeconds)); });
  CHECK(idle.at_end());
  CHECK(eventually([&] { return !RawClient(server.port).connected(); }));
  CHECK(sending.send("dy"));
  const Received echoed = sending.receive();
  CHECK(echoed.body == "body");
  CHECK(echoed.headers.get("Connection") == "close");
  CHECK(sending.at_end());
  sending.close();
  server.late.take().front()->reply({200, {}, "late"});
  const Received late = waiting.receive();
  CHECK(late.body == "late");
  CHECK(late.headers.get("Connection") == "close");
  waiting.close();
  stopping.join();
  CHECK(server.server().connections() == 0);
}

TEST_CASE("stopping ends what does not finish in time") {
  TestServer server;
  RawClient waiting = server.connect();
  waiting.send(get("/late"));
  RawClient slow = server.connect();
  slow.send("GET /hel");
  RawClient deaf = server.connect();
  deaf.send(get("/bytes/50000000"));
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
  server.server().stop(milliseconds(50));
  CHECK(server.server().connections() == 0);
  CHECK(waiting.at_end());
  const auto kept = server.late.take();
  CHECK(kept.front()->abandoned());
  kept.front()->reply({200, {}, "into the void"});
  server.server().stop();  // harmless
}

TEST_CASE("a server can be destroyed with requests in flight, which are answered after it") {
  Router router;
  Kept kept;
  router.add("GET", "/late", [&](const std::shared_ptr<Exchange>& exchange) { kept.keep(exchange); });
  auto server = std::make_unique<Server>(ServerOptions{});
  RawClient client(server->start(router));
  client.send(get("/late"));
  REQUIRE(eventually([&] { return kept.size() == 1; }));
  server.reset();
  kept.take().front()->reply({200, {}, "late"});
  CHECK(client.at_end());
}
