#include "core/paybond/fields.hpp"

#include <algorithm>
#include <limits>

#include "core/paybond/field.hpp"

namespace agentnet::paybond {

Fields::Fields(const json::Value& object, std::string_view what, std::span<const std::string_view> known)
    : object_(object), what_(what) {
  if (!object.is_object()) {
    throw Error(Category::usage, "bad_field", std::string(what) + " is not a JSON object");
  }
  const auto members = object.members();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string_view name = members[i].name.text();
    for (std::size_t before = 0; before < i; ++before) {
      if (members[before].name.text() == name) refuse_second(members[i].name);
    }
    // After the duplicates, so that looking for them stays short.
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      throw Error(Category::usage, "unknown_field",
                  std::string(what) + " has no field '" + std::string(name) + "'", {},
                  {{"field", std::string(name)}});
    }
  }
}

void Fields::refuse_second(const json::Value& name) const {
  throw Error(Category::usage, "duplicate_name",
              std::string(what_) + " has the field '" + std::string(name.text()) + "' twice (byte " +
                  std::to_string(name.offset()) + ")",
              {}, {{"offset", static_cast<std::int64_t>(name.offset())}});
}

const json::Value& Fields::need(std::string_view name) const {
  const json::Value* value = object_.find(name);
  if (value == nullptr) {
    throw Error(Category::usage, "missing_field",
                std::string(what_) + " lacks the field '" + std::string(name) + "'", {},
                {{"field", std::string(name)}});
  }
  return *value;
}

std::string_view Fields::text(std::string_view name) const {
  const json::Value& value = need(name);
  if (!value.is_string()) bad_field("bad_field", name, "not a text");
  return value.text();
}

std::string_view Fields::text_or_empty(std::string_view name) const {
  return find_text(name).value_or(std::string_view());
}

std::optional<std::string_view> Fields::find_text(std::string_view name) const {
  if (object_.find(name) == nullptr) return std::nullopt;
  return text(name);
}

std::vector<std::string_view> Fields::texts(std::string_view name) const {
  const json::Value& value = need(name);
  if (!value.is_array()) bad_field("bad_field", name, "not an array of texts");
  std::vector<std::string_view> texts;
  texts.reserve(value.items().size());
  for (const json::Value& item : value.items()) {
    if (!item.is_string()) bad_field("bad_field", name, "not an array of texts");
    texts.push_back(item.text());
  }
  return texts;
}

std::int64_t Fields::cents(std::string_view name) const {
  const json::Value& value = need(name);
  if (!value.is_integer()) {
    const char* const what =
        value.is_number() ? "money is a whole number of cents, not a decimal" : "not a whole number of cents";
    bad_field("bad_amount", name, what);
  }
  const auto number = value.as_int64();
  if (!number) bad_field("amount_overflow", name, "does not fit into 64 bits");
  return *number;
}

std::uint32_t Fields::u32(std::string_view name) const {
  const auto number = need(name).as_int64();
  if (!number || *number < 0 || *number > std::numeric_limits<std::uint32_t>::max()) {
    bad_field("bad_field", name, "not a whole number from 0 to 4294967295");
  }
  return static_cast<std::uint32_t>(*number);
}

}  // namespace agentnet::paybond
