#include "commands/wire.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

constexpr std::array<std::string_view, 4> kCredentials = {
    "x-api-key", "Authorization", "x-paybond-payment-authorization", "payment-signature"};

bool is_credential(std::string_view header) {
  return std::any_of(kCredentials.begin(), kCredentials.end(),
                     [&](std::string_view name) { return http::equals_ignoring_case(header, name); });
}

// Members of a body that open something for whoever reads them.
constexpr std::array<std::string_view, 5> kSecretMembers = {"token", "capability_token", "api_key", "secret",
                                                            "approval_token"};

// The body as it is sent, but for the values of such members.
std::string shown_body(const std::string& body) {
  if (!body.starts_with('{')) return body;
  json::Document document;
  try {
    document = json::parse(body);
  } catch (const Error&) {
    return body;
  }
  bool any = false;
  json::ObjectBuilder shown(document.arena);
  for (const json::Member& member : document.root.members()) {
    const bool is_secret =
        std::find(kSecretMembers.begin(), kSecretMembers.end(), member.name.text()) != kSecretMembers.end() &&
        member.value.is_string();
    any |= is_secret;
    if (is_secret) {
      shown.add(member.name.text(), kMask);
    } else {
      shown.add(member);
    }
  }
  return any ? json::to_compact(shown.done()) : body;
}

}  // namespace

json::Value shown_request(const http::Request& request, const std::string& base_url, json::Arena& arena) {
  json::ObjectBuilder headers(arena);
  for (const auto& [name, value] : request.headers.fields())
    headers.add(arena.copy(name), is_credential(name) ? kMask : std::string_view(value));
  const json::Value sent = json::ObjectBuilder(arena)
                               .add("method", std::string_view(request.method))
                               .add("url", std::string_view(base_url + request.target))
                               .add("headers", headers.done())
                               .add("body", arena.copy(shown_body(request.body)))
                               .done();
  return json::ObjectBuilder(arena).add_boolean("dry_run", true).add("request", sent).done();
}

http::Response WatchingTransport::send(const http::Request& request) {
  std::string text = request.method + " " + request.target;
  for (const auto& [name, value] : request.headers.fields())
    text += ", " + name + ": " + (is_credential(name) ? std::string(kMask) : value);
  diagnostics_.debug("request", text);
  http::Response response = inner_.send(request);
  diagnostics_.debug(
      "response", std::to_string(response.status) + ", " + std::to_string(response.body.size()) + " bytes");
  return response;
}

json::Value pick(const json::Value& answer, std::initializer_list<std::string_view> names,
                 json::Arena& arena) {
  json::ObjectBuilder picked(arena);
  for (const std::string_view name : names) {
    if (const json::Value* member = answer.find(name)) picked.add(name, *member);
  }
  return picked.done();
}

json::Value columns_of(const json::Value& item, std::span<const std::string_view> columns,
                       json::Arena& arena) {
  json::ObjectBuilder row(arena);
  for (const std::string_view column : columns) {
    const json::Value* value = item.find(column);
    row.add(column, value == nullptr ? json::Value() : *value);
  }
  return row.done();
}

}  // namespace agentnet::commands
