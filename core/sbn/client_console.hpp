// Typed calls to the console of a SmartBlocks Network (wire reference sbn section c, table console):
// projects, their keys, usage, billing, webhooks and settings.
//
// Each is one request with the official client's path and body; ids are encoded as one segment of the path.
// All throw what Client throws.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sbn/client.hpp"

namespace agentnet::sbn::console {

// --- projects; without an id they are about the one that the credential has switched to

json::Document list_projects(Client& client);
json::Document create_project(Client& client, std::string_view name);
json::Document switch_project(Client& client, std::string_view project_id);
json::Document get_project(Client& client);

struct ProjectChange {
  json::Value name = {};  // null: not sent
  json::Value description = {};
};
json::Document update_project(Client& client, const ProjectChange& change);
json::Document archive_project(Client& client);
json::Document unarchive_project(Client& client);
json::Document delete_project(Client& client);
json::Document get_project_settings(Client& client);
// The object itself is the body.
json::Document update_project_settings(Client& client, const json::Value& settings);
json::Document get_audit_log(Client& client);

// --- keys and usage; without a project those of the current one

struct KeyOptions {
  std::string label = "SDK key";
  std::string plan = "sandbox";
  std::vector<std::string> scopes = {};  // none: not sent
  std::string default_frontier = {};     // empty: not sent
  std::vector<std::string> allowed_frontiers = {};
};
json::Document list_api_keys(Client& client, std::string_view project_id = {});
json::Document create_api_key(Client& client, std::string_view project_id, const KeyOptions& options = {});
json::Document rotate_api_key(Client& client, std::string_view project_id, std::string_view key_id);
json::Document revoke_api_key(Client& client, std::string_view project_id, std::string_view key_id);
json::Document get_key_events(Client& client, std::string_view project_id, std::string_view key_id);

json::Document get_usage(Client& client, std::string_view project_id = {});
json::Document get_usage_summary(Client& client, std::string_view project_id);
// Text, not JSON.
std::string export_usage_csv(Client& client, std::string_view project_id);

// --- billing and analytics

json::Document get_billing_status(Client& client, std::string_view project_id);
json::Document create_checkout(Client& client, std::string_view project_id, std::string_view plan_id);
json::Document get_portal_url(Client& client, std::string_view project_id);
json::Document pay_overage(Client& client, std::string_view project_id);
json::Document get_gec_trend(Client& client, std::string_view project_id);
json::Document get_csk_breakdown(Client& client, std::string_view project_id);
json::Document get_frontier_breakdown(Client& client, std::string_view project_id);

// --- webhooks

struct WebhookOptions {
  std::string url;
  std::vector<std::string> events = {};  // none: not sent
  json::Value secret = {};               // null: not sent
  bool enabled = true;
};
json::Document list_event_types(Client& client);
json::Document list_webhooks(Client& client, std::string_view project_id);
json::Document create_webhook(Client& client, std::string_view project_id, const WebhookOptions& options);
// The object itself is the body: what it does not name stays.
json::Document update_webhook(Client& client, std::string_view project_id, std::string_view webhook_id,
                              const json::Value& change);
json::Document delete_webhook(Client& client, std::string_view project_id, std::string_view webhook_id);
json::Document test_webhook(Client& client, std::string_view project_id, std::string_view webhook_id);
json::Document list_webhook_deliveries(Client& client, std::string_view project_id,
                                       std::string_view webhook_id);

}  // namespace agentnet::sbn::console
