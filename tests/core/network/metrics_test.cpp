#include "core/network/metrics.hpp"

#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <thread>

namespace agentnet::network {
namespace {

http::AccessRecord record(int status, std::int64_t microseconds, std::uint64_t bytes = 0) {
  return {"GET", "/", status, bytes, std::chrono::microseconds(microseconds)};
}

// The samples by name and labels.
std::map<std::string, double> samples(const std::string& text) {
  std::map<std::string, double> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('#')) continue;
    const std::size_t space = line.rfind(' ');
    REQUIRE(space != std::string::npos);
    CHECK(found.emplace(line.substr(0, space), std::stod(line.substr(space + 1))).second);
  }
  return found;
}

TEST_CASE("requests are counted by the class of their status") {
  Metrics metrics;
  for (const int status : {200, 204, 301, 404, 404, 500, 101})
    metrics.count(record(status, 1));
  auto read = samples(metrics.text(0));
  CHECK(read["agentnet_requests_total{status=\"1xx\"}"] == 1);
  CHECK(read["agentnet_requests_total{status=\"2xx\"}"] == 2);
  CHECK(read["agentnet_requests_total{status=\"3xx\"}"] == 1);
  CHECK(read["agentnet_requests_total{status=\"4xx\"}"] == 2);
  CHECK(read["agentnet_requests_total{status=\"5xx\"}"] == 1);
}

TEST_CASE("durations lie in every bucket whose bound they do not pass") {
  Metrics metrics;
  metrics.count(record(200, 500));
  metrics.count(record(200, 501));
  metrics.count(record(200, 20'000'000));
  auto read = samples(metrics.text(0));
  CHECK(read["agentnet_request_seconds_bucket{le=\"0.0005\"}"] == 1);
  CHECK(read["agentnet_request_seconds_bucket{le=\"0.001\"}"] == 2);
  CHECK(read["agentnet_request_seconds_bucket{le=\"10\"}"] == 2);
  CHECK(read["agentnet_request_seconds_bucket{le=\"+Inf\"}"] == 3);
  CHECK(read["agentnet_request_seconds_count"] == 3);
  CHECK(read["agentnet_request_seconds_sum"] == doctest::Approx(20.001001));
}

TEST_CASE("bytes, connections and the time since the start are told") {
  Metrics metrics;
  metrics.count(record(200, 1, 10));
  metrics.count(record(200, 1, 32));
  auto read = samples(metrics.text(7));
  CHECK(read["agentnet_response_bytes_total"] == 42);
  CHECK(read["agentnet_connections"] == 7);
  CHECK(read["agentnet_uptime_seconds"] >= 0);
}

TEST_CASE("each metric has its help and its type, as the text format asks") {
  const std::string text = Metrics().text(0);
  for (const char* name :
       {"agentnet_requests_total", "agentnet_request_seconds", "agentnet_response_bytes_total",
        "agentnet_connections", "agentnet_uptime_seconds"}) {
    CAPTURE(name);
    CHECK(text.find("# HELP " + std::string(name) + " ") != std::string::npos);
    CHECK(text.find("# TYPE " + std::string(name) + " ") != std::string::npos);
  }
  CHECK(text.ends_with('\n'));
}

TEST_CASE("a status or a duration that cannot be breaks nothing") {
  Metrics metrics;
  for (const int status : {-5, 0, 99, 600, 100'000})
    metrics.count(record(status, -1));
  CHECK(samples(metrics.text(0))["agentnet_request_seconds_count"] == 5);
}

TEST_CASE("counts of many threads add up") {
  Metrics metrics;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 1000; ++i)
        metrics.count(record(200, 1, 1));
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  auto read = samples(metrics.text(0));
  CHECK(read["agentnet_requests_total{status=\"2xx\"}"] == 4000);
  CHECK(read["agentnet_response_bytes_total"] == 4000);
}

}  // namespace
}  // namespace agentnet::network
