// What is to be told of slots elsewhere: the one place that meters them, and from which whoever wants to know
// of them is told. Each is called inside the write that it is about, so what it writes is durable with it.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/sbn/slots.hpp"

namespace agentnet::sbn {

void slot_opened(store::Connection& connection, const StoredSlot& slot, Instant now);
void bitblocks_submitted(store::Connection& connection, const StoredSlot& slot, std::int64_t count,
                         Instant now);
void slot_closed(store::Connection& connection, const StoredSlot& slot, Instant now);
// `block_id` is of the SmartBlock that holds the attestation.
void slot_attested(store::Connection& connection, const StoredSlot& slot, std::string_view block_id,
                   Instant now);

}  // namespace agentnet::sbn
