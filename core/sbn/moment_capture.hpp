// The device capture: the context that a moment claim is made of (wire reference sbn d.3).
//
// In mode `device` system_meta describes this host: hw_fingerprint is the SHA-256 of the decimal hardware
// address, hostname_hash that of the node name. In mode `simulate` it describes a host that does not exist,
// another one each time. Neither has sensors; a context holds only what a check reads or a claim states.
#pragma once

#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/host.hpp"
#include "core/base/random.hpp"
#include "core/json/value.hpp"
#include "core/sbn/moment_policy.hpp"

namespace agentnet::sbn {

struct CaptureFacts {
  Instant now;
  const HostFacts& host;
  const MomentPolicy& policy;
  Random& random;
};

// A context with its capture claim, and with its proof when the policy has a signer. Bound to a seal subject
// when one is given, otherwise to its own capture id. Lies in `arena`.
json::Value capture_context(const CaptureFacts& facts, const std::optional<std::string>& subject_sha256,
                            json::Arena& arena);

}  // namespace agentnet::sbn
