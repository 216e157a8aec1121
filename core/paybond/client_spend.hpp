// Spend: asking what is left, and closing what a verify reserved (wire reference paybond 7.5).
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

struct PreflightRequest {
  std::string intent_id;
  std::string operation;
  std::int64_t requested_spend_cents = 0;
  std::string vendor_id = {};  // not sent when blank, like the next one
  std::string tool_name = {};
};

// What would be decided; decides and reserves nothing.
json::Document preflight_spend(Client& client, const PreflightRequest& request);
// `outcome` is "consumed" or "released". Throws Error usage/bad_outcome, usage/bad_decision_id.
void complete_spend_decision(Client& client, std::string_view decision_id, std::string_view outcome);

}  // namespace agentnet::paybond
