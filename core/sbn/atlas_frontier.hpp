// The frontiers that are known: those that bindings and cards name, and the root of each app's family.
//
// What would have to be measured (the regime, a score, the metallic label) is unknown here, and null in every
// answer; c_max is known where a card declares it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/tenant.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::atlas {

inline constexpr std::string_view kRootFrontier = "root";
inline constexpr std::string_view kScoringFrontier = "scoring";
inline constexpr std::size_t kMaxFrontiersPerTenant = 10'000;

struct Frontier {
  std::string path;
  std::string family;
  std::string kind{kScoringFrontier};
  std::optional<std::string> pulse_type = {};
  std::optional<std::string> c_max = {};  // the number's text
  Instant created_at = {};
};

// Makes it known; of one that is known a pulse type or a c_max that is given is taken over, a root that is
// bound becomes a scoring frontier, and the family stays. Throws Error policy/too_many_frontiers.
void note_frontier(store::Connection& connection, std::string_view tenant_id, const Frontier& frontier,
                   Instant now);
std::optional<Frontier> find_frontier(store::Connection& connection, std::string_view tenant_id,
                                      std::string_view path);
// Throws Error not_found/unknown_frontier.
Frontier require_frontier(store::Connection& connection, std::string_view tenant_id, std::string_view path);

struct FrontierFilter {
  std::string kind = {};  // empty: any
  std::string family = {};
};
// Sorted by path.
std::vector<Frontier> list_frontiers(store::Connection& connection, std::string_view tenant_id,
                                     const FrontierFilter& filter, std::int64_t limit, std::int64_t offset);

// {"canonical_path", "frontier_id", "app_family", "frontier_kind", "c_max", "regime", "metallic_label",
// "lambda_score", "pulse_type", "created_at"}.
json::Value frontier_row(const Frontier& frontier, json::Arena& arena);
// c_max as a number, or null.
json::Value c_max_of(const std::optional<Frontier>& frontier, json::Arena& arena);

}  // namespace agentnet::sbn::atlas
