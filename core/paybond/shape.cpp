#include "core/paybond/shape.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/clock.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/number.hpp"
#include "core/json/write.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::size_t kMaxTokenBytes = 128;
constexpr std::size_t kMaxTenantBytes = 256;
constexpr std::size_t kLeastCurrencyBytes = 3;
constexpr std::size_t kMostCurrencyBytes = 16;
constexpr std::size_t kHex32Digits = 64;

[[noreturn]] void malformed(const std::string& path, const std::string& what) {
  bad_field("malformed", path, what);
}

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_made_of(std::string_view text, std::string_view others) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_lower_or_digit(c) || others.find(c) != std::string_view::npos;
  });
}

bool is_tenant(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTenantBytes && is_lower_or_digit(text.front()) &&
         is_made_of(text, "._-");
}

bool is_currency(std::string_view text) {
  return text.size() >= kLeastCurrencyBytes && text.size() <= kMostCurrencyBytes && is_made_of(text, "_");
}

std::string seconds_of(std::string_view text, const std::string& path) {
  const auto instant = parse_iso(text);
  if (!instant) malformed(path, "not an instant");
  return iso_seconds(*instant);
}

// A text in the normal form of its rule.
std::string normal_text(const Field& field, std::string_view given, const std::string& path) {
  const std::string_view trimmed = strip(given);
  const std::string lower = lower_ascii(trimmed);
  switch (field.rule) {
    case Rule::text:
    case Rule::upper:
      return std::string(trimmed);
    case Rule::lower:
      return lower;
    case Rule::token:
      if (!is_token(lower)) malformed(path, "not canonical");
      return lower;
    case Rule::tenant:
      if (!is_tenant(trimmed)) malformed(path, "not a tenant's id");
      return std::string(trimmed);
    case Rule::currency:
      if (!is_currency(lower)) malformed(path, "not a currency");
      return lower;
    case Rule::hex32:
      if (!is_hex(lower, kHex32Digits)) malformed(path, "not 64 hexadecimal digits");
      return lower;
    case Rule::uuid:
    case Rule::uuid_or_hex32: {
      if (field.rule == Rule::uuid_or_hex32 && is_hex(lower, kHex32Digits)) return lower;
      const auto uuid = parse_uuid(lower);
      // Only the hyphenated form, as the wire has it.
      if (!uuid || uuid_text(*uuid) != lower) malformed(path, "not a UUID");
      return lower;
    }
    case Rule::instant:
      return seconds_of(given, path);
    case Rule::trimmed_instant:
      return seconds_of(trimmed, path);
    default:
      malformed(path, "not a text");
  }
}

// The whole number in a JSON number, also 5.0 and 5e3.
std::int64_t integer_of(const Value& value, const std::string& path) {
  if (const auto number = value.as_int64()) return *number;
  constexpr double kEnd = 9223372036854775808.0;  // 2^63, the first that does not fit
  if (value.kind() == json::Kind::decimal) {
    const double number = json::to_double(value.text());
    if (std::fabs(number) < kEnd && std::trunc(number) == number) return static_cast<std::int64_t>(number);
  }
  malformed(path, "not a whole number of 64 bits");
}

class Writer {
 public:
  Writer(Escapes escapes, std::string& out) : escapes_(escapes), out_(out) {}

  void object(const Value& object, std::span<const Field> fields, const std::string& path) {
    if (!object.is_object()) malformed(path.empty() ? "the document" : path, "not an object");
    out_ += '{';
    const std::size_t first = out_.size();
    for (const Field& field : fields) {
      const std::size_t start = out_.size();
      if (out_.size() != first) out_ += ',';
      json::write_string(field.name, out_);
      out_ += ':';
      const std::string below = (path.empty() ? "" : path + ".") + std::string(field.name);
      if (!member(object.find(field.name), field, below)) out_.resize(start);
    }
    out_ += '}';
  }

 private:
  // False when the member is left out.
  bool member(const Value* value, const Field& field, const std::string& path) {
    if (value == nullptr || value->is_null() || is_empty(*value, field, path)) return absent(field, path);
    switch (field.rule) {
      case Rule::integer: {
        const std::int64_t number = integer_of(*value, path);
        if (number < field.least) malformed(path, "less than " + std::to_string(field.least));
        out_ += std::to_string(number);
        break;
      }
      case Rule::boolean:
        if (!value->is_boolean()) malformed(path, "not true or false");
        out_ += value->as_boolean() ? "true" : "false";
        break;
      case Rule::tokens:
      case Rule::tokens_in_order:
        tokens(*value, field, path);
        break;
      case Rule::object:
        object(*value, field.members, path);
        break;
      case Rule::objects:
        objects(*value, field, path);
        break;
      default:
        text(*value, field, path);
    }
    return true;
  }

  static bool is_empty(const Value& value, const Field& field, const std::string& path) {
    if (value.is_array()) return value.items().empty() && field.absent != Absent::blank;
    if (value.is_string()) {
      return strip(value.text()).empty() && field.rule < Rule::integer;
    }
    const bool omits_zero = field.absent == Absent::omitted || field.absent == Absent::fallback;
    return field.rule == Rule::integer && omits_zero && value.is_number() && integer_of(value, path) == 0;
  }

  bool absent(const Field& field, const std::string& path) {
    switch (field.absent) {
      case Absent::refused:
        malformed(path, "missing");
      case Absent::omitted:
        return false;
      case Absent::null:
        out_ += "null";
        return true;
      case Absent::fallback:
        out_ += field.fallback;
        return true;
      case Absent::blank:
        break;
    }
    if (field.rule == Rule::tokens) {
      out_ += "[]";
    } else if (field.rule == Rule::object) {
      object(json::Value(), field.members, path);
    } else {
      out_ += "\"\"";
    }
    return true;
  }

  void text(const Value& value, const Field& field, const std::string& path) {
    if (!value.is_string()) malformed(path, "not a text");
    const std::string normal = normal_text(field, value.text(), path);
    if (count_code_points(normal).value_or(normal.size()) > field.most_characters) {
      malformed(path, "more than " + std::to_string(field.most_characters) + " characters");
    }
    const auto& choices = field.choices;
    if (!choices.empty() && std::find(choices.begin(), choices.end(), normal) == choices.end()) {
      malformed(path, "unknown value");
    }
    string(normal);
  }

  void tokens(const Value& value, const Field& field, const std::string& path) {
    if (!value.is_array()) malformed(path, "not an array of texts");
    std::vector<std::string> names;
    for (const Value& item : value.items()) {
      if (!item.is_string()) malformed(path, "not an array of texts");
      std::string name = lower_ascii(strip(item.text()));
      if (!is_token(name)) malformed(path, "a value is not canonical");
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    }
    if (field.rule == Rule::tokens) std::sort(names.begin(), names.end());
    out_ += '[';
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (i > 0) out_ += ',';
      string(names[i]);
    }
    out_ += ']';
  }

  void objects(const Value& value, const Field& field, const std::string& path) {
    if (!value.is_array()) malformed(path, "not an array");
    out_ += '[';
    std::size_t index = 0;
    for (const Value& item : value.items()) {
      if (index > 0) out_ += ',';
      object(item, field.members, path + "[" + std::to_string(index++) + "]");
    }
    out_ += ']';
  }

  void string(std::string_view text) {
    const std::size_t start = out_.size();
    json::write_string(text, out_);
    if (escapes_ == Escapes::plain) return;
    constexpr std::pair<std::string_view, std::string_view> kGo[] = {{"&", "\\u0026"},
                                                                     {"<", "\\u003c"},
                                                                     {">", "\\u003e"},
                                                                     {"\xe2\x80\xa8", "\\u2028"},
                                                                     {"\xe2\x80\xa9", "\\u2029"}};
    for (const auto& [from, to] : kGo) {
      for (std::size_t at = out_.find(from, start); at != std::string::npos;
           at = out_.find(from, at + to.size()))
        out_.replace(at, from.size(), to);
    }
  }

  Escapes escapes_;
  std::string& out_;
};

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= kMaxTokenBytes && is_lower_or_digit(text.front()) &&
         is_made_of(text, "._:/-");
}

void write_shape(const Value& object, std::span<const Field> fields, Escapes escapes, std::string& out) {
  Writer(escapes, out).object(object, fields, {});
}

}  // namespace agentnet::paybond
