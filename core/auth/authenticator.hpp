// From the headers of a request to its caller.
//
// A request carries one credential, in one of two headers:
//   x-api-key: <API key>
//   Authorization: Bearer <API key, access token or signed token>
// and may carry X-Tenant-ID. The tenant is the credential's; the header is compared with it and decides
// nothing. An empty header is as good as none.
#pragma once

#include "core/auth/caller.hpp"
#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "core/store/database.hpp"

namespace agentnet::auth {

class Authenticator {
 public:
  // Both must outlive this. The tables are those of core/auth/schema.hpp.
  Authenticator(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}

  // Reads the store each time, so that a key that was revoked, by whatever process, is refused from the next
  // request on. Not from inside a read or write of the store; from any thread. Throws Error, in which nothing
  // of the credential appears:
  //   auth/missing_credential  there is none
  //   auth/invalid_credential  it is unknown, malformed, there are two, or a rule of core/auth/token.hpp is
  //                            broken
  //   auth/revoked_credential, auth/expired_token
  //   auth/forbidden           X-Tenant-ID or the token names another tenant
  // and what the store throws.
  Caller authenticate(const http::Headers& headers);

 private:
  Caller by_api_key(std::string_view key);
  Caller by_access_token(std::string_view token);
  Caller by_token(std::string_view token);

  store::Database& database_;
  const Clock& clock_;
};

}  // namespace agentnet::auth
