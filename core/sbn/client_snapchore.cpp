#include "core/sbn/client_snapchore.hpp"

#include "core/base/error.hpp"
#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::snapchore {
namespace {

std::string limit_query(std::int64_t limit) {
  return http::Query().add("limit", std::to_string(limit)).text();
}

}  // namespace

json::Document queue_summary(Client& client, std::int64_t limit) {
  return client.get("/internal/snapchore/queue/summary" + limit_query(limit));
}

json::Document process_queue(Client& client, std::int64_t limit) {
  return client.post_nothing("/internal/snapchore/queue/process" + limit_query(limit));
}

json::Document attestation_queue_health(Client& client, std::int64_t limit) {
  try {
    return client.get("/health/attestation-queue" + limit_query(limit));
  } catch (const Error& error) {
    if (error.category() != Category::not_found) throw;
  }
  return client.get("/api/health/attestation-queue" + limit_query(limit));
}

json::Document receipts_discover(Client& client, const ReceiptOptions& options) {
  http::Query query;
  add_page(query, options.limit, options.offset);
  add_unless_empty(query, "since", options.since);
  add_unless_empty(query, "domain", options.domain);
  add_unless_empty(query, "hash", options.hash);
  add_unless_empty(query, "project_id", options.project_id);
  return client.get("/internal/snapchore/receipts/discover" + query.text());
}

json::Document promote(Client& client, const PromoteOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  add_unless_empty(body, "smartblock_record_id", options.smartblock_record_id);
  add_unless_empty(body, "snapchore_hash", options.snapchore_hash);
  add_unless_empty(body, "frontier_id", options.frontier_id);
  add_unless_empty(body, "target_project_id", options.target_project_id);
  return client.post("/internal/snapchore/promote", body.done());
}

}  // namespace agentnet::sbn::snapchore
