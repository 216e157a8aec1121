#include "core/base/environment.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>

namespace agentnet {

Environment Environment::of_process() {
  std::map<std::string, std::string, std::less<>> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)));
  }
  return Environment(std::move(variables));
}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto found = variables_.find(name);
  if (found == variables_.end()) return std::nullopt;
  return found->second;
}

Environment Environment::with(const std::map<std::string, std::string, std::less<>>& variables) const {
  Environment changed = *this;
  for (const auto& [name, value] : variables)
    changed.variables_[name] = value;
  return changed;
}

bool Environment::is_true(std::string_view name) const {
  std::string value = get_or_empty(name);
  std::transform(value.begin(), value.end(), value.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return value == "1" || value == "true" || value == "yes";
}

}  // namespace agentnet
