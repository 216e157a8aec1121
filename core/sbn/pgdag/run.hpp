// One run of a workflow (wire reference sbn, f.4 and f.5).
//
// A Run is the kernel without the loop: it says which steps are ready, opens each one, seals it and closes
// it with what the step's function made. execute() is the loop as the original has it, one step after the
// other; who runs steps in parallel, or over hours, calls the parts.
//
//   inputs of a step   the outputs so far, and of each step directly before it NAME_proof_hash,
//                      NAME_outputs_fingerprint and in 0.14.0 NAME_anchor_hash, NAME_anchor_type; in a
//                      template without edges of every step so far, without the outputs fingerprint
//   outputs after it   its inputs, what the function set in them, and in 0.14.0 what it returned; a step
//                      that fails or waits leaves them as they were
//
// A step costs what its own inputs add, not what all inputs hold (outputs.hpp says when not).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/sbn/pgdag/gate.hpp"
#include "core/sbn/pgdag/interruption.hpp"
#include "core/sbn/pgdag/outputs.hpp"
#include "core/sbn/pgdag/run_layer.hpp"
#include "core/sbn/pgdag/run_result.hpp"
#include "core/sbn/pgdag/template.hpp"

namespace agentnet::sbn::pgdag {

// What runs share. All must outlive them.
struct Kernel {
  const Clock& clock;
  Random& random;
  IdempotencyGate& gate;
  InterruptionHandler& interruption;
  RunLayer& layer;
  Profile profile = kDefaultProfile;
  std::string domain = "general";  // where the template's is empty
  std::string spec_version = "1.0";
};

struct RunRequest {
  json::Value inputs = {};  // an object, or null for {}; must outlive the run
  std::string actor = {};
  json::Value config = {};  // as inputs
  std::string run_id = {};  // empty: "run-" and a short id
};

// What a function made of a step: it returned, failed with `error`, or waits for `event`. Values must
// outlive the run.
struct StepOutcome {
  json::Value outputs = {};    // an object, or null for {}
  json::Value mutations = {};  // the same: what the function set in its inputs
  std::optional<std::string> error = {};
  std::optional<WaitEvent> event = {};
};

class Run {
 public:
  // Begins anew. `dag` must outlive the run. Takes a short id for the run, if it has none, then one for the
  // slot. Throws Error usage/not_an_object for inputs or config.
  Run(const DagTemplate& dag, const Kernel& kernel, RunRequest request);
  // Goes on from a resume state, which must outlive it, with the event that was waited for, an object or
  // null. Throws Error usage/bad_resume_state, usage/wrong_template, usage/not_an_object.
  Run(const DagTemplate& dag, const Kernel& kernel, const json::Value& resume_state,
      const json::Value& event);

  const std::string& run_id() const { return request_.run_id; }
  const std::string& slot_id() const { return slot_id_; }
  const std::string& actor() const { return request_.actor; }
  const json::Value& config() const { return request_.config; }
  const DagTemplate& dag() const { return dag_; }
  const std::vector<ProofArtifact>& proofs() const { return proofs_; }
  Outputs& outputs() { return outputs_; }
  json::Arena& arena() { return arena_; }  // lives as long as the run
  // Of a run that was begun elsewhere, before it opens a step.
  void set_origin(std::string slot_id, Instant started_at);
  Instant started_at() const { return started_at_; }

  // The steps that can run now, in the order they are declared in; without edges one. Empty when nothing is
  // left to do. A step that failed is among them again.
  std::vector<std::uint32_t> ready();

  // Opens a step: outputs() are its inputs until it is closed or set aside.
  StepEnvelope open(std::uint32_t node);
  void set_aside();
  // The proof that makes running the step needless, from the gate or the layer.
  std::optional<ProofArtifact> known(const StepEnvelope& envelope);
  // Seals what came out, unless the step waits, and stores the proof in the gate.
  ProofArtifact seal(StepEnvelope envelope, const StepOutcome& outcome);
  // Closes an opened step, or one that was set aside: the proof counts, the outputs go on.
  const ProofArtifact& close(std::uint32_t node, const ProofArtifact& proof, const StepOutcome& outcome);
  // Of a step without a function: a failed proof with empty hashes.
  const ProofArtifact& close_unregistered(std::uint32_t node);

  // The run stops for the signal of the kernel's handler.
  const ProofArtifact& interrupt();
  // An opened step waits: its partial outputs join the outputs.
  void wait(std::uint32_t node, WaitEvent event);
  const std::optional<WaitEvent>& waits_for() const { return event_; }
  // The event came: it joins the outputs, and the step is ready again.
  void take_event(const json::Value& event);

  // Where the run stands.
  RunStatus status() const;
  std::string root() const;
  RunResult result();

 private:
  struct Names {  // of the members that steps behind a step get
    std::string_view proof_hash, anchor_hash, anchor_type, outputs_fingerprint;
  };

  void set_up();
  void complete(std::uint32_t node);
  const ProofArtifact& add_proof(std::uint32_t node, const ProofArtifact& proof);
  void add_inputs(std::uint32_t node);
  void add_inputs_from(std::uint32_t source, bool with_outputs);
  void merge(const json::Value& object);
  std::uint32_t told_by(std::string_view name) const;
  const Names& names_of(std::uint32_t node);
  std::string resume_state();
  RunFacts facts() const;
  std::string_view domain() const { return dag_.domain.empty() ? kernel_.domain : dag_.domain; }

  const DagTemplate& dag_;
  const DagIndex index_;
  const Kernel kernel_;
  RunRequest request_;
  std::string slot_id_;
  Instant started_at_;
  json::Arena arena_;
  Outputs outputs_;
  std::optional<std::uint32_t> open_;
  std::optional<WaitEvent> event_;

  std::vector<ProofArtifact> proofs_;    // in the order they came
  std::vector<std::uint32_t> proof_of_;  // by node, places in proofs_; kNone without one
  std::vector<bool> completed_;
  std::vector<std::uint32_t> order_;      // the completed steps as they completed
  std::vector<std::size_t> missing_;      // by node: how many before it are not completed
  std::vector<std::uint32_t> available_;  // steps with none missing
  std::uint32_t cursor_ = 0;              // linear: the first step that may not be completed
  std::vector<Names> names_;
  std::size_t told_ = 0;                    // linear: how many of order_ are among the inputs already
  std::vector<std::uint32_t> overwritten_;  // linear: steps whose members a step's own replaced
};

}  // namespace agentnet::sbn::pgdag
