// What the official client made of faults (http_*.json, kinds error, retry and transport), asked of ours.
#include <doctest/doctest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.hpp"
#include "core/sbn/client.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::sbn {
namespace {

using Json = nlohmann::json;

struct Vector {
  std::string file;
  Json content;
  std::string id() const { return content.at("id"); }
};

// Those whose id begins with one of these kinds.
std::vector<Vector> vectors_of(const std::string& kind) {
  std::vector<Vector> found;
  for (const auto& entry : std::filesystem::directory_iterator(TEST_DATA "/vectors/sbn")) {
    const std::string name = entry.path().filename();
    if (!name.starts_with("http_")) continue;
    const Json file = Json::parse(tests::read_file(entry.path()));
    for (const Json& each : file.at("vectors")) {
      if (each.at("id").get<std::string>().starts_with(kind + ".")) found.push_back({name, each});
    }
  }
  return found;
}

// Answers as the server did that the vectors were recorded with: below /__err/STATUS/KIND with that error.
struct Faulty final : http::Transport {
  Json errors = Json::parse(tests::read_file(TEST_DATA "/vectors/sbn/cli_answers.json")).at("errors");
  int requests = 0;
  bool reachable = true;

  http::Response send(const http::Request& request) override {
    ++requests;
    if (!reachable) throw Error(Category::unreachable, "unreachable", "nobody is there");
    const std::size_t end = request.target.find('/', 7);
    const int status = std::stoi(request.target.substr(7, end - 7));
    const std::string kind = request.target.substr(end + 1);
    const Json& body = errors.at(kind);
    if (body.is_string()) return {status, {}, body.get<std::string>()};
    return http::json_response(status, body.dump());
  }
  std::string name() const override { return "net"; }
};

std::string text_of(const Detail& detail) {
  const auto* number = std::get_if<std::int64_t>(&detail.value);
  return number != nullptr ? std::to_string(*number) : std::get<std::string>(detail.value);
}

TEST_CASE("an error body means what the official client reads in it") {
  const std::vector<Vector> vectors = vectors_of("error");
  REQUIRE(!vectors.empty());
  for (const Vector& vector : vectors) {
    CAPTURE(vector.file);
    CAPTURE(vector.id());
    Faulty network;
    Client client(network, {.retries = http::kNoRetries});
    const Json& expected = vector.content.at("return");
    const std::string target = vector.content.at("requests").at(0).at("target");
    try {
      client.send("GET", target);
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      const std::string status = std::to_string(expected.at("status_code").get<int>());
      CHECK(error.message() == "net: " + expected.at("message").get<std::string>());
      const Json& code = expected.at("code");
      CHECK(error.code() == (code.is_null() ? "http_" + status : code.get<std::string>()));
      Json details = Json::object();
      for (const Detail& detail : error.details())
        details[detail.name] = text_of(detail);
      CHECK(details.at("status") == status);
      for (const auto& [name, value] : expected.at("details").items())
        CHECK(details.value(name, "") == (value.is_string() ? value.get<std::string>() : value.dump()));
      CHECK(details.size() == expected.at("details").size() + 1);
    }
  }
}

// The schedule that a vector was recorded with.
http::RetryPolicy policy_of(const Json& sleeps, const http::RetryPolicy& otherwise) {
  if (sleeps.empty()) return otherwise;
  return {static_cast<int>(sleeps.size()) + 1,
          std::chrono::milliseconds(std::lround(sleeps.at(0).get<double>() * 1000))};
}

void check_retries(const Vector& vector, Faulty& network, const std::string& method,
                   const std::string& target, std::size_t requests) {
  const Json& sleeps = vector.content.at("return").at("sleeps");
  Json slept = Json::array();
  ClientOptions options{.retries = policy_of(sleeps, http::kThreeAttempts)};
  options.sleep = [&](std::chrono::milliseconds time) {
    slept.push_back(static_cast<double>(time.count()) / 1000);
  };
  Client client(network, options);
  CHECK_THROWS_AS(client.send(method, target), Error);
  CHECK(slept == sleeps);
  CHECK(network.requests == static_cast<int>(requests));
}

TEST_CASE("what is tried again, and after what time, is what the official client tries again") {
  const std::vector<Vector> vectors = vectors_of("retry");
  REQUIRE(!vectors.empty());
  for (const Vector& vector : vectors) {
    CAPTURE(vector.file);
    CAPTURE(vector.id());
    Faulty network;
    const Json& requests = vector.content.at("requests");
    check_retries(vector, network, requests.at(0).at("method"), requests.at(0).at("target"), requests.size());
  }
}

TEST_CASE("a network that cannot be reached is tried again on the same schedule") {
  const std::vector<Vector> vectors = vectors_of("transport");
  REQUIRE(!vectors.empty());
  for (const Vector& vector : vectors) {
    CAPTURE(vector.file);
    Faulty network;
    network.reachable = false;
    check_retries(vector, network, "GET", "/flags", vector.content.at("return").at("sleeps").size() + 1);
  }
}

}  // namespace
}  // namespace agentnet::sbn
