// The API keys of a tenant's service accounts (wire reference paybond 7.5).
#pragma once

#include <vector>

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kDefaultKeyPage = 50;

struct KeyRequest {
  std::string name;
  std::string role;
  std::string label = {};
  std::string kind = "standard";
  std::vector<std::string> scopes = {};  // "scope:level", of kind restricted
};

json::Document list_keys(Client& client, std::int64_t limit = kDefaultKeyPage);
// The answer holds the new key in the clear, this once; so does rotate_key's.
// Throws Error usage/bad_scope.
json::Document create_key(Client& client, const KeyRequest& request, const std::string& idempotency_key = {});
json::Document rotate_key(Client& client, std::string_view key_id);
void revoke_key(Client& client, std::string_view key_id);

}  // namespace agentnet::paybond
