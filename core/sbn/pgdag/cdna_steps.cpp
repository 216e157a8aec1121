#include "core/sbn/pgdag/cdna_steps.hpp"

#include "core/json/number.hpp"
#include "core/sbn/pgdag/numbers.hpp"

namespace agentnet::sbn::pgdag {
namespace {

// The inputs of one step, read as Python would with get(name, default).
struct Inputs {
  const StepContext& context;
  json::Arena& arena = context.run.arena();

  std::string engine_id() const {
    const json::Value* id = context.inputs.find("engine_id");
    if (id == nullptr || !id->is_string()) throw Error(Category::usage, "bad_field", "'engine_id'");
    return std::string(id->text());
  }
  bool truthy(std::string_view name) const {
    const json::Value* value = context.inputs.find(name);
    return value != nullptr && value->truthy();
  }
  double number(std::string_view name, double fallback) const {
    const json::Value* value = context.inputs.find(name);
    if (value == nullptr) return fallback;
    if (!value->is_number())
      throw Error(Category::usage, "bad_field", std::string(name) + " must be a number");
    return json::to_double(value->text());
  }
  std::map<std::string, double> counts(std::string_view name) const {
    std::map<std::string, double> all;
    const json::Value* value = context.inputs.find(name);
    if (value == nullptr || !value->is_object()) return all;
    for (const json::Member& member : value->members()) {
      if (member.value.is_number())
        all[std::string(member.name.text())] = json::to_double(member.value.text());
    }
    return all;
  }
  MutationTrigger trigger() const {
    const json::Value* value = context.inputs.find("trigger");
    return value != nullptr && value->is_object() ? MutationTrigger::from_json(*value) : MutationTrigger();
  }
  // The answer so far: {engine_id}.
  json::ObjectBuilder answer() const {
    return std::move(json::ObjectBuilder(arena).add("engine_id", std::string_view(engine_id())));
  }
};

constexpr std::string_view kDriftInputs[] = {"current_template_dist", "baseline_template_dist",
                                             "recent_success_rate", "recent_yield"};

StepOutcome detect(const Inputs& in, const LineageManager& lineage) {
  json::ObjectBuilder answer = in.answer();
  bool any = false;
  for (const std::string_view name : kDriftInputs)
    any = any || in.truthy(name);
  if (!any) {
    return {answer.add_boolean("drift_detected", false)
                .add("drift_magnitude", decimal(0.0, in.arena))
                .add("drift_report", json::ObjectBuilder(in.arena).done())
                .add_boolean("skipped", true)
                .done()};
  }
  const DriftReport report =
      detect_drift(in.engine_id(),
                   {in.counts("current_template_dist"), in.counts("baseline_template_dist"),
                    in.number("recent_success_rate", 1.0), in.number("baseline_success_rate", 1.0),
                    in.number("recent_yield", 0.0), in.number("baseline_yield", 0.0),
                    in.number("recent_avg_duration_ms", 0.0), in.number("baseline_avg_duration_ms", 0.0)},
                   lineage.now());
  return {answer.add_boolean("drift_detected", report.drifted)
              .add("drift_magnitude", decimal(report.magnitude, in.arena))
              .add("drift_report", report.to_json(in.arena))
              .done()};
}

StepOutcome evaluate(const Inputs& in, const LineageManager& lineage) {
  json::ObjectBuilder answer = in.answer();
  MutationTrigger trigger;
  trigger.yield_score = in.number("yield_score", 1.0);
  trigger.entropy_score = in.number("entropy_score", 0.0);
  trigger.thresholds = lineage.thresholds();
  trigger.drift_magnitude = in.number("drift_magnitude", 0.0);
  const bool asked = trigger.thresholds.ask_for_mutation(trigger.yield_score, trigger.entropy_score);
  if (!asked && !in.truthy("drift_detected")) {
    return {
        answer.add_boolean("mutation_needed", false).add("reason", "thresholds not met and no drift").done()};
  }
  trigger.strategy = asked ? MutationStrategy::entropy_yield : MutationStrategy::drift_correction;
  trigger.reasoning = "yield=" + fixed(trigger.yield_score, 4) +
                      ", entropy=" + fixed(trigger.entropy_score, 4) +
                      ", drift=" + fixed(trigger.drift_magnitude, 4);
  return {answer.add_boolean("mutation_needed", true)
              .add("trigger", trigger.to_json(in.arena))
              .add("strategy", strategy_name(trigger.strategy))
              .done()};
}

StepOutcome compute(const Inputs& in, const LineageManager& lineage) {
  json::ObjectBuilder answer = in.answer();
  if (!in.truthy("mutation_needed")) return {answer.add_boolean("mutated", false).done()};
  const CdnaRecord* record = lineage.current(in.engine_id());
  if (record == nullptr) {
    return {answer.add_boolean("mutated", false)
                .add("error", std::string_view("no cDNA record for " + in.engine_id()))
                .done()};
  }
  const MutationProof proof = mutate(*record, in.trigger(), lineage.now());
  return {answer.add_boolean("mutated", true)
              .add("before_cdna", std::string_view(proof.before.cdna))
              .add("after_cdna", std::string_view(proof.after.cdna))
              .add_integer("before_generation", proof.before.generation)
              .add_integer("after_generation", proof.after.generation)
              .add("before_spec_version", std::string_view(proof.before.spec_version))
              .add("after_spec_version", std::string_view(proof.after.spec_version))
              .add("trigger", proof.trigger.to_json(in.arena))
              .done()};
}

StepOutcome seal(const Inputs& in, LineageManager& lineage) {
  json::ObjectBuilder answer = in.answer();
  if (!in.truthy("mutated")) return {answer.add_boolean("sealed", false).done()};
  const auto proof = lineage.apply(in.engine_id(), in.trigger());
  if (!proof) return {answer.add_boolean("sealed", false).done()};
  return {answer.add_boolean("sealed", true)
              .add("new_cdna", std::string_view(proof->after.cdna))
              .add_integer("new_generation", proof->after.generation)
              .add("new_spec_version", std::string_view(proof->after.spec_version))
              .add("proof_hash", std::string_view(proof->proof_hash))
              .add("block_ref", std::string_view(proof->block_ref))
              .done()};
}

StepOutcome notify(const Inputs& in) {
  return {in.answer()
              .add_boolean("notified", in.truthy("sealed"))
              .add_boolean("callback_registered", false)
              .add_boolean("lifecycle_complete", true)
              .done()};
}

}  // namespace

DagTemplate cdna_mutation_template() {
  DagTemplate dag{std::string(kMutationKind), "1.0", std::string(kCdnaDomain)};
  dag.nodes = {{"detect_drift", "Detect Drift", "analysis"},
               {"evaluate_trigger", "Evaluate Trigger", "validation"},
               {"compute_mutation", "Compute Mutation", "computation"},
               {"seal_proof", "Seal Proof", "attestation"},
               {"notify_mutation", "Notify Mutation", "notification"}};
  for (std::size_t i = 1; i < dag.nodes.size(); ++i)
    dag.edges.push_back({dag.nodes[i - 1].id, dag.nodes[i].id});
  return dag;
}

Steps cdna_mutation_steps(LineageManager& lineage) {
  return {
      {"detect_drift", [&](const StepContext& context) { return detect(Inputs{context}, lineage); }},
      {"evaluate_trigger", [&](const StepContext& context) { return evaluate(Inputs{context}, lineage); }},
      {"compute_mutation", [&](const StepContext& context) { return compute(Inputs{context}, lineage); }},
      {"seal_proof", [&](const StepContext& context) { return seal(Inputs{context}, lineage); }},
      {"notify_mutation", [](const StepContext& context) { return notify(Inputs{context}); }},
  };
}

}  // namespace agentnet::sbn::pgdag
