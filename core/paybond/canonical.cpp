#include "core/paybond/canonical.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/output.hpp"
#include "core/json/write.hpp"
#include "core/paybond/number.hpp"

namespace agentnet::paybond {
namespace {

using json::Kind;
using json::Member;
using json::Output;
using json::Value;

[[noreturn]] void refuse(const char* code, const std::string& what, const Value& culprit) {
  throw Error(Category::usage, code, what + " (byte " + std::to_string(culprit.offset()) + ")", {},
              {{"offset", static_cast<std::int64_t>(culprit.offset())}});
}

void check_depth(const Value& container, unsigned depth) {
  if (depth <= kMaxNesting) return;
  refuse("too_deep", "the document is nested more than " + std::to_string(kMaxNesting) + " levels deep",
         container);
}

void write_text(const Value& string, Output& out) {
  if (string.may_need_escapes()) return json::write_string(string.text(), out);
  out.add_quoted(string.text());
}

void write_number(const Value& number, Output& out) {
  const std::string_view text = number.text();
  if (number.is_integer() && is_exact_integer(text)) return out.add(text);
  const std::optional<double> read = read_double(text);
  if (!read) refuse("number_out_of_range", "a number is larger than a double can be", number);
  char* const room = out.reserve(kMaxNumberBytes);
  out.advance_to(put_double(*read, room));
}

// What is not written was read by the original all the same.
void check(const Value& value, unsigned depth) {
  if (value.is_array() || value.is_object()) check_depth(value, depth + 1);
  if (value.is_number() && !read_double(value.text())) {
    refuse("number_out_of_range", "a number is larger than a double can be", value);
  }
  if (value.is_array()) {
    for (const Value& item : value.items())
      check(item, depth + 1);
  }
  if (value.is_object()) {
    for (const Member& member : value.members())
      check(member.value, depth + 1);
  }
}

std::uint64_t prefix_of(std::string_view name) {
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < sizeof bits; ++i)
    bits = bits << 8 | (i < name.size() ? static_cast<unsigned char>(name[i]) : 0U);
  return bits;
}

}  // namespace

void CanonicalWriter::write(const Value& value, std::string& out) {
  duplicate_.reset();
  keys_.clear();  // a write that threw leaves some
  Output output(out);
  write_value(value, 0, output);
  output.keep();
}

// `depth` is the number of containers around the value.
void CanonicalWriter::write_value(const Value& value, unsigned depth, Output& out) {
  switch (value.kind()) {
    case Kind::null:
      return out.add("null");
    case Kind::boolean:
      return out.add(value.as_boolean() ? "true" : "false");
    case Kind::integer:
    case Kind::decimal:
      return write_number(value, out);
    case Kind::string:
      return write_text(value, out);
    case Kind::array:
      return write_array(value, depth + 1, out);
    case Kind::object:
      return write_object(value, depth + 1, out);
  }
}

void CanonicalWriter::write_array(const Value& array, unsigned depth, Output& out) {
  check_depth(array, depth);
  out.add('[');
  bool first = true;
  for (const Value& item : array.items()) {
    if (!first) out.add(',');
    first = false;
    write_value(item, depth, out);
  }
  out.add(']');
}

void CanonicalWriter::write_object(const Value& object, unsigned depth, Output& out) {
  check_depth(object, depth);
  const std::size_t first = keys_.size();
  for (const Member& member : object.members())
    keys_.push_back({prefix_of(member.name.text()), &member});
  sort_keys(first);

  const std::size_t last = keys_.size();
  out.add('{');
  bool separate = false;
  for (std::size_t i = first; i < last; ++i) {
    const Member& member = *keys_[i].member;
    if (i + 1 < last && keys_[i].prefix == keys_[i + 1].prefix &&
        member.name.text() == keys_[i + 1].member->name.text()) {
      if (!duplicate_) duplicate_ = keys_[i + 1].member->name;
      check(member.value, depth);
      continue;
    }
    if (separate) out.add(',');
    separate = true;
    write_text(member.name, out);
    out.add(':');
    write_value(member.value, depth, out);
  }
  out.add('}');
  keys_.resize(first);
}

// By code point, which is the order of the UTF-8 bytes; equal names stay in the order of the text.
void CanonicalWriter::sort_keys(std::size_t first) {
  const auto before = [](const Key& a, const Key& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const int order = a.member->name.text().compare(b.member->name.text());
    return order != 0 ? order < 0 : a.member < b.member;
  };
  std::sort(keys_.begin() + static_cast<std::ptrdiff_t>(first), keys_.end(), before);
}

std::string to_canonical(const Value& value) {
  std::string out;
  CanonicalWriter().write(value, out);
  return out;
}

std::optional<std::string_view> changing_number(const json::Value& canonical) {
  std::optional<std::string_view> found;
  if (canonical.is_number()) {
    if (to_canonical(canonical) != canonical.text()) found = canonical.text();
  } else if (canonical.is_array()) {
    for (const json::Value& item : canonical.items())
      if (!found) found = changing_number(item);
  } else if (canonical.is_object()) {
    for (const json::Member& member : canonical.members())
      if (!found) found = changing_number(member.value);
  }
  return found;
}

}  // namespace agentnet::paybond
