// What the handlers of this network's routes share: who asks, what was sent, and how an answer gets back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/json/parse.hpp"
#include "core/paybond/routes.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kAnyScope = {};
inline constexpr std::string_view kScopePins = "paybond.keys";  // only "*" covers it

// One request with its caller. Shared with whoever answers it later.
struct Call {
  std::shared_ptr<http::Exchange> exchange;
  auth::Caller caller;
  json::Document body;  // of a POST or PUT: an object, {} for an empty body; else null

  const std::string& tenant() const { return caller.tenant; }
  // The path's {intent_id} in lower case with hyphens; a text that is no UUID stays as it is, and finds
  // nothing.
  std::string intent_id() const;
  // The member of the body as one line of at most kMaxShortText bytes; nullopt when absent, null or blank.
  // Throws Error usage/bad_field.
  std::optional<std::string> short_text(std::string_view name) const;
  // The member as a whole number of cents from 0; 0 when absent. Throws Error usage/bad_amount,
  // usage/amount_overflow.
  std::int64_t cents(std::string_view name) const;

  void reply(const json::Value& value, int status = 200) const;
};

inline constexpr std::size_t kMaxShortText = 512;

using CallHandler = std::function<void(const std::shared_ptr<Call>& call)>;

// A route whose caller must have the scope.
void add_call(const Routes& routes, std::string_view method, std::string_view pattern, std::string_view scope,
              const CallHandler& handler);
// The same for a path of Harbor, which is served below /harbor, too.
void add_harbor_call(const Routes& routes, std::string_view method, const std::string& pattern,
                     std::string_view scope, const CallHandler& handler);

// Who asks. Beside the faults of the Authenticator: auth/tenant_mismatch when x-tenant-id names another
// tenant than the credential. An Authorization header of the scheme Payment is for a rail, not for this.
auth::Caller authenticate(const Routes& routes, const http::Headers& headers);

// Replies with what `work` makes of the store as it is.
using Reading = std::function<json::Value(store::Connection& connection, json::Arena& arena)>;
void reply_reading(const Routes& routes, const Call& call, const Reading& work);
// Replies with what `work` makes, once what it wrote is durable. With an idempotency-key the answer is kept
// in the same transaction, and a request that comes again is answered with it (idempotency.hpp).
void reply_written(const Routes& routes, const std::shared_ptr<Call>& call, int status, Reading work);
// The same for an answer that holds a new credential: it is kept nowhere, so a request that comes again makes
// another one, whatever its idempotency-key.
void reply_secret(const Routes& routes, const std::shared_ptr<Call>& call, int status, Reading work);
// Whether reply_written would answer with a kept answer, for work that is to be done before the write. Throws
// Error conflict/idempotency_key_reused.
bool is_answered(const Routes& routes, const Call& call);

}  // namespace agentnet::paybond
