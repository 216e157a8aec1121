#include "core/paybond/intent_state.hpp"

#include <array>
#include <string>

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

// In the order of the enumerators.
constexpr std::array<std::string_view, 7> kStates = {"created",  "funded",   "evidence_submitted", "released",
                                                     "refunded", "disputed", "resolved_split"};
constexpr std::array<std::string_view, 3> kOutcomes = {"release", "refund", "split"};

template <typename Enum, std::size_t kCount>
std::optional<Enum> named(const std::array<std::string_view, kCount>& names, std::string_view name) {
  for (std::size_t i = 0; i < kCount; ++i)
    if (names[i] == name) return static_cast<Enum>(i);
  return std::nullopt;
}

[[noreturn]] void refuse(const char* code, const std::string& what, IntentState state) {
  throw Error(Category::conflict, code, what, {}, {{"state", std::string(state_name(state))}});
}

[[noreturn]] void wrong_state(std::string_view what, IntentState state) {
  refuse("wrong_state", std::string(what) + ", and this one is " + std::string(state_name(state)), state);
}

}  // namespace

std::string_view state_name(IntentState state) {
  return kStates[static_cast<std::size_t>(state)];
}

std::optional<IntentState> state_named(std::string_view name) {
  return named<IntentState>(kStates, name);
}

bool is_terminal(IntentState state) {
  return state == IntentState::released || state == IntentState::refunded ||
         state == IntentState::resolved_split;
}

std::optional<Outcome> outcome_named(std::string_view name) {
  return named<Outcome>(kOutcomes, name);
}

IntentState state_after(Outcome outcome) {
  switch (outcome) {
    case Outcome::release:
      return IntentState::released;
    case Outcome::refund:
      return IntentState::refunded;
    case Outcome::split:
      break;
  }
  return IntentState::resolved_split;
}

void require_fundable(const IntentFacts& facts) {
  if (facts.state != IntentState::created)
    wrong_state("an intent is funded once, when it is created", facts.state);
  if (facts.deadline_is_past) refuse("deadline_passed", "the deadline of the intent has passed", facts.state);
}

void require_evidence_wanted(const IntentFacts& facts) {
  if (facts.state != IntentState::funded)
    wrong_state("evidence is taken once, for an intent that is funded", facts.state);
  if (facts.deadline_is_past) refuse("deadline_passed", "the deadline of the intent has passed", facts.state);
}

void require_disputable(const IntentFacts& facts) {
  if (facts.state == IntentState::funded || facts.state == IntentState::evidence_submitted) return;
  wrong_state("an intent is disputed while its money is held and nobody disputes it", facts.state);
}

Outcome decide_settlement(const IntentFacts& facts, std::optional<Outcome> asked) {
  if (facts.state == IntentState::disputed) {
    if (asked) return *asked;
    throw Error(Category::usage, "outcome_needed", "a dispute ends as its caller says",
                "send \"outcome\": release, refund or split");
  }
  if (facts.state != IntentState::funded && facts.state != IntentState::evidence_submitted)
    wrong_state("a settlement is confirmed while its money is held", facts.state);
  if (asked == Outcome::split) refuse("not_disputed", "only a disputed intent is split", facts.state);
  Outcome due = Outcome::refund;
  if (facts.state == IntentState::evidence_submitted) {
    due = facts.predicate_passed.value_or(false) ? Outcome::release : Outcome::refund;
  } else if (!facts.deadline_is_past) {
    refuse("evidence_missing", "there is no evidence yet, and the deadline has not passed", facts.state);
  }
  if (asked && *asked != due) {
    refuse("outcome_contradicts_predicate",
           due == Outcome::release ? "the evidence passed, so the money is to be released"
                                   : "no evidence passed, so the money is to be refunded",
           facts.state);
  }
  return due;
}

}  // namespace agentnet::paybond
