#include "core/sbn/moment_capture.hpp"

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/sbn/moment.hpp"

namespace agentnet::sbn {
namespace {

std::string random_hex(Random& random, std::size_t bytes) {
  Bytes memory(bytes);
  random.fill(memory);
  return hex_lower(memory);
}

json::Value device_meta(const HostFacts& host, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("os", host.operating_system)
      .add("os_release", host.release)
      .add("os_version", host.version)
      .add("arch", host.machine)
      .add("hostname_hash", crypto::sha256_hex(host.node_name))
      .add("hw_fingerprint", crypto::sha256_hex(std::to_string(host.mac_node)))
      .add_integer("cpu_count", host.cpu_count)
      .done();
}

json::Value simulated_meta(Random& random, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("os", "SimOS")
      .add("os_release", "0.0.0-sim")
      .add("os_version", "simulated")
      .add("arch", "sim64")
      .add("hostname_hash", "sim_" + random_hex(random, 4))
      .add("hw_fingerprint", "sim_hw_" + random_hex(random, 8))
      .add_integer("cpu_count", 4)
      .done();
}

// What a capture is about when it is about nothing but itself.
std::string own_subject(const std::string& capture_id, json::Arena& arena) {
  return claim_sha256(json::ObjectBuilder(arena)
                          .add("schema_version", "snapchore.capture_only_subject.v1")
                          .add("capture_id", capture_id)
                          .done());
}

}  // namespace

json::Value capture_context(const CaptureFacts& facts, const std::optional<std::string>& subject_sha256,
                            json::Arena& arena) {
  const bool simulate = facts.policy.simulate;
  const json::Value meta = simulate ? simulated_meta(facts.random, arena) : device_meta(facts.host, arena);
  const std::string capture_id = uuid4(facts.random);
  json::ObjectBuilder members(arena);
  members.add("device_timestamp", iso_zulu(facts.now))
      .add("expected_hash", system_commitment(meta))
      .add("device_id", device_id_of(meta))
      .add("environment", facts.policy.environment)
      .add("system_meta", meta)
      .add_boolean("stubbed_capture", false)
      .add_boolean("simulation", simulate)
      .add("capture_id", capture_id)
      .add("subject_kind", subject_sha256 ? kSubjectSealSurface : kSubjectCaptureOnly)
      .add("subject_sha256", subject_sha256 ? *subject_sha256 : own_subject(capture_id, arena))
      .add("capture_mode", simulate ? "simulate" : "device")
      .add("context_kind", "system");
  const std::optional<json::Value> claim = build_capture_claim(members.done(), arena);
  if (!claim) throw Error(Category::failed, "capture_failed", "this host's facts make no capture claim");
  members.add("capture_claim", *claim);
  if (facts.policy.signer)
    members.add("capture_proof", sign_capture_claim(*claim, *facts.policy.signer, arena));
  return members.done();
}

}  // namespace agentnet::sbn
