#include "core/sbn/client.hpp"

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kBase = "/internal/snapchore/";
constexpr std::string_view kUserAgent = "agentnet/" AGENTNET_VERSION;

std::string at(std::string_view rest) {
  return std::string(kBase) + std::string(rest);
}

std::string chain_path(std::string_view chain_id, std::string_view rest = {}) {
  return at("chain/") + http::percent_encode(chain_id) + std::string(rest);
}

// The first member of these names that is a text and not empty.
std::string first_text(const json::Value& object, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    const json::Value* member = object.find(name);
    if (member != nullptr && member->is_string() && !member->text().empty())
      return std::string(member->text());
    if (member != nullptr && member->truthy() && !member->is_string()) return json::to_compact(*member);
  }
  return {};
}

// What an error body says, in any of its three shapes.
struct Said {
  std::string code;
  std::string message;
  std::vector<Detail> details;
};

void take_details(const json::Value* details, Said& said) {
  if (details == nullptr || !details->is_object()) return;
  for (const json::Member& member : details->members()) {
    const json::Value& value = member.value;
    const std::string text = value.is_string() ? std::string(value.text()) : json::to_compact(value);
    said.details.push_back({std::string(member.name.text()), text});
  }
}

Said read_error(const std::string& body) {
  Said said;
  json::Document document;
  try {
    document = json::parse(body);
  } catch (const Error&) {
    return said;  // no JSON: the status has to do
  }
  const json::Value& root = document.root;
  if (!root.is_object()) {
    if (!root.is_null()) said.details.push_back({"response", json::to_compact(root)});
    return said;
  }
  const json::Value* error = root.find("error");
  if (error != nullptr && error->is_object()) {
    said.code = first_text(*error, {"code"});
    said.message = first_text(*error, {"message"});
    take_details(error->find("details"), said);
  } else if (error != nullptr && error->is_string()) {
    said.code = error->text();
    said.message = first_text(root, {"detail", "message"});
  } else {
    said.message = first_text(root, {"message", "detail"});
  }
  take_details(root.find("details"), said);
  return said;
}

Error refusal(const http::Response& response, const std::string& network, const std::string& origin) {
  Said said = read_error(response.body);
  const std::string reason(http::reason_phrase(response.status));
  if (said.message.empty()) said.message = reason.empty() ? "the request failed" : reason;
  if (said.code.empty()) said.code = "http_" + std::to_string(response.status);
  said.details.push_back({"status", std::int64_t{response.status}});
  const Category category = http::category_of_status(response.status);
  std::string hint;
  if (category == Category::auth) {
    hint = origin.empty() ? "no credential was sent; see 'sbn auth login --help'"
                          : "the credential came from " + origin;
  }
  return {category, said.code, network + ": " + said.message, hint, std::move(said.details)};
}

json::Document parsed(const http::Response& response, const std::string& network) {
  try {
    return json::parse(response.body, json::kAsPython);
  } catch (const Error&) {
    throw Error(Category::unreachable, "bad_response", network + ": the answer is no JSON", {},
                {{"status", std::int64_t{response.status}}});
  }
}

}  // namespace

http::Response Client::send(std::string_view method, std::string target, std::string body,
                            const http::Headers& headers) {
  std::string key = method == "POST" ? options_.idempotency_key : std::string();
  if (!key.empty()) {
    if (const std::int64_t before = posts_.fetch_add(1); before > 0) key += "-" + std::to_string(before + 1);
  }
  const auto make = [&] {
    http::Request request{std::string(method), target, {}, body};
    request.headers.add("Accept", "*/*");
    request.headers.add("User-Agent", std::string(kUserAgent));
    if (!options_.tenant_id.empty()) request.headers.add("X-Tenant-ID", options_.tenant_id);
    if (options_.authorize) options_.authorize(request.headers);
    if (!options_.request_id.empty()) request.headers.add("X-Request-ID", options_.request_id);
    if (!key.empty()) request.headers.add("Idempotency-Key", key);
    for (const auto& [name, value] : headers.fields())
      request.headers.add(name, value);
    if (!body.empty()) request.headers.add("Content-Type", "application/json");
    return request;
  };
  http::Response response = http::send_with_retries(transport_, make, options_.retries, options_.sleep);
  if (response.status >= 400) throw refusal(response, transport_.name(), options_.credential_origin);
  return response;
}

Client Client::as(std::function<void(http::Headers&)> authorize, std::string credential_origin) const {
  ClientOptions options = options_;
  options.authorize = std::move(authorize);
  options.credential_origin = std::move(credential_origin);
  return Client(transport_, std::move(options));
}

json::Document Client::get(std::string target) {
  return parsed(send("GET", std::move(target)), transport_.name());
}

json::Document Client::remove(std::string target) {
  return parsed(send("DELETE", std::move(target)), transport_.name());
}

json::Document Client::post(std::string target, const json::Value& body, const http::Headers& headers) {
  return parsed(send("POST", std::move(target), json::to_spaced(body), headers), transport_.name());
}

json::Document Client::patch(std::string target, const json::Value& body) {
  return parsed(send("PATCH", std::move(target), json::to_spaced(body)), transport_.name());
}

json::Document Client::post_nothing(std::string target) {
  return parsed(send("POST", std::move(target)), transport_.name());
}

// --- snapchore

json::Document Client::capture(json::Value payload, const std::vector<std::string>& volatile_keys) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("payload", payload);
  add_texts(body, "volatile_keys", volatile_keys, arena);
  return post(at("capture"), body.done());
}

json::Document Client::verify(std::string_view expected_hash, json::Value payload,
                              const std::vector<std::string>& volatile_keys) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("expected_hash", expected_hash).add("payload", payload);
  add_texts(body, "volatile_keys", volatile_keys, arena);
  return post(at("verify"), body.done());
}

json::Document Client::seal(json::Value payload, const SealOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("domain", std::string_view(options.domain));
  body.add("block_type", std::string_view(options.block_type));
  body.add("payload", payload);
  add_unless_null(body, "metadata", options.metadata);
  add_unless_null(body, "metrics", options.metrics);
  if (!options.chain_id.empty()) body.add("chain_id", std::string_view(options.chain_id));
  return post(at("seal"), body.done());
}

json::Document Client::verify_block(json::Value block) {
  json::Arena arena;
  return post(at("block/verify"), json::ObjectBuilder(arena).add("block", block).done());
}

json::Document Client::discover(std::string_view snapchore_hash) {
  return get(at("discover/") + http::percent_encode(snapchore_hash));
}

json::Document Client::discover_recent(const DiscoverOptions& options) {
  http::Query query;
  add_page(query, options.limit, options.offset);
  add_unless_empty(query, "since", options.since);
  add_unless_empty(query, "source", options.source);
  add_unless_empty(query, "domain", options.domain);
  if (options.cursor) query.add("cursor", *options.cursor);
  return get(at("discover") + query.text());
}

json::Document Client::list_blocks(std::int64_t limit) {
  return get(at("blocks") + http::Query().add("limit", std::to_string(limit)).text());
}

json::Document Client::get_block(std::string_view reference) {
  return get(at("blocks/") + http::percent_encode(reference));
}

json::Document Client::stats() {
  return get(at("stats"));
}

json::Document Client::usage() {
  return get(at("usage"));
}

json::Document Client::reconcile() {
  json::Arena arena;
  return post(at("reconcile"), empty_object(arena));
}

// --- chains

json::Document Client::create_chain(std::string_view chain_id) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  if (!chain_id.empty()) body.add("chain_id", chain_id);
  return post(at("chain"), body.done());
}

json::Document Client::append_to_chain(std::string_view chain_id, std::string_view block_hash,
                                       const AppendOptions& options) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("block_hash", block_hash).add("event_type", std::string_view(options.event_type));
  if (!options.block_id.empty()) body.add("block_id", std::string_view(options.block_id));
  add_unless_null(body, "metadata", options.metadata);
  return post(chain_path(chain_id, "/append"), body.done());
}

json::Document Client::get_chain(std::string_view chain_id) {
  return get(chain_path(chain_id));
}

json::Document Client::verify_chain(std::string_view chain_id) {
  json::Arena arena;
  return post(chain_path(chain_id, "/verify"), empty_object(arena));
}

json::Document Client::list_chains() {
  return get(at("chains"));
}

// --- keys

json::Document Client::create_api_key(std::string_view name, std::string_view mode, std::string_view plan) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("name", name).add("mode", mode);
  if (!plan.empty()) body.add("plan", plan);
  return post(at("api-keys"), body.done());
}

json::Document Client::list_api_keys() {
  return get(at("api-keys"));
}

json::Document Client::revoke_api_key(std::string_view key_id) {
  json::Arena arena;
  return post(at("api-keys/") + http::percent_encode(key_id) + "/revoke", empty_object(arena));
}

// --- receipts

json::Document Client::get_receipt(std::string_view receipt_id) {
  return get("/receipts/" + http::percent_encode(receipt_id));
}

json::Document Client::list_receipts(const ReceiptOptions& options) {
  http::Query query;
  add_page(query, options.limit, options.offset);
  add_unless_empty(query, "since", options.since);
  add_unless_empty(query, "project_id", options.project_id);
  add_unless_empty(query, "hash", options.hash);
  add_unless_empty(query, "domain", options.domain);
  if (options.cursor) query.add("cursor", *options.cursor);
  return get(at("receipts/discover") + query.text());
}

json::Document Client::list_receipts_by_hash(std::string_view receipt_hash, std::string_view project_id) {
  http::Query query;
  query.add("hash", receipt_hash);
  add_unless_empty(query, "project_id", project_id);
  return get("/api/receipts" + query.text());
}

// --- the local network's own

std::string Client::seal_lines(std::string_view query, std::string body) {
  return send("POST", "/internal/agentnet/seals" + std::string(query), std::move(body)).body;
}

json::Document Client::read_run(std::string_view run_id, std::int64_t line) {
  return get("/internal/agentnet/seals/" + http::percent_encode(run_id) +
             http::Query().add("line", std::to_string(line)).text());
}

}  // namespace agentnet::sbn
