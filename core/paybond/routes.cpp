#include "core/paybond/routes.hpp"

namespace agentnet::paybond {

void add_routes(http::Router& router, const Service& service, auth::Authenticator& authenticator) {
  const Routes routes{router, service, authenticator};
  add_gateway_routes(routes);
  add_key_routes(routes);
  add_login_routes(routes);
  add_intent_routes(routes);
  add_spend_routes(routes);
  add_sandbox_routes(routes);
  add_policy_routes(routes);
  add_org_policy_routes(routes);
  add_ledger_routes(routes);
  add_signal_routes(routes);
  add_fraud_routes(routes);
  add_run_routes(routes);
  add_protocol_routes(routes);
  add_audit_routes(routes);
  add_unserved_routes(routes);
}

}  // namespace agentnet::paybond
