// Which release of the original pgdag a run equals.
//
//                         0.12.2                        0.14.0 (the default)
//   what a step returns   fingerprinted, goes nowhere   also goes to the steps behind it
//   inputs from a step    NAME_proof_hash               and NAME_anchor_hash, NAME_anchor_type
//   metrics of a proof    those given                   fingerprint_mode in front of them
//   members of a proof    10                            and anchor_hash, anchor_type, receipt_id
//   a waiting run         ends                          can be resumed from its resume_state
//
// 0.14.0 is the default because a workflow whose results go nowhere is of little use. Every proof hash
// differs between the two.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace agentnet::sbn::pgdag {

enum class Profile : std::uint8_t { v0_12_2, v0_14_0 };

inline constexpr Profile kDefaultProfile = Profile::v0_14_0;

constexpr std::string_view profile_name(Profile profile) {
  return profile == Profile::v0_12_2 ? "0.12.2" : "0.14.0";
}
constexpr std::optional<Profile> profile_of(std::string_view name) {
  if (name == "0.12.2") return Profile::v0_12_2;
  if (name == "0.14.0") return Profile::v0_14_0;
  return std::nullopt;
}

}  // namespace agentnet::sbn::pgdag
