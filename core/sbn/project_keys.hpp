// API keys as the console shows them: those of core/auth with a plan and frontiers.
//
// A key keeps its id when it is rotated: its secret is replaced, and the old one is refused from the next
// request on. Keys that were made elsewhere (`agentnet keys`, the snapchore client) are shown with the first
// plan.
//
// As in core/auth the functions work on a Connection; those that change something are for Database::write.
// Every one is told the project and finds nothing of another.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/api_key.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxAllowedFrontiers = 64;
inline constexpr std::size_t kShownOfKey = 13;  // "sbn_live_" and four characters

struct ProjectKey {
  auth::ApiKey key;
  std::string prefix;
  std::string plan;
  std::optional<std::string> default_frontier = {};
  std::vector<std::string> allowed_frontiers = {};
};

struct ProjectKeyOptions {
  std::string label;
  std::string plan;
  std::vector<std::string> scopes = {};  // none: everything
  std::optional<std::string> default_frontier = {};
  std::vector<std::string> allowed_frontiers = {};
};

struct NewProjectKey {
  ProjectKey record;
  Secret key;  // not to be had again
};

// Throws Error usage/bad_plan, usage/bad_frontier (too many, not a short text, or a default that is not among
// the allowed ones), and what auth::add_api_key throws.
NewProjectKey add_project_key(store::Connection& connection, std::string_view project,
                              const ProjectKeyOptions& options, Instant now, Random& random);
// The oldest first, revoked ones as well.
std::vector<ProjectKey> list_project_keys(store::Connection& connection, std::string_view project);
// Throws Error not_found/unknown_key.
ProjectKey require_project_key(store::Connection& connection, std::string_view project, std::string_view id);
// Throws Error not_found/unknown_key, conflict/key_revoked.
NewProjectKey rotate_project_key(store::Connection& connection, std::string_view project, std::string_view id,
                                 Random& random);

// {"id", "project_id", "label", "prefix", "last4", "mode", "scopes", "plan", "revoked", "limits", "rate",
// "default_frontier", "allowed_frontiers", "created_at", "revoked_at"}.
json::Value key_record(const ProjectKey& key, json::Arena& arena);

}  // namespace agentnet::sbn
