// What the handlers of this network's routes share: who asks, what was sent, and how an answer gets back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/parse.hpp"
#include "core/sbn/routes.hpp"

namespace agentnet::sbn {

inline constexpr std::size_t kMaxShortText = 256;  // bytes of a name or an id that is kept

// One request with its caller. Shared with whoever answers it later.
struct Call {
  std::shared_ptr<http::Exchange> exchange;
  auth::Caller caller;
  std::shared_ptr<auth::OnceRequest> once;  // of a request with an Idempotency-Key; else null
  json::Document body;  // of a POST, PATCH or PUT: an object, {} for an empty body; else null

  const std::string& tenant() const { return caller.tenant; }

  // Members of the body. Throw Error usage/bad_field for a missing or wrong one.
  std::string text(std::string_view name) const;
  std::optional<std::string> optional_text(std::string_view name) const;  // absent, null and "" are none
  // The same of one line and at most kMaxShortText bytes.
  std::optional<std::string> short_text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;  // absent and null are empty
  json::Value value(std::string_view name) const;               // null when absent

  void reply(const json::Value& value, int status = 200) const;
};

using CallHandler = std::function<void(const std::shared_ptr<Call>& call)>;

inline constexpr std::string_view kAnyScope = {};
inline constexpr std::string_view kScopeKeys = "keys.write";  // of keys and apps; only "*" covers it

inline constexpr std::string_view kScopeConsoleRead = "console.read";    // the same
inline constexpr std::string_view kScopeConsoleWrite = "console.write";  // the same

// A route whose caller must have the scope. Calls are held against the bounds of their tenant
// (tenant_bounds.hpp) and metered (key_usage.hpp), but for those of the console, which must be able to change
// the bounds.
void add_call(const Routes& routes, std::string_view method, std::string_view pattern, std::string_view scope,
              CallHandler handler);

// A route that needs no credential: the call's caller is nobody.
void add_open_call(const Routes& routes, std::string_view method, std::string_view pattern,
                   CallHandler handler);

// The query parameters source, domain, hash, since, limit, offset and cursor. Throws Error
// usage/bad_parameter.
LedgerFilter ledger_filter(const http::Exchange& exchange);
// Lists that are asked with `cursor`, which is this network's own and may be empty, say where the next page
// begins: after the entry `last`, or nowhere (null) when this page was not full.
void add_cursor(json::ObjectBuilder& answer, const http::Exchange& exchange, const LedgerFilter& filter,
                std::int64_t count, std::int64_t last);

// Replies with what `work` makes of the store as it is.
using Reading = std::function<json::Value(store::Connection& connection, json::Arena& arena)>;
void reply_reading(const Routes& routes, const Call& call, const Reading& work);
// Replies with what `work` makes, once what it wrote is durable (with it, when the request is to be done
// once: auth/idempotency.hpp), and after `durable` was called.
void reply_written(const Routes& routes, const std::shared_ptr<Call>& call, Reading work,
                   std::function<void()> durable = {});
// Seals the group, and replies with `answer`, which is JSON, as reply_written does.
void reply_sealed(const Routes& routes, const std::shared_ptr<Call>& call, SealGroup group,
                  std::string answer);

}  // namespace agentnet::sbn
