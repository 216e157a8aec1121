#include "core/paybond/client_intents.hpp"

namespace agentnet::paybond {
namespace {

std::string intent_path(const Client& client, std::string_view id, std::string_view rest) {
  return client.harbor("/intents/" + std::string(id) + std::string(rest));
}

}  // namespace

ClientCall mutation(std::string target, std::string body, std::string_view purpose,
                    const MutationOptions& options) {
  ClientCall call{.method = "POST", .target = std::move(target), .body = std::move(body)};
  call.idempotency_key = options.idempotency_key;
  const std::string proof =
      options.proof ? options.proof(purpose, call.method, call.target, *call.body) : std::string();
  if (!proof.empty()) call.headers.add(std::string(kRecognitionHeader), recognition_header(proof));
  return call;
}

json::Document create_intent(Client& client, std::string_view signed_body, const MutationOptions& options) {
  const ClientCall call = mutation(client.harbor("/intents"), as_sent(signed_body), kCreatePurpose, options);
  return client.ask(call).document;
}

json::Document submit_evidence(Client& client, std::string_view intent_id, std::string_view signed_body,
                               const MutationOptions& options) {
  const std::string id = intent_path_id(intent_id);
  const ClientCall call =
      mutation(intent_path(client, id, "/evidence"), as_sent(signed_body), kEvidencePurpose, options);
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant", "evidence", call);
  client.require_echo(answer.root(), "intent_id", id, "evidence intent", call);
  return std::move(answer.document);
}

json::Document confirm_settlement(Client& client, std::string_view intent_id, std::string_view body,
                                  const MutationOptions& options) {
  const std::string id = intent_path_id(intent_id);
  const ClientCall call =
      mutation(intent_path(client, id, "/settlement/confirm"), as_sent(body), kConfirmPurpose, options);
  return client.ask(call).document;
}

json::Document get_intent(Client& client, std::string_view intent_id) {
  const ClientCall call{.target = client.harbor("/operator/v1/intents/" + http::percent_encode(intent_id))};
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_id", "intent", call);
  return std::move(answer.document);
}

json::Document list_intents(Client& client, const ListOptions& options) {
  http::Query query;
  if (!options.status.empty()) query.add("status", options.status);
  query.add("limit", std::to_string(options.limit));
  if (!options.cursor.empty()) query.add("cursor", options.cursor);
  return client.ask({.target = client.harbor("/operator/v1/intents") + query.text()}).document;
}

}  // namespace agentnet::paybond
