#include "core/sbn/atlas_contract.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn::atlas {
namespace {

enum class Form : std::uint8_t { text, texts, number, weights };
struct Field {
  std::string_view name;
  Form form;
};
constexpr Field kFields[] = {
    {"pulse_type", Form::text},
    {"event_types", Form::texts},
    {"app_name", Form::text},
    {"gec_domain", Form::text},
    {"frontier", Form::text},
    {"constraint_tag", Form::text},
    {"phase", Form::text},
    {"x_mode", Form::text},
    {"x_override", Form::number},
    {"derives_from_frontiers", Form::texts},
    {"accepted_pulse_types", Form::texts},
    {"accepted_action_types", Form::texts},
    {"accepted_interaction_types", Form::texts},
    {"accepted_event_types", Form::texts},
    {"action_weight_map", Form::weights},
    {"interaction_weight_map", Form::weights},
    {"event_polarity_weights", Form::weights},
    {"weighting_strategy", Form::text},
    {"rollup_mode", Form::text},
    {"anchor_requirement", Form::text},
    {"fallback_policy", Form::text},
};

bool is_line(const json::Value& value) {
  return value.is_string() && auth::is_short_text(value.text());
}

bool has_form(const json::Value& value, Form form) {
  switch (form) {
    case Form::text:
      return is_line(value);
    case Form::number:
      return value.is_number();
    case Form::texts:
      return value.is_array() && value.items().size() <= kMaxListedTexts &&
             std::all_of(value.items().begin(), value.items().end(), is_line);
    case Form::weights:
      return value.is_object() && value.members().size() <= kMaxListedTexts &&
             std::all_of(value.members().begin(), value.members().end(), [](const json::Member& member) {
               return is_line(member.name) && member.value.is_number();
             });
  }
  return false;
}

std::string_view form_name(Form form) {
  switch (form) {
    case Form::text:
      return "a line of text";
    case Form::number:
      return "a number";
    case Form::texts:
      return "a list of lines of text";
    case Form::weights:
      return "an object of numbers";
  }
  return {};
}

void check_pulse(std::string_view pulse) {
  if (pulse.empty() ||
      std::find(std::begin(kPulseTypes), std::end(kPulseTypes), pulse) != std::end(kPulseTypes))
    return;
  throw Error(Category::usage, "bad_pulse_type", "pulse_type must be one of slot_stream, pgdag, batch", {},
              {{"field", "pulse_type"}});
}

}  // namespace

json::Value read_contract(const json::Value& object, json::Arena& arena) {
  json::ObjectBuilder contract(arena);
  for (const Field& field : kFields) {
    const json::Value* member = object.find(field.name);
    if (member == nullptr || member->is_null()) continue;
    if (!has_form(*member, field.form)) {
      throw Error(Category::usage, "bad_field",
                  std::string(field.name) + " must be " + std::string(form_name(field.form)), {},
                  {{"field", std::string(field.name)}});
    }
    if (field.name == "pulse_type") check_pulse(member->text());
    contract.add(field.name, json::without_duplicates(*member, arena));
  }
  const json::Value read = contract.done();
  if (json::to_compact(read).size() <= kMaxContractBytes) return read;
  throw Error(Category::usage, "too_large",
              "what a binding says beside its frontier has at most " + std::to_string(kMaxContractBytes) +
                  " bytes of JSON");
}

json::Value merge_contracts(const json::Value& before, const json::Value& change, json::Arena& arena) {
  json::ObjectBuilder merged(arena);
  for (const Field& field : kFields) {
    const json::Value* member = change.find(field.name);
    if (member == nullptr) member = before.find(field.name);
    if (member != nullptr) merged.add(field.name, *member);
  }
  return merged.done();
}

json::Value without_empty(const json::Value& contract, json::Arena& arena) {
  json::ObjectBuilder kept(arena);
  for (const Field& field : kFields) {
    const json::Value* member = contract.find(field.name);
    if (member != nullptr && (member->truthy() || member->is_number())) kept.add(field.name, *member);
  }
  return kept.done();
}

}  // namespace agentnet::sbn::atlas
