// The methods by which a moment can be authenticated, and which of them governs a capture.
//
//   snapchore.local_system_context.v2   capture mode device or simulate, context kind system
//   snapchore.system_context.v1         device, simulate or stubbed; system
//   snapchore.image_exif_gps.v1         device; image
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::sbn {

struct MethodRule {
  std::string_view name;
  std::array<std::string_view, 3> capture_modes;  // unused places are empty
  std::string_view context_kind;

  bool allows_mode(std::string_view mode) const;
};

// nullopt for a method that is not known.
std::optional<MethodRule> method_rule(std::string_view name);

// What the context says of itself: capture_mode, or else what its flags simulation and stubbed_capture say.
std::string capture_mode_of(const json::Value& context);
// context_kind or input_type, or else image when it has EXIF members, otherwise system.
std::string context_kind_of(const json::Value& context);

// The method a capture is judged by: the one asked for, the context's own requested_auth_method or
// auth_method, that of its capture claim, or version 1. A request that is blank after all leaves the choice
// to the claim.
std::string governing_auth_method(const json::Value& context, const std::optional<std::string>& requested);

// The method that a block's payload or metadata asks for: requested_moment_auth_method, moment_auth_method or
// auth_method, or moment_auth.{requested_method, method, auth_method}, or the same inside its own metadata
// and payload members. The payload is asked first.
std::optional<std::string> requested_auth_method(const json::Value& payload, const json::Value& metadata);

}  // namespace agentnet::sbn
