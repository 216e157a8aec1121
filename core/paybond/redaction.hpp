// What of a document may be shown: secrets are replaced, whatever depth they stand at (wire reference paybond
// 14).
#pragma once

#include <string>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::paybond {

// "paybond_sk_<environment>_<first 8>...<last 4 of the key's id>", or "paybond_sk_..." for other texts.
std::string mask_api_key(std::string_view key);

// What stands in place of a token or a seed.
inline constexpr std::string_view kRedacted = "[redacted]";

// The same value with every secret replaced: members named capability_token, access_token, refresh_token or
// ending in _token (but token_type) by "[redacted]"; api_key and names ending in _api_key masked; names
// ending in _seed and _seed_hex by "[redacted]"; texts that begin with "ab1." by "ab1.<redacted>". Empty
// texts and null stay.
json::Value redact(const json::Value& value, json::Arena& arena);

// A setting of a configuration file as it may be shown: names that hold a key, a secret or a token are
// masked.
std::string redact_setting(std::string_view name, std::string_view value);

}  // namespace agentnet::paybond
