// A run inside a SmartBlocks Network: the requests that the original makes around one (wire reference sbn,
// f.6). What fails on the way does not stop the run, but for a seal of 0.12.2.
//
//   0.12.2  Inputs and outputs are captured, and the hash in the answer is their fingerprint. A step whose
//           inputs the network knows by that hash is not run: the hash is its proof. No slot is opened.
//   0.14.0  A slot is opened; each step is submitted to it as a BitBlock and the slot sealed, whose anchor
//           becomes the proof's; at the end the slot is closed. Captures inform the network; their answers
//           stand among the metrics, and the proof hash covers them but not the domain.
#pragma once

#include "core/sbn/client.hpp"
#include "core/sbn/pgdag/handoff.hpp"
#include "core/sbn/pgdag/run_layer.hpp"

namespace agentnet::sbn::pgdag {

class NetworkLayer final : public RunLayer {
 public:
  // `domain` is that of the lattice edges. The client must outlive this.
  NetworkLayer(Client& client, Profile profile, std::string domain)
      : client_(client), profile_(profile), domain_(std::move(domain)) {}

  std::optional<std::string> open_slot(const RunFacts& facts) override;
  void close_slot(const std::string& slot_id) override;
  bool captures() const override { return true; }
  std::optional<std::string> capture(const json::Value& data) override;
  std::optional<std::string> discover(const std::string& inputs_fingerprint) override;
  void seal(ProofArtifact& proof, const StepEnvelope& envelope, std::string_view domain,
            const std::string& slot_id) override;
  void emit(const ProofArtifact& proof, const RunFacts& facts) override;

  // The chain in the network; false when it could not be made. Entries stay local.
  bool create_chain(const std::string& chain_id);
  // As build_handoff and validate_upstream_proof, with the network's capture as the payload's hash.
  HandoffEnvelope handoff(HandoffEnvelope envelope, Instant now);
  bool validate(const HandoffEnvelope& envelope);

 private:
  std::optional<json::Document> captured(const json::Value& data);
  void seal_with_captures(ProofArtifact& proof, const StepEnvelope& envelope);
  void submit(const ProofArtifact& proof, const StepEnvelope& envelope, std::string_view domain,
              const std::string& slot_id);

  Client& client_;
  const Profile profile_;
  const std::string domain_;
  bool has_slot_ = false;
  std::vector<json::Document> captures_;  // of the step that is open: of its inputs, then of its outputs
};

}  // namespace agentnet::sbn::pgdag
