#include "core/auth/idempotency.hpp"

#include "core/auth/tenant.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::auth {
namespace {

using network::fixtures::CountingClock;
using network::fixtures::fault_of;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

struct Asked {
  std::string path = "/work";
  std::string key = "k-1";
  std::string body = "{}";
  std::string tenant = "a";
};

// A network of one route that counts how often it works.
struct Works {
  CountingClock clock;
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());
  OnceRequests once{*database, clock};
  http::Router router;
  int works = 0;
  int status = 200;
  std::string answer = R"({"n":1})";
  bool inside = true;  // the answer is kept in the write of the work
  std::shared_ptr<http::Exchange> waiting;
  bool waits = false;

  Works() {
    const auto handle = [this](const std::shared_ptr<http::Exchange>& exchange) {
      const std::string tenant(exchange->request().headers.get("tenant"));
      const auto request = once.begin(*exchange, tenant);
      if (request && request->earlier()) return exchange->reply(*request->earlier());
      ++works;
      if (waits) {
        waiting = exchange;
        return;
      }
      if (status < 400 && inside && request) {
        database->write([&](store::Connection& connection) {
          request->keep(connection, status, std::string_view(answer));
        });
      }
      exchange->reply(http::json_response(status, answer));
    };
    for (const char* path : {"/work", "/other"}) {
      router.add("POST", path, handle);
      router.add("PATCH", path, handle);
    }
  }

  http::Response ask(const Asked& asked = {}, const std::string& method = "POST") {
    http::Request request{method, asked.path, {{"tenant", asked.tenant}}, asked.body};
    if (asked.key != "none") request.headers.add("Idempotency-Key", asked.key);
    return http::LocalTransport(router).send(request);
  }
  std::string said(const Asked& asked = {}) {
    const http::Response response = ask(asked);
    const std::string number = std::to_string(response.status);
    if (response.status < 400) return number;
    return number + " " + Json::parse(response.body)["error"]["code"].get<std::string>();
  }
  std::int64_t number(std::string_view sql) {
    std::int64_t found = -1;
    database->read([&](store::Connection& connection) {
      store::Query rows = connection.query(sql);
      if (rows.next()) found = rows.integer(0);
    });
    return found;
  }
};

TEST_CASE("a request that is sent again is answered alike, and the work is done once") {
  for (const bool inside : {true, false}) {
    CAPTURE(inside);
    Works net;
    net.inside = inside;
    net.status = 201;
    const http::Response first = net.ask();
    CHECK(first.headers.count("Idempotent-Replayed") == 0);
    net.answer = R"({"n":2})";
    const http::Response again = net.ask();
    CHECK(again.status == 201);
    CHECK(again.body == first.body);
    CHECK(again.headers.get("Idempotent-Replayed") == "true");
    CHECK(net.works == 1);
  }
}

TEST_CASE("without the header, and for other methods, nothing is kept") {
  Works net;
  net.ask({.key = "none"});
  net.ask({.key = "none"});
  net.ask({}, "PATCH");
  net.ask({}, "PATCH");
  CHECK(net.works == 4);
  CHECK(net.number("SELECT COUNT(*) FROM kept_answers") == 0);
}

TEST_CASE("another body or query under the same key is refused") {
  Works net;
  net.ask();
  CHECK(net.said({.body = R"({"a":1})"}) == "409 idempotency_conflict");
  CHECK(net.said({.path = "/work?x=1"}) == "409 idempotency_conflict");
  CHECK(net.works == 1);
}

TEST_CASE("a key counts for one tenant and one path") {
  Works net;
  net.ask();
  net.ask({.path = "/other"});
  net.ask({.tenant = "b"});
  net.ask({.key = "k-2"});
  CHECK(net.works == 4);
}

TEST_CASE("what was refused is not kept and may be tried again") {
  Works net;
  net.status = 409;
  net.answer = R"({"error":{"code":"full","message":"m","details":{}}})";
  CHECK(net.said() == "409 full");
  net.status = 200;
  CHECK(net.said() == "200");
  CHECK(net.works == 2);
}

TEST_CASE("while the first is under way a second is refused, and later it is answered alike") {
  Works net;
  net.waits = true;
  std::optional<http::Response> first;
  net.router.handle({"POST", "/work", {{"tenant", "a"}, {"Idempotency-Key", "k-1"}}, "{}"},
                    [&](http::Response response) { first = std::move(response); });
  CHECK(net.said() == "409 idempotency_in_progress");
  net.waiting->reply(http::json_response(200, R"({"late":true})"));
  net.waiting.reset();
  net.database->write([](store::Connection&) {});  // behind the one that keeps the answer
  CHECK(net.ask().body == R"({"late":true})");
  CHECK(net.works == 1);
}

TEST_CASE("a request that came to nothing frees its key") {
  Works net;
  net.waits = true;
  net.router.handle({"POST", "/work", {{"tenant", "a"}, {"Idempotency-Key", "k-1"}}, "{}"},
                    [](const http::Response&) {});
  net.waiting.reset();
  net.waits = false;
  CHECK(net.said() == "200");
}

TEST_CASE("a key is 1 to 255 visible ASCII characters") {
  Works net;
  const std::string bad = "400 bad_idempotency_key";
  CHECK(net.said({.key = std::string(kMaxIdempotencyKeyBytes, 'k')}) == "200");
  CHECK(net.said({.key = std::string(kMaxIdempotencyKeyBytes + 1, 'k')}) == bad);
  CHECK(net.said({.key = ""}) == bad);
  CHECK(net.said({.key = "a b"}) == bad);
  CHECK(net.said({.key = "caf\xc3\xa9"}) == bad);
  http::Request twice{
      "POST", "/work", {{"tenant", "a"}, {"Idempotency-Key", "x"}, {"idempotency-key", "y"}}, "{}"};
  CHECK(http::LocalTransport(net.router).send(twice).status == 400);
}

TEST_CASE("an answer is forgotten after a day, and its key may be used again") {
  Works net;
  net.ask();
  net.clock.micros += std::chrono::duration_cast<std::chrono::microseconds>(kAnswerLife).count();
  net.answer = R"({"n":2})";
  CHECK(net.ask({.body = R"({"another":1})"}).body == R"({"n":2})");
  CHECK(net.works == 2);
  CHECK(net.number("SELECT COUNT(*) FROM kept_answers") == 1);
  CHECK(net.number("SELECT answers FROM kept_answer_counts WHERE tenant_id = 'a'") == 1);
}

TEST_CASE("old answers of all tenants go as new ones come") {
  Works net;
  for (int i = 0; i < 6; ++i)
    net.ask({.key = "old-" + std::to_string(i), .tenant = "b"});
  net.clock.micros += std::chrono::duration_cast<std::chrono::microseconds>(kAnswerLife).count();
  net.ask({.key = "new-1"});
  net.ask({.key = "new-2"});
  CHECK(net.number("SELECT COUNT(*) FROM kept_answers") == 2);
  CHECK(net.number("SELECT answers FROM kept_answer_counts WHERE tenant_id = 'b'") == 0);
}

TEST_CASE("secrets of an answer are not kept") {
  Works net;
  net.answer = R"({"api_key":"sbn_live_secret","prefix":"sbn","secret":"s","record":{"id":"k"}})";
  CHECK(net.ask().body == net.answer);
  CHECK(net.ask().body == R"({"api_key":null,"prefix":"sbn","secret":null,"record":{"id":"k"}})");
}

TEST_CASE("an answer that is too large is not given again, but neither is its work done again") {
  Works net;
  net.answer = "{\"t\":\"" + std::string(kMaxKeptBytes - 8, 'x') + "\"}";
  REQUIRE(net.answer.size() == kMaxKeptBytes);
  net.ask();
  CHECK(net.ask().body == net.answer);
  net.answer = "{\"t\":\"" + std::string(kMaxKeptBytes - 7, 'x') + "\"}";
  net.ask({.key = "k-2"});
  CHECK(net.said({.key = "k-2"}) == "409 idempotency_not_kept");
  CHECK(net.works == 2);
}

TEST_CASE("a tenant uses so many keys a day and no more") {
  Works net;
  net.ask();
  net.database->write([](store::Connection& connection) {
    connection.run("UPDATE kept_answer_counts SET answers = ?", {kMaxKeptAnswers - 1});
  });
  CHECK(net.said({.key = "last"}) == "200");
  CHECK(fault_of([&] { net.ask({.key = "one-more"}); }).empty());
  CHECK(net.said({.key = "one-more"}) == "403 too_many_idempotency_keys");
  CHECK(net.said({.key = "of-b", .tenant = "b"}) == "200");
}

TEST_CASE("in the local network a repeated write is one write, answered alike") {
  TestNetwork net;
  const auto post = [&](const std::string& path, const std::string& body, const std::string& key,
                        const std::string& who) {
    return net.ask("POST", path, body, {{"x-api-key", who}, {"Idempotency-Key", key}});
  };
  for (const auto& [path, body] :
       {std::pair<std::string, std::string>{"/internal/snapchore/seal", R"({"payload":{"a":1}})"},
        {"/console/projects", R"({"name":"p"})"},
        {"/internal/snapchore/capture", R"({"payload":{"a":1}})"},
        {"/internal/snapchore/verify", R"({"payload":{},"expected_hash":"x"})"}}) {
    CAPTURE(path);
    const auto first = post(path, body, "k", net.key);
    CHECK(first.said() == "200");
    CHECK(post(path, body, "k", net.key).body == first.body);
    CHECK(post(path, R"({"other":1})", "k", net.key).said() == "409 idempotency_conflict");
  }
  CHECK(net.get("/internal/snapchore/stats").json()["seals"] == 1);
  CHECK(net.get("/console/projects").json().size() == 2);
  CHECK(post("/internal/snapchore/seal", R"({"payload":{"a":1}})", "k", net.rival).said() == "200");
}

TEST_CASE("a seal that fails keeps nothing, and its key may be used for another") {
  TestNetwork net;
  const auto seal = [&](const std::string& chain) {
    return net.ask("POST", "/internal/snapchore/seal", R"({"payload":{},"chain_id":")" + chain + "\"}",
                   {{"x-api-key", net.key}, {"Idempotency-Key", "k"}});
  };
  CHECK(seal("none").said() == "404 unknown_chain");
  net.post("/internal/snapchore/chain", R"({"chain_id":"c"})");
  CHECK(seal("c").said() == "200");
  CHECK(net.get("/internal/snapchore/chain/c").json()["length"] == 1);
}

TEST_CASE("a repeated request spends no calls of a rate plan and is not metered again") {
  TestNetwork net;
  const auto seal = [&] {
    return net.ask("POST", "/internal/snapchore/seal", R"({"payload":{}})",
                   {{"x-api-key", net.key}, {"Idempotency-Key", "k"}});
  };
  for (int i = 0; i < 3; ++i)
    CHECK(seal().said() == "200");
  CHECK(net.get("/internal/projects/local/usage/summary").json()["usage"]["snapchore_events"] == 1);
}

}  // namespace
}  // namespace agentnet::auth
