// Canonical JSON: the bytes that hashes cover. One writer, three forms.
//
// Every form: members sorted by the code points of their names, of duplicates the last counts; no white
// space; UTF-8 with the escapes \" \\ \n \r \t \f \b and \u00xx; integers as they stand (-0 as 0); decimals
// as Python's repr. Above that
//   svp        SVP-1.0, what a SnapChore hash covers (wire reference sbn d.1): volatile members are dropped
//              at every depth, "canon_version":"SVP-1.0" is added at the top level unless such a member is
//              there, decimals are rounded to 12 places first, values deeper than 50 are refused. Objects
//              only.
//   sorted     nothing dropped, added or rounded: moment claims (d.3), chain v1 entries (d.4).
//   quantized  as sorted, decimals rounded to 12 places: chain v2 entries (d.4).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::json {

class Output;

inline constexpr std::string_view kCanonVersion = "SVP-1.0";
inline constexpr unsigned kMaxSvpDepth = 50;  // of a value below the root, which is depth 0

enum class Form : std::uint8_t { svp, sorted, quantized };

// The names whose members no SVP-1.0 hash covers.
bool is_volatile(std::string_view name);
std::span<const std::string_view> volatile_names();

// Where a caller's extra volatile names apply (svp only).
enum class Extra : std::uint8_t {
  capture,      // the top level and the members of `metadata`, if that is an object
  every_depth,  // everywhere
};

// Reusable for many documents. Not for two threads at once.
class CanonicalWriter {
 public:
  explicit CanonicalWriter(Form form) : form_(form) {}
  // Form svp with extra volatile names, which must outlive the writer.
  CanonicalWriter(std::vector<std::string_view> extra, Extra where)
      : extra_(std::move(extra)), where_(where) {}

  // Appends the canonical bytes. Throws Error usage with the byte offset of the culprit in its details, and
  // appends nothing: not_an_object, too_deep, number_out_of_range (not finite; when rounding, a magnitude of
  // 1e16 and more), lone_surrogate.
  void write(const Value& value, std::string& out);

  // The name that the last write() met twice in one object, among the members it did not drop; the second
  // occurrence.
  const std::optional<Value>& duplicate() const { return duplicate_; }

 private:
  struct Key {
    std::uint64_t prefix;  // the first eight bytes of the name, most significant first
    const Member* member;
  };

  void write_value(const Value& value, unsigned depth, Output& out);
  void write_array(const Value& array, unsigned depth, Output& out);
  void write_object(const Value& object, unsigned depth, bool drop_extra, Output& out);
  void write_decimal(const Value& number, Output& out) const;
  void collect_keys(const Value& object, bool drop_extra, bool add_version);
  void sort_keys(std::size_t first);
  bool is_extra(std::string_view name) const;

  Form form_ = Form::svp;
  std::vector<std::string_view> extra_;
  Extra where_ = Extra::capture;
  std::vector<Key> keys_;  // of the objects that are open
  std::optional<Value> duplicate_;
};

// One-off forms of the above.
std::string to_canonical(const Value& value, Form form);

}  // namespace agentnet::json
