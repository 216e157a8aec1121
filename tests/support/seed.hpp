// Where the randomness of a test comes from: new each time, or AGENTNET_SEED to repeat a run.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace agentnet::tests {

// The test prints it: INFO("AGENTNET_SEED=" << seed).
inline std::uint64_t test_seed() {
  const char* given = std::getenv("AGENTNET_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device()();
}

}  // namespace agentnet::tests
