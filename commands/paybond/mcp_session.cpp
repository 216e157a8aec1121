#include "commands/paybond/mcp_session.hpp"

#include <algorithm>

#include "commands/paybond/agent_call.hpp"
#include "commands/paybond/answer.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/client_audit.hpp"
#include "core/paybond/client_fraud.hpp"
#include "core/paybond/client_funding.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_ledger.hpp"
#include "core/paybond/client_protocol.hpp"
#include "core/paybond/client_signal.hpp"
#include "core/paybond/client_spend.hpp"
#include "core/paybond/client_verify.hpp"
#include "core/paybond/redaction.hpp"

namespace agentnet::commands {
namespace {

using json::Document;
using json::Value;

std::string text(const Value& arguments, std::string_view name) {
  return text_among(arguments, {name});
}
Value member(const Value& arguments, std::string_view name) {
  const Value* found = arguments.find(name);
  return found == nullptr ? Value() : *found;
}
std::int64_t cents(const Value& arguments) {
  return cents_of(arguments, "requested_spend_cents").value_or(0);
}

// A result is an object, so what is not there is one, too.
Document or_nothing(std::optional<Document> answer) {
  return answer ? std::move(*answer) : json::parse(R"({"found":false})");
}

// A page's size; nullopt for the network's own.
std::optional<std::int64_t> limit_of(const Value& arguments) {
  return cents_of(arguments, "limit");
}

// --- spend

Document verify(McpSession& session, const Value& arguments) {
  const std::string intent_id = paybond::intent_path_id(text(arguments, "intent_id"));
  const std::string call_id = text(arguments, "tool_call_id");
  // The same call asked again is the same request, which the network answers as it did before.
  const std::string key = call_id.empty() ? std::string() : "mcp:" + intent_id + ":" + call_id;
  paybond::VerifyResult result = paybond::verify_capability(session.connection().harbor(),
                                                            {.intent_id = intent_id,
                                                             .token = session.token_for(arguments, intent_id),
                                                             .operation = text(arguments, "operation"),
                                                             .requested_spend_cents = cents(arguments),
                                                             .vendor_id = text(arguments, "vendor_id"),
                                                             .tool_call_id = call_id,
                                                             .tool_name = text(arguments, "tool_name"),
                                                             .idempotency_key = key});
  return std::move(result.answer);
}

Document preflight(McpSession& session, const Value& arguments) {
  return paybond::preflight_spend(session.connection().gateway(),
                                  {.intent_id = text(arguments, "intent_id"),
                                   .operation = text(arguments, "operation"),
                                   .requested_spend_cents = cents(arguments),
                                   .vendor_id = text(arguments, "vendor_id"),
                                   .tool_name = text(arguments, "tool_name")});
}

Document bootstrap(McpSession& session, const Value& arguments) {
  return paybond::bootstrap_sandbox(session.connection().gateway(),
                                    {.operation = text(arguments, "operation"),
                                     .requested_spend_cents = cents(arguments),
                                     .currency = text(arguments, "currency"),
                                     .completion_preset = text(arguments, "completion_preset")});
}

Document sandbox_evidence(McpSession& session, const Value& arguments) {
  paybond::SandboxEvidence evidence{.payload = member(arguments, "payload"),
                                    .operation = text(arguments, "operation"),
                                    .requested_spend_cents = cents_of(arguments, "requested_spend_cents")};
  if (const Value artifacts = member(arguments, "artifacts"); artifacts.is_array()) {
    for (const Value& artifact : artifacts.items())
      evidence.artifacts.emplace_back(artifact.text());
  }
  return paybond::submit_sandbox_evidence(session.connection().gateway(), text(arguments, "intent_id"),
                                          evidence);
}

// --- intents

Document create(McpSession& session, const Value& arguments) {
  const Mutation mutation = session.mutation({});
  return paybond::create_intent(mutation.client, json::to_compact(member(arguments, "body")),
                                mutation.options);
}

Document fund(McpSession& session, const Value& arguments) {
  const Mutation mutation = session.mutation({});
  paybond::FundResult result =
      paybond::fund_intent(mutation.client, text(arguments, "intent_id"), {.mutation = mutation.options});
  return std::move(result.answer);
}

Document evidence(McpSession& session, const Value& arguments) {
  const Mutation mutation = session.mutation({});
  return paybond::submit_evidence(mutation.client, text(arguments, "intent_id"),
                                  json::to_compact(member(arguments, "body")), mutation.options);
}

Document confirm(McpSession& session, const Value& arguments) {
  const Mutation mutation = session.mutation({});
  json::Arena arena;
  json::ObjectBuilder body(arena);
  if (const std::string outcome = text(arguments, "outcome"); !outcome.empty()) {
    body.add("outcome", std::string_view(outcome));
  }
  return paybond::confirm_settlement(mutation.client, text(arguments, "intent_id"),
                                     json::to_compact(body.done()), mutation.options);
}

// --- which tool does what

struct Action {
  std::string_view tool;
  Document (*run)(McpSession& session, const Value& arguments);
};

constexpr Action kActions[] = {
    {"paybond_get_principal",
     [](McpSession& session, const Value&) { return session.connection().principal().answer; }},
    {"paybond_verify_capability", verify},
    {"paybond_authorize_agent_spend", verify},
    {"paybond_get_budget_remaining", preflight},
    {"paybond_explain_policy", preflight},
    {"paybond_bootstrap_sandbox_guardrail", bootstrap},
    {"paybond_submit_sandbox_guardrail_evidence", sandbox_evidence},
    {"paybond_list_intents",
     [](McpSession& session, const Value& arguments) {
       return paybond::list_intents(session.connection().gateway(),
                                    {.status = text(arguments, "status"),
                                     .limit = limit_of(arguments).value_or(20),
                                     .cursor = text(arguments, "cursor")});
     }},
    {"paybond_get_intent",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_intent(session.connection().gateway(), text(arguments, "intent_id"));
     }},
    {"paybond_list_audit_exports",
     [](McpSession& session, const Value& arguments) {
       return paybond::list_audit_exports(
           session.connection().gateway(),
           {.limit = limit_of(arguments), .cursor = text(arguments, "cursor")});
     }},
    {"paybond_get_audit_export",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_audit_export(session.connection().gateway(), text(arguments, "job_id"));
     }},
    {"paybond_get_reputation_receipt",
     [](McpSession& session, const Value& arguments) {
       return or_nothing(paybond::get_reputation_receipt(session.connection().gateway(),
                                                         text(arguments, "operator_did"),
                                                         text(arguments, "score_version")));
     }},
    {"paybond_get_portfolio_summary",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_portfolio_summary(session.connection().gateway(),
                                             text(arguments, "score_version"));
     }},
    {"paybond_get_signed_portfolio_artifact",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_signed_portfolio_export(session.connection().gateway(),
                                                   text(arguments, "score_version"));
     }},
    {"paybond_get_fraud_assessment",
     [](McpSession& session, const Value& arguments) {
       return or_nothing(paybond::get_operator_review_status(session.connection().gateway(),
                                                             text(arguments, "operator_did"),
                                                             text(arguments, "score_version")));
     }},
    {"paybond_get_fraud_metrics",
     [](McpSession& session, const Value& arguments) {
       const std::string window = text(arguments, "window");
       return paybond::get_fraud_metrics(session.connection().gateway(), window.empty() ? "24h" : window);
     }},
    {"paybond_get_a2a_agent_card",
     [](McpSession& session, const Value&) {
       return paybond::get_agent_card(session.connection().gateway());
     }},
    {"paybond_list_a2a_task_contracts",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_task_contracts(session.connection().gateway(), limit_of(arguments).value_or(0),
                                          text(arguments, "cursor"));
     }},
    {"paybond_get_a2a_task_contract",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_task_contract(session.connection().gateway(), text(arguments, "contract_id"));
     }},
    {"paybond_verify_agent_mandate_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::verify_mandate(session.connection().gateway(), member(arguments, "body"));
     }},
    {"paybond_verify_agent_recognition_proof_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::verify_recognition_proof(session.connection().gateway(), member(arguments, "body"));
     }},
    {"paybond_import_agent_mandate_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::import_mandate_body(session.connection().gateway(), member(arguments, "body"));
     }},
    {"paybond_get_settlement_receipt_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_protocol_receipt(session.connection().gateway(), text(arguments, "receipt_id"));
     }},
    {"paybond_get_agent_receipt_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::get_agent_receipt(session.connection().gateway(), text(arguments, "receipt_id"));
     }},
    {"paybond_verify_agent_receipt_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::verify_agent_receipt(session.connection().gateway(), member(arguments, "receipt"));
     }},
    {"paybond_verify_protocol_receipt_v1",
     [](McpSession& session, const Value& arguments) {
       return paybond::verify_protocol_receipt(session.connection().gateway(), member(arguments, "receipt"));
     }},
    {"paybond_create_intent", create},
    {"paybond_fund_intent", fund},
    {"paybond_submit_evidence", evidence},
    {"paybond_confirm_settlement", confirm},
    {"paybond_get_ledger_tip",
     [](McpSession& session, const Value&) {
       return paybond::get_ledger_tip(session.connection().harbor());
     }},
};

}  // namespace

PaybondConnection& McpSession::connection() {
  if (!connection_) connection_ = connect_();
  return *connection_;
}

Mutation McpSession::mutation(const std::string& idempotency_key) {
  Mutation mutation = mutation_of(connection(), context_, agent_);
  mutation.options.idempotency_key = idempotency_key;
  return mutation;
}

std::string McpSession::token_for(const Value& arguments, const std::string& intent_id) const {
  // A model may hand back what it was shown in place of the token.
  if (std::string given = text(arguments, "capability_token");
      !given.empty() && given != paybond::kRedacted) {
    return given;
  }
  for (const Kept& kept : tokens_) {
    if (kept.intent_id == intent_id) return kept.token;
  }
  throw Error(Category::usage, "missing_token", "this session has no capability of the intent " + intent_id,
              "capability_token gives it");
}

void McpSession::keep_token(const Value& answer) {
  Kept kept{text(answer, "intent_id"), text(answer, "capability_token")};
  if (kept.intent_id.empty() || kept.token.empty()) return;
  std::erase_if(tokens_, [&](const Kept& each) { return each.intent_id == kept.intent_id; });
  if (tokens_.size() >= kMaxKeptTokens) tokens_.erase(tokens_.begin());
  tokens_.push_back(std::move(kept));
}

Document McpSession::call(const paybond::McpTool& tool, const Value& arguments) {
  const auto* const action = std::find_if(std::begin(kActions), std::end(kActions),
                                          [&](const Action& each) { return each.tool == tool.name; });
  if (action == std::end(kActions)) {
    throw Error(Category::failed, "not_implemented", std::string(tool.name) + " does nothing");
  }
  const Document answer = action->run(*this, arguments);
  keep_token(answer.root);
  Document shown;
  json::Arena arena;
  json::Parser parser;
  const std::string text = json::to_compact(paybond::redact(answer.root, arena));
  shown.root = parser.parse(shown.arena.copy(text), shown.arena);
  return shown;
}

}  // namespace agentnet::commands
