// The states of an intent and how a settlement is decided (wire reference paybond 7.4). No clock and no
// store: facts are passed in.
//
//   created -> funded -> evidence_submitted -> released | refunded
//   funded | evidence_submitted -> disputed -> released | refunded | resolved_split
//
//   fund       from created, until the deadline
//   evidence   from funded, until the deadline
//   dispute    from funded or evidence_submitted
//   confirm    from evidence_submitted: release when the predicate passed, refund when it did not
//              from funded, behind the deadline: refund, for nobody can submit evidence any more
//              from disputed: whatever the operator says
// Nothing happens by itself: behind the deadline the money stays held until somebody confirms.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace agentnet::paybond {

enum class IntentState : std::uint8_t {
  created,
  funded,
  evidence_submitted,
  released,
  refunded,
  disputed,
  resolved_split,
};

std::string_view state_name(IntentState state);
// nullopt for another word.
std::optional<IntentState> state_named(std::string_view name);
bool is_terminal(IntentState state);

enum class Outcome : std::uint8_t { release, refund, split };
std::optional<Outcome> outcome_named(std::string_view name);
// The state that an outcome leads to.
IntentState state_after(Outcome outcome);

struct IntentFacts {
  IntentState state = IntentState::created;
  bool deadline_is_past = false;
  std::optional<bool> predicate_passed = {};  // of the evidence
};

// Each throws Error conflict/wrong_state with the state as a detail, and conflict/deadline_passed where the
// deadline counts.
void require_fundable(const IntentFacts& facts);
void require_evidence_wanted(const IntentFacts& facts);
void require_disputable(const IntentFacts& facts);

// What a confirm does; `asked` is what its caller wants, if anything. Throws Error conflict: wrong_state,
// evidence_missing (from funded before the deadline), outcome_contradicts_predicate, not_disputed (a split of
// what nobody disputes); usage/outcome_needed (a dispute ends as somebody says).
Outcome decide_settlement(const IntentFacts& facts, std::optional<Outcome> asked);

}  // namespace agentnet::paybond
