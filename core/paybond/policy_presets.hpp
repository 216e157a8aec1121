// Policies ready to start from: domains and solutions of tools, and guardrails that narrow them (the kit's
// `policy presets`).
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "core/paybond/policy_file.hpp"

namespace agentnet::paybond {

// A preset as a row: its tools that do something, those that only look, and what the former may spend.
struct PolicyPreset {
  std::string_view id;
  std::string_view policy;  // its name
  std::string_view tool;    // the one with side effects; empty for none
  std::string_view evidence;
  std::span<const std::string_view> reads;
  std::int64_t usd = 0;            // of the budget; 0 for none
  bool composed = false;           // a domain narrowed by its default guardrails
  std::string_view solution = {};  // its title as a solution; empty when it is none
  std::string_view domain = {};    // its title as a domain
};

std::span<const PolicyPreset> policy_presets();
extern const std::array<std::string_view, 7> kPolicyPresetIds;
extern const std::array<std::string_view, 4> kPolicyDomainIds;

struct Guardrail {
  std::string_view id;  // with "<usd>" or "<cents>" where a number belongs
  std::string_view title;
  std::string_view description;
  bool parameterized = false;
};
std::span<const Guardrail> guardrails();

inline constexpr std::int64_t kMostPolicyUsd = 1'000'000'000;
inline constexpr std::size_t kMaxGuardrails = 32;

// The policy of a preset. With `max_usd` that is its budget and the most that a tool may spend. Throws Error
// usage/unknown_policy_preset.
Policy preset_policy(std::string_view id, std::optional<std::int64_t> max_usd);

// A domain narrowed by guardrails, a list with commas: each only ever takes away, so of several limits the
// least counts. _ may stand for -. Throws Error usage: unknown_domain; unknown_guardrail, also for an amount
// that is no number; amount_overflow above kMostPolicyUsd; missing_guardrails, too_many_guardrails;
// empty_policy when no tool is left.
Policy compose_policy(std::string_view domain, std::string_view guardrail_list);

}  // namespace agentnet::paybond
