// The process environment as a value, so that rules and tests can be handed one.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace agentnet {

class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string, std::less<>> variables)
      : variables_(std::move(variables)) {}

  // A copy of this process's variables.
  static Environment of_process();

  std::optional<std::string> get(std::string_view name) const;
  // The value, or "" when unset.
  std::string get_or_empty(std::string_view name) const { return get(name).value_or(std::string()); }
  const std::map<std::string, std::string, std::less<>>& all() const { return variables_; }
  // The same with these variables set.
  Environment with(const std::map<std::string, std::string, std::less<>>& variables) const;
  // True for 1, true and yes in any case.
  bool is_true(std::string_view name) const;

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace agentnet
