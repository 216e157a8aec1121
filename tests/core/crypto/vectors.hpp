// What the tests of this room share: reading vector files, flipping bits, randomness that is known.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace agentnet::crypto {

// The bytes that hexadecimal digits (of a literal or a vector file) say. Throws for anything else, so that a
// damaged vector cannot pass.
inline Bytes hex(const std::string& digits) {
  return parse_hex(digits).value();
}

// The list "vectors" of a file in tests/vectors/crypto, which must not be empty.
inline nlohmann::json read_vectors(const std::string& file) {
  std::ifstream in(TEST_DATA "/vectors/crypto/" + file);
  nlohmann::json list = nlohmann::json::parse(in).at("vectors");
  if (list.empty()) throw std::runtime_error("no vectors in " + file);
  return list;
}

// The bytes that the official BLAKE3 vectors use: 0 to 250 again and again.
inline Bytes counting_bytes(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(i % 251);
  return bytes;
}

// Calls `check` with the bytes once for each bit, that bit being the other way round.
template <typename Container, typename Check>
void for_each_flipped_bit(Container bytes, Check check) {
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(1U << (bit % 8));
    bytes[bit / 8] ^= mask;
    check(bytes);
    bytes[bit / 8] ^= mask;
  }
}

// The code of the Error that `action` throws; "" when it throws none.
template <typename Action>
std::string error_code(Action action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

// Hands out the bytes it was given, in order, and fails a test that wants more.
struct KnownRandom final : Random {
  explicit KnownRandom(Bytes known) : bytes(std::move(known)) {}
  void fill(std::span<std::uint8_t> out) override {
    for (std::uint8_t& byte : out)
      byte = bytes.at(used++);
  }
  Bytes bytes;
  std::size_t used = 0;
};

}  // namespace agentnet::crypto
