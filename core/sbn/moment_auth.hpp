// Authenticating a moment: is this captured context fresh, whole, bound to its device and to what is being
// sealed, allowed here, and used for the first time (wire reference sbn d.3)?
//
// Every question is answered, and the answers form the validation object that a sealed block carries in
// metadata.snapchore_validation. Only when all of them are yes is there a moment claim, whose hash is what
// the seal commits to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"
#include "core/sbn/moment_policy.hpp"
#include "core/sbn/replay_store.hpp"

namespace agentnet::sbn {

// A capture id is remembered this long after the capture ceased to be fresh, so that no instant lies between.
inline constexpr std::chrono::seconds kReplayMargin{1};

struct MomentRequest {
  json::Value context;  // as captured; any shape is judged
  // A method asked for by name; otherwise the context's, the capture claim's, or the version 1 method.
  std::optional<std::string> auth_method;
  // What is being sealed; nullopt: the capture may be about any subject.
  std::optional<std::string> subject_sha256;
  bool enforce_replay = true;  // false: nothing is consumed, and a version 2 capture is refused for it
};

struct MomentAnswer {
  bool valid = false;
  std::vector<std::string> refusal_reasons;  // sorted, each once
  std::string snapshot_hash;                 // the moment hash; empty unless valid
  json::Value moment_claim;                  // null unless valid and of version 2
  json::Value validation;                    // all answers, in the order of the wire
  std::string replay_fault;                  // why the replay store could not decide, otherwise empty
};

// Consumes the capture id when everything else holds. The id is remembered until the capture cannot be fresh
// any more, which for one dated ahead of `now` is later than now plus the drift. Values lie in `arena` and
// share the context's parts. Throws what TrustedKeys::holds throws.
MomentAnswer authenticate_moment(const MomentRequest& request, Instant now, const MomentPolicy& policy,
                                 ReplayStore& replay, json::Arena& arena);

}  // namespace agentnet::sbn
