#include "core/paybond/client_fraud.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/paybond/fraud_rules.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kWindows[] = {"24h", "7d", "30d"};

json::Document ask_own(Client& client, const ClientCall& call) {
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "fraud", call);
  return std::move(answer.document);
}

// event_type, summary, review_outcome, then the rest in its order.
std::string review_body(const json::Value& event) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  const json::Value* type = event.find("event_type");
  const bool is_outcome = type != nullptr && type->is_string() && is_review_outcome(type->text());
  if (type != nullptr) body.add("event_type", is_outcome ? json::Value::string(kOutcomeRecorded) : *type);
  if (const json::Value* summary = event.find("summary")) body.add("summary", *summary);
  if (is_outcome) body.add("review_outcome", *type);
  for (const json::Member& member : event.members()) {
    const std::string_view name = member.name.text();
    if (name == "event_type" || name == "summary" || (is_outcome && name == "review_outcome")) continue;
    body.add(member);
  }
  return as_sent(body.done());
}

}  // namespace

json::Document list_fraud_review_queue(Client& client, const ReviewQueueOptions& options) {
  http::Query query;
  if (!options.state.empty()) query.add("state", options.state);
  if (!options.severity.empty()) query.add("fraud_severity", options.severity);
  if (options.limit) {
    query.add("limit", std::to_string(std::clamp<std::int64_t>(*options.limit, 1, kMaxReviewPage)));
  }
  if (!options.score_version.empty()) query.add("score_version", options.score_version);
  return ask_own(client, {.target = "/signal/v1/review-queue" + query.text(), .names_tenant = false});
}

json::Document get_fraud_release_gate(Client& client) {
  return ask_own(client, {.target = "/signal/v1/fraud/release-gate", .names_tenant = false});
}

json::Document set_fraud_release_gate_mode(Client& client, std::string_view mode) {
  json::Arena arena;
  return ask_own(client, {.method = "PUT",
                          .target = "/signal/v1/fraud/release-gate",
                          .body = json::to_compact(json::ObjectBuilder(arena).add("mode", mode).done()),
                          .names_tenant = false,
                          .once = true});
}

json::Document get_fraud_metrics(Client& client, std::string_view window) {
  if (std::find(std::begin(kWindows), std::end(kWindows), window) == std::end(kWindows)) {
    throw Error(Category::usage, "bad_window",
                "the window is 24h, 7d or 30d, not '" + std::string(window) + "'");
  }
  return ask_own(client, {.target = "/signal/v1/fraud/metrics" + http::Query().add("window", window).text(),
                          .names_tenant = false});
}

json::Document record_fraud_review_event(Client& client, std::string_view operator_did,
                                         const json::Value& event) {
  if (!event.is_object()) throw Error(Category::usage, "not_an_object", "a review event is a JSON object");
  const ClientCall call{
      .method = "POST",
      .target = "/signal/v1/operators/" + http::percent_encode(operator_did) + "/review-events",
      .body = review_body(event),
      .names_tenant = false,
      .once = true};
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "fraud", call);
  client.require_echo(answer.root(), "operator_did", std::string(operator_did), "fraud operator", call);
  return std::move(answer.document);
}

}  // namespace agentnet::paybond
