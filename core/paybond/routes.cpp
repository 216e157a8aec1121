#include "core/paybond/routes.hpp"

namespace agentnet::paybond {

void add_routes(http::Router& router, const Service& service, auth::Authenticator& authenticator) {
  const Routes routes{router, service, authenticator};
  add_gateway_routes(routes);
  add_intent_routes(routes);
}

}  // namespace agentnet::paybond
