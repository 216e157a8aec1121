// What the tests of this room share: reading vector files, and the code of an Error.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/json/parse.hpp"

namespace agentnet::paybond {

// The list "vectors" of a file in tests/vectors/paybond, which must not be empty.
inline nlohmann::ordered_json read_vectors(const std::string& file) {
  std::ifstream in(TEST_DATA "/vectors/paybond/" + file);
  nlohmann::ordered_json list = nlohmann::ordered_json::parse(in).at("vectors");
  if (list.empty()) throw std::runtime_error("no vectors in " + file);
  return list;
}

inline Bytes hex(const std::string& digits) {
  return parse_hex(digits).value();
}

// The code of the Error that `action` throws; "" when it throws none.
template <typename Action>
std::string error_code(const Action& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

// `count` times the same text.
inline std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i)
    all += text;
  return all;
}

}  // namespace agentnet::paybond
