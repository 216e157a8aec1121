#include <cmath>
#include <cstdlib>

#include "commands/sbn/atlas.hpp"
#include "core/base/error.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {

std::string trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n\f\v";
  const std::size_t start = text.find_first_not_of(kSpace);
  if (start == text.npos) return {};
  return std::string(text.substr(start, text.find_last_not_of(kSpace) + 1 - start));
}

std::string required(const Arguments& arguments, std::string_view name) {
  if (const auto text = arguments.find(name); text && !trimmed(*text).empty()) return *text;
  throw Error(Category::usage, "missing_option", "this needs " + std::string(name));
}

std::vector<std::string> comma_list(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (std::string part = trimmed(text.substr(0, comma)); !part.empty()) parts.push_back(std::move(part));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return parts;
}

std::vector<std::string> comma_lists(const Arguments& arguments, std::string_view name) {
  std::vector<std::string> all;
  for (const std::string& value : arguments.all(name)) {
    for (std::string& part : comma_list(value))
      all.push_back(std::move(part));
  }
  return all;
}

std::optional<double> decimal_option(const Arguments& arguments, std::string_view name) {
  const auto text = arguments.find(name);
  if (!text) return std::nullopt;
  // strtod reads white space and hexadecimal, too.
  const bool is_decimal = text->find_first_not_of("0123456789+-.eE") == text->npos;
  char* end = nullptr;
  const double number = std::strtod(text->c_str(), &end);
  const bool whole = is_decimal && !text->empty() && end == text->c_str() + text->size();
  if (whole && std::isfinite(number)) return number;
  throw Error(Category::usage, "bad_number", std::string(name) + " takes a number, not '" + *text + "'");
}

json::Value text_list(const std::vector<std::string>& texts, json::Arena& arena) {
  if (texts.empty()) return {};
  json::ArrayBuilder list(arena);
  for (const std::string& text : texts)
    list.add(std::string_view(text));
  return list.done();
}

json::Value inner(const json::Value& answer, std::string_view outer, std::string_view name) {
  const json::Value* object = answer.find(outer);
  const json::Value* member = object == nullptr ? nullptr : object->find(name);
  return member == nullptr ? json::Value() : *member;
}

std::string plain_text(const json::Value& value) {
  if (value.is_null()) return {};
  if (value.is_string() || value.is_number()) return std::string(value.text());
  if (!value.is_array()) return json::to_compact(value);
  std::string text;
  for (const json::Value& item : value.items())
    text += (text.empty() ? "" : ", ") + plain_text(item);
  return text;
}

}  // namespace agentnet::commands
