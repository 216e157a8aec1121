// The network's HTTP interface (wire reference paybond, sections 5 to 8) over its service.
//
// Every route but those of the device login (routes_login.cpp) asks for a credential: an API key, or one of
// Harbor's access tokens; the gateway's exchange asks for an API key. Reading needs the scope paybond.read;
// creating, funding, evidence, verifying and spending need paybond.write; confirming a settlement and
// disputing need paybond.settle; pinned keys and API keys need "*".
//
// Harbor's paths are served as they are and below /harbor, as through the gateway. Mutations take an
// idempotency-key (idempotency.hpp). Endpoints of the wire that are not served answer 501.
#pragma once

#include "core/auth/authenticator.hpp"
#include "core/http/router.hpp"
#include "core/paybond/service.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxBodyBytes = 1024 * 1024;  // of one request
inline constexpr std::int64_t kMaxListedIntents = 200;     // of one answer
inline constexpr std::int64_t kMaxListedEntries = 256;     // of the ledger

// All must outlive the router.
void add_routes(http::Router& router, const Service& service, auth::Authenticator& authenticator);

// Its parts.
struct Routes {
  http::Router& router;
  const Service& service;
  auth::Authenticator& authenticator;
};
void add_gateway_routes(const Routes& routes);
void add_intent_routes(const Routes& routes);
void add_spend_routes(const Routes& routes);
void add_ledger_routes(const Routes& routes);
void add_signal_routes(const Routes& routes);
void add_fraud_routes(const Routes& routes);
void add_key_routes(const Routes& routes);
void add_login_routes(const Routes& routes);
void add_sandbox_routes(const Routes& routes);
void add_policy_routes(const Routes& routes);
void add_org_policy_routes(const Routes& routes);
void add_run_routes(const Routes& routes);
void add_protocol_routes(const Routes& routes);
void add_audit_routes(const Routes& routes);
void add_unserved_routes(const Routes& routes);

}  // namespace agentnet::paybond
