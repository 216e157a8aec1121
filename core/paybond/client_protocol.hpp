// What agents show each other: receipts, mandates, recognition proofs, agent cards and task contracts (wire
// reference paybond 7.5). Receipts that are read must name the client's tenant and the receipt asked for.
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

json::Document get_protocol_receipt(Client& client, std::string_view receipt_id);
json::Document verify_protocol_receipt(Client& client, const json::Value& receipt);
json::Document get_agent_receipt(Client& client, std::string_view receipt_id);
// The receipt of one tool call.
json::Document find_agent_receipt(Client& client, std::string_view intent_id, std::string_view tool_call_id);
json::Document verify_agent_receipt(Client& client, const json::Value& receipt);

struct MandateImport {
  json::Value signed_mandate;
  std::string intent_id;
  json::Value transport_binding = {};  // not sent when null, like the next one
  json::Value recognition_proof = {};
};
// Checks the answer's intent and the tenant of its mandate.
json::Document import_mandate(Client& client, const MandateImport& mandate);
json::Document import_mandate_body(Client& client, const json::Value& body);
json::Document verify_mandate(Client& client, const json::Value& body);
json::Document verify_recognition_proof(Client& client, const json::Value& body);

json::Document get_agent_card(Client& client);
// `limit` 0: the network's own page.
json::Document get_task_contracts(Client& client, std::int64_t limit = 0, std::string_view cursor = {});
json::Document get_task_contract(Client& client, std::string_view contract_id);

}  // namespace agentnet::paybond
