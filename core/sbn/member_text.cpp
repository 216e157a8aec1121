#include "core/sbn/member_text.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/number.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn {
std::string text_of(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null:
      return "None";
    case json::Kind::boolean:
      return value.as_boolean() ? "True" : "False";
    case json::Kind::string:
      return std::string(value.text());
    case json::Kind::integer:
      return value.text() == "-0" ? "0" : std::string(value.text());
    case json::Kind::decimal: {
      std::string text;
      json::append_repr(json::to_double(value.text()), text);
      return text;
    }
    case json::Kind::array:
    case json::Kind::object:
      break;
  }
  return json::to_compact(value);
}

std::string text_or_empty(const json::Value* member) {
  return member != nullptr && member->truthy() ? text_of(*member) : std::string();
}

std::optional<std::string> trimmed_or_none(const json::Value* member) {
  if (member == nullptr || member->is_null()) return std::nullopt;
  std::string text(strip(text_of(*member)));
  if (text.empty()) return std::nullopt;
  return text;
}

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

bool is_true(const json::Value* member) {
  return member != nullptr && member->is_boolean() && member->as_boolean();
}

bool is_text(const json::Value* member, std::string_view text) {
  return member != nullptr && member->is_string() && member->text() == text;
}

std::optional<std::string> canonical_or_none(const json::Value& value, json::Form form) {
  try {
    return json::to_canonical(value, form);
  } catch (const Error& error) {
    if (error.category() != Category::usage) throw;
    return std::nullopt;
  }
}

}  // namespace agentnet::sbn
