// Signal: what a tenant's ledger says of operators (wire reference paybond 8).
//
// An operator that Signal does not know is an answer and no Error: nullopt. Answers must name the client's
// tenant and the operator that was asked for. `score_version` goes into the query as it is, "" for none.
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

// The receipt of the score, in the member "receipt".
std::optional<json::Document> get_reputation_receipt(Client& client, std::string_view operator_did,
                                                     std::string_view score_version = {});
json::Document get_portfolio_summary(Client& client, std::string_view score_version = {});
json::Document get_signed_portfolio_export(Client& client, std::string_view score_version = {});
std::optional<json::Document> get_operator_explanation(Client& client, std::string_view operator_did,
                                                       std::string_view score_version = {});
std::optional<json::Document> get_operator_review_status(Client& client, std::string_view operator_did,
                                                         std::string_view score_version = {});

}  // namespace agentnet::paybond
