#include "core/sbn/chain_field.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/number.hpp"
#include "core/sbn/chain_v2.hpp"
#include "core/sbn/rules_hash.hpp"

namespace agentnet::sbn {
namespace {

using json::Arena;
using json::Value;

constexpr std::string_view kTimestampShape = "dddd-dd-ddTdd:dd:ddZ";  // d: a digit

[[noreturn]] void refuse_field(const ChainPlace& place, const std::string& what) {
  refuse_chain(ChainDisposition::reject_field, place, what);
}

class MetadataCopy {
 public:
  MetadataCopy(Arena& arena, const ChainPlace& place) : arena_(arena), place_(place) {}

  Value copy(const Value& value, unsigned depth) {
    if (depth > kMaxMetadataDepth) refuse(value, "is nested too deep");
    switch (value.kind()) {
      case json::Kind::null:
      case json::Kind::boolean:
        return value;
      case json::Kind::integer:
        return Value::number(json::Kind::integer, value.text() == "-0" ? "0" : arena_.copy(value.text()));
      case json::Kind::decimal:
        return copy_decimal(value);
      case json::Kind::string:
        if (!count_code_points(value.text())) refuse(value, "holds text that is not UTF-8");
        return Value::string(arena_, value.text());
      case json::Kind::array:
      case json::Kind::object:
        break;
    }
    return value.is_array() ? copy_array(value, depth) : copy_object(value, depth);
  }

 private:
  // A value that an append brings was not parsed from the text that the place means: its offset says nothing.
  [[noreturn]] void refuse(const Value& culprit, const char* what) const {
    ChainPlace place = place_;
    if (place.offset) place.offset = culprit.offset();
    refuse_field(place, what);
  }

  Value copy_decimal(const Value& value) {
    std::string rounded;
    if (!json::append_quantized(value.text(), rounded)) {
      refuse(value, "holds a number too large to be rounded to 12 places");
    }
    return Value::number(json::Kind::decimal, arena_.copy(rounded));
  }

  Value copy_array(const Value& value, unsigned depth) {
    json::ArrayBuilder items(arena_);
    for (const Value& item : value.items())
      items.add(copy(item, depth + 1));
    return items.done();
  }

  Value copy_object(const Value& value, unsigned depth) {
    json::ObjectBuilder members(arena_);
    for (const json::Member& member : value.members()) {
      const std::string_view name = member.name.text();
      if (name.empty()) refuse(member.name, "holds an empty name");
      if (!count_code_points(name)) refuse(member.name, "holds a name that is not UTF-8");
      members.add(arena_.copy(name), copy(member.value, depth + 1));
    }
    return members.done();
  }

  Arena& arena_;
  const ChainPlace& place_;
};

}  // namespace

std::string require_chain_text(std::string_view text, std::size_t most, const ChainPlace& place) {
  const std::string_view stripped = strip(text);
  const auto count = count_code_points(stripped);
  if (!count) refuse_field(place, "is not UTF-8");
  if (*count == 0) refuse_field(place, "is empty");
  if (*count > most) refuse_field(place, "has more than " + std::to_string(most) + " characters");
  return std::string(stripped);
}

std::string require_chain_hash(std::string_view text, const ChainPlace& place) {
  if (!is_hex(text, kHashDigits)) refuse_field(place, "is not 64 hexadecimal digits");
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(),
                 [](char c) { return c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c; });
  return upper;
}

std::string require_chain_timestamp(std::string_view text, const ChainPlace& place) {
  bool fits = text.size() == kTimestampShape.size();
  for (std::size_t i = 0; fits && i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    fits = kTimestampShape[i] == 'd' ? is_digit : text[i] == kTimestampShape[i];
  }
  if (!fits || !parse_iso(text)) refuse_field(place, "is not a UTC time of the form 2026-03-01T00:00:00Z");
  return std::string(text);
}

Value require_chain_metadata(const Value& value, Arena& arena, const ChainPlace& place) {
  if (!value.truthy()) return json::ObjectBuilder(arena).done();
  if (!value.is_object()) refuse_field(place, "is not an object");
  Arena scratch;
  std::optional<Value> duplicate;
  json::without_duplicates(value, scratch, &duplicate);
  if (duplicate) refuse_field(place, "holds the name " + std::string(duplicate->text()) + " twice");
  return MetadataCopy(arena, place).copy(value, 0);
}

}  // namespace agentnet::sbn
