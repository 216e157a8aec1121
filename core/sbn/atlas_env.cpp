#include "core/sbn/atlas_env.hpp"

#include <algorithm>

namespace agentnet::sbn::atlas {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string quoted(std::string_view value) {
  constexpr std::string_view kPlain = "._-/:@%+,=";
  const auto is_plain = [&](char c) { return is_letter_or_digit(c) || kPlain.find(c) != kPlain.npos; };
  if (std::all_of(value.begin(), value.end(), is_plain)) return std::string(value);
  std::string text = "'";
  for (const char c : value)
    text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

}  // namespace

std::string env_prefix(std::string_view workflow) {
  std::string prefix = "ATLAS_";
  for (const char c : workflow) {
    const bool lower = c >= 'a' && c <= 'z';
    prefix += lower ? static_cast<char>(c - 'a' + 'A') : (is_letter_or_digit(c) ? c : '_');
  }
  return prefix;
}

std::vector<std::string> env_prefixes(const std::vector<std::string>& workflows) {
  std::vector<std::string> prefixes;
  for (const std::string& workflow : workflows) {
    const std::string base = env_prefix(workflow);
    std::string prefix = base;
    for (int number = 2; std::find(prefixes.begin(), prefixes.end(), prefix) != prefixes.end(); ++number)
      prefix = base + "_" + std::to_string(number);
    prefixes.push_back(std::move(prefix));
  }
  return prefixes;
}

std::string dotenv_text(const std::vector<EnvVariable>& variables) {
  std::string text;
  for (const EnvVariable& variable : variables)
    text += variable.name + "=" + quoted(variable.value) + "\n";
  return text;
}

}  // namespace agentnet::sbn::atlas
