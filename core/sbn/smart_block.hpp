// SmartBlocks: a payload in a box that shows when it was opened (wire reference sbn d.2).
//
//   {id, domain, type, payload, metadata, metrics, created_at, snapchore_hash}
//
// This is the box: making one, reading and writing it. Sealing and verifying are in rules_seal.hpp.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kBlockTypes[] = {"audit", "event", "instruction", "meta", "stimulus"};

// What a block may be that the network seals; a block elsewhere may be of any type.
constexpr std::span<const std::string_view> block_types() {
  return kBlockTypes;
}

// Members are handles into an arena of the caller's. A block that was loaded keeps whatever values it had.
struct SmartBlock {
  json::Value id;
  json::Value domain;
  json::Value type;
  json::Value payload;
  json::Value metadata;
  json::Value metrics;
  json::Value created_at;
  json::Value snapchore_hash;  // null, or "" in some loaded blocks, before sealing
};

// The facts a fresh block takes its id and time from.
struct BlockFacts {
  Instant now;
  Random& random;
};

// A block that is not sealed yet, with a new id, the time as iso_offset writes it, and empty metadata and
// metrics. A payload that is not truthy ([], "", 0, false, null) becomes {}, as everywhere on this network.
SmartBlock make_block(json::Value payload, std::string_view domain, std::string_view type,
                      const BlockFacts& facts, json::Arena& arena);

// A block as it was written. Missing members get their defaults (domain "general", type "event", {}); an id
// and a created_at that are missing or not truthy are made anew; of duplicate names the last counts; members
// that are no part of a block are dropped (see unknown_members). Throws Error usage/not_an_object.
SmartBlock block_from_json(const json::Value& value, const BlockFacts& facts, json::Arena& arena);

// The members of a written block that are no part of it. No hash covers them, and loading drops them.
std::vector<std::string_view> unknown_members(const json::Value& value);

// The members in the order above; snapchore_hash only when there is one.
json::Value to_json(const SmartBlock& block, json::Arena& arena);
// The same without snapchore_hash: what the hash covers.
json::Value hash_surface(const SmartBlock& block, json::Arena& arena);

}  // namespace agentnet::sbn
