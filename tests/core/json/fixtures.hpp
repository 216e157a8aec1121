// What the tests of this room share: parsing with the outcome as a value, reading vector files, random bits.
#pragma once

#include <bit>
#include <cstdint>
#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::json {

// What an action that may throw an Error led to. Without one, `code` is empty and `text` is what it returned.
struct Outcome {
  std::string code;
  std::string text;
  std::int64_t offset = -1;
  std::int64_t line = -1;
  std::int64_t column = -1;
};

template <typename Action>
Outcome outcome_of(Action action) {
  Outcome outcome;
  try {
    outcome.text = action();
  } catch (const Error& error) {
    outcome.code = error.code();
    outcome.text = error.message();
    for (const Detail& detail : error.details()) {
      const auto value = std::get<std::int64_t>(detail.value);
      if (detail.name == "offset") outcome.offset = value;
      if (detail.name == "line") outcome.line = value;
      if (detail.name == "column") outcome.column = value;
    }
  }
  return outcome;
}

// Parses; the text of a success is the document in compact form.
inline Outcome attempt(std::string_view text, ParseOptions options = {}) {
  return outcome_of([&] { return to_compact(parse(text, options).root); });
}

// Of a C string with zeros in it, all of it.
template <std::size_t kSize>
std::string_view with_zeros(const char (&text)[kSize]) {
  return {text, kSize - 1};
}

// The list "vectors" of a file in tests/vectors/sbn, which must not be empty.
inline nlohmann::json read_vectors(const std::string& file) {
  std::ifstream in(TEST_DATA "/vectors/sbn/" + file);
  nlohmann::json list = nlohmann::json::parse(in).at("vectors");
  if (list.empty()) throw std::runtime_error("no vectors in " + file);
  return list;
}

inline double double_from_bits(const std::string& big_endian_hex) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(std::stoull(big_endian_hex, nullptr, 16)));
}

}  // namespace agentnet::json
