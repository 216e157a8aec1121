// What the environment says about moment proofs, as a plain struct.
//
// This is the one place that reads the variables and the key files they name. The rules get the result.
//
//   ENVIRONMENT, SB_ENV, SNAPCHORE_ENV     the environment's name, the first that is set; "dev" without one
//   SNAPCHORE_CAPTURE_MODE                 device, simulate or auto (default: device when the environment's
//   whole
//                                          name is prod, production, stage or staging, otherwise simulate)
//   SB_SNAPCHORE_SKIP_AUTH                 1, true, yes: seal without a moment proof
//   SB_SNAPCHORE_TIME_DRIFT_SEC            how old or how far ahead a capture may be, in whole seconds
//   SNAPCHORE_MOMENT_PRIVATE_KEY           path of an Ed25519 PKCS#8 PEM; captures are signed with it
//   SNAPCHORE_MOMENT_KEY_ID                its name in proofs
//   SNAPCHORE_MOMENT_PUBLIC_KEY            path of an Ed25519 SPKI PEM that is trusted
//   SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS   more of them, separated by ':'
//   SNAPCHORE_MOMENT_REPLAY_DB             path of the replay database; "~/" is the home folder
//   SNAPCHORE_ALLOW_LEGACY_MOMENT_V1       1, true, yes, on: version 1 captures pass in secure environments
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/environment.hpp"
#include "core/base/filesystem.hpp"
#include "core/sbn/moment_proof.hpp"

namespace agentnet::sbn {

inline constexpr std::int64_t kDefaultTimeDriftSeconds = 10;
inline constexpr std::int64_t kMaxTimeDriftSeconds =
    1'000'000'000;                                          // some 31 years; more is taken for a mistake
inline constexpr std::size_t kMaxKeyFileBytes = 64 * 1024;  // of one PEM file

struct MomentPolicy {
  std::string environment = "dev";  // lower case, as captures state it
  bool simulate = true;             // capture mode simulate rather than device
  bool skip_auth = false;
  bool allow_legacy = false;
  std::int64_t time_drift_seconds = kDefaultTimeDriftSeconds;
  std::string replay_database;          // path; empty: in memory
  std::optional<CaptureSigner> signer;  // not read when skip_auth is set
  TrustedKeys trusted;
  std::vector<std::string> warnings;  // sentences about values that were not understood and so not used

  // Throws Error when the private key cannot be read or is no Ed25519 key (with the variable's name in the
  // hint), and usage/bad_environment for a name that is not UTF-8 or a home folder that is not known.
  static MomentPolicy from(const Environment& environment, const Filesystem& files);
};

// The trusted keys alone, which is all that verifying needs. A key that cannot be read is kept as the fault
// of the answer (TrustedKeys::fail).
TrustedKeys trusted_keys_from(const Environment& environment, const Filesystem& files);

}  // namespace agentnet::sbn
