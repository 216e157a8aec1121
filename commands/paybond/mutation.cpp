#include "commands/paybond/mutation.hpp"

#include "commands/paybond/seed_file.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/canonical.hpp"
#include "core/paybond/recognition.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kSeedVariables[] = {"APP_AGENT_RECOGNITION_SEED_HEX"};
constexpr std::string_view kKeyIdVariable = "APP_AGENT_RECOGNITION_KEY_ID";

}  // namespace

AgentKey agent_key(const Arguments& arguments, Context& context, bool input_is_used) {
  std::string key_id = arguments.text(kAgentKeyIdOption.name);
  if (key_id.empty()) key_id = context.environment.get_or_empty(kKeyIdVariable);
  return {std::move(key_id),
          given_key(arguments, {kAgentSeedOption.name, kSeedVariables}, input_is_used, context)};
}

Mutation mutation_of(PaybondConnection& connection, Context& context, const AgentKey& agent) {
  Mutation mutation{connection.harbor(), {.idempotency_key = connection.idempotency_key()}};
  const bool is_whole = agent.key && !agent.key_id.empty();
  if (connection.is_behind_gateway() && !is_whole) {
    throw Error(Category::usage, "recognition_incomplete",
                "the gateway takes changes of intents only from agents it recognises",
                "--agent-recognition-key-id and --agent-recognition-signing-seed-file name the agent's key");
  }
  if (!is_whole) return mutation;
  mutation.options.proof = [&agent, &context, tenant = mutation.client.tenant_id()](
                               std::string_view purpose, std::string_view method, std::string_view path,
                               std::string_view body) {
    const Instant now = context.clock.now();
    const std::string nonce = uuid4(context.random);
    return paybond::sign_recognition({.key_id = agent.key_id,
                                      .purpose = purpose,
                                      .tenant_id = tenant,
                                      .method = method,
                                      .path = path,
                                      .body = body,
                                      .issued_at = now - paybond::kRecognitionBackdate,
                                      .expires_at = now + paybond::kRecognitionLife,
                                      .nonce = nonce},
                                     *agent.key);
  };
  return mutation;
}

void warn_of_changing_number(const std::string& signed_body, Context& context) {
  const json::Document body = json::parse(signed_body);
  if (const auto number = paybond::changing_number(body.root)) {
    context.diagnostics.warn("changing_number",
                             "the number " + std::string(*number) +
                                 " is another one when it is read again, so the signature will "
                                 "not hold; round it to 15 digits or send it as a string");
  }
}

}  // namespace agentnet::commands
