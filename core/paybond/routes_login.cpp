// The device login: a command without a key starts it, somebody who may make keys approves it, and the
// command's next poll gets a key (wire reference paybond 7.5, RFC 8628).
//
// The two calls of the command ask for no credential and give away nothing but waiting; their refusals have
// the form of OAuth, {"error", "error_description"}, and "interval" where there is something to wait for.
#include <memory>

#include "core/auth/api_key.hpp"
#include "core/http/host_check.hpp"
#include "core/json/write.hpp"
#include "core/paybond/device_grants.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/service_account.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kClientId = "paybond-kit-cli";
constexpr std::string_view kGrantType = "urn:ietf:params:oauth:grant-type:device_code";
constexpr std::string_view kEnvironment = "sandbox";
constexpr std::string_view kDefaultRole = "operator";
constexpr std::string_view kKeyLabel = "device login";
constexpr std::string_view kPage = "/v1/public/auth/device";
constexpr std::size_t kMaxLoginBytes = 4096;
constexpr std::size_t kMaxClientName = 100;

using Grants = std::shared_ptr<DeviceGrants>;

// --- without a credential

http::Response refuse(std::string_view code, std::string_view why, std::chrono::seconds interval = {},
                      int status = 400) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("error", code).add("error_description", why);
  if (interval.count() > 0) body.add_integer("interval", interval.count());
  return http::json_response(status, json::to_compact(body.done()));
}

// A fault in the form of OAuth. What is wrong in this process is nobody's business outside.
http::Response write_login_error(const Error& error) {
  const int status = http::status_of(error);
  if (error.category() == Category::failed) return refuse("server_error", "it failed here", {}, status);
  const bool is_usage = error.category() == Category::usage && error.code() != "invalid_client" &&
                        error.code() != "unsupported_grant_type";
  http::Response response =
      refuse(is_usage ? "invalid_request" : error.code(), http::to_utf8(error.message()), {}, status);
  for (const Detail& detail : error.details()) {
    const auto* seconds = std::get_if<std::int64_t>(&detail.value);
    if (detail.name == "retry_after" && seconds != nullptr)
      response.headers.add("Retry-After", std::to_string(*seconds));
  }
  return response;
}

[[noreturn]] void bad_request(const char* code, const std::string& why) {
  throw Error(Category::usage, code, why);
}

std::shared_ptr<Call> read_call(const std::shared_ptr<http::Exchange>& exchange) {
  const std::string& body = exchange->request().body;
  if (body.size() > kMaxLoginBytes)
    bad_request("too_large", "a login has at most " + std::to_string(kMaxLoginBytes) + " bytes");
  const auto call = std::make_shared<Call>();
  call->exchange = exchange;
  call->body = json::parse(body);
  if (!call->body.root.is_object()) bad_request("not_an_object", "the body must be a JSON object");
  if (call->short_text("client_id") != kClientId)
    bad_request("invalid_client", "client_id must be " + std::string(kClientId));
  return call;
}

// Keys that make keys are for those who have one: an unknown caller cannot even ask for one.
GrantRequest read_request(const Call& call) {
  if (call.short_text("requested_environment").value_or(std::string(kEnvironment)) != kEnvironment)
    bad_request("bad_environment", "requested_environment: only sandbox keys are given out");
  GrantRequest request{.client_name = call.short_text("client_name").value_or(""),
                       .role = call.short_text("service_account_role").value_or(std::string(kDefaultRole))};
  if (request.client_name.size() > kMaxClientName)
    bad_request("bad_field", "client_name: longer than " + std::to_string(kMaxClientName) + " bytes");
  if (request.role == "admin" || scopes_of_role(request.role).empty())
    bad_request("bad_role", "service_account_role: one of reader, agent, operator");
  return request;
}

// Where a browser finds the page; the host is the one that the caller asked.
std::string page_url(const http::Request& request) {
  std::string host(request.headers.get("host"));
  if (!http::host_of_authority(host)) host = "localhost";
  return "http://" + host + std::string(kPage);
}

void start(const Grants& grants, const std::shared_ptr<http::Exchange>& exchange) {
  const std::shared_ptr<Call> call = read_call(exchange);
  const NewGrant made = grants->start(read_request(*call));
  const std::string page = page_url(exchange->request());
  json::Arena arena;
  call->reply(json::ObjectBuilder(arena)
                  .add("device_code", std::string_view(made.device_code))
                  .add("user_code", std::string_view(made.user_code))
                  .add("verification_uri", std::string_view(page))
                  .add("verification_uri_complete", std::string_view(page + "?user_code=" + made.user_code))
                  .add_integer("expires_in", made.lifetime.count())
                  .add_integer("interval", made.interval.count())
                  .done());
}

// The page only says how it is approved: a browser has no credential here.
void page(const std::shared_ptr<http::Exchange>& exchange) {
  const auto code = read_user_code(exchange->query("user_code").value_or(""));
  const std::string text = "To approve this login: paybond keys devices approve " + code.value_or("CODE") +
                           "\nTo refuse it:          paybond keys devices deny " + code.value_or("CODE") +
                           "\nApprove only what you started yourself.\n";
  exchange->reply(
      {200, {{"Content-Type", "text/plain; charset=utf-8"}, {"X-Content-Type-Options", "nosniff"}}, text});
}

json::Value token_answer(const DeviceGrant& grant, std::string_view key, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("access_token", key)
      .add("token_type", "Bearer")
      .add("tenant_id", std::string_view(grant.tenant_id))
      .add("tenant_uuid", std::string_view(tenant_uuid(grant.tenant_id)))
      .add("environment", kEnvironment)
      .add("service_account_role", std::string_view(grant.request.role))
      .done();
}

// The key is made now and not at the approval, so that nothing has to be kept that opens anything.
void give_key(const Routes& routes, const Grants& grants, const std::shared_ptr<Call>& call,
              const std::string& device_code, const DeviceGrant& grant) {
  const Instant now = routes.service.clock.now();
  const auto make = [=, &random = routes.service.random](store::Connection& connection, json::Arena& arena) {
    if (call->exchange->abandoned())
      throw Error(Category::unreachable, "abandoned", "nobody waits for the key any more");
    const auth::NewApiKey made = auth::add_api_key(connection, grant.tenant_id,
                                                   {.mode = auth::KeyMode::test,
                                                    .label = std::string(kKeyLabel),
                                                    .scopes = scopes_of_role(grant.request.role),
                                                    .form = auth::KeyForm::paybond},
                                                   now, random);
    return token_answer(grant, as_text(made.key.expose()), arena);
  };
  reply_secret(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    try {
      return make(connection, arena);
    } catch (const Error&) {
      grants->give_back(device_code, grant);
      throw;
    }
  });
}

void token(const Routes& routes, const Grants& grants, const std::shared_ptr<http::Exchange>& exchange) {
  const std::shared_ptr<Call> call = read_call(exchange);
  if (call->short_text("grant_type") != kGrantType)
    bad_request("unsupported_grant_type", "grant_type must be " + std::string(kGrantType));
  const std::string device_code = call->short_text("device_code").value_or("");
  if (device_code.empty()) bad_request("missing_field", "device_code: missing");
  const Polled polled = grants->poll(device_code);
  switch (polled.what) {
    case Poll::approved:
      return give_key(routes, grants, call, device_code, *polled.grant);
    case Poll::pending:
      return exchange->reply(
          refuse("authorization_pending", "nobody has approved this login yet", polled.interval));
    case Poll::slow_down:
      return exchange->reply(refuse("slow_down", "asked again too soon", polled.interval));
    case Poll::denied:
      return exchange->reply(refuse("access_denied", "the login was refused"));
    case Poll::expired:
      return exchange->reply(refuse("expired_token", "nobody approved this login in time"));
    case Poll::unknown:
      return exchange->reply(refuse("invalid_grant", "there is no such login, or its key was given out"));
  }
}

// --- with one

void decide(const Grants& grants, const Call& call, bool approve) {
  const DeviceGrant grant = grants->decide(call.exchange->path_value("user_code"), call.tenant(), approve);
  json::Arena arena;
  call.reply(json::ObjectBuilder(arena)
                 .add("user_code", std::string_view(grant.user_code))
                 .add("status", approve ? "approved" : "denied")
                 .add("client_name", std::string_view(grant.request.client_name))
                 .add("service_account_role", std::string_view(grant.request.role))
                 .add("environment", kEnvironment)
                 .add("tenant_id", std::string_view(grant.tenant_id))
                 .add("expires_at", std::string_view(iso_seconds(grant.expires_at)))
                 .done());
}

}  // namespace

void add_login_routes(const Routes& routes) {
  const auto grants = std::make_shared<DeviceGrants>(routes.service.clock, routes.service.random);
  using Exchange = std::shared_ptr<http::Exchange>;
  const std::string page_path(kPage);
  routes.router.add(
      "POST", page_path + "/start", [grants](const Exchange& exchange) { start(grants, exchange); },
      write_login_error);
  routes.router.add(
      "POST", page_path + "/token",
      [routes, grants](const Exchange& exchange) { token(routes, grants, exchange); }, write_login_error);
  routes.router.add("GET", page_path, [](const Exchange& exchange) { page(exchange); });
  const std::string path = "/internal/agentnet/paybond/device-grants/{user_code}/";
  add_call(routes, "POST", path + "approve", kScopePins,
           [grants](const std::shared_ptr<Call>& call) { decide(grants, *call, true); });
  add_call(routes, "POST", path + "deny", kScopePins,
           [grants](const std::shared_ptr<Call>& call) { decide(grants, *call, false); });
}

}  // namespace agentnet::paybond
