// The JSON Schema (2020-12) of the agent receipts that this network issues, made from the table that they are
// written by (agent_receipt_fields.hpp): every member in its normal form, none that is not in the table, the
// seal, and what an action's receipt has that an intent's has not.
//
// It tells form and no more: whether digests, signatures and ids fit each other is verify_agent_receipt's
// business. An operator's attestation, which others add, is an object of any form.
#pragma once

#include "core/json/value.hpp"

namespace agentnet::paybond {

json::Value agent_receipt_schema(json::Arena& arena);

}  // namespace agentnet::paybond
