// What the tests of the console share: a store with its tables, and a client whose requests are looked at.
#pragma once

#include "core/http/retry.hpp"
#include "core/sbn/client.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn::fixtures {

using network::fixtures::Answer;
using network::fixtures::check_guarded;
using network::fixtures::CountingClock;
using network::fixtures::fault_of;
using network::fixtures::Json;
using network::fixtures::TestNetwork;

const Instant kNow = *parse_iso("2026-11-23T12:00:00Z");

// A store in memory with two tenants, "a" and "b".
struct ConsoleStore {
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());
  SystemRandom random;

  ConsoleStore() {
    database->write([](store::Connection& connection) {
      auth::add_tenant(connection, "a", "first", kNow);
      auth::add_tenant(connection, "b", "second", kNow);
    });
  }
  template <typename Work>
  auto write(Work work) {
    std::optional<decltype(work(std::declval<store::Connection&>()))> result;
    database->write([&](store::Connection& connection) { result.emplace(work(connection)); });
    return std::move(*result);
  }
  // "category/code" of what the work throws.
  template <typename Work>
  std::string fault(Work work) {
    return fault_of([&] { database->write([&](store::Connection& connection) { work(connection); }); });
  }
  std::int64_t number(std::string_view sql) {
    return write([&](store::Connection& connection) {
      store::Query rows = connection.query(sql);
      return rows.next() ? rows.integer(0) : -1;
    });
  }
};

// Answers {} and keeps the last request as "METHOD target body".
struct LastRequest final : http::Transport {
  std::string line;
  std::string body = "{}";

  http::Response send(const http::Request& request) override {
    line = request.method + " " + request.target + " " + request.body;
    return http::json_response(200, body);
  }
  std::string name() const override { return "the recorder"; }
};

inline Answer patch(TestNetwork& net, const std::string& target, const std::string& body) {
  return net.ask("PATCH", target, body, {{"x-api-key", net.key}});
}
inline Answer remove(TestNetwork& net, const std::string& target) {
  return net.ask("DELETE", target, {}, {{"x-api-key", net.key}});
}
// The id of a new project of the local tenant.
inline std::string make_project(TestNetwork& net, const std::string& name = "shop") {
  return net.post("/console/projects", R"({"name":")" + name + "\"}").json()["id"];
}

}  // namespace agentnet::sbn::fixtures
