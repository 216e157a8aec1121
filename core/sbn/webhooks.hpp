// Webhooks of a project in the store, and their deliveries.
//
// A delivery is a POST of an event's body (events.hpp) to the webhook's URL, with the headers
//   X-SBN-Event      the event's type
//   X-SBN-Delivery   the delivery's id, the same for each attempt
//   X-SBN-Timestamp  whole seconds since 1970 at which this attempt was made
//   X-SBN-Signature  "v1=" and 64 hexadecimal digits: HMAC-SHA256 with the secret (its text as bytes) over
//                    the timestamp, a full stop, and the body
// An answer of status 200 to 299 ends it. Anything else is tried again after 0.5 s, doubled each time, until
// kMaxAttempts; then the delivery has failed and the next one's turn comes. Deliveries of one webhook go out
// in order, one at a time; after kMaxAttempts the order has a hole.
//
// A URL is https, or http to loopback (127.0.0.1, [::1], localhost). Redirects are not followed. Names that
// lead to addresses of private networks are refused when the connection is made (webhook_sender.hpp).
//
// The secret is kept as it is, in the store, whose file only its owner reads: signing needs it. It is shown
// once, when the network made it, and never again.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/json/value.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxWebhooks = 50;  // of one project
inline constexpr std::size_t kMaxUrlBytes = 2'048;
inline constexpr std::size_t kMinSecretBytes = 8;
inline constexpr std::size_t kMaxSecretBytes = 256;
inline constexpr std::int64_t kMaxAttempts = 10;
inline constexpr std::chrono::milliseconds kFirstBackoff{500};
inline constexpr std::int64_t kKeptDeliveries = 1'000;  // of one webhook, that are over
inline constexpr std::size_t kMaxErrorBytes = 256;      // of what the log says of a failure

struct Webhook {
  std::string id = {};
  std::string tenant_id = {};
  std::string url = {};
  std::vector<std::string> events = {};  // {"*"}: all
  std::string secret = {};
  bool enabled = true;
  Instant created_at = {};
  Instant updated_at = {};
  std::int64_t last_place = 0;
  std::int64_t pending = 0;
  std::int64_t dropped = 0;  // events that found the queue full
};

// Throws Error usage/bad_url, usage/bad_event, usage/bad_secret: what a webhook cannot have.
void check_url(std::string_view url);
bool is_loopback_host(std::string_view host);  // of a URL, an IPv6 address in brackets
void check_events(const std::vector<std::string>& events);
void check_secret(std::string_view secret);

// `secret` empty: one is made, "whsec_" and 64 hexadecimal digits. Throws as the checks do, and Error
// policy/too_many_webhooks.
Webhook add_webhook(store::Connection& connection, std::string_view tenant, const Webhook& wanted,
                    Instant now, Random& random);
// Writes url, events, secret and enabled. Throws as the checks do.
void save_webhook(store::Connection& connection, const Webhook& webhook, Instant now);
// With its deliveries.
void delete_webhook(store::Connection& connection, std::string_view id);
// Throws Error not_found/unknown_webhook.
Webhook require_webhook(store::Connection& connection, std::string_view tenant, std::string_view id);
// The oldest first.
std::vector<Webhook> list_webhooks(store::Connection& connection, std::string_view tenant);
// The enabled ones that want the type.
std::vector<Webhook> webhooks_for(store::Connection& connection, std::string_view tenant,
                                  std::string_view type);

struct Delivery {
  std::string webhook_id;
  std::int64_t place = 0;
  std::string event_type;
  std::string body;
  std::string status;  // pending, delivered or failed
  std::int64_t attempts = 0;
  std::optional<std::int64_t> response_status;
  std::optional<std::string> last_error;
  Instant created_at;
  std::optional<Instant> attempted_at;

  std::string id() const { return webhook_id + "-" + std::to_string(place); }
};

// Queues a body, or counts it as dropped when the queue is full.
void add_delivery(store::Connection& connection, const Webhook& webhook, std::string_view type,
                  std::string_view body, Instant now);
void note_dropped(store::Connection& connection, std::string_view webhook_id);
// The newest first.
void list_deliveries(store::Connection& connection, std::string_view webhook_id, std::int64_t limit,
                     const std::function<void(const Delivery&)>& take);

// The delivery that is to be attempted next, with its webhook; nullopt when none is due.
struct DueDelivery {
  Webhook webhook;
  Delivery delivery;
};
std::optional<DueDelivery> due_delivery(store::Connection& connection, Instant now);

// How an attempt went.
struct Attempt {
  std::optional<std::int64_t> status;  // of the answer, when there was one
  std::string error;                   // "" when it was good
  bool delivered() const { return error.empty(); }
};
// Notes an attempt and when the webhook is due again. Does nothing when the webhook is gone or the delivery
// is over.
void settle_delivery(store::Connection& connection, const Delivery& delivery, const Attempt& attempt,
                     Instant now);
// A delivery that was attempted outside the queue, by `webhooks test`. Returns it as the log has it.
Delivery add_settled_delivery(store::Connection& connection, std::string_view webhook_id,
                              std::string_view type, std::string_view body, const Attempt& attempt,
                              Instant now);

// {"id", "project_id", "url", "events", "enabled", "pending", "dropped", "created_at", "updated_at"}.
json::Value webhook_row(const Webhook& webhook, json::Arena& arena);
// {"id", "webhook_id", "event", "status", "attempts", "response_status", "last_error", "created_at",
// "attempted_at"}.
json::Value delivery_row(const Delivery& delivery, json::Arena& arena);

}  // namespace agentnet::sbn
