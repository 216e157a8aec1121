// Projects: what the console knows of a tenant, and who may see which.
//
// A project is a tenant. A caller sees its own tenant and those it made (owner), and nothing else: any other
// id is not_found/unknown_project, as one that nobody has. A tenant that the console has no row for is a
// project with defaults. A deleted one is as if it were not there; its data stays.
//
// As in core/auth the functions work on a Connection; those that change something are for Database::write.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/auth/caller.hpp"
#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxProjectsOfOwner = 1'000;  // deleted ones count
inline constexpr std::size_t kMaxDescriptionBytes = 2'048;
inline constexpr std::size_t kMaxSettingsBytes = 16 * 1'024;  // as compact JSON

struct Project {
  std::string id;
  std::string owner;
  std::string name;
  std::string description;
  std::string plan;             // of billing
  std::string settings = "{}";  // compact JSON
  std::string contact_email;
  std::string aggregator_endpoint;
  std::optional<std::string> rate_plan_id;
  bool active = true;
  std::optional<Instant> archived_at;
  Instant created_at;

  bool is_writable() const { return active && !archived_at; }
  // "active", "archived" or "inactive".
  std::string_view status() const;
};

// Throws Error usage/bad_name, policy/too_many_projects.
Project add_project(store::Connection& connection, std::string_view owner, std::string_view name, Instant now,
                    Random& random);
// Throws Error not_found/unknown_project when the caller's tenant may not see it.
Project require_project(store::Connection& connection, std::string_view caller, std::string_view id);
// The caller's own first, then those it made, the oldest first.
void list_projects(store::Connection& connection, std::string_view caller, std::int64_t limit,
                   std::int64_t offset, const std::function<void(const Project&)>& take);

// The project that a credential has switched to: its own tenant at first, and again when that project is
// gone.
Project current_project(store::Connection& connection, const auth::Caller& caller);
void switch_project(store::Connection& connection, const auth::Caller& caller, std::string_view id);

// Writes what may change: everything but id, owner and created_at. Throws Error usage/bad_name,
// usage/bad_description, usage/too_large for the settings.
void save_project(store::Connection& connection, const Project& project);
// Revokes its API keys and signing keys. Throws Error conflict/own_project for the caller's own tenant: the
// credential in use would end with it.
void delete_project(store::Connection& connection, std::string_view caller, const Project& project,
                    Instant now);

// Says that what requests are held against has changed (tenant_bounds.hpp); save_project and delete_project
// do.
void note_bounds_changed(store::Connection& connection);

}  // namespace agentnet::sbn
