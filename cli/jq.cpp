#include "cli/jq.hpp"

#include <array>
#include <climits>

#include "cli/jq_module.h"
#include "core/base/error.hpp"
#include "core/base/module.hpp"

namespace agentnet::cli {
namespace {

using Emit = std::function<void(std::string_view)>;
using Message = std::array<char, 512>;

[[noreturn]] void refuse(const Message& message) {
  throw Error(Category::usage, "bad_filter", std::string("--jq: ") + message.data());
}

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

struct JqFilter::Compiled {
  agentnet_jq* filter;
  agentnet_jq_run_function* run;
  agentnet_jq_close_function* close;
};

JqFilter::JqFilter(const std::string& filter) {
  static const Module module("agentnet-jq");
  const auto open = reinterpret_cast<agentnet_jq_open_function*>(module.symbol("agentnet_jq_open"));
  const auto run = reinterpret_cast<agentnet_jq_run_function*>(module.symbol("agentnet_jq_run"));
  const auto close = reinterpret_cast<agentnet_jq_close_function*>(module.symbol("agentnet_jq_close"));
  Message message{};
  compiled_ = std::make_unique<Compiled>(Compiled{nullptr, run, close});
  compiled_->filter = open(filter.c_str(), message.data(), message.size());
  if (compiled_->filter == nullptr) refuse(message);
}

JqFilter::~JqFilter() {
  compiled_->close(compiled_->filter);
}

void JqFilter::run(const std::string& json, const Emit& emit) {
  if (json.size() > INT_MAX) throw Error(Category::usage, "too_large", "the result is too large for --jq");
  Message message{};
  Delivery delivery{emit, nullptr};
  const int failed = compiled_->run(compiled_->filter, json.data(), json.size(), deliver, &delivery,
                                    message.data(), message.size());
  if (delivery.failure) std::rethrow_exception(delivery.failure);
  if (failed != 0) refuse(message);
}

}  // namespace agentnet::cli
