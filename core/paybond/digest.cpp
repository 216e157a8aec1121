#include "core/paybond/digest.hpp"

namespace agentnet::paybond {

std::string_view Digester::canonical(std::string_view json_text) {
  arena_.reset();
  return canonical(parser_.parse(json_text, arena_));
}

std::string_view Digester::canonical(const json::Value& value) {
  canonical_.clear();
  writer_.write(value, canonical_);
  return canonical_;
}

Digest Digester::digest(std::string_view json_text) {
  return crypto::blake3(as_bytes(canonical(json_text)));
}

Digest digest_of(std::string_view json_text) {
  return Digester().digest(json_text);
}

Digest digest_of(const json::Value& value) {
  return crypto::blake3(as_bytes(to_canonical(value)));
}

}  // namespace agentnet::paybond
