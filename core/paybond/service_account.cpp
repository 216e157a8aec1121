#include "core/paybond/service_account.hpp"

#include <algorithm>

#include "core/auth/caller.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

struct Role {
  std::string_view name;
  std::vector<std::string> scopes;
};

const std::vector<Role>& roles() {
  static const std::vector<Role> kRoles{
      {"reader", {std::string(auth::kScopePaybondRead)}},
      {"agent", {std::string(auth::kScopePaybondRead), std::string(auth::kScopePaybondWrite)}},
      {"operator",
       {std::string(auth::kScopePaybondRead), std::string(auth::kScopePaybondWrite),
        std::string(auth::kScopePaybondSettle)}},
      {"admin", {std::string(auth::kScopeAll)}}};
  return kRoles;
}

}  // namespace

std::vector<std::string> scopes_of_role(std::string_view role) {
  for (const Role& each : roles())
    if (each.name == role) return each.scopes;
  return {};
}

std::string_view role_of_scopes(const std::vector<std::string>& scopes) {
  for (const Role& each : roles())
    if (each.scopes == scopes) return each.name;
  return "custom";
}

std::string tenant_uuid(std::string_view tenant_id) {
  crypto::Sha256Digest digest = crypto::sha256(as_bytes(tenant_id));
  digest[6] = static_cast<std::uint8_t>(0x80 | (digest[6] & 0x0f));
  digest[8] = static_cast<std::uint8_t>(0x80 | (digest[8] & 0x3f));
  Uuid uuid;
  std::copy_n(digest.begin(), uuid.size(), uuid.begin());
  return uuid_text(uuid);
}

}  // namespace agentnet::paybond
