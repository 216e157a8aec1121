// What agents show each other: mandates, receipts, recognition proofs, the agent card.
#include "core/json/write.hpp"
#include "core/paybond/artefact.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/issued_receipts.hpp"
#include "core/paybond/mandate.hpp"
#include "core/paybond/mandate_binding.hpp"
#include "core/paybond/protocol_receipt.hpp"
#include "core/paybond/receipt_schema.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kDefaultReceipts = 20;
constexpr std::int64_t kMostReceipts = 200;
constexpr std::string_view kContractId = "paybond.intent.v1";

// The member, or the body itself where it has no such member: both ways of asking are in use.
const json::Value& document_in(const Call& call, std::string_view name) {
  const json::Value* member = call.body.root.find(name);
  return member != nullptr && member->is_object() ? *member : call.body.root;
}

void reply_verdict(const Call& call, const JudgedArtefact& judged) {
  json::Arena arena;
  call.reply(json::ObjectBuilder(arena)
                 .add_boolean("valid", judged.verdict.valid)
                 .add_or_null("kind", judged.kind)
                 .add_or_null("id", judged.id)
                 .add("tier", judged.tier ? json::Value::string(tier_name(*judged.tier)) : json::Value())
                 .add_or_null("code", judged.verdict.reason)
                 .add_or_null("message", judged.verdict.message)
                 .done());
}

// A negative answer is a 200, too: the question was answered.
void verify(const Routes& routes, const Call& call, std::string_view member, Family family) {
  const ArtefactTrust trust{
      .keys = {}, .operators = {}, .required = Tier::operational, .now = routes.service.clock.now()};
  reply_verdict(call, judge_artefact(document_in(call, member), family, trust));
}

void import(const Routes& routes, const std::shared_ptr<Call>& call) {
  const json::Value* mandate = call->body.root.find("signed_mandate");
  if (mandate == nullptr || !mandate->is_object())
    bad_field("missing_field", "signed_mandate", "not an object");
  const std::string intent_id = call->short_text("intent_id").value_or("");
  if (intent_id.empty()) bad_field("missing_field", "intent_id", "missing");
  const json::Value* transport = call->body.root.find("transport_binding");
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call->tenant(), now};
    const MandateBinding binding = bind_mandate(harbor, {*mandate, intent_id, transport});
    json::Parser parser;
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call->tenant()))
        .add("intent_id", std::string_view(binding.intent_id))
        .add("mandate", *mandate)
        .add("authorization_receipt_id", std::string_view(binding.receipt_id))
        .add("authorization_receipt", parser.parse(arena.copy(binding.authorization_receipt), arena))
        .done();
  });
}

// A receipt as it was signed. Throws Error not_found/unknown_receipt.
json::Value read_receipt(const std::optional<std::string>& found, json::Arena& arena) {
  if (!found) throw Error(Category::not_found, "unknown_receipt", "there is no such receipt");
  json::Parser parser;
  return parser.parse(arena.copy(*found), arena);
}

void receipt(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const HarborCall harbor{connection, routes.service, call.tenant(), routes.service.clock.now()};
    return read_receipt(find_protocol_receipt(harbor, call.exchange->path_value("receipt_id")), arena);
  });
}

void agent_receipt(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const std::string id = call.exchange->path_value("receipt_id");
    return read_receipt(find_agent_receipt(connection, call.tenant(), id), arena);
  });
}

// Of an intent and a call the receipt of the action, of an intent alone that of its end; else a list.
void agent_receipts(const Routes& routes, const Call& call) {
  const auto intent_id = call.exchange->query("intent_id");
  const auto tool_call_id = call.exchange->query("tool_call_id");
  const std::int64_t limit = call.exchange->query_number("limit", kDefaultReceipts, 1, kMostReceipts);
  if (tool_call_id && !intent_id) bad_field("missing_field", "intent_id", "missing beside tool_call_id");
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    if (intent_id) {
      const auto uuid = parse_uuid(*intent_id);
      const std::string id = uuid ? uuid_text(*uuid) : *intent_id;
      const std::string receipt_id = tool_call_id ? action_receipt_id(id, *tool_call_id) : id;
      return read_receipt(find_agent_receipt(connection, call.tenant(), receipt_id), arena);
    }
    json::ArrayBuilder items(arena);
    for (const ListedReceipt& each : list_agent_receipts(connection, call.tenant(), limit)) {
      items.add(json::ObjectBuilder(arena)
                    .add("receipt_id", std::string_view(each.receipt_id))
                    .add("scope", each.tool_call_id.empty() ? "intent_terminal" : "action")
                    .add("intent_id", std::string_view(each.intent_id))
                    .add_or_null("tool_call_id", each.tool_call_id)
                    .add("message_digest_sha256_hex", std::string_view(each.message_digest))
                    .add("created_at", std::string_view(iso_zulu(each.created_at)))
                    .done());
    }
    return json::ObjectBuilder(arena)
        .add("tenant_id", std::string_view(call.tenant()))
        .add("items", items.done())
        .add_integer("limit", limit)
        .done();
  });
}

// --- what this network tells other agents of itself

json::Value contract(json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("contract_id", kContractId)
      .add("name", "A task that is paid for when its evidence passes")
      .add("version", "1")
      .add("create", "POST /harbor/intents")
      .add("evidence", "POST /harbor/intents/{intent_id}/evidence")
      .add("settle", "POST /harbor/intents/{intent_id}/settlement/confirm")
      .add_boolean("simulated", true)
      .done();
}

void contracts(const Call& call) {
  json::Arena arena;
  json::ArrayBuilder list(arena);
  list.add(contract(arena));
  call.reply(json::ObjectBuilder(arena)
                 .add("tenant_id", std::string_view(call.tenant()))
                 .add("contracts", list.done())
                 .done());
}

void one_contract(const Call& call) {
  if (call.exchange->path_value("contract_id") != kContractId)
    throw Error(Category::not_found, "unknown_contract", "there is no such task contract");
  json::Arena arena;
  call.reply(contract(arena));
}

void card(const Routes& routes, const Call& call) {
  json::Arena arena;
  json::ArrayBuilder skills(arena);
  skills.add(json::ObjectBuilder(arena)
                 .add("id", kContractId)
                 .add("name", "Pay for a task")
                 .add("description", "Holds money of a simulated rail until evidence of the task passes.")
                 .done());
  const std::string key = hex_lower(routes.service.harbor.public_key().bytes);
  call.reply(json::ObjectBuilder(arena)
                 .add("name", "agentnet local Paybond")
                 .add("description", "A gateway on this machine whose rails are simulated.")
                 .add("version", "1")
                 .add("signing_public_key_ed25519_hex", std::string_view(key))
                 .add("skills", skills.done())
                 .done());
}

void signing_keys(const Routes& routes, const Call& call) {
  json::Arena arena;
  json::ArrayBuilder keys(arena);
  const std::string key = hex_lower(routes.service.harbor.public_key().bytes);
  keys.add(json::ObjectBuilder(arena)
               .add("signing_algorithm", kSealAlgorithm)
               .add("signing_public_key_ed25519_hex", std::string_view(key))
               .done());
  call.reply(json::ObjectBuilder(arena).add("keys", keys.done()).done());
}

}  // namespace

void add_protocol_routes(const Routes& routes) {
  const auto add_verify = [&routes](std::string_view path, std::string_view member, Family family) {
    add_call(routes, "POST", path, auth::kScopePaybondRead,
             [routes, member, family](const std::shared_ptr<Call>& call) {
               verify(routes, *call, member, family);
             });
  };
  add_verify("/protocol/v2/mandates/verify", "signed_mandate", Family::mandate);
  add_verify("/protocol/v2/receipts/verify", "receipt", Family::receipt);
  add_verify("/protocol/v2/agent-receipts/verify", "receipt", Family::receipt);
  add_verify("/protocol/v2/recognition/verify", "recognition_proof", Family::receipt);
  add_call(routes, "POST", "/protocol/v2/mandates", auth::kScopePaybondWrite,
           [routes](const std::shared_ptr<Call>& call) { import(routes, call); });
  add_call(routes, "GET", "/protocol/v2/receipts/{receipt_id}", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { receipt(routes, *call); });
  add_call(routes, "GET", "/protocol/v2/agent-receipts", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { agent_receipts(routes, *call); });
  add_call(routes, "GET", "/protocol/v2/agent-receipts/{receipt_id}", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { agent_receipt(routes, *call); });
  add_call(routes, "GET", "/protocol/v2/a2a/task-contracts", auth::kScopePaybondRead,
           [](const std::shared_ptr<Call>& call) { contracts(*call); });
  add_call(routes, "GET", "/protocol/v2/a2a/task-contracts/{contract_id}", auth::kScopePaybondRead,
           [](const std::shared_ptr<Call>& call) { one_contract(*call); });
  add_call(routes, "GET", "/.well-known/agent-card.json", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { card(routes, *call); });
  add_call(routes, "GET", "/.well-known/agent-receipt-v1.json", kAnyScope,
           [](const std::shared_ptr<Call>& call) {
             json::Arena arena;
             call->reply(agent_receipt_schema(arena));
           });
  add_call(routes, "GET", "/.well-known/agent-receipt-signing-keys.json", kAnyScope,
           [routes](const std::shared_ptr<Call>& call) { signing_keys(routes, *call); });
}

}  // namespace agentnet::paybond
