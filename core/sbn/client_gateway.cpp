#include "core/sbn/client_gateway.hpp"

#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn::gateway {
namespace {

std::string slot_path(std::string_view slot_id, std::string_view rest) {
  return "/slots/" + http::percent_encode(slot_id) + std::string(rest);
}

std::string block_path(std::string_view block_id, std::string_view rest = {}) {
  return "/blocks/" + http::percent_encode(block_id) + std::string(rest);
}

std::string by_kind(std::string_view kind, std::optional<std::int64_t> limit) {
  http::Query query;
  add_unless_empty(query, "kind", kind);
  add_if_given(query, "limit", limit);
  return query.text();
}

// The metadata with the members that repeat what stands beside it, behind its own.
json::Value with_repeated(const Attestation& attestation, json::Arena& arena) {
  json::ObjectBuilder metadata(arena);
  if (attestation.metadata.is_object())
    for (const json::Member& member : attestation.metadata.members())
      metadata.add(member);
  const auto repeat = [&](std::string_view name, const std::string& text) {
    if (!text.empty() && attestation.metadata.find(name) == nullptr)
      metadata.add(name, std::string_view(text));
  };
  repeat("frontier_id", attestation.frontier_id);
  repeat("target_project_id", attestation.target_project_id);
  repeat("project_id", attestation.target_project_id);
  return metadata.done();
}

json::Value body_of(const Attestation& attestation, json::Arena& arena) {
  json::ObjectBuilder body(arena);
  body.add("slot_id", std::string_view(attestation.slot_id));
  body.add("snap_hash", std::string_view(attestation.snap_hash));
  body.add("snap_version", std::string_view(attestation.snap_version));
  add_unless_empty(body, "frontier_id", attestation.frontier_id);
  add_unless_empty(body, "target_project_id", attestation.target_project_id);
  add_unless_empty(body, "type", attestation.type);
  add_unless_empty(body, "domain", attestation.domain);
  add_if_truthy(body, "metadata", with_repeated(attestation, arena));
  add_if_truthy(body, "metrics", attestation.metrics);
  const json::Value known = body.done();
  if (!attestation.submission_fields.is_object()) return known;
  for (const json::Member& member : attestation.submission_fields.members())
    if (known.find(member.name.text()) == nullptr) body.add(member);
  return body.done();
}

}  // namespace

json::Document create_slot(Client& client, std::string_view worker_id, std::string_view task_type,
                           const SlotOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("worker_id", worker_id).add("task_type", task_type);
  if (options.generation_interval) body.add_integer("generation_interval", *options.generation_interval);
  add_if_truthy(body, "metadata", options.metadata);
  return data_of(client.post("/slots", body.done()));
}

json::Document close_slot(Client& client, std::string_view slot_id) {
  json::Arena arena;
  return data_of(client.post(slot_path(slot_id, "/close"), empty_object(arena)));
}

json::Document list_slot_blocks(Client& client, std::string_view slot_id, std::optional<std::int64_t> limit) {
  return data_of(client.get(slot_path(slot_id, "/blocks") + by_kind({}, limit)));
}

json::Document list_slots(Client& client, const SlotFilter& filter) {
  http::Query query;
  add_unless_empty(query, "state", filter.state);
  add_if_given(query, "limit", filter.limit);
  add_unless_empty(query, "source", filter.source);
  add_unless_empty(query, "after", filter.after);
  return data_of(client.get("/slots" + query.text()));
}

json::Document list_orphan_slots(Client& client, const OrphanFilter& filter) {
  http::Query query;
  query.add("min_age_seconds", std::to_string(filter.min_age_seconds));
  query.add("idle_seconds", std::to_string(filter.idle_seconds));
  query.add("limit", std::to_string(filter.limit));
  query.add("include_unmanaged", filter.include_unmanaged ? "true" : "false");
  return data_of(client.get("/slots/orphans" + query.text()));
}

json::Document reap_orphan_slots(Client& client, const OrphanFilter& filter) {
  json::Arena arena;
  return client.post("/slots/orphans/reap", json::ObjectBuilder(arena)
                                                .add_integer("min_age_seconds", filter.min_age_seconds)
                                                .add_integer("idle_seconds", filter.idle_seconds)
                                                .add_integer("limit", filter.limit)
                                                .add_boolean("include_unmanaged", filter.include_unmanaged)
                                                .done());
}

json::Document seal_slot(Client& client, std::string_view slot_id) {
  json::Arena arena;
  return data_of(client.post(slot_path(slot_id, "/seal"), empty_object(arena)));
}

json::Document fetch_receipt(Client& client, std::string_view receipt_id) {
  return data_of(client.get_receipt(receipt_id));
}

json::Document request_attestation(Client& client, const Attestation& attestation) {
  json::Arena arena;
  http::Headers headers;
  if (!attestation.target_project_id.empty()) headers.add("x-sbn-project-id", attestation.target_project_id);
  return client.post("/attest", body_of(attestation, arena), headers);
}

json::Document list_flags(Client& client) {
  return client.get("/flags");
}

json::Document fetch_block(Client& client, std::string_view block_id) {
  return data_of(client.get(block_path(block_id)));
}

json::Document fetch_proof_ledger(Client& client, std::string_view block_id) {
  return data_of(client.get(block_path(block_id, "/proof-ledger")));
}

json::Document fetch_proof_surface(Client& client, std::string_view receipt_id) {
  return data_of(client.get("/proof-surfaces/" + http::percent_encode(receipt_id)));
}

json::Document list_proof_surfaces(Client& client, std::string_view block_id, std::string_view kind,
                                   std::optional<std::int64_t> limit) {
  return data_of(client.get(block_path(block_id, "/proof-surfaces") + by_kind(kind, limit)));
}

json::Document list_fractal_receipts(Client& client, std::string_view block_id, std::string_view kind,
                                     std::optional<std::int64_t> limit) {
  return data_of(client.get(block_path(block_id, "/fractal-receipts") + by_kind(kind, limit)));
}

json::Document list_successor_surfaces(Client& client, std::string_view block_id,
                                       std::optional<std::int64_t> limit) {
  return data_of(client.get(block_path(block_id, "/successors") + by_kind({}, limit)));
}

json::Document run_pgdag(Client& client, const PgdagRun& run) {
  json::Arena arena;
  const auto object = [&](const json::Value& value) { return value.is_null() ? empty_object(arena) : value; };
  json::ObjectBuilder body(arena);
  body.add("inputs", object(run.inputs));
  body.add("actor", std::string_view(run.actor));
  body.add("config", object(run.config));
  add_unless_empty(body, "workflow_id", run.workflow_id);
  add_unless_null(body, "template", run.dag);
  add_unless_empty(body, "run_id", run.run_id);
  return client.post("/v1/pgdag/runs", body.done());
}

json::Document pgdag_health(Client& client) {
  return client.get("/v1/pgdag/health");
}

}  // namespace agentnet::sbn::gateway
