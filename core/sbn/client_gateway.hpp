// The official client's `gateway`: slots, receipts, attestations, and what 0.14 shows of blocks (wire
// reference sbn, section c). Answers are those of the network without the `data` around them, where the
// official client takes that off.
//
// Everything throws what Client throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/sbn/client.hpp"

namespace agentnet::sbn::gateway {

// --- slots: {id, worker_id, task_type, state, opened_at, metadata, …}

struct SlotOptions {
  std::optional<std::int64_t> generation_interval = {};  // seconds
  json::Value metadata = {};                             // an object; not sent when it is empty
};
json::Document create_slot(Client& client, std::string_view worker_id, std::string_view task_type,
                           const SlotOptions& options = {});
// {slot_id, receipt_id, closed_at, blocks_composed, blocks_attested, compose_receipts}.
json::Document close_slot(Client& client, std::string_view slot_id);
// {slot_id, state, blocks: […]}.
json::Document list_slot_blocks(Client& client, std::string_view slot_id,
                                std::optional<std::int64_t> limit = {});

// From here on 0.14, but for the receipts, attestations and flags.
struct SlotFilter {
  std::string state = {};  // empty texts are not sent
  std::optional<std::int64_t> limit = {};
  std::string source = {};
  std::string after = {};  // not in the official client: the last slot of the page before
};
json::Document list_slots(Client& client, const SlotFilter& filter = {});  // {items: […]}

struct OrphanFilter {
  std::int64_t min_age_seconds = 1800;  // since the slot was opened
  std::int64_t idle_seconds = 1800;     // since something was submitted to it
  std::int64_t limit = 200;
  bool include_unmanaged = false;
};
json::Document list_orphan_slots(Client& client, const OrphanFilter& filter = {});  // {items: […]}
json::Document reap_orphan_slots(Client& client, const OrphanFilter& filter = {});
// {slot_id, anchor: {anchor_hash, anchor_type, receipt_id, receipt_hash, smartblock_id, degraded}, …}.
json::Document seal_slot(Client& client, std::string_view slot_id);

// --- receipts and attestations

json::Document fetch_receipt(Client& client, std::string_view receipt_id);

struct Attestation {
  std::string slot_id;
  std::string snap_hash;
  std::string snap_version = "1";
  std::string frontier_id = {};  // empty texts and objects are not sent
  // 0.14; also sent as the header x-sbn-project-id.
  std::string target_project_id = {};
  std::string type = {};    // 0.14
  std::string domain = {};  // 0.14
  // An object, to which frontier_id, target_project_id and project_id are added where they are missing.
  json::Value metadata = {};
  json::Value metrics = {};
  json::Value submission_fields = {};  // 0.14: further members of the request; none is sent twice
};
json::Document request_attestation(Client& client, const Attestation& attestation);

json::Document list_flags(Client& client);

// --- blocks (0.14)

json::Document fetch_block(Client& client, std::string_view block_id);
json::Document fetch_proof_ledger(Client& client, std::string_view block_id);
json::Document fetch_proof_surface(Client& client, std::string_view receipt_id);
json::Document list_proof_surfaces(Client& client, std::string_view block_id, std::string_view kind = {},
                                   std::optional<std::int64_t> limit = {});
json::Document list_fractal_receipts(Client& client, std::string_view block_id, std::string_view kind = {},
                                     std::optional<std::int64_t> limit = {});
json::Document list_successor_surfaces(Client& client, std::string_view block_id,
                                       std::optional<std::int64_t> limit = {});

// --- workflows that the network runs (0.14)

struct PgdagRun {
  std::string workflow_id = {};  // empty texts are not sent
  json::Value dag = {};          // the template, an object; null is not sent
  json::Value inputs = {};       // objects; null is sent as {}
  std::string actor = "sbn.gateway.pgdag";
  json::Value config = {};
  std::string run_id = {};
};
json::Document run_pgdag(Client& client, const PgdagRun& run);
json::Document pgdag_health(Client& client);

}  // namespace agentnet::sbn::gateway
