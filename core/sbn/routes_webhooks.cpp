// Webhooks of a project, their deliveries, and the types of events.
#include "core/json/write.hpp"
#include "core/sbn/console_call.hpp"
#include "core/sbn/events.hpp"
#include "core/sbn/webhook_sender.hpp"
#include "core/sbn/webhooks.hpp"

namespace agentnet::sbn {
namespace {

void event_types(const Call& call) {
  json::Arena arena;
  json::ArrayBuilder types(arena);
  for (const EventType& type : kEventTypes) {
    types.add(json::ObjectBuilder(arena).add("type", type.name).add("description", type.what).done());
  }
  call.reply(json::ObjectBuilder(arena).add("event_types", types.done()).done());
}

void list(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const Project project = project_of(connection, call);
    json::ArrayBuilder webhooks(arena);
    for (const Webhook& webhook : list_webhooks(connection, project.id))
      webhooks.add(webhook_row(webhook, arena));
    return json::ObjectBuilder(arena)
        .add("project_id", std::string_view(project.id))
        .add("webhooks", webhooks.done())
        .done();
  });
}

std::optional<bool> enabled_in(const Call& call) {
  const json::Value value = call.value("enabled");
  if (value.is_null()) return std::nullopt;
  if (value.is_boolean()) return value.as_boolean();
  throw Error(Category::usage, "bad_field", "enabled must be true or false", {}, {{"field", "enabled"}});
}

void note(ConsoleWrite& write, const Webhook& webhook, std::string_view action) {
  write.note(webhook.tenant_id, action, webhook.id,
             json::ObjectBuilder(write.arena).add("url", std::string_view(webhook.url)).done());
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  Webhook wanted;
  wanted.url = call->text("url");
  wanted.events = call->texts("events");
  if (wanted.events.empty()) wanted.events = {"*"};
  wanted.secret = call->optional_text("secret").value_or("");
  wanted.enabled = enabled_in(*call).value_or(true);
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = require_writable(project_of(write.connection, *call));
    const Webhook webhook = add_webhook(write.connection, project.id, wanted, write.now, write.random);
    note(write, webhook, "webhook.created");
    const json::Value row = webhook_row(webhook, write.arena);
    if (!wanted.secret.empty()) return row;  // whoever sent it has it
    return json::with_member(row, "secret", json::Value::string(write.arena, webhook.secret), write.arena);
  });
}

Webhook webhook_of(store::Connection& connection, const Call& call, const Project& project) {
  return require_webhook(connection, project.id, call.exchange->path_value("webhook_id"));
}

void update(const Routes& routes, const std::shared_ptr<Call>& call) {
  const auto url = call->optional_text("url");
  const auto secret = call->optional_text("secret");
  const bool has_events = !call->value("events").is_null();
  const std::vector<std::string> events = call->texts("events");
  const auto enabled = enabled_in(*call);
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = require_writable(project_of(write.connection, *call));
    Webhook webhook = webhook_of(write.connection, *call, project);
    if (url) webhook.url = *url;
    if (secret) webhook.secret = *secret;
    if (has_events) webhook.events = events;
    if (enabled) webhook.enabled = *enabled;
    save_webhook(write.connection, webhook, write.now);
    webhook.updated_at = write.now;
    note(write, webhook, "webhook.updated");
    return webhook_row(webhook, write.arena);
  });
}

void remove(const Routes& routes, const std::shared_ptr<Call>& call) {
  reply_changed(routes, call, [=](ConsoleWrite& write) {
    const Project project = project_of(write.connection, *call);
    const Webhook webhook = webhook_of(write.connection, *call, project);
    delete_webhook(write.connection, webhook.id);
    note(write, webhook, "webhook.deleted");
    return json::ObjectBuilder(write.arena)
        .add("id", std::string_view(webhook.id))
        .add_boolean("deleted", true)
        .done();
  });
}

// One attempt, now and outside the queue, and its row in the log.
void test(const Routes& routes, const std::shared_ptr<Call>& call) {
  Service& service = routes.service;
  const Instant now = service.clock().now();
  std::optional<Webhook> webhook;
  service.database().read([&](store::Connection& connection) {
    webhook = webhook_of(connection, *call, project_of(connection, *call));
  });
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena).add("webhook_id", std::string_view(webhook->id)).done();
  const std::string seed = webhook->id + uuid4(service.random());
  const auto body =
      std::make_shared<const std::string>(event_body(webhook->tenant_id, kTestEvent, data, now, seed));
  http::Request request = signed_request(*webhook, kTestEvent, webhook->id + "-test", *body, now);
  service.sender().send(
      *webhook, std::move(request), [routes, call, body, id = webhook->id](const Attempt& attempt) {
        call->exchange->answer([&]() -> http::Response {
          json::Arena answer_arena;
          json::Value row;
          const Instant after = routes.service.clock().now();
          routes.service.database().write([&](store::Connection& connection) {
            // It may have been deleted meanwhile.
            webhook_of(connection, *call, project_of(connection, *call));
            row = delivery_row(add_settled_delivery(connection, id, kTestEvent, *body, attempt, after),
                               answer_arena);
          });
          row = json::with_member(row, "delivered", json::Value::boolean(attempt.delivered()), answer_arena);
          return http::json_response(200, json::to_compact(row));
        });
      });
}

void deliveries(const Routes& routes, const Call& call) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListed, 1, kMaxListed);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const Webhook webhook = webhook_of(connection, call, project_of(connection, call));
    json::ArrayBuilder rows(arena);
    list_deliveries(connection, webhook.id, limit,
                    [&](const Delivery& delivery) { rows.add(delivery_row(delivery, arena)); });
    return json::ObjectBuilder(arena)
        .add("webhook_id", std::string_view(webhook.id))
        .add("deliveries", rows.done())
        .done();
  });
}

}  // namespace

void add_webhook_routes(const Routes& routes) {
  const std::string all = "/internal/projects/{project_id}/webhooks";
  const std::string one = all + "/{webhook_id}";
  add_call(routes, "GET", "/internal/webhooks/event-types", kAnyScope,
           [](const std::shared_ptr<Call>& call) { event_types(*call); });
  add_call(routes, "GET", all, kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "POST", all, kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "PATCH", one, kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { update(routes, call); });
  add_call(routes, "DELETE", one, kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { remove(routes, call); });
  add_call(routes, "POST", one + "/test", kScopeConsoleWrite,
           [routes](const std::shared_ptr<Call>& call) { test(routes, call); });
  add_call(routes, "GET", one + "/deliveries", kScopeConsoleRead,
           [routes](const std::shared_ptr<Call>& call) { deliveries(routes, *call); });
}

}  // namespace agentnet::sbn
