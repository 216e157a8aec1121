// The digest of a JSON document: BLAKE3-256 of its canonical form (wire reference paybond 1.1).
#pragma once

#include <string>
#include <string_view>

#include "core/crypto/blake3.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/canonical.hpp"

namespace agentnet::paybond {

using Digest = crypto::Blake3Digest;  // 32 bytes, 64 hexadecimal digits in text

// Reusable for many documents; keeps its working memory between them. Not for two threads at once.
class Digester {
 public:
  // The canonical bytes, valid until the next call. Throws Error usage/bad_json, and what CanonicalWriter
  // throws.
  std::string_view canonical(std::string_view json_text);
  std::string_view canonical(const json::Value& value);

  Digest digest(std::string_view json_text);

  // The name that the last document held twice in one object; valid as long as its text.
  const std::optional<json::Value>& duplicate() const { return writer_.duplicate(); }

 private:
  json::Arena arena_;
  json::Parser parser_;
  CanonicalWriter writer_;
  std::string canonical_;
};

// The same for a single document.
Digest digest_of(std::string_view json_text);
Digest digest_of(const json::Value& value);

}  // namespace agentnet::paybond
