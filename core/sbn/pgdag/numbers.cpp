#include "core/sbn/pgdag/numbers.hpp"

#include <cstdio>
#include <cstdlib>

#include "core/json/number.hpp"

namespace agentnet::sbn::pgdag {

std::string repr(double number) {
  std::string text;
  json::append_repr(number, text);
  return text;
}

json::Value decimal(double number, json::Arena& arena) {
  return json::Value::number(json::Kind::decimal, arena.copy(repr(number)));
}

std::string fixed(double number, int places) {
  const int size = std::snprintf(nullptr, 0, "%.*f", places, number);
  std::string text(static_cast<std::size_t>(size) + 1, '\0');
  std::snprintf(text.data(), text.size(), "%.*f", places, number);
  text.pop_back();
  return text;
}

double rounded4(double number) {
  return std::strtod(fixed(number, 4).c_str(), nullptr);
}

}  // namespace agentnet::sbn::pgdag
