#include "commands/command.hpp"

#include <charconv>

namespace agentnet::commands {

std::optional<std::string> Arguments::find(std::string_view name) const {
  const auto found = values_.find(name);
  if (found == values_.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

std::vector<std::string> Arguments::all(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::optional<std::int64_t> Arguments::number(std::string_view name, std::int64_t least,
                                              std::int64_t most) const {
  const std::optional<std::string> text = find(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (fault != std::errc() || end != text->data() + text->size() || value < least || value > most) {
    throw Error(Category::usage, "bad_number",
                std::string(name) + " takes a whole number from " + std::to_string(least) + " to " +
                    std::to_string(most) + ", not '" + *text + "'");
  }
  return value;
}

Arguments Arguments::without(std::string_view name) const {
  Arguments others = *this;
  others.values_.erase(name);
  return others;
}

}  // namespace agentnet::commands
