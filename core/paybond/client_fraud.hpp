// Fraud review of the operators that a tenant pays (wire reference paybond 7.5). Answers must name the
// client's tenant. What changes something is sent once: a second attempt could record it twice.
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxReviewPage = 500;

struct ReviewQueueOptions {
  std::string state = {};  // empty texts are not sent
  std::string severity = {};
  std::optional<std::int64_t> limit = {};  // brought into 1 to kMaxReviewPage
  std::string score_version = {};
};

json::Document list_fraud_review_queue(Client& client, const ReviewQueueOptions& options = {});
json::Document get_fraud_release_gate(Client& client);
json::Document set_fraud_release_gate_mode(Client& client, std::string_view mode);
// `window` is "24h", "7d" or "30d". Throws Error usage/bad_window.
json::Document get_fraud_metrics(Client& client, std::string_view window);
// `event` is an object with event_type, summary and whatever belongs to it. The outcome of a review as its
// event_type ("confirmed_risk") is sent as review_outcome of an event review_outcome_recorded.
json::Document record_fraud_review_event(Client& client, std::string_view operator_did,
                                         const json::Value& event);

}  // namespace agentnet::paybond
