#include "core/network/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace agentnet::network {

void Metrics::count(const http::AccessRecord& record) {
  const auto digit = static_cast<std::size_t>(std::clamp(record.status / 100, 0, 5));
  by_class_[digit].fetch_add(1, std::memory_order_relaxed);
  const std::int64_t took = record.duration.count();
  for (std::size_t i = 0; i < kDurationBounds.size(); ++i)
    if (took <= kDurationBounds[i]) by_duration_[i].fetch_add(1, std::memory_order_relaxed);
  microseconds_.fetch_add(static_cast<std::uint64_t>(std::max<std::int64_t>(took, 0)),
                          std::memory_order_relaxed);
  requests_.fetch_add(1, std::memory_order_relaxed);
  bytes_.fetch_add(record.bytes, std::memory_order_relaxed);
}

std::string Metrics::text(std::size_t connections) const {
  const auto value = [](const std::atomic<std::uint64_t>& number) {
    return number.load(std::memory_order_relaxed);
  };
  const std::chrono::duration<double> up = std::chrono::steady_clock::now() - start_;
  std::string out;
  out += "# HELP agentnet_requests_total Answered requests by class of status.\n";
  out += "# TYPE agentnet_requests_total counter\n";
  for (std::size_t digit = 1; digit < by_class_.size(); ++digit)
    out += fmt::format("agentnet_requests_total{{status=\"{}xx\"}} {}\n", digit, value(by_class_[digit]));
  out += "# HELP agentnet_request_seconds From a whole request to its answer being written.\n";
  out += "# TYPE agentnet_request_seconds histogram\n";
  for (std::size_t i = 0; i < kDurationBounds.size(); ++i) {
    out += fmt::format("agentnet_request_seconds_bucket{{le=\"{}\"}} {}\n",
                       static_cast<double>(kDurationBounds[i]) / 1e6, value(by_duration_[i]));
  }
  out += fmt::format("agentnet_request_seconds_bucket{{le=\"+Inf\"}} {}\n", value(requests_));
  out += fmt::format("agentnet_request_seconds_sum {}\n", static_cast<double>(value(microseconds_)) / 1e6);
  out += fmt::format("agentnet_request_seconds_count {}\n", value(requests_));
  out += "# HELP agentnet_response_bytes_total Bytes of the bodies that were answered.\n";
  out += "# TYPE agentnet_response_bytes_total counter\n";
  out += fmt::format("agentnet_response_bytes_total {}\n", value(bytes_));
  out += "# HELP agentnet_connections Connections that are open.\n# TYPE agentnet_connections gauge\n";
  out += fmt::format("agentnet_connections {}\n", connections);
  out += "# HELP agentnet_uptime_seconds Since the server started.\n# TYPE agentnet_uptime_seconds gauge\n";
  out += fmt::format("agentnet_uptime_seconds {:.3f}\n", up.count());
  return out;
}

}  // namespace agentnet::network
