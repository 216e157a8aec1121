#include "core/json/canonical.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <type_traits>

#include "core/base/error.hpp"
#include "core/json/number.hpp"
#include "core/json/output.hpp"
#include "core/json/write.hpp"

namespace agentnet::json {
namespace {

// Ordered by length.
constexpr std::array<std::string_view, 19> kVolatile = {"ts",
                                                        "sig",
                                                        "hash",
                                                        "time",
                                                        "nonce",
                                                        "snap_hash",
                                                        "signature",
                                                        "timestamp",
                                                        "signatures",
                                                        "created_at",
                                                        "updated_at",
                                                        "attestation",
                                                        "attestations",
                                                        "attestation_sig",
                                                        "audit_snapchore",
                                                        "snapchore_context",
                                                        "add_snapchore_hash",
                                                        "snapchore_validation",
                                                        "post_metrics_snap_hash"};
constexpr std::size_t kLongestVolatile = 22;

// first[n] is the first name in kVolatile of n bytes or more.
struct ByLength {
  std::array<std::uint8_t, kLongestVolatile + 2> first{};
};

constexpr ByLength index_by_length() {
  ByLength index;
  std::size_t name = 0;
  for (std::size_t length = 0; length < index.first.size(); ++length) {
    while (name < kVolatile.size() && kVolatile[name].size() < length)
      ++name;
    index.first[length] = static_cast<std::uint8_t>(name);
  }
  return index;
}

constexpr ByLength kByLength = index_by_length();
static_assert(std::is_sorted(kVolatile.begin(), kVolatile.end(),
                             [](std::string_view a, std::string_view b) { return a.size() < b.size(); }));

template <typename Word>
Word load_big_endian(const char* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  if constexpr (std::endian::native == std::endian::big) {
    return word;
  } else if constexpr (sizeof(Word) == sizeof(std::uint64_t)) {
    return __builtin_bswap64(word);
  } else {
    return __builtin_bswap32(word);
  }
}

// The first eight bytes, the most significant first, zeros after the end: orders names as their bytes do.
constexpr std::uint64_t prefix_of(std::string_view name) {
  const std::size_t size = name.size();
  if (!std::is_constant_evaluated()) {
    if (size >= 8) return load_big_endian<std::uint64_t>(name.data());
    if (size >= 4) {
      const std::uint64_t first = load_big_endian<std::uint32_t>(name.data());
      const std::uint64_t last = load_big_endian<std::uint32_t>(name.data() + size - 4);
      return first << 32 | last << (8 * (8 - size));
    }
  }
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 8; ++i)
    bits = bits << 8 | (i < size ? static_cast<unsigned char>(name[i]) : 0U);
  return bits;
}

constexpr auto kVolatilePrefixes = [] {
  std::array<std::uint64_t, kVolatile.size()> prefixes{};
  std::transform(kVolatile.begin(), kVolatile.end(), prefixes.begin(), prefix_of);
  return prefixes;
}();

// Most names are told apart by their length and first letter alone: bit n of each mask stands for a volatile
// name of n bytes, or one whose first letter is the n-th.
constexpr std::uint32_t kVolatileLengths = [] {
  std::uint32_t mask = 0;
  for (const std::string_view name : kVolatile)
    mask |= 1U << name.size();
  return mask;
}();
constexpr std::uint32_t kVolatileLetters = [] {
  std::uint32_t mask = 0;
  for (const std::string_view name : kVolatile)
    mask |= 1U << (name.front() & 31);
  return mask;
}();

bool may_be_volatile(std::size_t size, std::uint64_t prefix) {
  return size <= kLongestVolatile &&
         (kVolatileLengths >> size & kVolatileLetters >> (prefix >> 56 & 31) & 1U) != 0;
}

// Only where may_be_volatile() is true.
bool is_volatile_with(std::string_view name, std::uint64_t prefix) {
  const std::size_t last = kByLength.first[name.size() + 1];
  for (std::size_t i = kByLength.first[name.size()]; i < last; ++i) {
    if (kVolatilePrefixes[i] == prefix && kVolatile[i] == name) return true;
  }
  return false;
}

const Member kVersionMember{Value::string("canon_version"), Value::string(kCanonVersion)};

// Small enough that moving keys about by hand beats std::sort.
constexpr std::size_t kInsertionSortLimit = 24;

[[noreturn]] void refuse(const char* code, const char* what, const Value& culprit) {
  throw Error(Category::usage, code, what + (" (byte " + std::to_string(culprit.offset()) + ")"), {},
              {{"offset", static_cast<std::int64_t>(culprit.offset())}});
}

void write_text(const Value& string, Output& out) {
  if (string.has_lone_surrogate()) {
    refuse("lone_surrogate", "a string holds half of a surrogate pair", string);
  }
  if (string.may_need_escapes()) return write_string(string.text(), out);
  out.add_quoted(string.text());
}

}  // namespace

bool is_volatile(std::string_view name) {
  const std::uint64_t prefix = prefix_of(name);
  return may_be_volatile(name.size(), prefix) && is_volatile_with(name, prefix);
}

std::span<const std::string_view> volatile_names() {
  return kVolatile;
}

bool CanonicalWriter::is_extra(std::string_view name) const {
  return std::find(extra_.begin(), extra_.end(), name) != extra_.end();
}

void CanonicalWriter::write(const Value& value, std::string& out) {
  duplicate_.reset();
  keys_.clear();  // a write that threw leaves some
  if (form_ == Form::svp && !value.is_object()) {
    refuse("not_an_object", "only a JSON object has a SnapChore hash", value);
  }
  Output output(out);
  write_value(value, 0, output);
  output.keep();
}

void CanonicalWriter::write_value(const Value& value, unsigned depth, Output& out) {
  // Scalars count too: the depth is that of the value, not of the brackets around it.
  if (form_ == Form::svp && depth > kMaxSvpDepth) {
    refuse("too_deep", "the document is nested more than 50 levels deep", value);
  }
  switch (value.kind()) {
    case Kind::null:
      return out.add("null");
    case Kind::boolean:
      return out.add(value.as_boolean() ? "true" : "false");
    case Kind::integer:
      return out.add(value.text() == "-0" ? "0" : value.text());
    case Kind::decimal:
      return write_decimal(value, out);
    case Kind::string:
      return write_text(value, out);
    case Kind::array:
      return write_array(value, depth, out);
    case Kind::object:
      return write_object(value, depth, where_ == Extra::every_depth || depth == 0, out);
  }
}

// Straight into the output, where there is room for the longest text a double can have.
void CanonicalWriter::write_decimal(const Value& number, Output& out) const {
  char* const room = out.reserve(kMaxReprBytes);
  if (form_ == Form::sorted) {
    const double value = to_double(number.text());
    if (!std::isfinite(value)) refuse("number_out_of_range", "a number is not finite", number);
    return out.advance_to(put_repr(value, room));
  }
  char* const end = put_quantized(number.text(), room);
  if (end == nullptr) {
    refuse("number_out_of_range", "a decimal number has a magnitude of 1e16 or more, or is not finite",
           number);
  }
  out.advance_to(end);
}

void CanonicalWriter::write_array(const Value& array, unsigned depth, Output& out) {
  out.add('[');
  bool first = true;
  for (const Value& item : array.items()) {
    if (!first) out.add(',');
    first = false;
    write_value(item, depth + 1, out);
  }
  out.add(']');
}

void CanonicalWriter::write_object(const Value& object, unsigned depth, bool drop_extra, Output& out) {
  const std::size_t first = keys_.size();
  collect_keys(object, drop_extra, form_ == Form::svp && depth == 0);
  sort_keys(first);

  const std::size_t last = keys_.size();
  out.add('{');
  bool separate = false;
  for (std::size_t i = first; i < last; ++i) {
    const Member& member = *keys_[i].member;
    if (i + 1 < last && keys_[i].prefix == keys_[i + 1].prefix &&
        member.name.text() == keys_[i + 1].member->name.text()) {
      // Passed over before it is looked at: a value that no longer counts may be anything.
      if (!duplicate_) duplicate_ = keys_[i + 1].member->name;
      continue;
    }
    if (separate) out.add(',');
    separate = true;
    write_text(member.name, out);
    out.add(':');
    // Capturing drops the extra names in this one object below the top, and no deeper.
    const bool in_metadata = depth == 0 && where_ == Extra::capture && member.value.is_object() &&
                             member.name.text() == "metadata";
    if (in_metadata) {
      write_object(member.value, depth + 1, true, out);
    } else {
      write_value(member.value, depth + 1, out);
    }
  }
  out.add('}');
  keys_.resize(first);
}

// The members that count, and canon_version if it has to be added: it is sorted in like any other.
void CanonicalWriter::collect_keys(const Value& object, bool drop_extra, bool add_version) {
  const bool drop = form_ == Form::svp;
  drop_extra = drop_extra && !extra_.empty();
  for (const Member& member : object.members()) {
    const std::string_view name = member.name.text();
    const std::uint64_t prefix = prefix_of(name);
    if (drop && may_be_volatile(name.size(), prefix) && is_volatile_with(name, prefix)) continue;
    if (drop_extra && is_extra(name)) continue;
    if (add_version && name == kVersionMember.name.text()) add_version = false;
    keys_.push_back({prefix, &member});
  }
  if (add_version) keys_.push_back({prefix_of(kVersionMember.name.text()), &kVersionMember});
}

// By code point, which is the order of the UTF-8 bytes; equal names stay in the order of the text.
void CanonicalWriter::sort_keys(std::size_t first) {
  const auto before = [](const Key& a, const Key& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    const int order = a.member->name.text().compare(b.member->name.text());
    return order != 0 ? order < 0 : a.member < b.member;
  };
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(first);
  if (keys_.size() - first > kInsertionSortLimit) return std::sort(begin, keys_.end(), before);
  for (auto next = begin; next != keys_.end(); ++next) {
    const Key key = *next;
    auto place = next;
    for (; place != begin && before(key, place[-1]); --place)
      *place = place[-1];
    *place = key;
  }
}

std::string to_canonical(const Value& value, Form form) {
  std::string out;
  CanonicalWriter(form).write(value, out);
  return out;
}

}  // namespace agentnet::json
