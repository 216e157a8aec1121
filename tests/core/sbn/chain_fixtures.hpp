// What the tests of chains and catalogues share: chains made of counted hashes, and looks into an Error.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/chain.hpp"
#include "core/sbn/chain_v2.hpp"

namespace agentnet::sbn::fixtures {

using Json = nlohmann::ordered_json;  // compares key order too

// What `action` throws; fails the test when it throws nothing.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return Error(Category::failed, "unreachable", "");
}

// A detail as text; "absent" when there is none of that name.
inline std::string detail(const Error& error, const std::string& name) {
  for (const Detail& item : error.details()) {
    if (item.name != name) continue;
    if (const auto* text = std::get_if<std::string>(&item.value)) return *text;
    return std::to_string(std::get<std::int64_t>(item.value));
  }
  return "absent";
}

// The disposition that `action` is refused with, by its wire name.
template <typename Action>
std::string disposition_from(Action action) {
  return detail(error_of(action), "disposition");
}

// JSON of anything with a to_json(arena): a chain, a checkpoint, a manifest, a verification.
template <typename T>
Json as_json(const T& thing) {
  json::Arena arena;
  return Json::parse(json::to_compact(thing.to_json(arena)));
}

inline std::string hash_of(std::size_t number) {
  return crypto::sha256_hex("block " + std::to_string(number));
}

// "2026-03-01T00:00:07Z" for 7; less than 60.
inline std::string second(std::size_t number) {
  return "2026-03-01T00:00:" + std::to_string(number / 10) + std::to_string(number % 10) + "Z";
}

inline Chain chain_of(std::size_t entries) {
  Chain chain("chain-1", "2026-02-01T00:00:00+00:00");
  for (std::size_t i = 0; i < entries; ++i)
    chain.append({hash_of(i), "block_sealed", "block-" + std::to_string(i), second(i), {}});
  return chain;
}

inline ChainV2 chain_v2_of(std::size_t entries, const std::string& chain_id = "chain-2") {
  const json::Document metadata = json::parse(R"({"f":0.25,"list":[1,true,null,"x"],"n":{"deep":{"é":-3}}})");
  ChainV2 chain(chain_id);
  for (std::size_t i = 0; i < entries; ++i)
    chain.append({hash_of(i), "block-" + std::to_string(i), "block_sealed", second(i), metadata.root});
  return chain;
}

}  // namespace agentnet::sbn::fixtures
