#include "core/sbn/events.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "core/auth/tenant.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/sbn/webhooks.hpp"

namespace agentnet::sbn {

bool is_event_type(std::string_view name) {
  return std::any_of(std::begin(kEventTypes), std::end(kEventTypes),
                     [&](const EventType& type) { return type.name == name; });
}

std::string event_body(std::string_view tenant, std::string_view type, const json::Value& data, Instant now,
                       std::string_view seed) {
  constexpr std::size_t kIdDigits = 32;
  json::Arena arena;
  const std::string id = "evt_" + crypto::sha256_hex(seed).substr(0, kIdDigits);
  return json::to_compact(json::ObjectBuilder(arena)
                              .add("id", std::string_view(id))
                              .add("type", type)
                              .add("project_id", tenant)
                              .add("created_at", std::string_view(iso_offset(now)))
                              .add("data", data)
                              .done());
}

void emit_event(store::Connection& connection, std::string_view tenant, std::string_view type,
                const EventData& data, Instant now) {
  json::Arena arena;
  std::string body;
  for (const Webhook& webhook : webhooks_for(connection, tenant, type)) {
    if (body.empty()) {
      // A place of a webhook is given once, so no other event has this seed.
      body = event_body(tenant, type, data(arena), now,
                        webhook.id + "/" + std::to_string(webhook.last_place + 1));
    }
    if (body.size() > kMaxEventBytes) {
      note_dropped(connection, webhook.id);
    } else {
      add_delivery(connection, webhook, type, body, now);
    }
  }
}

void emit_event(store::Connection& connection, std::string_view tenant, std::string_view type,
                const json::Value& data, Instant now) {
  emit_event(
      connection, tenant, type, [&](json::Arena&) { return data; }, now);
}

}  // namespace agentnet::sbn
