// Typed calls to the control plane of a SmartBlocks Network (wire reference sbn section c, table
// control_plane): rate plans, tenants and their validators. Lists are answered as bare arrays.
//
// Each is one request with the official client's path and body. All throw what Client throws.
#pragma once

#include <string>
#include <string_view>

#include "core/sbn/client.hpp"

namespace agentnet::sbn::control_plane {

struct NewRatePlan {
  std::string name;
  std::string sla_tier;
  std::int64_t daily_quota = 0;             // calls a day
  std::int64_t burst_limit_per_minute = 0;  // calls a minute
  std::string description = {};             // empty: not sent
};
json::Document list_rate_plans(Client& client);
json::Document create_rate_plan(Client& client, const NewRatePlan& plan);

struct NewTenant {
  std::string name;
  std::string contact_email;
  std::string aggregator_endpoint;
  std::string rate_plan_id;
  bool activate = true;
};
json::Document list_tenants(Client& client);
json::Document create_tenant(Client& client, const NewTenant& tenant);
json::Document get_tenant(Client& client, std::string_view tenant_id);
// `activate` is not sent when it is null.
json::Document update_tenant_rate_plan(Client& client, std::string_view tenant_id,
                                       std::string_view rate_plan_id, const json::Value& activate = {});

struct NewValidator {
  std::string validator_id;
  std::string endpoint;
  std::string region = {};  // empty: not sent
};
json::Document list_validators(Client& client, std::string_view tenant_id);
json::Document register_validator(Client& client, std::string_view tenant_id, const NewValidator& validator);
json::Document heartbeat_validator(Client& client, std::string_view tenant_id, std::string_view validator_id);

}  // namespace agentnet::sbn::control_plane
