#include "core/sbn/webhooks.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/http/host_check.hpp"
#include "core/http/message.hpp"
#include "core/sbn/events.hpp"

namespace agentnet::sbn {
namespace {

#define AGENTNET_WEBHOOK_ROW                                                                          \
  "SELECT id, tenant_id, url, events, secret, enabled, created_at, updated_at, last_place, pending, " \
  "dropped FROM sbn_webhooks "
constexpr std::string_view kById = AGENTNET_WEBHOOK_ROW "WHERE id = ? AND tenant_id = ?";
constexpr std::string_view kOfTenant = AGENTNET_WEBHOOK_ROW "WHERE tenant_id = ? ORDER BY created_at, id";
constexpr std::string_view kDue = AGENTNET_WEBHOOK_ROW "WHERE next_at <= ? ORDER BY next_at LIMIT 1";
#undef AGENTNET_WEBHOOK_ROW

#define AGENTNET_DELIVERY_ROW                                                                   \
  "SELECT webhook_id, place, event_type, body, status, attempts, response_status, last_error, " \
  "created_at, attempted_at FROM sbn_deliveries WHERE webhook_id = ? "
constexpr std::string_view kNewest = AGENTNET_DELIVERY_ROW "ORDER BY place DESC LIMIT ?";
constexpr std::string_view kAtPlace = AGENTNET_DELIVERY_ROW "AND place = ?";
constexpr std::string_view kOldestPending =
    AGENTNET_DELIVERY_ROW "AND status = 'pending' ORDER BY place LIMIT 1";
#undef AGENTNET_DELIVERY_ROW

Error bad_field(const char* code, std::string_view field, const std::string& message) {
  return {Category::usage, code, message, {}, {{"field", std::string(field)}}};
}

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts)
    all += (all.empty() ? "" : " ") + text;
  return all;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> texts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    texts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return texts;
}

Webhook read_webhook(const store::Query& row) {
  return {row.text(0),
          row.text(1),
          row.text(2),
          split(row.text(3)),
          row.text(4),
          row.integer(5) != 0,
          auth::from_column(row.integer(6)),
          auth::from_column(row.integer(7)),
          row.integer(8),
          row.integer(9),
          row.integer(10)};
}

Delivery read_delivery(const store::Query& row) {
  Delivery delivery{row.text(0),
                    row.integer(1),
                    row.text(2),
                    row.text(3),
                    row.text(4),
                    row.integer(5),
                    {},
                    {},
                    auth::from_column(row.integer(8)),
                    {}};
  if (!row.is_null(6)) delivery.response_status = row.integer(6);
  if (!row.is_null(7)) delivery.last_error = row.text(7);
  if (!row.is_null(9)) delivery.attempted_at = auth::from_column(row.integer(9));
  return delivery;
}

std::vector<Webhook> read_webhooks(store::Query rows) {
  std::vector<Webhook> webhooks;
  while (rows.next())
    webhooks.push_back(read_webhook(rows));
  return webhooks;
}

void check_count(store::Connection& connection, std::string_view tenant) {
  store::Query rows = connection.query("SELECT COUNT(*) FROM sbn_webhooks WHERE tenant_id = ?", {tenant});
  if (!rows.next() || rows.integer(0) < static_cast<std::int64_t>(kMaxWebhooks)) return;
  throw Error(Category::policy, "too_many_webhooks",
              "a project has at most " + std::to_string(kMaxWebhooks) + " webhooks");
}

// The next place of a webhook, which is taken by this.
std::int64_t take_place(store::Connection& connection, std::string_view webhook_id) {
  connection.run("UPDATE sbn_webhooks SET last_place = last_place + 1 WHERE id = ?", {webhook_id});
  store::Query rows = connection.query("SELECT last_place FROM sbn_webhooks WHERE id = ?", {webhook_id});
  return rows.next() ? rows.integer(0) : 0;
}

// The log keeps so many; those that wait are never thrown away here.
void forget_old(store::Connection& connection, std::string_view webhook_id, std::int64_t newest) {
  connection.run("DELETE FROM sbn_deliveries WHERE webhook_id = ? AND place <= ? AND status <> 'pending'",
                 {webhook_id, newest - kKeptDeliveries});
}

std::chrono::microseconds backoff_after(std::int64_t attempts) {
  return kFirstBackoff * (std::int64_t{1} << std::clamp<std::int64_t>(attempts - 1, 0, kMaxAttempts));
}

}  // namespace

void check_url(std::string_view url) {
  const auto refuse = [] {
    return bad_field("bad_url", "url",
                     "url must be https, or http to this machine, of at most " +
                         std::to_string(kMaxUrlBytes) + " bytes, without credentials or fragment");
  };
  const bool is_https = url.starts_with("https://");
  if (url.size() > kMaxUrlBytes || (!is_https && !url.starts_with("http://"))) throw refuse();
  std::string_view rest = url.substr(url.find("//") + 2);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  rest.remove_prefix(authority.size());
  const auto host = http::host_of_authority(authority);
  const bool has_path = rest.empty() || (rest.front() == '/' && http::is_target(rest));
  if (!host || authority.find('@') != authority.npos || !http::is_target("/" + std::string(authority)) ||
      !has_path) {
    throw refuse();
  }
  if (!is_https && !is_loopback_host(*host)) throw refuse();
}

bool is_loopback_host(std::string_view host) {
  return http::equals_ignoring_case(host, "localhost") || host == "[::1]" || host == "127.0.0.1";
}

void check_events(const std::vector<std::string>& events) {
  if (events.size() == 1 && events.front() == "*") return;
  const auto known = [](const std::string& name) { return is_event_type(name); };
  if (!events.empty() && events.size() <= std::size(kEventTypes) &&
      std::all_of(events.begin(), events.end(), known)) {
    return;
  }
  throw bad_field("bad_event", "events",
                  "events must be types that GET /internal/webhooks/event-types lists, or * alone");
}

void check_secret(std::string_view secret) {
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (secret.size() >= kMinSecretBytes && secret.size() <= kMaxSecretBytes &&
      std::all_of(secret.begin(), secret.end(), is_visible)) {
    return;
  }
  throw bad_field("bad_secret", "secret",
                  "secret must have " + std::to_string(kMinSecretBytes) + " to " +
                      std::to_string(kMaxSecretBytes) + " visible ASCII characters");
}

Webhook add_webhook(store::Connection& connection, std::string_view tenant, const Webhook& wanted,
                    Instant now, Random& random) {
  constexpr std::size_t kRandomBytes = 32;
  check_url(wanted.url);
  check_events(wanted.events);
  check_count(connection, tenant);
  Webhook webhook = wanted;
  webhook.id = "wh_" + uuid4(random);
  webhook.tenant_id = tenant;
  if (webhook.secret.empty()) {
    Bytes bytes(kRandomBytes);
    random.fill(bytes);
    webhook.secret = "whsec_" + hex_lower(bytes);
  }
  check_secret(webhook.secret);
  webhook.created_at = now;
  webhook.updated_at = now;
  connection.run(
      "INSERT INTO sbn_webhooks (id, tenant_id, url, events, secret, enabled, created_at, updated_at, "
      "last_place, pending, dropped, next_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, 0, NULL)",
      {webhook.id, tenant, webhook.url, joined(webhook.events), webhook.secret, webhook.enabled ? 1 : 0,
       auth::to_column(now), auth::to_column(now)});
  return webhook;
}

void save_webhook(store::Connection& connection, const Webhook& webhook, Instant now) {
  check_url(webhook.url);
  check_events(webhook.events);
  check_secret(webhook.secret);
  connection.run(
      "UPDATE sbn_webhooks SET url = ?, events = ?, secret = ?, enabled = ?, updated_at = ?, next_at = CASE "
      "WHEN ? = 1 AND pending > 0 THEN coalesce(next_at, ?) END WHERE id = ?",
      {webhook.url, joined(webhook.events), webhook.secret, webhook.enabled ? 1 : 0, auth::to_column(now),
       webhook.enabled ? 1 : 0, auth::to_column(now), webhook.id});
}

void delete_webhook(store::Connection& connection, std::string_view id) {
  connection.run("DELETE FROM sbn_deliveries WHERE webhook_id = ?", {id});
  connection.run("DELETE FROM sbn_webhooks WHERE id = ?", {id});
}

Webhook require_webhook(store::Connection& connection, std::string_view tenant, std::string_view id) {
  store::Query rows = connection.query(kById, {id, tenant});
  if (!rows.next()) throw Error(Category::not_found, "unknown_webhook", "the project has no such webhook");
  return read_webhook(rows);
}

std::vector<Webhook> list_webhooks(store::Connection& connection, std::string_view tenant) {
  return read_webhooks(connection.query(kOfTenant, {tenant}));
}

std::vector<Webhook> webhooks_for(store::Connection& connection, std::string_view tenant,
                                  std::string_view type) {
  std::vector<Webhook> webhooks = list_webhooks(connection, tenant);
  std::erase_if(webhooks, [&](const Webhook& webhook) {
    const auto wants = [&](const std::string& event) { return event == "*" || event == type; };
    return !webhook.enabled || std::none_of(webhook.events.begin(), webhook.events.end(), wants);
  });
  return webhooks;
}

void add_delivery(store::Connection& connection, const Webhook& webhook, std::string_view type,
                  std::string_view body, Instant now) {
  if (webhook.pending >= kMaxPendingDeliveries) return note_dropped(connection, webhook.id);
  const std::int64_t column = auth::to_column(now);
  connection.run(
      "INSERT INTO sbn_deliveries (webhook_id, place, event_type, body, status, attempts, created_at) VALUES "
      "(?, ?, ?, ?, 'pending', 0, ?)",
      {webhook.id, take_place(connection, webhook.id), type, body, column});
  connection.run("UPDATE sbn_webhooks SET pending = pending + 1, next_at = coalesce(next_at, ?) WHERE id = ?",
                 {column, webhook.id});
}

void note_dropped(store::Connection& connection, std::string_view webhook_id) {
  connection.run("UPDATE sbn_webhooks SET dropped = dropped + 1 WHERE id = ?", {webhook_id});
}

void list_deliveries(store::Connection& connection, std::string_view webhook_id, std::int64_t limit,
                     const std::function<void(const Delivery&)>& take) {
  store::Query rows = connection.query(kNewest, {webhook_id, limit});
  while (rows.next())
    take(read_delivery(rows));
}

std::optional<DueDelivery> due_delivery(store::Connection& connection, Instant now) {
  store::Query due = connection.query(kDue, {auth::to_column(now)});
  if (!due.next()) return std::nullopt;
  Webhook webhook = read_webhook(due);
  store::Query rows = connection.query(kOldestPending, {webhook.id});
  if (!rows.next()) return std::nullopt;
  return DueDelivery{std::move(webhook), read_delivery(rows)};
}

void settle_delivery(store::Connection& connection, const Delivery& delivery, const Attempt& attempt,
                     Instant now) {
  const std::int64_t attempts = delivery.attempts + 1;
  const bool gives_up = !attempt.delivered() && attempts >= kMaxAttempts;
  const char* status = attempt.delivered() ? "delivered" : gives_up ? "failed" : "pending";
  std::optional<std::string> error;
  if (!attempt.delivered()) error = attempt.error.substr(0, kMaxErrorBytes);
  const std::int64_t found = connection.run(
      "UPDATE sbn_deliveries SET status = ?, attempts = ?, response_status = ?, last_error = ?, attempted_at "
      "= ? WHERE webhook_id = ? AND place = ? AND status = 'pending'",
      {status, attempts, attempt.status, error, auth::to_column(now), delivery.webhook_id, delivery.place});
  if (found == 0) return;
  if (std::string_view(status) == "pending") {
    connection.run("UPDATE sbn_webhooks SET next_at = ? WHERE id = ? AND enabled = 1",
                   {auth::to_column(now + backoff_after(attempts)), delivery.webhook_id});
    return;
  }
  connection.run(
      "UPDATE sbn_webhooks SET pending = pending - 1, next_at = CASE WHEN pending > 1 AND enabled = 1 THEN ? "
      "END WHERE id = ?",
      {auth::to_column(now), delivery.webhook_id});
  forget_old(connection, delivery.webhook_id, delivery.place);
}

Delivery add_settled_delivery(store::Connection& connection, std::string_view webhook_id,
                              std::string_view type, std::string_view body, const Attempt& attempt,
                              Instant now) {
  const std::int64_t place = take_place(connection, webhook_id);
  std::optional<std::string> error;
  if (!attempt.delivered()) error = attempt.error.substr(0, kMaxErrorBytes);
  connection.run(
      "INSERT INTO sbn_deliveries (webhook_id, place, event_type, body, status, attempts, response_status, "
      "last_error, created_at, attempted_at) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)",
      {webhook_id, place, type, body, attempt.delivered() ? "delivered" : "failed", attempt.status, error,
       auth::to_column(now), auth::to_column(now)});
  forget_old(connection, webhook_id, place);
  store::Query rows = connection.query(kAtPlace, {webhook_id, place});
  rows.next();
  return read_delivery(rows);
}

json::Value webhook_row(const Webhook& webhook, json::Arena& arena) {
  json::ArrayBuilder events(arena);
  for (const std::string& event : webhook.events)
    events.add(std::string_view(event));
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(webhook.id))
      .add("project_id", std::string_view(webhook.tenant_id))
      .add("url", std::string_view(webhook.url))
      .add("events", events.done())
      .add_boolean("enabled", webhook.enabled)
      .add_integer("pending", webhook.pending)
      .add_integer("dropped", webhook.dropped)
      .add("created_at", std::string_view(iso_offset(webhook.created_at)))
      .add("updated_at", std::string_view(iso_offset(webhook.updated_at)))
      .done();
}

json::Value delivery_row(const Delivery& delivery, json::Arena& arena) {
  std::optional<std::string> attempted_at;
  if (delivery.attempted_at) attempted_at = iso_offset(*delivery.attempted_at);
  return json::ObjectBuilder(arena)
      .add("id", std::string_view(delivery.id()))
      .add("webhook_id", std::string_view(delivery.webhook_id))
      .add("event", std::string_view(delivery.event_type))
      .add("status", std::string_view(delivery.status))
      .add_integer("attempts", delivery.attempts)
      .add("response_status",
           delivery.response_status ? json::Value::integer(arena, *delivery.response_status) : json::Value())
      .add_optional("last_error", delivery.last_error)
      .add("created_at", std::string_view(iso_offset(delivery.created_at)))
      .add_optional("attempted_at", attempted_at)
      .done();
}

}  // namespace agentnet::sbn
