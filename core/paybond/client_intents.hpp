// Intents: create, list, read, evidence, settlement (wire reference paybond 3, 4 and 7).
//
// Bodies are signed ones (intent.hpp, evidence.hpp), and go out as the kit's HTTP library writes them. Behind
// the gateway each of the writing calls needs a recognition proof (recognition.hpp) over method, path and the
// exact body: MutationProof makes it. A repeated call with the same idempotency key and body is answered as
// the first one; with another body it is conflict.
#pragma once

#include "core/crypto/ed25519.hpp"
#include "core/paybond/client.hpp"
#include "core/paybond/recognition.hpp"

namespace agentnet::paybond {

// Makes the proof (one line of JSON) for one request; empty where none is sent.
using MutationProof = std::function<std::string(std::string_view purpose, std::string_view method,
                                                std::string_view path, std::string_view body)>;

struct MutationOptions {
  std::string idempotency_key = {};
  MutationProof proof = {};
};

struct ListOptions {
  std::string status = {};  // empty texts are not sent
  std::int64_t limit = 20;
  std::string cursor = {};
};

// No echo is checked: what comes back is the network's account of a new intent.
json::Document create_intent(Client& client, std::string_view signed_body,
                             const MutationOptions& options = {});
// Checks tenant and intent_id, letter by letter.
json::Document submit_evidence(Client& client, std::string_view intent_id, std::string_view signed_body,
                               const MutationOptions& options = {});
// "{}" lets the network derive the outcome from the evidence; {"outcome": "release" or "refund"} says it.
json::Document confirm_settlement(Client& client, std::string_view intent_id, std::string_view body = "{}",
                                  const MutationOptions& options = {});

// Of the gateway. get_intent checks tenant_id.
json::Document get_intent(Client& client, std::string_view intent_id);
json::Document list_intents(Client& client, const ListOptions& options = {});

// A POST with its proof and idempotency key.
ClientCall mutation(std::string target, std::string body, std::string_view purpose,
                    const MutationOptions& options);

}  // namespace agentnet::paybond
