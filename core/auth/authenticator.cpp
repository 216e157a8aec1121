#include "core/auth/authenticator.hpp"

#include "core/auth/access_token.hpp"
#include "core/auth/api_key.hpp"
#include "core/auth/signing_key.hpp"
#include "core/auth/token.hpp"
#include "core/base/error.hpp"

namespace agentnet::auth {
namespace {

constexpr std::string_view kApiKeyHeader = "x-api-key";
constexpr std::string_view kBearerHeader = "Authorization";
constexpr std::string_view kTenantHeader = "X-Tenant-ID";
constexpr std::string_view kBearer = "Bearer";
constexpr const char* kHint = "send x-api-key: <API key>, or Authorization: Bearer <API key or token>";

[[noreturn]] void refuse(const std::string& message) {
  throw Error(Category::auth, "invalid_credential", message, kHint);
}

// The value of a header that may be there once; empty when it is not.
std::string_view single(const http::Headers& headers, std::string_view name) {
  if (headers.count(name) > 1) refuse("the header " + std::string(name) + " is there more than once");
  return headers.get(name);
}

// What stands behind "Bearer " (RFC 6750 section 2.1).
std::string_view bearer_value(std::string_view header) {
  const std::string_view scheme = header.substr(0, header.find(' '));
  if (!http::equals_ignoring_case(scheme, kBearer))
    refuse("the Authorization header is not of the kind Bearer");
  header.remove_prefix(scheme.size());
  const std::size_t start = header.find_first_not_of(' ');
  if (start == header.npos) refuse("the Authorization header has no token");
  return header.substr(start);
}

}  // namespace

Caller Authenticator::authenticate(const http::Headers& headers) {
  const std::string_view api_key = single(headers, kApiKeyHeader);
  const std::string_view authorization = single(headers, kBearerHeader);
  const std::string_view tenant = single(headers, kTenantHeader);
  if (api_key.empty() && authorization.empty()) {
    throw Error(Category::auth, "missing_credential", "this needs a credential", kHint);
  }
  // Two that disagree would leave it to chance who is meant.
  if (!api_key.empty() && !authorization.empty()) refuse("there are two credentials");
  const std::string_view credential = api_key.empty() ? bearer_value(authorization) : api_key;
  const bool is_key = !api_key.empty() || looks_like_api_key(credential);
  const bool is_access_token = !is_key && looks_like_access_token(credential);
  Caller caller = is_key            ? by_api_key(credential)
                  : is_access_token ? by_access_token(credential)
                                    : by_token(credential);
  if (!tenant.empty() && tenant != caller.tenant) {
    throw Error(Category::auth, "forbidden", "the credential is of another tenant than X-Tenant-ID names",
                "leave X-Tenant-ID out, or use a credential of that tenant");
  }
  return caller;
}

Caller Authenticator::by_api_key(std::string_view key) {
  if (!is_api_key(key)) refuse("the API key does not have the form of one");
  // Looked up by its hash: how long that takes says nothing about any key that is there.
  const std::string hash = api_key_hash(key);
  std::optional<ApiKey> found;
  database_.read([&](store::Connection& connection) { found = find_api_key(connection, hash); });
  if (!found) refuse("the API key is not known here");
  if (found->revoked_at) throw Error(Category::auth, "revoked_credential", "the API key is revoked");
  return {std::move(found->tenant_id), std::move(found->scopes), std::move(found->id)};
}

Caller Authenticator::by_access_token(std::string_view token) {
  std::optional<AccessToken> found;
  database_.read([&](store::Connection& connection) { found = find_access_token(connection, token); });
  if (!found) refuse("the access token is not known here");
  if (found->revoked) throw Error(Category::auth, "revoked_credential", "the access token is revoked");
  if (found->expires_at <= clock_.now()) {
    throw Error(Category::auth, "expired_token", "the access token has expired",
                "exchange the client's credentials for a new one");
  }
  return {std::move(found->tenant_id), std::move(found->scopes), std::move(found->subject)};
}

Caller Authenticator::by_token(std::string_view token) {
  std::vector<TrustedKey> keys;
  if (const std::optional<TokenNames> names = read_token_names(token)) {
    database_.read([&](store::Connection& connection) {
      keys = find_signing_keys(connection, names->kid, names->issuer);
    });
  }
  return check_token(token, keys, clock_.now());
}

}  // namespace agentnet::auth
