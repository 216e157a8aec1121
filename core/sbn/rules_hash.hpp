// The SnapChore hash: lower-case hex SHA-256 of a document's SVP-1.0 bytes (wire reference sbn d.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kHashDigits = 64;

struct HashOptions {
  std::vector<std::string> extra_volatile;  // names left out at the top level and in `metadata`
  bool refuse_duplicates = false;           // a duplicate name is Error usage/duplicate_name
};

// Hashes document after document, keeping its working memory. Not for two threads at once.
class Hasher {
 public:
  explicit Hasher(HashOptions options = {});

  // Parses a text and appends the hash of it to `out`. Throws Error usage: bad_json, or what
  // json::CanonicalWriter::write throws, or duplicate_name.
  void hash_text(std::string_view text, std::string& out);
  // The canonical bytes themselves; valid until the next call.
  std::string_view canonical_text(std::string_view text);
  // The same for a value that is parsed already.
  std::string hash(const json::Value& document);
  std::string_view canonical(const json::Value& document);

  // The first name that the last document held twice in one object.
  const std::optional<json::Value>& duplicate() const { return writer_.duplicate(); }

 private:
  HashOptions options_;
  json::Parser parser_{json::kAsPython};
  json::CanonicalWriter writer_;
  json::Arena arena_;
  std::string canonical_;
};

}  // namespace agentnet::sbn
