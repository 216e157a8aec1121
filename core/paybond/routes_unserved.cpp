// The endpoints of the wire that this network does not serve: they exist, and say so with 501.
#include "core/paybond/route_call.hpp"

namespace agentnet::paybond {
namespace {

struct Unserved {
  std::string_view method;
  std::string_view pattern;
};

constexpr Unserved kUnserved[] = {
    {"GET", "/v1/admin/plaid/bank-accounts"},
    {"GET", "/v1/admin/settlement/config"},
    {"GET", "/v1/admin/shopify/payments/sessions/{session_id}"},
};

}  // namespace

void add_unserved_routes(const Routes& routes) {
  for (const Unserved& each : kUnserved) {
    // No add_call: whatever the body is, it is not looked at.
    routes.router.add(each.method, each.pattern, [routes](const std::shared_ptr<http::Exchange>& exchange) {
      authenticate(routes, exchange->request().headers);
      throw Error(Category::failed, "not_implemented", "the local network does not serve this yet");
    });
  }
}

}  // namespace agentnet::paybond
