#include "core/sbn/pgdag/run_result.hpp"

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn::pgdag {
namespace {

json::Value parsed(const std::string& text, json::Arena& arena) {
  return json::Parser(json::kAsPython).parse(arena.copy(text), arena);
}

[[noreturn]] void refuse_event(const std::string& what) {
  throw Error(Category::usage, "bad_event", "what the step waits for is not usable: " + what,
              "give {\"event_type\": …, \"event_key\": …, \"partial_outputs\": {…}, \"metadata\": {…}}");
}

std::string text_of(const json::Value& event, std::string_view name) {
  const json::Value* member = event.find(name);
  if (member == nullptr || member->is_null()) return {};
  if (!member->is_string()) refuse_event(std::string(name) + " must be a text");
  return std::string(member->text());
}

std::string object_of(const json::Value& event, std::string_view name) {
  const json::Value* member = event.find(name);
  if (member == nullptr || member->is_null()) return "{}";
  if (!member->is_object()) refuse_event(std::string(name) + " must be an object");
  return json::to_compact(*member);
}

std::optional<std::string> time_or_none(const std::optional<Instant>& instant) {
  if (!instant) return std::nullopt;
  return iso_offset(*instant);
}

}  // namespace

json::Value WaitEvent::to_json(json::Arena& arena) const {
  return json::ObjectBuilder(arena)
      .add("event_type", std::string_view(event_type))
      .add("event_key", std::string_view(event_key))
      .add("node_id", std::string_view(node_id))
      .add("partial_outputs", parsed(partial_outputs, arena))
      .add("metadata", parsed(metadata, arena))
      .done();
}

WaitEvent WaitEvent::from_json(const json::Value& value) {
  if (!value.is_object()) refuse_event("it must be an object");
  WaitEvent event{text_of(value, "event_type"), text_of(value, "event_key"), text_of(value, "node_id"),
                  object_of(value, "partial_outputs"), object_of(value, "metadata")};
  if (event.event_type.empty()) refuse_event("it has no event_type");
  return event;
}

NodeResult RunResult::node_result(const ProofArtifact& proof) {
  const json::Document metrics = json::parse(proof.metrics, json::kAsPython);
  const json::Value* error = metrics.root.find("error");
  NodeResult result{proof.succeeded(), {}};
  if (error != nullptr && error->is_string()) result.error = std::string(error->text());
  return result;
}

json::Value proofs_to_json(const std::vector<ProofArtifact>& proofs, Profile profile, json::Arena& arena) {
  json::ObjectBuilder all(arena);
  for (const ProofArtifact& proof : proofs)
    all.add(arena.copy(proof.step_id), proof.to_json(profile, arena));
  return all.done();
}

json::Value RunResult::to_json(json::Arena& arena) const {
  const bool newer = profile == Profile::v0_14_0;
  json::ObjectBuilder result(arena);
  result.add("run_id", std::string_view(run_id))
      .add("template_name", std::string_view(template_name))
      .add("status", status_name(status))
      .add("proofs", proofs_to_json(proofs, profile, arena))
      .add("merkle_root_hash", std::string_view(merkle_root_hash))
      .add("slot_id", std::string_view(slot_id))
      .add_optional("slot_receipt_id", slot_receipt_id);
  // Of a slot in a network; a run without one has none of it.
  if (newer) {
    result.add("slot_attestation_status", json::Value())
        .add_integer("blocks_composed", 0)
        .add_integer("blocks_attested", 0)
        .add_integer("blocks_attestation_enqueued", 0)
        .add("compose_receipts", json::ArrayBuilder(arena).done())
        .add("native_proof_chain", json::Value())
        .add("slot_close_result", json::ObjectBuilder(arena).done());
  }
  result.add("started_at", std::string_view(iso_offset(started_at)))
      .add_optional("completed_at", time_or_none(completed_at))
      .add_boolean("waiting", waiting());
  if (newer) result.add("wait_event", wait_event ? wait_event->to_json(arena) : json::Value());
  result.add("final_outputs", parsed(final_outputs, arena));
  if (newer) result.add("resume_state", parsed(resume_state, arena));
  return result.done();
}

}  // namespace agentnet::sbn::pgdag
