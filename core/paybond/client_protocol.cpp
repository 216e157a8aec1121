#include "core/paybond/client_protocol.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kProtocol = "/protocol/v2/";

std::string at(std::string_view rest) {
  return std::string(kProtocol) + std::string(rest);
}

json::Document post(Client& client, std::string_view path, const json::Value& body) {
  return client.ask({.method = "POST", .target = at(path), .body = as_sent(body)}).document;
}

json::Document read_receipt(Client& client, std::string_view path, std::string_view receipt_id) {
  const ClientCall call{.target = at(path) + http::percent_encode(receipt_id)};
  Answer answer = client.ask(call);
  client.require_echo(answer.root(), "receipt_id", std::string(receipt_id), "receipt", call);
  client.require_tenant(answer.root(), "tenant_id", "receipt", call);
  return std::move(answer.document);
}

}  // namespace

json::Document get_protocol_receipt(Client& client, std::string_view receipt_id) {
  return read_receipt(client, "receipts/", receipt_id);
}

json::Document verify_protocol_receipt(Client& client, const json::Value& receipt) {
  return post(client, "receipts/verify", receipt);
}

json::Document get_agent_receipt(Client& client, std::string_view receipt_id) {
  return read_receipt(client, "agent-receipts/", receipt_id);
}

json::Document find_agent_receipt(Client& client, std::string_view intent_id, std::string_view tool_call_id) {
  const http::Query query = http::Query().add("intent_id", intent_id).add("tool_call_id", tool_call_id);
  return client.ask({.target = at("agent-receipts") + query.text()}).document;
}

json::Document verify_agent_receipt(Client& client, const json::Value& receipt) {
  return post(client, "agent-receipts/verify", receipt);
}

json::Document import_mandate(Client& client, const MandateImport& mandate) {
  const std::string id = intent_path_id(mandate.intent_id);
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("signed_mandate", mandate.signed_mandate).add("intent_id", std::string_view(id));
  if (!mandate.transport_binding.is_null()) body.add("transport_binding", mandate.transport_binding);
  if (!mandate.recognition_proof.is_null()) body.add("recognition_proof", mandate.recognition_proof);
  const ClientCall call{.method = "POST", .target = at("mandates"), .body = as_sent(body.done())};
  Answer answer = client.ask(call);
  client.require_echo(answer.root(), "intent_id", id, "mandate intent", call);
  const json::Value* bound = answer.root().find("mandate");
  const json::Value* authorization = bound == nullptr ? nullptr : bound->find("authorization");
  client.require_tenant(authorization == nullptr ? json::Value() : *authorization, "tenant_id", "mandate",
                        call);
  return std::move(answer.document);
}

json::Document import_mandate_body(Client& client, const json::Value& body) {
  return post(client, "mandates", body);
}

json::Document verify_mandate(Client& client, const json::Value& body) {
  return post(client, "mandates/verify", body);
}

json::Document verify_recognition_proof(Client& client, const json::Value& body) {
  return post(client, "recognition/verify", body);
}

json::Document get_agent_card(Client& client) {
  return client.ask({.target = "/.well-known/agent-card.json", .names_tenant = false}).document;
}

json::Document get_task_contracts(Client& client, std::int64_t limit, std::string_view cursor) {
  http::Query query;
  if (limit > 0) query.add("limit", std::to_string(limit));
  if (!cursor.empty()) query.add("cursor", cursor);
  return client.ask({.target = at("a2a/task-contracts") + query.text(), .names_tenant = false}).document;
}

json::Document get_task_contract(Client& client, std::string_view contract_id) {
  return client
      .ask({.target = at("a2a/task-contracts/") + http::percent_encode(contract_id), .names_tenant = false})
      .document;
}

}  // namespace agentnet::paybond
