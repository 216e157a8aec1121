// Events: what happened in a project, for whoever it told a webhook to (webhooks.hpp).
//
// An event becomes a pending delivery of each enabled webhook of the project that wants its type, in the
// write that it is about: it is told of when, and only when, that is durable. The body is
//   {"id": "evt_…", "type": "key.created", "project_id", "created_at", "data": {…}}
// with the same id for every webhook. A webhook with kMaxPendingDeliveries waiting gets no more until some
// are through; what it missed is counted in its `dropped`.
#pragma once

#include <functional>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

struct EventType {
  std::string_view name;
  std::string_view what;
};

inline constexpr EventType kEventTypes[] = {
    {"attestation.created", "the validators attested a summary"},
    {"block.sealed", "a block was sealed"},
    {"slot.opened", "a slot was opened"},
    {"slot.closed", "a slot was closed"},
    {"app.registered", "an Atlas app was registered"},
    {"app.revoked", "an Atlas app was revoked"},
    {"key.created", "an API key was made"},
    {"key.rotated", "an API key got a new secret"},
    {"key.revoked", "an API key was revoked"},
    {"project.updated", "the name, description or settings of the project changed"},
    {"project.archived", "the project was archived"},
    {"project.unarchived", "the project takes changes again"},
};
// What `webhooks test` sends; it goes to any webhook and cannot be asked for.
inline constexpr std::string_view kTestEvent = "webhook.test";

inline constexpr std::int64_t kMaxPendingDeliveries = 1'000;  // of one webhook
inline constexpr std::size_t kMaxEventBytes = 64 * 1'024;     // of a body; a larger one is dropped

bool is_event_type(std::string_view name);

// Inside Database::write. `data` makes an object, when somebody wants the event. One look into an index when
// the project has no webhook.
using EventData = std::function<json::Value(json::Arena& arena)>;
void emit_event(store::Connection& connection, std::string_view tenant, std::string_view type,
                const EventData& data, Instant now);
void emit_event(store::Connection& connection, std::string_view tenant, std::string_view type,
                const json::Value& data, Instant now);

// The body of an event; its id is made from `seed`, which no other event has.
std::string event_body(std::string_view tenant, std::string_view type, const json::Value& data, Instant now,
                       std::string_view seed);

}  // namespace agentnet::sbn
