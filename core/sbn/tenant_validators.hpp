// The validators of a tenant in the store: processes that somebody runs for it and that say they are there.
// They have nothing to do with the validators that sign this network's receipts.
//
// As in core/auth the functions work on a Connection; those that change something are for Database::write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxValidators = 200;  // of one tenant
inline constexpr std::size_t kMaxEndpointBytes = 512;
inline constexpr std::chrono::minutes kValidatorStale{5};  // after the last heartbeat

struct Validator {
  std::string validator_id;
  std::string endpoint;
  std::optional<std::string> region;
  Instant registered_at;
  std::optional<Instant> last_seen_at;

  // "registered" before the first heartbeat, then "active", and "stale" when none came for kValidatorStale.
  std::string_view status(Instant now) const;
};

// An http or https URL of at most kMaxEndpointBytes. Throws Error usage/bad_endpoint.
void check_endpoint(std::string_view field, std::string_view url);
// The same registration again changes nothing. Throws Error usage/bad_validator, usage/bad_endpoint,
// conflict/validator_exists, policy/too_many_validators.
Validator add_validator(store::Connection& connection, std::string_view tenant, const Validator& wanted,
                        Instant now);
// Throws Error not_found/unknown_validator.
Validator note_heartbeat(store::Connection& connection, std::string_view tenant,
                         std::string_view validator_id, Instant now);
// By id.
std::vector<Validator> list_validators(store::Connection& connection, std::string_view tenant);
std::int64_t count_validators(store::Connection& connection, std::string_view tenant);
// {"validator_id", "endpoint", "status", "region", "registered_at", "last_seen_at"}.
json::Value validator_row(const Validator& validator, Instant now, json::Arena& arena);

}  // namespace agentnet::sbn
