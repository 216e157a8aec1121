// The official client's `blocks`: SmartBlocks, alone or in a slot (wire reference sbn, section c).
//
// Everything throws what Client throws.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/sbn/client.hpp"

namespace agentnet::sbn::blocks {

inline constexpr std::string_view kDomain = "default";

// {data: {id, hash}}. Metadata that is null or empty is sent as {"source": "sbn-sdk"}.
json::Document create(Client& client, json::Value payload, std::string_view domain = kDomain,
                      json::Value metadata = {});
// {id, slot_id, hash}. Metadata is not sent when null.
json::Document submit(Client& client, std::string_view slot_id, json::Value payload,
                      std::string_view domain = kDomain, json::Value metadata = {});
// {data: {blocks: […]}}.
json::Document list(Client& client, std::string_view domain = {}, std::int64_t limit = 50);
json::Document get(Client& client, std::string_view block_id);
// {block_id, slot_id, bitblocks: […], count}.
json::Document get_bitblocks(Client& client, std::string_view block_id, bool include_stack = false);

}  // namespace agentnet::sbn::blocks
