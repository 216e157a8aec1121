// What a service account's key may do, and the second name of its tenant, as the gateway tells both (wire
// reference paybond 5.4, 7.5).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agentnet::paybond {

// The scopes of a role: reader, agent, operator or admin. Empty for any other name.
std::vector<std::string> scopes_of_role(std::string_view role);
// The role with just these scopes; "custom" when there is none, for keys made elsewhere may have others.
std::string_view role_of_scopes(const std::vector<std::string>& scopes);

// A UUID that is the same whenever the tenant is: version 8 of RFC 9562, of the digest of its id.
std::string tenant_uuid(std::string_view tenant_id);

}  // namespace agentnet::paybond
