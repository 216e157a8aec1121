#include "core/paybond/equality.hpp"

#include <algorithm>

#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::uint64_t kBytesPerUnit = 8;

// Texts carry their length in front, so that no text can pass for the end of another.
void append_text(char tag, std::string_view text, std::string& out) {
  out += tag;
  out += std::to_string(text.size());
  out += ':';
  out += text;
}

void append_key(const json::Value& value, Fuel& fuel, std::string& out);

void append_object(const json::Value& object, Fuel& fuel, std::string& out) {
  std::vector<const json::Member*> members;
  for (const json::Member& member : object.members())
    members.push_back(&member);
  std::sort(members.begin(), members.end(), [](const json::Member* left, const json::Member* right) {
    return left->name.text() < right->name.text();
  });
  out += '{';
  for (const json::Member* member : members) {
    // Sorting the names is dearer than reading them.
    fuel.spend(4 + member->name.text().size() / kBytesPerUnit);
    append_text('k', member->name.text(), out);
    append_key(member->value, fuel, out);
  }
  out += '}';
}

void append_key(const json::Value& value, Fuel& fuel, std::string& out) {
  const std::size_t before = out.size();
  switch (value.kind()) {
    case json::Kind::null:
      out += 'n';
      break;
    case json::Kind::boolean:
      out += value.as_boolean() ? 't' : 'f';
      break;
    case json::Kind::integer:
    case json::Kind::decimal:
      out += '#';
      decimal_of(value).append_to(out);
      out += ';';
      break;
    case json::Kind::string:
      append_text('s', value.text(), out);
      break;
    case json::Kind::array:
      out += '[';
      for (const json::Value& item : value.items())
        append_key(item, fuel, out);
      out += ']';
      return fuel.spend(1);
    case json::Kind::object:
      append_object(value, fuel, out);
      return fuel.spend(1);
  }
  fuel.spend(1 + (out.size() - before) / kBytesPerUnit);
}

}  // namespace

Decimal decimal_of(const json::Value& number) {
  auto decimal = Decimal::read(number.text());
  if (!decimal) {
    throw Error(Category::refused, "number_out_of_range",
                "a number has an exponent of more than " + std::to_string(kMaxDecimalExponent));
  }
  return *std::move(decimal);
}

std::string equality_key(const json::Value& value, Fuel& fuel) {
  std::string key;
  append_key(value, fuel, key);
  return key;
}

const char* kind_phrase(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::null:
      return "null";
    case json::Kind::boolean:
      return "a boolean";
    case json::Kind::integer:
    case json::Kind::decimal:
      return "a number";
    case json::Kind::string:
      return "a string";
    case json::Kind::array:
      return "an array";
    case json::Kind::object:
      return "an object";
  }
  return "";
}

std::string shown(const json::Value& value) {
  if (value.is_array() || value.is_object()) return kind_phrase(value);
  const bool long_text = (value.is_string() || value.is_number()) && value.text().size() > kMaxShownBytes;
  if (long_text)
    return std::string(kind_phrase(value)) + " of " + std::to_string(value.text().size()) + " bytes";
  return json::to_compact(value);
}

}  // namespace agentnet::paybond
