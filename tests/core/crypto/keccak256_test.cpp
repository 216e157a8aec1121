#include "core/crypto/keccak256.hpp"

#include <doctest/doctest.h>

namespace agentnet::crypto {
namespace {

std::string digest_of(std::string_view text) {
  return hex_lower(keccak256(as_bytes(text)));
}

TEST_CASE("Keccak-256 of known messages is the known digest") {
  CHECK_EQ(digest_of(""), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
  CHECK_EQ(digest_of("abc"), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
  CHECK_EQ(digest_of("The quick brown fox jumps over the lazy dog"),
           "4d741b6f1eb29cb2a9b9911c82f56fa8d73b04959d3d9d222895df6c0b28aa15");
}

TEST_CASE("messages around a block's end have their own digests") {
  CHECK_EQ(digest_of(std::string(135, 'a')),
           "34367dc248bbd832f4e3e69dfaac2f92638bd0bbd18f2912ba4ef454919cf446");
  CHECK_EQ(digest_of(std::string(136, 'a')),
           "a6c4d403279fe3e0af03729caada8374b5ca54d8065329a3ebcaeb4b60aa386e");
  CHECK_EQ(digest_of(std::string(137, 'a')),
           "d869f639c7046b4929fc92a4d988a8b22c55fbadb802c0c66ebcd484f1915f39");
  CHECK_EQ(digest_of(std::string(272, 'a')),
           "cf7fcd4f705ee749930d19ca84561a9bf62516bd90a471545fa2f49fdc7e63c8");
}

}  // namespace
}  // namespace agentnet::crypto
