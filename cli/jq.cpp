#include "cli/jq.hpp"

#include <array>
#include <climits>

#include "cli/jq_module.h"
#include "core/base/error.hpp"
#include "core/base/module.hpp"

namespace agentnet::cli {
namespace {

using Emit = std::function<void(std::string_view)>;

// Exceptions must not cross C frames: one ends the outputs, is kept, and is thrown again on the other side.
struct Delivery {
  const Emit& emit;
  std::exception_ptr failure;
};

int deliver(void* context, const char* json, std::size_t length) {
  auto& delivery = *static_cast<Delivery*>(context);
  try {
    delivery.emit({json, length});
  } catch (...) {
    delivery.failure = std::current_exception();
  }
  return delivery.failure ? 1 : 0;
}

}  // namespace

void run_jq(const std::string& filter, const std::string& json, const Emit& emit) {
  static const Module module("agentnet-jq");
  static auto* const run = reinterpret_cast<agentnet_jq_run_function*>(module.symbol("agentnet_jq_run"));
  if (json.size() > INT_MAX) throw Error(Category::usage, "too_large", "the result is too large for --jq");
  std::array<char, 512> message{};
  Delivery delivery{emit, nullptr};
  const int failed =
      run(filter.c_str(), json.data(), json.size(), deliver, &delivery, message.data(), message.size());
  if (delivery.failure) std::rethrow_exception(delivery.failure);
  if (failed != 0) throw Error(Category::usage, "bad_filter", std::string("--jq: ") + message.data());
}

}  // namespace agentnet::cli
