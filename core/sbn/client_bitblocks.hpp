// The official client's `bitblocks`: what happens in a slot, one by one (wire reference sbn, section c).
//
// Everything throws what Client throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sbn/client.hpp"

namespace agentnet::sbn::bitblocks {

struct BitBlock {
  std::string slot_id;
  std::string block_type;
  std::string domain;
  json::Value payload;        // an object
  json::Value metadata = {};  // null: not sent
  // 0.14, not sent when empty: by either the network tells a BitBlock that it has already.
  std::string operation_id = {};
  std::string idempotency_key = {};
};
// {id, slot_id, block_type, generation, domain, payload, metadata, snap_hash, created_at, …}.
json::Document submit(Client& client, const BitBlock& bitblock);
// {bitblocks: […], slot_id, count}. The offset is not in the official client.
json::Document list(Client& client, std::string_view slot_id, std::optional<std::int64_t> generation = {},
                    std::optional<std::int64_t> limit = {}, std::optional<std::int64_t> offset = {});

// The local network's own (routes_slot_bulk.cpp): an event a line in, a BitBlock or an error a line out, all
// in one commit.
std::string submit_lines(Client& client, std::string_view query, std::string body);

// Likewise: {slot: {…}, bitblock_count}.
json::Document read_slot(Client& client, std::string_view slot_id);

}  // namespace agentnet::sbn::bitblocks
