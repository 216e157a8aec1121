#include "core/paybond/route_call.hpp"

#include <algorithm>

#include "core/auth/api_key.hpp"
#include "core/base/unicode_text.hpp"
#include "core/json/write.hpp"
#include "core/paybond/access_token.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/idempotency.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kAuthorization = "authorization";
constexpr std::string_view kTenantHeader = "x-tenant-id";
constexpr std::string_view kBearer = "bearer ";
constexpr std::string_view kPayment = "payment ";

bool has_scheme(std::string_view value, std::string_view scheme) {
  return value.size() > scheme.size() && http::equals_ignoring_case(value.substr(0, scheme.size()), scheme);
}

json::Document read_body(const http::Request& request) {
  json::Document body;
  if (request.method != "POST" && request.method != "PUT") return body;
  if (request.body.size() > kMaxBodyBytes) {
    throw Error(Category::usage, "too_large",
                "a request has at most " + std::to_string(kMaxBodyBytes) + " bytes");
  }
  if (request.body.empty()) {
    body.root = json::ObjectBuilder(body.arena).done();
    return body;
  }
  body = json::parse(request.body);
  if (!body.root.is_object()) throw Error(Category::usage, "not_an_object", "the body must be a JSON object");
  return body;
}

[[noreturn]] void refuse_tenant() {
  throw Error(Category::auth, "tenant_mismatch", "x-tenant-id names another tenant than the credential",
              "leave x-tenant-id out, or use a credential of that tenant");
}

// What an access token was made for ends with it.
void check_in_force(store::Database& database, const auth::Caller& caller) {
  bool revoked = false;
  database.read([&](store::Connection& connection) {
    const auth::ApiKey key = auth::require_api_key(connection, caller.tenant, caller.credential_id);
    revoked = key.revoked_at.has_value();
  });
  if (revoked)
    throw Error(Category::auth, "revoked_credential", "the API key of the access token is revoked");
}

}  // namespace

std::string Call::intent_id() const {
  const std::string& text = exchange->path_value("intent_id");
  const auto uuid = parse_uuid(text);
  return uuid ? uuid_text(*uuid) : text;
}

std::optional<std::string> Call::short_text(std::string_view name) const {
  const json::Value* member = body.root.find(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  if (!member->is_string()) bad_field("bad_field", name, "not a text");
  const std::string_view text = trim_white_space(member->text());
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (text.size() > kMaxShortText || std::any_of(text.begin(), text.end(), is_control)) {
    bad_field("bad_field", name, "not a line of at most " + std::to_string(kMaxShortText) + " bytes");
  }
  if (text.empty()) return std::nullopt;
  return std::string(text);
}

std::int64_t Call::cents(std::string_view name) const {
  const json::Value* member = body.root.find(name);
  if (member == nullptr) return 0;
  if (!member->is_integer() || member->text().starts_with('-'))
    bad_field("bad_amount", name, "not a whole number of cents from 0");
  const auto number = member->as_int64();
  if (!number) bad_field("amount_overflow", name, "does not fit into 64 bits");
  return *number;
}

void Call::reply(const json::Value& value, int status) const {
  exchange->reply(http::json_response(status, json::to_compact(value)));
}

auth::Caller authenticate(const Routes& routes, const http::Headers& headers) {
  http::Headers kept;
  std::string_view bearer;
  for (const auto& [name, value] : headers.fields()) {
    const bool is_authorization = http::equals_ignoring_case(name, kAuthorization);
    if (is_authorization && has_scheme(value, kPayment)) continue;
    if (is_authorization && has_scheme(value, kBearer))
      bearer = std::string_view(value).substr(kBearer.size());
    kept.add(name, value);
  }
  const bool alone = kept.count(kAuthorization) == 1 && kept.count("x-api-key") == 0;
  if (alone && !bearer.empty() && !auth::looks_like_api_key(bearer)) {
    const auto caller = read_access_token(trim_white_space(bearer), routes.service.harbor.public_key(),
                                          routes.service.clock.now());
    if (caller) {
      check_in_force(routes.service.database, *caller);
      if (const auto tenant = kept.get(kTenantHeader); !tenant.empty() && tenant != caller->tenant)
        refuse_tenant();
      return *caller;
    }
  }
  try {
    return routes.authenticator.authenticate(kept);
  } catch (const Error& error) {
    if (error.code() == "forbidden") refuse_tenant();
    throw;
  }
}

void add_call(const Routes& routes, std::string_view method, std::string_view pattern, std::string_view scope,
              const CallHandler& handler) {
  routes.router.add(method, pattern,
                    [routes, scope, handler](const std::shared_ptr<http::Exchange>& exchange) {
                      const auto call = std::make_shared<Call>();
                      call->caller = authenticate(routes, exchange->request().headers);
                      if (!scope.empty()) call->caller.require(scope);
                      call->exchange = exchange;
                      call->body = read_body(exchange->request());
                      handler(call);
                    });
}

void add_harbor_call(const Routes& routes, std::string_view method, const std::string& pattern,
                     std::string_view scope, const CallHandler& handler) {
  add_call(routes, method, pattern, scope, handler);
  add_call(routes, method, "/harbor" + pattern, scope, handler);
}

void reply_reading(const Routes& routes, const Call& call, const Reading& work) {
  json::Arena arena;
  json::Value answer;
  routes.service.database.read([&](store::Connection& connection) { answer = work(connection, arena); });
  call.reply(answer);
}

bool is_answered(const Routes& routes, const Call& call) {
  const auto scope = read_idempotency(call.exchange->request(), call.tenant());
  bool known = false;
  if (!scope) return known;
  routes.service.database.read([&](store::Connection& connection) {
    known = find_reply(connection, *scope, routes.service.clock.now()).has_value();
  });
  return known;
}

void write_and_reply(const Routes& routes, const std::shared_ptr<Call>& call, int status, Reading work,
                     const std::optional<IdempotencyScope>& scope) {
  const auto answer = std::make_shared<KeptReply>();
  routes.service.database.write_later(
      [answer, scope, status, now = routes.service.clock.now(),
       work = std::move(work)](store::Connection& connection) {
        if (scope) {
          if (auto kept = find_reply(connection, *scope, now)) {
            *answer = std::move(*kept);
            return;
          }
        }
        json::Arena arena;
        *answer = {status, json::to_compact(work(connection, arena))};
        if (scope) keep_reply(connection, *scope, *answer, now);
      },
      [answer, call](const std::exception_ptr& fault) {
        call->exchange->answer([&] {
          if (fault) std::rethrow_exception(fault);
          return http::json_response(answer->status, std::move(answer->body));
        });
      });
}

void reply_written(const Routes& routes, const std::shared_ptr<Call>& call, int status, Reading work) {
  const auto scope = read_idempotency(call->exchange->request(), call->tenant());
  write_and_reply(routes, call, status, std::move(work), scope);
}

void reply_secret(const Routes& routes, const std::shared_ptr<Call>& call, int status, Reading work) {
  write_and_reply(routes, call, status, std::move(work), std::nullopt);
}

}  // namespace agentnet::paybond
