// What pgdag hashes (wire reference sbn, f.1).
//
// The canonical text is compact JSON with members sorted by the code points of their names, of duplicates
// the last counts; every character beyond printable ASCII as \uXXXX (astral ones as two surrogates, lone
// surrogates too), U+007F included; integers as they stand (-0 as 0), decimals as Python's repr without
// rounding, NaN and the infinities as bare words. Nothing is left out, so this is not SVP-1.0
// (core/json/canonical.hpp).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/json/output.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::pgdag {

// Appends the canonical text of any value.
void write_canonical(const json::Value& value, json::Output& out);
void write_canonical(const json::Value& value, std::string& out);
std::string canonical_text(const json::Value& value);

// The SHA-256 of the canonical text as 64 lower-case hexadecimal digits.
std::string canonical_fingerprint(const json::Value& value);

// The root over texts that are hashes, in order: none gives "", one gives itself; else neighbours are joined
// as text and hashed, the last of an odd layer with itself.
std::string merkle_root(std::span<const std::string> hashes);

}  // namespace agentnet::sbn::pgdag
