#include "core/sbn/routes.hpp"

namespace agentnet::sbn {

void add_routes(http::Router& router, Service& service, auth::Authenticator& authenticator) {
  const Routes routes{router, service, authenticator};
  add_snapchore_routes(routes);
  add_chain_routes(routes);
  add_receipt_routes(routes);
  add_key_routes(routes);
  add_bulk_routes(routes);
  add_atlas_app_routes(routes);
  add_atlas_binding_routes(routes);
  add_atlas_frontier_routes(routes);
  add_atlas_card_routes(routes);
  add_slot_routes(routes);
  add_bitblock_routes(routes);
  add_slot_bulk_routes(routes);
  add_block_routes(routes);
  add_attest_routes(routes);
  add_proof_routes(routes);
  add_pgdag_routes(routes);
  add_project_routes(routes);
  add_project_key_routes(routes);
  add_project_usage_routes(routes);
  add_webhook_routes(routes);
  add_control_plane_routes(routes);
  add_unserved_routes(routes);
}

}  // namespace agentnet::sbn
