// What the tests of the client share: a network that answers what it is told to, and time that stands still.
#pragma once

#include <optional>
#include <vector>

#include "core/json/write.hpp"
#include "core/paybond/client.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {

// Answers in order, nullopt by losing the connection; keeps what it was sent. Beyond the script: status 599.
struct ScriptedTransport final : http::Transport {
  std::vector<std::optional<http::Response>> script;
  std::vector<http::Request> sent;

  http::Response send(const http::Request& request) override {
    sent.push_back(request);
    if (sent.size() > script.size()) return {599, {}, "beyond the script"};
    const auto& answer = script[sent.size() - 1];
    if (!answer) throw Error(Category::unreachable, "connection_lost", "the connection was lost");
    return *answer;
  }
  std::string name() const override { return "<base>"; }

  void answer(int status, const std::string& body, http::Headers headers = {}) {
    script.push_back(http::Response{status, std::move(headers), body});
  }
  void lose() { script.push_back(std::nullopt); }
  std::string last() const { return sent.back().method + " " + sent.back().target + " " + sent.back().body; }
};

// Notes the waits; jitter is always 0.05 s, as in the recordings.
struct StoppedClock {
  std::vector<double> slept;
  Seconds now{0};

  Attempts attempts(int most = kDefaultAttempts) {
    return {.most = most,
            .sleep = [this](Seconds time) { slept.push_back(time.count()); },
            .jitter = [] { return Seconds(0.05); }};
  }
};

// "category/code" of the Error that `action` throws; "" when it throws none.
template <typename Action>
std::string fault_of(const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return std::string(category_name(error.category())) + "/" + error.code();
  }
}

// A detail of an Error as text; "absent" when there is none of that name.
inline std::string detail_of(const Error& error, std::string_view name) {
  for (const Detail& detail : error.details()) {
    if (detail.name != name) continue;
    const auto* number = std::get_if<std::int64_t>(&detail.value);
    return number != nullptr ? std::to_string(*number) : std::get<std::string>(detail.value);
  }
  return "absent";
}

}  // namespace agentnet::paybond
