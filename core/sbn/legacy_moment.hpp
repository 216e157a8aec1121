// The hash of a version 1 moment, which has no claim: SHA-256 over the whole captured context.
#pragma once

#include <string>

#include "core/json/value.hpp"

namespace agentnet::sbn {

// Lower-case hex SHA-256 of the context with sorted names, ", " and ": " between, and non-ASCII text escaped:
// what Python's json.dumps(context, sort_keys=True) writes.
std::string legacy_moment_sha256(const json::Value& context);

}  // namespace agentnet::sbn
