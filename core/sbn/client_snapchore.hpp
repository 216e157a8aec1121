// Typed calls of the SnapChore group that Client has not.
#pragma once

#include "core/sbn/client.hpp"

namespace agentnet::sbn::snapchore {

json::Document queue_summary(Client& client, std::int64_t limit = 20);
json::Document process_queue(Client& client, std::int64_t limit = 25);
// Of networks that have the endpoint below /health, and of those that have it below /api/health.
json::Document attestation_queue_health(Client& client, std::int64_t limit = 10);

// Client::list_receipts with the parameters in this group's order.
json::Document receipts_discover(Client& client, const ReceiptOptions& options = {});

// What is empty is not sent.
struct PromoteOptions {
  std::string smartblock_record_id = {};
  std::string snapchore_hash = {};
  std::string frontier_id = {};
  std::string target_project_id = {};
};
json::Document promote(Client& client, const PromoteOptions& options);

}  // namespace agentnet::sbn::snapchore
