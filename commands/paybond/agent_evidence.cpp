#include "commands/paybond/agent_evidence.hpp"

#include "commands/input.hpp"
#include "commands/paybond/agent.hpp"
#include "commands/paybond/seed_file.hpp"
#include "core/json/write.hpp"
#include "core/paybond/evidence.hpp"

namespace agentnet::commands {

json::Document object_option(const Arguments& arguments, Context& context, std::string_view option) {
  const auto given = arguments.find(option);
  if (!given) return json::parse("{}");
  const InputText input = read_input(*given, context);
  json::Document document = parse_input(input);
  if (!document.root.is_object()) {
    throw Error(Category::usage, "not_an_object", std::string(option) + ": it must be a JSON object");
  }
  std::optional<json::Value> repeated;
  (void)json::without_duplicates(document.root, document.arena, &repeated);
  if (repeated) refuse_duplicate(*repeated, input.name);
  return document;
}

bool has_tool_result(const Arguments& arguments) {
  return arguments.has(kResultBodyOption.name) || arguments.has(kResultFileOption.name);
}

json::Document tool_result(const Arguments& arguments, Context& context) {
  const bool by_body = arguments.has(kResultBodyOption.name);
  if (by_body == arguments.has(kResultFileOption.name)) {
    throw Error(
        Category::usage, by_body ? "bad_usage" : "missing_option",
        by_body ? "--result-body and --result-file exclude each other" : "what the tool gave is missing",
        "--result-body JSON or --result-file FILE says what the tool gave");
  }
  return object_option(arguments, context, by_body ? kResultBodyOption.name : kResultFileOption.name);
}

Signers read_signers(const Arguments& arguments, Context& context) {
  const bool input_is_used =
      arguments.text(kResultFileOption.name) == "-" || arguments.text(kResultBodyOption.name) == "-" ||
      arguments.text("--arguments") == "-" || arguments.text("--capability-token-file") == "-";
  Signers signers{given_key(arguments, {kPayeeSeedOption.name, kPayeeSeedVariables}, input_is_used, context),
                  agent_key(arguments, context, input_is_used)};
  if (signers.payee) return signers;
  throw Error(Category::usage, "production_signing_seed_required",
              "evidence outside the sandbox is signed, and the payee's seed is missing",
              "--payee-signing-seed-file FILE or APP_PAYEE_SEED_HEX gives it");
}

std::string signed_evidence(const PaybondConnection& connection, const Signers& signers,
                            const SignedReport& report, const json::Value& result) {
  const unsigned version =
      connection.is_behind_gateway() ? paybond::kMostEvidenceVersion : paybond::kLeastEvidenceVersion;
  const std::string payload = json::to_compact(result);
  const paybond::EvidenceInput input{.tenant_id = report.tenant_id,
                                     .intent_id = report.intent_id,
                                     .payee_did = report.payee_did,
                                     .payload_json = payload,
                                     .artifacts_hex = {},
                                     .submitted_at_rfc3339 = report.submitted_at};
  return paybond::EvidenceSigner().sign(input, version, *signers.payee).body;
}

Report payee_report(PaybondConnection& connection, Context& context, const Signers& signers,
                    const json::Value& result) {
  return [&](const paybond::AgentRun& run, const paybond::ToolCall& call) {
    Mutation mutation = mutation_of(connection, context, signers.agent);
    mutation.options.idempotency_key = paybond::call_key(run, call.tool_call_id, 0);
    const std::string body = signed_evidence(
        connection, signers, {run.tenant_id, run.intent_id, run.payee_did, call.begun_at}, result);
    warn_of_changing_number(body, context);
    return paybond::submit_evidence(mutation.client, run.intent_id, body, mutation.options);
  };
}

}  // namespace agentnet::commands
