#include "core/sbn/route_call.hpp"

#include <algorithm>
#include <limits>

#include "core/json/write.hpp"

namespace agentnet::sbn {
namespace {

Error bad_field(std::string_view name, std::string_view wanted) {
  return {Category::usage,
          "bad_field",
          std::string(name) + " must be " + std::string(wanted),
          {},
          {{"field", std::string(name)}}};
}

bool is_console(std::string_view scope) {
  return scope == kScopeConsoleRead || scope == kScopeConsoleWrite;
}

// A call that needs no scope, or reads, changes nothing of the tenant's.
void hold_against_bounds(Service& service, const Call& call, std::string_view scope) {
  if (is_console(scope)) return;
  const bool changes = call.exchange->request().method != "GET" && !scope.empty();
  service.bounds().check(call.tenant(), changes);
}

// The exchange must not be kept by what it keeps, so this has copies.
void meter_answer(Service& service, const Call& call, Metered what) {
  call.exchange->watch([&service, tenant = call.tenant(), credential = call.caller.credential_id,
                        what](const http::Response& response) {
    if (response.status < 400) service.usage().add(tenant, credential, what);
  });
}

json::Document read_body(const http::Request& request) {
  json::Document body;
  if (request.method != "POST" && request.method != "PATCH" && request.method != "PUT") return body;
  if (request.body.empty()) {
    body.root = json::ObjectBuilder(body.arena).done();
    return body;
  }
  body = json::parse(request.body);
  if (!body.root.is_object()) throw Error(Category::usage, "not_an_object", "the body must be a JSON object");
  return body;
}

}  // namespace

std::string Call::text(std::string_view name) const {
  const json::Value* member = body.root.find(name);
  if (member == nullptr || !member->is_string()) throw bad_field(name, "a string");
  return std::string(member->text());
}

std::optional<std::string> Call::optional_text(std::string_view name) const {
  const json::Value* member = body.root.find(name);
  if (member == nullptr || member->is_null()) return std::nullopt;
  if (!member->is_string()) throw bad_field(name, "a string");
  if (member->text().empty()) return std::nullopt;
  return std::string(member->text());
}

std::optional<std::string> Call::short_text(std::string_view name) const {
  auto text = optional_text(name);
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; };
  if (!text || (text->size() <= kMaxShortText && std::none_of(text->begin(), text->end(), is_control)))
    return text;
  throw bad_field(name, "a line of text of at most " + std::to_string(kMaxShortText) + " bytes");
}

std::vector<std::string> Call::texts(std::string_view name) const {
  const json::Value* member = body.root.find(name);
  std::vector<std::string> texts;
  if (member == nullptr || member->is_null()) return texts;
  if (!member->is_array()) throw bad_field(name, "a list of strings");
  if (member->items().size() > kMaxVolatileKeys)
    throw bad_field(name, "a list of at most " + std::to_string(kMaxVolatileKeys) + " strings");
  for (const json::Value& item : member->items()) {
    if (!item.is_string()) throw bad_field(name, "a list of strings");
    texts.emplace_back(item.text());
  }
  return texts;
}

json::Value Call::value(std::string_view name) const {
  const json::Value* member = body.root.find(name);
  return member == nullptr ? json::Value() : *member;
}

void Call::reply(const json::Value& value, int status) const {
  exchange->reply(http::json_response(status, json::to_compact(value)));
}

void add_call(const Routes& routes, std::string_view method, std::string_view pattern, std::string_view scope,
              CallHandler handler) {
  const Metered metered = metered_as(method, pattern);
  const auto handle = [&authenticator = routes.authenticator, &service = routes.service, scope, metered,
                       handler = std::move(handler)](const std::shared_ptr<http::Exchange>& exchange) {
    const auto call = std::make_shared<Call>();
    call->caller = authenticator.authenticate(exchange->request().headers);
    if (!scope.empty()) call->caller.require(scope);
    call->exchange = exchange;
    call->once = service.once_requests().begin(*exchange, call->tenant());
    if (call->once && call->once->earlier()) return exchange->reply(*call->once->earlier());
    hold_against_bounds(service, *call, scope);
    if (metered != Metered::nothing) meter_answer(service, *call, metered);
    call->body = read_body(exchange->request());
    handler(call);
  };
  routes.router.add(method, pattern, handle);
}

void add_open_call(const Routes& routes, std::string_view method, std::string_view pattern,
                   CallHandler handler) {
  routes.router.add(method, pattern,
                    [handler = std::move(handler)](const std::shared_ptr<http::Exchange>& exchange) {
                      const auto call = std::make_shared<Call>();
                      call->exchange = exchange;
                      call->body = read_body(exchange->request());
                      handler(call);
                    });
}

LedgerFilter ledger_filter(const http::Exchange& exchange) {
  constexpr std::int64_t kMaxOffset = 1'000'000'000;
  LedgerFilter filter;
  filter.source = exchange.query("source").value_or("");
  filter.domain = exchange.query("domain").value_or("");
  filter.hash = exchange.query("hash").value_or("");
  filter.limit = exchange.query_number("limit", filter.limit, 1, kMaxListed);
  filter.offset = exchange.query_number("offset", 0, 0, kMaxOffset);
  if (const auto cursor = exchange.query("cursor"); cursor && !cursor->empty())
    filter.before = exchange.query_number("cursor", 0, 0, std::numeric_limits<std::int64_t>::max());
  if (const auto since = exchange.query("since"); since && !since->empty()) {
    filter.since = parse_iso(*since);
    if (!filter.since) {
      throw Error(Category::usage, "bad_parameter", "the query parameter since must be an ISO 8601 time", {},
                  {{"parameter", "since"}});
    }
  }
  return filter;
}

void add_cursor(json::ObjectBuilder& answer, const http::Exchange& exchange, const LedgerFilter& filter,
                std::int64_t count, std::int64_t last) {
  if (!exchange.query("cursor")) return;
  answer.add_optional("cursor", count < filter.limit ? std::nullopt : std::optional(std::to_string(last)));
}

void reply_reading(const Routes& routes, const Call& call, const Reading& work) {
  json::Arena arena;
  json::Value answer;
  routes.service.database().read([&](store::Connection& connection) { answer = work(connection, arena); });
  call.reply(answer);
}

void reply_written(const Routes& routes, const std::shared_ptr<Call>& call, Reading work,
                   std::function<void()> durable) {
  const auto answer = std::make_shared<std::string>();
  routes.service.database().write_later(
      [answer, once = call->once, work = std::move(work)](store::Connection& connection) {
        json::Arena arena;
        const json::Value value = work(connection, arena);
        if (once) once->keep(connection, 200, value);
        *answer = json::to_compact(value);
      },
      [answer, call, durable = std::move(durable)](const std::exception_ptr& fault) {
        call->exchange->answer([&] {
          if (fault) std::rethrow_exception(fault);
          if (durable) durable();
          return http::json_response(200, std::move(*answer));
        });
      });
}

void reply_sealed(const Routes& routes, const std::shared_ptr<Call>& call, SealGroup group,
                  std::string answer) {
  const auto text = std::make_shared<std::string>(std::move(answer));
  if (call->once) {
    group.require = [once = call->once, text,
                     require = std::move(group.require)](store::Connection& connection) {
      if (require) require(connection);
      once->keep(connection, 200, std::string_view(*text));
    };
  }
  routes.service.seal(std::move(group), [exchange = call->exchange, text](const SealOutcome& outcome) {
    exchange->answer([&] {
      if (outcome.fault) std::rethrow_exception(outcome.fault);
      return http::json_response(200, std::move(*text));
    });
  });
}

}  // namespace agentnet::sbn
