// POST /intents/{id}/fund: putting the money of an intent aside (wire reference paybond 7.2).
//
// 200 means funded or under way, 202 under way, 402 that a payment has to be signed; all three are answers.
#pragma once

#include <vector>

#include "core/paybond/client_intents.hpp"

namespace agentnet::paybond {

struct FundOptions {
  std::string payment_signature = {};      // of an x402 challenge
  std::string payment_authorization = {};  // a credential; "Payment " is put before it where it lacks it
  MutationOptions mutation = {};
};

// Headers of the answer that carry the payment's protocol, in the order in which they are shown.
inline constexpr std::string_view kPaymentHeaders[] = {
    "payment-required", "payment-response", "www-authenticate", "payment-receipt", "cache-control"};

struct FundResult {
  int status_code = 200;
  bool funded = false;
  http::Headers headers;  // those of kPaymentHeaders that came
  json::Document answer;
};

// `body` is a JSON object. Throws Error verification/tenant_binding_mismatch; unreachable/bad_response when
// the answer lacks state, currency, a rail that is known, amount_cents as an integer or funded as a boolean.
FundResult fund_intent(Client& client, std::string_view intent_id, const FundOptions& options = {},
                       std::string_view body = "{}");

}  // namespace agentnet::paybond
