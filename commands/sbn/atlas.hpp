// `sbn atlas`: its command groups, and what they share.
#pragma once

#include "commands/command.hpp"
#include "core/json/value.hpp"

namespace agentnet::commands {

extern const Command kSbnAtlas;
// Below it.
extern const Command kAtlasRegister, kAtlasKeys, kAtlasBindings, kAtlasFrontiers, kAtlasTree, kAtlasFrontier,
    kAtlasCouplings, kAtlasCalibrate, kAtlasDetect, kAtlasInstrumentation, kAtlasInterventions, kAtlasCards;

// Without white space at the ends.
std::string trimmed(std::string_view text);
// The value of an option that must be given; throws Error usage/missing_option.
std::string required(const Arguments& arguments, std::string_view name);
// "a, b,": the parts between commas, trimmed, without empty ones.
std::vector<std::string> comma_list(std::string_view text);
// The same of all values of an option.
std::vector<std::string> comma_lists(const Arguments& arguments, std::string_view name);
// An option's value as a finite number; throws Error usage/bad_number.
std::optional<double> decimal_option(const Arguments& arguments, std::string_view name);
// The texts as a JSON list; null when there are none.
json::Value text_list(const std::vector<std::string>& texts, json::Arena& arena);
// The member of a member that may be missing: {"binding": {"frontier"}}; null when it is.
json::Value inner(const json::Value& answer, std::string_view outer, std::string_view name);
// A value as people read it: texts bare, lists with commas, null as nothing.
std::string plain_text(const json::Value& value);

}  // namespace agentnet::commands
