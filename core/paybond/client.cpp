#include "core/paybond/client.hpp"

#include "core/json/number.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/refusal.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kUserAgent = "agentnet/" AGENTNET_VERSION;

void write_as_python(const json::Value& value, std::string& out);

void write_items(const json::Value& array, std::string& out) {
  out += '[';
  bool first = true;
  for (const json::Value& item : array.items()) {
    if (!first) out += ',';
    first = false;
    write_as_python(item, out);
  }
  out += ']';
}

void write_members(const json::Value& object, std::string& out) {
  out += '{';
  bool first = true;
  for (const json::Member& member : object.members()) {
    if (!first) out += ',';
    first = false;
    json::write_string(member.name.text(), out);
    out += ':';
    write_as_python(member.value, out);
  }
  out += '}';
}

void write_as_python(const json::Value& value, std::string& out) {
  if (value.is_object()) return write_members(value, out);
  if (value.is_array()) return write_items(value, out);
  if (value.kind() != json::Kind::decimal) return json::write_compact(value, out);
  json::append_repr(json::to_double(value.text()), out);
}

}  // namespace

http::Response Client::attempt(const ClientCall& call) {
  http::Request request{std::string(call.method), call.target, {}, call.body.value_or(std::string())};
  http::Headers& headers = request.headers;
  headers.add("accept", "application/json");
  headers.add("user-agent", std::string(kUserAgent));
  if (call.names_tenant && !options_.tenant_id.empty()) headers.add("x-tenant-id", options_.tenant_id);
  const std::string bearer = options_.bearer ? options_.bearer() : std::string();
  if (!bearer.empty()) headers.add("authorization", "Bearer " + bearer);
  if (call.body) headers.add("content-type", "application/json");
  if (!options_.request_id.empty()) headers.add("x-request-id", options_.request_id);
  for (const auto& [name, value] : call.headers.fields())
    headers.add(name, value);
  const std::string_view key = strip(call.idempotency_key);
  if (!key.empty()) headers.add("idempotency-key", std::string(key));
  Attempts attempts = options_.attempts;
  if (call.once) attempts.most = 1;
  return paybond::send(transport_, request, attempts);
}

http::Response Client::send(const ClientCall& call) {
  http::Response response = attempt(call);
  if (response.status < 400 || (response.status == 402 && call.payment_is_answer)) return response;
  throw refusal(response, transport_.name(), call.target, options_.credential_origin);
}

Answer Client::ask(const ClientCall& call) {
  Answer answer{send(call), {}};
  try {
    answer.document = json::parse(answer.response.body, json::kAsPython);
  } catch (const Error&) {
    throw bad(answer, call, "the answer is no JSON");
  }
  if (!answer.root().is_object()) throw bad(answer, call, "the answer is no JSON object");
  return answer;
}

std::optional<Answer> Client::ask_unless_missing(const ClientCall& call) {
  try {
    return ask(call);
  } catch (const Error& error) {
    // 410 is of the same category, and no sign that there never was anything.
    for (const Detail& detail : error.details()) {
      const auto* status = std::get_if<std::int64_t>(&detail.value);
      if (detail.name == "status" && status != nullptr && *status == 404) return std::nullopt;
    }
    throw;
  }
}

std::string Client::harbor(std::string_view path) const {
  return (is_gateway() ? "/harbor" : "") + std::string(path);
}

void Client::require_echo(const json::Value& object, std::string_view member, const std::string& asked,
                          const std::string& what, const ClientCall& call) const {
  const json::Value* value = object.find(member);
  if (value == nullptr && !is_bound()) return;
  const std::string answered(value != nullptr && value->is_string() ? value->text() : std::string_view());
  if (answered != asked) throw binding_mismatch(what, asked, answered, url(call));
}

void Client::require_tenant(const json::Value& object, std::string_view member, const std::string& what,
                            const ClientCall& call) const {
  if (is_bound()) require_echo(object, member, options_.tenant_id, what + " tenant", call);
}

Error Client::bad(const Answer& answer, const ClientCall& call, const std::string& why) const {
  return bad_response(answer.response, transport_.name(), call.target, why);
}

std::string_view strip(std::string_view text) {
  return trim_white_space(text);
}

void add_trimmed(json::ObjectBuilder& body, std::string_view name, std::string_view text) {
  const std::string_view trimmed = strip(text);
  if (!trimmed.empty()) body.add(name, trimmed);
}

std::string as_sent(const json::Value& value) {
  std::string text;
  write_as_python(value, text);
  return text;
}

std::string as_sent(std::string_view json) {
  return as_sent(json::parse(json).root);
}

std::string intent_path_id(std::string_view intent_id) {
  const auto uuid = parse_uuid(strip(intent_id));
  if (uuid) return uuid_text(*uuid);
  throw Error(Category::usage, "bad_intent_id", "'" + std::string(intent_id) + "' is no intent id",
              "an intent id is a UUID, such as 550e8400-e29b-41d4-a716-446655440000");
}

}  // namespace agentnet::paybond
