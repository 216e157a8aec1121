#include "commands/paybond/mcp_tools.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/paybond/client.hpp"
#include "core/paybond/mcp_config.hpp"

namespace agentnet::commands {
namespace {

using paybond::McpKind;
using paybond::McpParameter;
using paybond::McpTool;

// --- arguments

constexpr McpParameter kIntent{"intent_id", McpKind::text, true, "the intent's UUID"};
constexpr McpParameter kOperation{"operation", McpKind::text, true, "what is to be done"};
constexpr McpParameter kCents{"requested_spend_cents", McpKind::cents, true, "what it is to cost, in cents"};
constexpr McpParameter kVendor{"vendor_id", McpKind::text, false, "who is to be paid"};
constexpr McpParameter kToolName{"tool_name", McpKind::text, false, "the tool that does it"};
constexpr McpParameter kToken{"capability_token", McpKind::text, false,
                              "the intent's capability; not needed for one that this session was given"};
constexpr McpParameter kCallId{"tool_call_id", McpKind::text, false,
                               "the call; one that is asked again is not spent again"};
constexpr McpParameter kOperator{"operator_did", McpKind::text, true, "the operator's DID"};
constexpr McpParameter kScore{"score_version", McpKind::text, false, "the model of the score"};
constexpr McpParameter kReceipt{"receipt", McpKind::object, true, "the receipt as it was issued"};
constexpr McpParameter kReceiptId{"receipt_id", McpKind::text, true, "the receipt's id"};

constexpr McpParameter kVerify[] = {kIntent, kOperation, kCents, kToken, kVendor, kToolName, kCallId};
constexpr McpParameter kPreflight[] = {kIntent, kOperation, kCents, kVendor, kToolName};
constexpr McpParameter kBootstrap[] = {
    kOperation,
    kCents,
    {"currency", McpKind::text, false, "of the cost"},
    {"completion_preset", McpKind::text, false, "how the gateway judges evidence"}};
constexpr McpParameter kSandboxEvidence[] = {
    kIntent,
    {"payload", McpKind::object, true, "what was done"},
    {"artifacts", McpKind::texts, false, "digests of what was made, hexadecimal"},
    {"operation", McpKind::text, false, "what was done, by name"},
    {"requested_spend_cents", McpKind::cents, false, "what it cost, in cents"}};
constexpr McpParameter kList[] = {{"status", McpKind::text, false, "only those in this state"},
                                  {"limit", McpKind::cents, false, "how many at most, 1 to 200"},
                                  {"cursor", McpKind::text, false, "next_cursor of the page before"}};
constexpr McpParameter kPage[] = {{"limit", McpKind::cents, false, "how many at most"},
                                  {"cursor", McpKind::text, false, "next_cursor of the page before"}};
constexpr McpParameter kOneIntent[] = {kIntent};
constexpr McpParameter kJob[] = {{"job_id", McpKind::text, true, "the export's job"}};
constexpr McpParameter kOneOperator[] = {kOperator, kScore};
constexpr McpParameter kScoreOnly[] = {kScore};
constexpr McpParameter kWindow[] = {{"window", McpKind::text, false, "24h, 7d or 30d"}};
constexpr McpParameter kContract[] = {{"contract_id", McpKind::text, true, "the task contract's id"}};
constexpr McpParameter kBody[] = {{"body", McpKind::object, true, "the request's body"}};
constexpr McpParameter kSigned[] = {kIntent,
                                    {"body", McpKind::object, true, "the evidence, signed by its payee"}};
constexpr McpParameter kOneReceipt[] = {kReceiptId};
constexpr McpParameter kWholeReceipt[] = {kReceipt};
constexpr McpParameter kSignedIntent[] = {
    {"body", McpKind::object, true, "the intent, signed by its principal"}};
constexpr McpParameter kConfirm[] = {
    kIntent, {"outcome", McpKind::text, false, "release or refund; without it the evidence decides"}};

// --- tools

constexpr std::string_view kDiscovery = "mcp.discovery:read";
constexpr std::string_view kSignal = "mcp.signal:read";
constexpr std::string_view kCompliance = "mcp.compliance:read";
constexpr std::string_view kA2A = "mcp.a2a:read";
constexpr std::string_view kReceipts = "mcp.receipts:read";
constexpr std::string_view kSpend = "mcp.spend:write";
constexpr std::string_view kSandbox = "mcp.sandbox:write";
constexpr std::string_view kEvidence = "mcp.evidence:write";
constexpr std::string_view kSettlement = "mcp.settlement:write";

constexpr McpTool kTools[] = {
    {"paybond_get_principal", "Get Paybond Principal", "Whose key this server uses: tenant, subject, roles.",
     kDiscovery},
    {"paybond_verify_capability", "Verify Paybond Capability",
     "Ask whether a capability allows an operation and a spend. What is allowed is reserved.", kSpend,
     kVerify},
    {"paybond_authorize_agent_spend", "Authorize Agent Spend",
     "Ask before a tool that costs money is used. Use the tool only when allow is true. What is allowed is "
     "reserved.",
     kSpend, kVerify},
    {"paybond_get_budget_remaining", "Get Budget Remaining",
     "What an intent has left to spend. Reserves nothing.", kDiscovery, kPreflight},
    {"paybond_explain_policy", "Explain Spend Policy",
     "What would be decided about a spend, and why. Reserves nothing.", kDiscovery, kPreflight},
    {"paybond_bootstrap_sandbox_guardrail", "Bootstrap Sandbox Guardrail",
     "Make an intent of pretended money for one operation. Its capability stays in this session.", kSandbox,
     kBootstrap},
    {"paybond_submit_sandbox_guardrail_evidence", "Submit Sandbox Guardrail Evidence",
     "Say what was done for an intent of pretended money, which settles it.", kSandbox, kSandboxEvidence},
    {"paybond_list_intents", "List Harbor Intents", "The tenant's intents.", kDiscovery, kList},
    {"paybond_get_intent", "Get Harbor Intent", "One intent: state, money, terms.", kDiscovery, kOneIntent},
    {"paybond_list_audit_exports", "List Audit Exports", "The tenant's audit exports.", kCompliance, kPage},
    {"paybond_get_audit_export", "Get Audit Export", "One audit export.", kCompliance, kJob},
    {"paybond_get_reputation_receipt", "Get Reputation Receipt",
     "The signed receipt of an operator's score; null for one that is not known.", kSignal, kOneOperator},
    {"paybond_get_portfolio_summary", "Get Portfolio Summary", "The scores of all operators, summed up.",
     kSignal, kScoreOnly},
    {"paybond_get_signed_portfolio_artifact", "Get Signed Portfolio Artifact",
     "The list of operators and scores with a signature.", kSignal, kScoreOnly},
    {"paybond_get_fraud_assessment", "Get Fraud Assessment",
     "Whether an operator is under review, and why; null for one that is not known.", kSignal, kOneOperator},
    {"paybond_get_fraud_metrics", "Get Fraud Metrics", "How reviews went in a window of time.", kSignal,
     kWindow},
    {"paybond_get_a2a_agent_card", "Get A2A Agent Card", "The card of the network's agent.", kA2A},
    {"paybond_list_a2a_task_contracts", "List A2A Task Contracts", "The contracts of tasks.", kA2A, kPage},
    {"paybond_get_a2a_task_contract", "Get A2A Task Contract", "One contract of a task.", kA2A, kContract},
    {"paybond_verify_agent_mandate_v1", "Verify Agent Mandate", "Have the network verify a mandate.", kA2A,
     kBody},
    {"paybond_verify_agent_recognition_proof_v1", "Verify Agent Recognition Proof",
     "Have the network verify a recognition proof.", kA2A, kBody},
    {"paybond_import_agent_mandate_v1", "Import Agent Mandate", "Bind a mandate to an intent.",
     "mcp.a2a:write", kBody},
    {"paybond_get_settlement_receipt_v1", "Get Settlement Receipt", "The receipt of a settled intent.",
     kReceipts, kOneReceipt},
    {"paybond_get_agent_receipt_v1", "Get Agent Receipt", "The receipt of an agent's action.", kReceipts,
     kOneReceipt},
    {"paybond_verify_agent_receipt_v1", "Verify Agent Receipt", "Have the network verify an agent's receipt.",
     kReceipts, kWholeReceipt},
    {"paybond_verify_protocol_receipt_v1", "Verify Protocol Receipt",
     "Have the network verify a receipt of the protocol.", kReceipts, kWholeReceipt},
    {"paybond_create_intent", "Create Harbor Intent", "Create an intent that its principal has signed.",
     kSpend, kSignedIntent},
    {"paybond_fund_intent", "Fund Intent", "Put the money of an intent aside.", kSettlement, kOneIntent},
    {"paybond_submit_evidence", "Submit Harbor Evidence", "Submit evidence that its payee has signed.",
     kEvidence, kSigned},
    {"paybond_confirm_settlement", "Confirm Settlement", "Release the money of an intent, or give it back.",
     kSettlement, kConfirm},
    {"paybond_get_ledger_tip", "Get Ledger Tip", "The newest entry of the tenant's ledger.", kDiscovery},
};

constexpr McpScope kScopes[] = {{"mcp.discovery", "Discovery", "read"},
                                {"mcp.signal", "Signal standing", "read"},
                                {"mcp.compliance", "Compliance exports", "read"},
                                {"mcp.a2a", "A2A and mandates", "write"},
                                {"mcp.receipts", "Receipts", "read"},
                                {"mcp.evidence", "Completion evidence", "write"},
                                {"mcp.spend", "Spend authorization", "write"},
                                {"mcp.settlement", "Settlement (live money)", "write"},
                                {"mcp.sandbox", "Sandbox guardrails", "write"}};

constexpr std::string_view kReading[] = {kDiscovery, kSignal, kCompliance, kReceipts};
constexpr std::string_view kSpending[] = {kDiscovery, kSignal, kCompliance, kReceipts, kSpend, kEvidence};
constexpr std::string_view kTrying[] = {kDiscovery, kSandbox, kSpend};
constexpr McpPreset kPresets[] = {{"mcp-readonly", "MCP Readonly Discovery", kReading},
                                  {"mcp-spend-operator", "MCP Spend Operator", kSpending},
                                  {"mcp-sandbox-agent", "MCP Sandbox Agent", kTrying}};

}  // namespace

std::span<const McpTool> mcp_tools() {
  return kTools;
}
std::span<const McpScope> mcp_scopes() {
  return kScopes;
}
std::span<const McpPreset> mcp_presets() {
  return kPresets;
}

std::vector<std::string> names_of(const std::string& names) {
  std::vector<std::string> out;
  for (std::size_t start = 0; start <= names.size();) {
    const std::size_t end = std::min(names.find(',', start), names.size());
    const std::string_view name = paybond::strip(std::string_view(names).substr(start, end - start));
    if (!name.empty()) out.emplace_back(name);
    start = end + 1;
  }
  return out;
}

std::vector<const McpTool*> tools_for(const std::string& policy, const std::string& names) {
  if (std::find(std::begin(kToolPolicies), std::end(kToolPolicies), policy) == std::end(kToolPolicies)) {
    throw Error(Category::usage, "bad_tool_policy", "there is no tool policy '" + policy + "'",
                "it is one of readonly, spend-write, allowlist");
  }
  const std::vector<std::string> listed = names_of(names);
  for (const std::string& name : listed) {
    if (std::none_of(std::begin(kTools), std::end(kTools),
                     [&](const McpTool& tool) { return tool.name == name; })) {
      throw Error(Category::usage, "unknown_tool", "there is no tool '" + name + "'",
                  "paybond mcp tools lists them");
    }
  }
  if (policy == "allowlist" && listed.empty()) {
    throw Error(Category::usage, "missing_option", "the list of allowed tools is missing",
                "--tool-allowlist or " + std::string(paybond::kToolListVariable) + " names them");
  }
  std::vector<const McpTool*> allowed;
  for (const McpTool& tool : kTools) {
    const bool settles = tool.scope == kSettlement;
    const bool named = std::find(listed.begin(), listed.end(), tool.name) != listed.end();
    if (policy == "readonly" ? !tool.writes() : policy == "spend-write" ? !settles : named) {
      allowed.push_back(&tool);
    }
  }
  return allowed;
}

}  // namespace agentnet::commands
