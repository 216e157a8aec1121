// The single values of a strict chain (chain_v2.hpp): checked, and brought into the form that is hashed.
//
// Every function throws Error with REJECT_FIELD (chain_disposition.hpp), naming the place it was given.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/json/value.hpp"
#include "core/sbn/chain_disposition.hpp"

namespace agentnet::sbn {

// Trimmed; one to `most` code points of UTF-8.
std::string require_chain_text(std::string_view text, std::size_t most, const ChainPlace& place);

// 64 hexadecimal digits of either case, in upper case.
std::string require_chain_hash(std::string_view text, const ChainPlace& place);

// "2026-03-01T00:00:00Z": a date that exists, from year 1; no leap second.
std::string require_chain_timestamp(std::string_view text, const ChainPlace& place);

// An object in which names are unique, not empty and UTF-8, decimals are rounded to 12 places (below 1e16),
// -0 is 0, and no value is deeper than kMaxMetadataDepth. A copy that lies in `arena`. Null, and what else
// Python takes for false, gives {}. When the place has an offset, the offset reported is that of the culprit
// within.
json::Value require_chain_metadata(const json::Value& value, json::Arena& arena, const ChainPlace& place);

}  // namespace agentnet::sbn
