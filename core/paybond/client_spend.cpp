#include "core/paybond/client_spend.hpp"

#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {

json::Document preflight_spend(Client& client, const PreflightRequest& request) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("intent_id", std::string_view(request.intent_id));
  body.add("operation", std::string_view(request.operation));
  body.add_integer("requested_spend_cents", request.requested_spend_cents);
  add_trimmed(body, "vendor_id", request.vendor_id);
  add_trimmed(body, "tool_name", request.tool_name);
  return client
      .ask({.method = "POST", .target = "/v1/spend/preflight", .body = json::to_compact(body.done())})
      .document;
}

void complete_spend_decision(Client& client, std::string_view decision_id, std::string_view outcome) {
  if (outcome != "consumed" && outcome != "released") {
    throw Error(Category::usage, "bad_outcome",
                "the outcome is consumed or released, not '" + std::string(outcome) + "'");
  }
  const auto id = parse_uuid(strip(decision_id));
  if (!id) throw Error(Category::usage, "bad_decision_id", "a decision's id is a UUID");
  json::Arena arena;
  client.send({.method = "POST",
               .target = "/v1/spend/decisions/" + uuid_text(*id) + "/complete",
               .body = json::to_compact(json::ObjectBuilder(arena).add("outcome", outcome).done())});
}

}  // namespace agentnet::paybond
