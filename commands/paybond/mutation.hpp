// What commands share that change an intent: the agent's recognition proof, the idempotency key, and intents
// that examples speak of.
#pragma once

#include "commands/paybond/connection.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/paybond/client_intents.hpp"

namespace agentnet::commands {

// Harbor, and with what a mutation of it goes out.
struct Mutation {
  paybond::Client& client;
  paybond::MutationOptions options;
};

// The agent's key, which must outlive the Mutation made with it.
struct AgentKey {
  std::string key_id;
  std::unique_ptr<crypto::SigningKey> key;  // null: none was given
};
// Of kAgentOptions, or APP_AGENT_RECOGNITION_KEY_ID and APP_AGENT_RECOGNITION_SEED_HEX. `input_is_used` says
// that standard input is read for something else. Throws what given_key throws.
AgentKey agent_key(const Arguments& arguments, Context& context, bool input_is_used);

// Asks the network for the tenant. Behind a gateway there must be an agent's key: Error
// usage/recognition_incomplete.
Mutation mutation_of(PaybondConnection& connection, Context& context, const AgentKey& agent);

// Warns of a number in a body signed here that the network would read as another one than was signed.
void warn_of_changing_number(const std::string& signed_body, Context& context);

inline constexpr Option kAgentKeyIdOption{
    .name = "--agent-recognition-key-id",
    .value = "ID",
    .help = "the agent's key as the gateway knows it; also in APP_AGENT_RECOGNITION_KEY_ID"};
inline constexpr Option kAgentSeedOption{.name = "--agent-recognition-signing-seed-file",
                                         .value = "FILE",
                                         .help = "the agent's seed; also in APP_AGENT_RECOGNITION_SEED_HEX",
                                         .completes = Completes::files};

}  // namespace agentnet::commands

// Prepares an example: seeds of a principal and a payee; then an intent, whose id is printed, with a token in
// cap.token.
#define AGENTNET_TWO_SEEDS \
  "paybond keys generate-seed p.hex -o quiet && paybond keys generate-seed v.hex -o quiet && "
#define AGENTNET_NEW_INTENT                                                                                  \
  "paybond intents create --principal-did did:web:p.example --seed-file p.hex --payee-did did:web:v.example" \
  " --amount-cents 2000 --allowed-tool travel.book --deadline 2035-01-02T15:04:05Z"
#define AGENTNET_INTENT_IN_ID \
  AGENTNET_TWO_SEEDS "id=$(" AGENTNET_NEW_INTENT " --token-file cap.token -o quiet) && "
#define AGENTNET_EVIDENCE                                                                                 \
  "paybond intents evidence $id --payee-did did:web:v.example --seed-file v.hex --payload '{\"status\": " \
  "\"completed\"}'"
