// Reading the members of a JSON object that must have certain names and no others.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::paybond {

class Fields {
 public:
  // Throws Error usage: bad_field unless `object` is an object, duplicate_name, unknown_field with the name
  // of one that is not `known`. `what` names the object in messages, "the intent".
  Fields(const json::Value& object, std::string_view what, std::span<const std::string_view> known);

  // Each throws Error usage: missing_field, bad_field for another kind of value. Texts lie where the object
  // lies.
  std::string_view text(std::string_view name) const;
  std::string_view text_or_empty(std::string_view name) const;
  std::optional<std::string_view> find_text(std::string_view name) const;
  std::vector<std::string_view> texts(std::string_view name) const;
  // A whole number of cents: bad_amount for a decimal, text and the like, amount_overflow beyond 64 bits.
  std::int64_t cents(std::string_view name) const;
  // 0 to 2^32-1.
  std::uint32_t u32(std::string_view name) const;

 private:
  const json::Value& need(std::string_view name) const;
  [[noreturn]] void refuse_second(const json::Value& name) const;

  const json::Value& object_;
  std::string_view what_;
};

}  // namespace agentnet::paybond
