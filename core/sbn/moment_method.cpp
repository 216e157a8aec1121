#include "core/sbn/moment_method.hpp"

#include <algorithm>

#include "core/base/unicode_text.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/moment.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::array<MethodRule, 3> kMethods = {
    {{kLocalSystemContextV2, {"device", "simulate"}, "system"},
     {kSystemContextV1, {"device", "simulate", "stubbed"}, "system"},
     {kImageExifGpsV1, {"device"}, "image"}}};

// The first of these members that is truthy, otherwise the last one, which may be null: Python's `a or b or
// c`, so that an auth_method of 0 asks for the method "0" and is refused.
const json::Value* either(const json::Value& object, std::initializer_list<std::string_view> names) {
  const json::Value* member = nullptr;
  for (const std::string_view name : names) {
    member = object.find(name);
    if (member != nullptr && member->truthy()) break;
  }
  return member;
}

}  // namespace

bool MethodRule::allows_mode(std::string_view mode) const {
  return std::find(capture_modes.begin(), capture_modes.end(), mode) != capture_modes.end();
}

std::optional<MethodRule> method_rule(std::string_view name) {
  const auto rule = std::find_if(kMethods.begin(), kMethods.end(),
                                 [name](const MethodRule& known) { return known.name == name; });
  if (rule == kMethods.end()) return std::nullopt;
  return *rule;
}

std::string capture_mode_of(const json::Value& context) {
  if (auto mode = trimmed_or_none(context.find("capture_mode"))) return *mode;
  if (is_true(context.find("simulation"))) return "simulate";
  return is_true(context.find("stubbed_capture")) ? "stubbed" : "device";
}

std::string context_kind_of(const json::Value& context) {
  if (auto kind = trimmed_or_none(either(context, {"context_kind", "input_type"}))) return *kind;
  return context.find("GPSInfo") != nullptr || context.find("DateTime") != nullptr ? "image" : "system";
}

std::string governing_auth_method(const json::Value& context, const std::optional<std::string>& requested) {
  std::optional<std::string> method;
  if (requested && !requested->empty()) {
    method = std::string(strip(*requested));
  } else {
    method = trimmed_or_none(either(context, {"requested_auth_method", "auth_method"}));
  }
  if (method && !method->empty()) return *method;
  const json::Value claim = object_member(context, "capture_claim");
  return trimmed_or_none(claim.find("auth_method")).value_or(std::string(kSystemContextV1));
}

std::optional<std::string> requested_auth_method(const json::Value& payload, const json::Value& metadata) {
  for (const json::Value* source : {&payload, &metadata}) {
    if (!source->is_object() || source->members().empty()) continue;
    if (auto direct = trimmed_or_none(
            either(*source, {"requested_moment_auth_method", "moment_auth_method", "auth_method"}))) {
      return direct;
    }
    const json::Value moment_auth = object_member(*source, "moment_auth");
    if (auto nested = trimmed_or_none(either(moment_auth, {"requested_method", "method", "auth_method"}))) {
      return nested;
    }
    // The network's own order: what the source says of itself in metadata counts before its payload.
    if (auto inner =
            requested_auth_method(object_member(*source, "metadata"), object_member(*source, "payload"))) {
      return inner;
    }
  }
  return std::nullopt;
}

}  // namespace agentnet::sbn
