// A BitBlock as it is submitted: the members of a request, or of a line of a bulk request.
#pragma once

#include <string>

#include "core/json/value.hpp"
#include "core/sbn/stored_bitblocks.hpp"

namespace agentnet::sbn {

// What members a request leaves out.
struct BitBlockDefaults {
  std::string block_type = {};  // empty: they are needed
  std::string domain = {};
};

// Checked and hashed, not written. The request is an object with block_type, domain, payload, metadata,
// operation_id and idempotency_key. Throws Error usage: bad_field, and what prepare_bitblock throws.
StoredBitBlock read_bitblock(const json::Value& request, const BitBlockDefaults& defaults = {});

}  // namespace agentnet::sbn
