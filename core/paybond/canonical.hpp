// Canonical JSON as Paybond signs it (wire reference paybond 1.1).
//
// Members sorted by the code points of their names, at every depth; of duplicates the last counts; no white
// space; of strings only '"', '\' and the controls below U+0020 are escaped; integers of 64 bits as they
// stand, every other number as the double that core/paybond/number.hpp reads and writes. Any value may be the
// root. What is not written because a later duplicate replaces it must be valid all the same.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::json {
class Output;
}

namespace agentnet::paybond {

inline constexpr unsigned kMaxNesting = 127;  // arrays and objects inside each other

// Reusable for many documents. Not for two threads at once.
class CanonicalWriter {
 public:
  // Appends the canonical bytes. Throws Error usage with the byte offset of the culprit in its details, and
  // appends nothing: too_deep, number_out_of_range (larger than a double).
  void write(const json::Value& value, std::string& out);

  // The name that the last write() met twice in one object; the second occurrence.
  const std::optional<json::Value>& duplicate() const { return duplicate_; }

 private:
  struct Key {
    std::uint64_t prefix;  // the name's first eight bytes, which order most names
    const json::Member* member;
  };

  void write_value(const json::Value& value, unsigned depth, json::Output& out);
  void write_array(const json::Value& array, unsigned depth, json::Output& out);
  void write_object(const json::Value& object, unsigned depth, json::Output& out);
  void sort_keys(std::size_t first);

  std::vector<Key> keys_;  // of all objects that are being written
  std::optional<json::Value> duplicate_;
};

std::string to_canonical(const json::Value& value);

// The first number of a canonical document that is another one when it is read again, as it stands there:
// some of 16 or 17 digits are. Whoever checks a signature over this document by reading it finds that it does
// not hold (wire reference paybond 1.6). Nesting and sizes as CanonicalWriter takes them.
std::optional<std::string_view> changing_number(const json::Value& canonical);

}  // namespace agentnet::paybond
