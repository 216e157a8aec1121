// Agent receipts that this network issues (agent_receipt.hpp), signed by Harbor and kept as they were made.
//
//   action           when a call's reservation is completed, if its verify call named a tool_call_id
//   intent_terminal  when an intent is settled
//
// A receipt tells what this network saw: arguments_digest is of the verify request without its token, result
// digests are not known here, and hashes of a configuration or a prompt that nobody told are of the empty
// text. Words that a receipt cannot hold (a name with a blank) are told as "unknown". An intent whose
// currency or DIDs it cannot hold has no receipts. There is one receipt for each id: the first one stays.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/paybond/harbor.hpp"

namespace agentnet::paybond {

// Does nothing for a call without a tool_call_id. Throws Error not_found/unknown_decision.
void issue_action_receipt(const HarborCall& call, std::string_view decision_id);
void issue_terminal_receipt(const HarborCall& call, const StoredIntent& settled);

// One line of JSON; nullopt: there is none in this tenant.
std::optional<std::string> find_agent_receipt(store::Connection& connection, std::string_view tenant_id,
                                              std::string_view receipt_id);

struct ListedReceipt {
  std::string receipt_id;
  std::string intent_id;
  std::string tool_call_id;  // empty: of the intent's end
  std::string message_digest;
  Instant created_at;
};
// The newest first.
std::vector<ListedReceipt> list_agent_receipts(store::Connection& connection, std::string_view tenant_id,
                                               std::int64_t limit);

}  // namespace agentnet::paybond
