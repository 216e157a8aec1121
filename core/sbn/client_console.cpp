#include "core/sbn/client_console.hpp"

#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::console {
namespace {

std::string project_path(std::string_view project_id, std::string_view rest) {
  return "/internal/projects/" + http::percent_encode(project_id) + std::string(rest);
}

std::string key_path(std::string_view project_id, std::string_view key_id, std::string_view rest) {
  return project_path(project_id, "/api-keys/") + http::percent_encode(key_id) + std::string(rest);
}

std::string webhook_path(std::string_view project_id, std::string_view webhook_id,
                         std::string_view rest = {}) {
  return project_path(project_id, "/webhooks/") + http::percent_encode(webhook_id) + std::string(rest);
}

// A POST that says all with its path.
json::Document act(Client& client, std::string target) {
  json::Arena arena;
  return client.post(std::move(target), empty_object(arena));
}

}  // namespace

// --- projects

json::Document list_projects(Client& client) {
  return client.get("/console/projects");
}

json::Document create_project(Client& client, std::string_view name) {
  json::Arena arena;
  return client.post("/console/projects", json::ObjectBuilder(arena).add("name", name).done());
}

json::Document switch_project(Client& client, std::string_view project_id) {
  return act(client, "/console/projects/" + http::percent_encode(project_id) + "/switch");
}

json::Document get_project(Client& client) {
  return client.get("/internal/project");
}

json::Document update_project(Client& client, const ProjectChange& change) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  add_unless_null(body, "name", change.name);
  add_unless_null(body, "description", change.description);
  return client.patch("/internal/project", body.done());
}

json::Document archive_project(Client& client) {
  return act(client, "/internal/project/archive");
}

json::Document unarchive_project(Client& client) {
  return act(client, "/internal/project/unarchive");
}

json::Document delete_project(Client& client) {
  return client.remove("/internal/project");
}

json::Document get_project_settings(Client& client) {
  return client.get("/internal/project/settings");
}

json::Document update_project_settings(Client& client, const json::Value& settings) {
  return client.patch("/internal/project/settings", settings);
}

json::Document get_audit_log(Client& client) {
  return client.get("/internal/project/audit");
}

// --- keys and usage

json::Document list_api_keys(Client& client, std::string_view project_id) {
  return client.get(project_id.empty() ? "/internal/api-keys" : project_path(project_id, "/api-keys"));
}

json::Document create_api_key(Client& client, std::string_view project_id, const KeyOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("label", std::string_view(options.label)).add("plan", std::string_view(options.plan));
  add_texts(body, "scopes", options.scopes, arena);
  add_unless_empty(body, "defaultFrontier", options.default_frontier);
  add_texts(body, "allowedFrontiers", options.allowed_frontiers, arena);
  return client.post(project_path(project_id, "/api-keys"), body.done());
}

json::Document rotate_api_key(Client& client, std::string_view project_id, std::string_view key_id) {
  return act(client, key_path(project_id, key_id, "/rotate"));
}

json::Document revoke_api_key(Client& client, std::string_view project_id, std::string_view key_id) {
  return act(client, key_path(project_id, key_id, "/revoke"));
}

json::Document get_key_events(Client& client, std::string_view project_id, std::string_view key_id) {
  return client.get(key_path(project_id, key_id, "/events"));
}

json::Document get_usage(Client& client, std::string_view project_id) {
  return client.get(project_id.empty() ? "/internal/usage/keys" : project_path(project_id, "/usage/keys"));
}

json::Document get_usage_summary(Client& client, std::string_view project_id) {
  return client.get(project_path(project_id, "/usage/summary"));
}

std::string export_usage_csv(Client& client, std::string_view project_id) {
  return client.send("GET", project_path(project_id, "/usage.csv")).body;
}

// --- billing and analytics

json::Document get_billing_status(Client& client, std::string_view project_id) {
  return client.get(project_path(project_id, "/billing/status"));
}

json::Document create_checkout(Client& client, std::string_view project_id, std::string_view plan_id) {
  json::Arena arena;
  return client.post(project_path(project_id, "/billing/checkout"),
                     json::ObjectBuilder(arena).add("plan", plan_id).done());
}

json::Document get_portal_url(Client& client, std::string_view project_id) {
  return act(client, project_path(project_id, "/billing/portal"));
}

json::Document pay_overage(Client& client, std::string_view project_id) {
  return act(client, project_path(project_id, "/billing/pay-overage"));
}

json::Document get_gec_trend(Client& client, std::string_view project_id) {
  return client.get(project_path(project_id, "/analytics/gec-trend"));
}

json::Document get_csk_breakdown(Client& client, std::string_view project_id) {
  return client.get(project_path(project_id, "/analytics/csk-breakdown"));
}

json::Document get_frontier_breakdown(Client& client, std::string_view project_id) {
  return client.get(project_path(project_id, "/analytics/frontier-breakdown"));
}

// --- webhooks

json::Document list_event_types(Client& client) {
  return client.get("/internal/webhooks/event-types");
}

json::Document list_webhooks(Client& client, std::string_view project_id) {
  return client.get(project_path(project_id, "/webhooks"));
}

json::Document create_webhook(Client& client, std::string_view project_id, const WebhookOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("url", std::string_view(options.url)).add_boolean("enabled", options.enabled);
  add_texts(body, "events", options.events, arena);
  add_unless_null(body, "secret", options.secret);
  return client.post(project_path(project_id, "/webhooks"), body.done());
}

json::Document update_webhook(Client& client, std::string_view project_id, std::string_view webhook_id,
                              const json::Value& change) {
  return client.patch(webhook_path(project_id, webhook_id), change);
}

json::Document delete_webhook(Client& client, std::string_view project_id, std::string_view webhook_id) {
  return client.remove(webhook_path(project_id, webhook_id));
}

json::Document test_webhook(Client& client, std::string_view project_id, std::string_view webhook_id) {
  return act(client, webhook_path(project_id, webhook_id, "/test"));
}

json::Document list_webhook_deliveries(Client& client, std::string_view project_id,
                                       std::string_view webhook_id) {
  return client.get(webhook_path(project_id, webhook_id, "/deliveries"));
}

}  // namespace agentnet::sbn::console
