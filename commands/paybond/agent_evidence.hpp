// What a tool gave, and how it is reported as evidence outside the sandbox.
#pragma once

#include "commands/paybond/agent_call.hpp"
#include "commands/paybond/mutation.hpp"

namespace agentnet::commands {

// The JSON object that an option gave; {} when it did not. Throws Error usage: bad_input, bad_json,
// not_an_object, duplicate_name.
json::Document object_option(const Arguments& arguments, Context& context, std::string_view option);
// Of --result-body or --result-file, one of which must be there: Error usage/missing_option, bad_usage.
json::Document tool_result(const Arguments& arguments, Context& context);
bool has_tool_result(const Arguments& arguments);

// Who signs evidence, and the agent that a gateway recognises.
struct Signers {
  std::unique_ptr<crypto::SigningKey> payee;
  AgentKey agent;
};
// Throws Error usage/production_signing_seed_required, and what given_key throws.
Signers read_signers(const Arguments& arguments, Context& context);

// One piece of evidence, and when it is said to be submitted.
struct SignedReport {
  std::string tenant_id;
  std::string intent_id;
  std::string payee_did;
  std::string submitted_at;
};
// The signed body, in the version that the connection's side takes.
std::string signed_evidence(const PaybondConnection& connection, const Signers& signers,
                            const SignedReport& report, const json::Value& result);

// The report of a run outside the sandbox. All must outlive it.
Report payee_report(PaybondConnection& connection, Context& context, const Signers& signers,
                    const json::Value& result);

inline constexpr Option kResultBodyOption{
    .name = "--result-body", .value = "JSON", .help = "what the tool gave", .completes = Completes::files};
inline constexpr Option kResultFileOption{.name = "--result-file",
                                          .value = "FILE",
                                          .help = "the file that holds what the tool gave, or -",
                                          .completes = Completes::files};

}  // namespace agentnet::commands
