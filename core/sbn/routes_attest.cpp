// Attestations of slots, and which features this network has (wire reference sbn, section c).
#include "core/sbn/batches.hpp"
#include "core/sbn/route_call.hpp"
#include "core/sbn/slot_service.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kFlags[] = {"attestations", "bitblocks", "blocks", "proof_surfaces", "slots"};

std::string needed_text(const Call& call, std::string_view name) {
  const auto text = call.short_text(name);
  if (text) return *text;
  throw Error(Category::usage, "bad_field", std::string(name) + " must be a line of text that is not empty",
              {}, {{"field", std::string(name)}});
}

void attest_slot(const Routes& routes, const Call& call) {
  AttestRequest request;
  request.slot_id = needed_text(call, "slot_id");
  request.snap_hash = needed_text(call, "snap_hash");
  request.snap_version = call.short_text("snap_version").value_or(request.snap_version);
  request.frontier_id = call.short_text("frontier_id");
  request.type = call.short_text("type");
  request.domain = call.short_text("domain");
  request.metadata = call.value("metadata");
  request.metrics = call.value("metrics");
  const auto project = call.short_text("target_project_id");
  // A project is a tenant here, and nobody attests for somebody else.
  if (project && *project != call.tenant())
    throw Error(Category::not_found, "unknown_project", "there is no such project");
  const LedgerEntry made = attest(routes.service, call.tenant(), request);
  json::Arena arena;
  call.reply(json::ObjectBuilder(arena)
                 .add("receipt_id", std::string_view(receipt_id(made.block_id)))
                 .add("status", "attested")
                 .add("slot_id", std::string_view(request.slot_id))
                 .add("snap_hash", std::string_view(request.snap_hash))
                 .add_boolean("hash_in_slot", attests_own_hash(made))
                 .add_optional("frontier_id", request.frontier_id)
                 .add("block_id", std::string_view(made.block_id))
                 .add("snapchore_hash", std::string_view(made.hash))
                 .add("created_at", std::string_view(iso_offset(made.created_at)))
                 .done());
}

void list_flags(const Call& call) {
  json::Arena arena;
  json::ObjectBuilder flags(arena);
  for (const std::string_view flag : kFlags)
    flags.add_boolean(flag, true);
  call.reply(flags.done());
}

}  // namespace

void add_attest_routes(const Routes& routes) {
  add_call(routes, "POST", "/attest", auth::kScopeAttest,
           [routes](const std::shared_ptr<Call>& call) { attest_slot(routes, *call); });
  add_call(routes, "GET", "/flags", kAnyScope, [](const std::shared_ptr<Call>& call) { list_flags(*call); });
}

}  // namespace agentnet::sbn
