// The network's HTTP interface (wire reference sbn, sections a to c) over its service.
//
// Every route asks for a credential. Reading needs the scope receipts.read; capturing, sealing and chaining
// need snapchore.capture or snapchore.seal, and what goes on in slots slots.write, which attest.write covers;
// attesting needs attest.write itself; keys need "*". Verifying and flags need any credential. Atlas is read
// with receipts.read and calibrated and described with atlas.write; apps are registered and revoked, bound
// and given keys with "*", the last two by the app itself, too; a token is exchanged without a credential.
// Endpoints of the wire that are not served yet answer 501.
#pragma once

#include "core/auth/authenticator.hpp"
#include "core/http/router.hpp"
#include "core/sbn/service.hpp"

namespace agentnet::sbn {

inline constexpr std::int64_t kMaxListed = 200;      // rows of one answer
inline constexpr std::size_t kMaxBulkLines = 4'096;  // lines of one bulk request
static_assert(kMaxBulkLines <= kMaxBatchSeals);

// Both must outlive the router.
void add_routes(http::Router& router, Service& service, auth::Authenticator& authenticator);

// Its parts.
struct Routes {
  http::Router& router;
  Service& service;
  auth::Authenticator& authenticator;
};
void add_snapchore_routes(const Routes& routes);
void add_chain_routes(const Routes& routes);
void add_receipt_routes(const Routes& routes);
void add_key_routes(const Routes& routes);
void add_bulk_routes(const Routes& routes);
void add_atlas_app_routes(const Routes& routes);
void add_atlas_binding_routes(const Routes& routes);
void add_atlas_frontier_routes(const Routes& routes);
void add_atlas_card_routes(const Routes& routes);
void add_slot_routes(const Routes& routes);
void add_bitblock_routes(const Routes& routes);
void add_slot_bulk_routes(const Routes& routes);
void add_block_routes(const Routes& routes);
void add_attest_routes(const Routes& routes);
void add_proof_routes(const Routes& routes);
void add_pgdag_routes(const Routes& routes);
void add_project_routes(const Routes& routes);
void add_project_key_routes(const Routes& routes);
void add_project_usage_routes(const Routes& routes);
void add_webhook_routes(const Routes& routes);
void add_control_plane_routes(const Routes& routes);
void add_unserved_routes(const Routes& routes);

}  // namespace agentnet::sbn
