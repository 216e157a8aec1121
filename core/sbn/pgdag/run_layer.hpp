// What stands around a run: nothing here, a network in network_layer.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/json/value.hpp"
#include "core/sbn/pgdag/proof.hpp"

namespace agentnet::sbn::pgdag {

// Who and what a run is, for a layer.
struct RunFacts {
  std::string_view run_id;
  std::string_view template_name;
  std::string_view actor;
};

// The base is a run by itself: local slots, local fingerprints, local proofs.
struct RunLayer {
  virtual ~RunLayer() = default;

  // The slot that was opened for a run; none: a local one.
  virtual std::optional<std::string> open_slot(const RunFacts&) { return std::nullopt; }
  virtual void close_slot(const std::string& /*slot_id*/) {}
  // Whether capture() wants to see all that is fingerprinted.
  virtual bool captures() const { return false; }
  // The fingerprint to use; none: that of the local rule.
  virtual std::optional<std::string> capture(const json::Value& /*data*/) { return std::nullopt; }
  // The hash that proves the step was done before; none: it has to run.
  virtual std::optional<std::string> discover(const std::string& /*inputs_fingerprint*/) {
    return std::nullopt;
  }
  // A step was sealed by the local rule; the layer may seal it elsewhere and say so in the proof.
  virtual void seal(ProofArtifact& /*proof*/, const StepEnvelope&, std::string_view /*domain*/,
                    const std::string& /*slot_id*/) {}
  // A step has its proof.
  virtual void emit(const ProofArtifact&, const RunFacts&) {}
};

}  // namespace agentnet::sbn::pgdag
