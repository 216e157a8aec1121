// Counters of a running server in the Prometheus text format (version 0.0.4).
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "core/http/router.hpp"
#include "core/http/server.hpp"

namespace agentnet::network {

// Upper bounds of the histogram of how long answers took, in microseconds.
inline constexpr std::array<std::int64_t, 8> kDurationBounds = {500,    1'000,   2'500,     5'000,
                                                                10'000, 100'000, 1'000'000, 10'000'000};

// Any thread may count.
class Metrics {
 public:
  void count(const http::AccessRecord& record);
  // The text; `connections` are those that are open now.
  std::string text(std::size_t connections) const;

 private:
  std::array<std::atomic<std::uint64_t>, 6> by_class_{};  // by the status's first digit
  std::array<std::atomic<std::uint64_t>, kDurationBounds.size()> by_duration_{};  // up to each bound
  std::atomic<std::uint64_t> microseconds_{0};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<std::uint64_t> bytes_{0};
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

}  // namespace agentnet::network
