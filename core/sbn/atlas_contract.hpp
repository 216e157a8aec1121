// What a binding says beside its frontier: how work arrives, which events count and how they are weighed. An
// object of members that are all optional (wire reference sbn, section c, upsert_binding of release 0.14);
// what they mean to a score is not known here, so they are checked for their form, kept and given back.
#pragma once

#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::sbn::atlas {

inline constexpr std::size_t kMaxContractBytes = 16 * 1024;  // as compact JSON
inline constexpr std::size_t kMaxListedTexts = 256;          // of one list
inline constexpr std::string_view kPulseTypes[] = {"slot_stream", "pgdag", "batch"};

// The known members of `object` that are not null, in a fixed order; null for none. Throws Error
// usage/bad_field for a member of a wrong form, usage/bad_pulse_type, usage/too_large.
json::Value read_contract(const json::Value& object, json::Arena& arena);
// `before` with the members that `change` has in their place.
json::Value merge_contracts(const json::Value& before, const json::Value& change, json::Arena& arena);
// The same without empty lists, objects and texts.
json::Value without_empty(const json::Value& contract, json::Arena& arena);

}  // namespace agentnet::sbn::atlas
