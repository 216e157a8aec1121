// Audit exports (audit_export.hpp): made at once, listed, fetched with a token of their own.
#include "core/json/write.hpp"
#include "core/paybond/audit_export.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/route_call.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kMaxListedExports = 200;
const std::string kJobs = "/v1/compliance/audit-exports";

std::optional<std::string> text_in(const json::Value& filter, std::string_view name) {
  const json::Value* value = filter.find(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_string() || value->text().size() > kMaxShortText) bad_field("bad_field", name, "not a text");
  return std::string(value->text());
}

std::optional<Instant> time_in(const json::Value& filter, std::string_view name) {
  const auto text = text_in(filter, name);
  if (!text) return std::nullopt;
  const auto normal = normalise_timestamp(*text);
  const auto instant = normal ? parse_iso(*normal) : std::nullopt;
  if (!instant) bad_field("bad_field", name, "not a time as in 2030-01-02T15:04:05Z");
  return instant;
}

ExportFilter read_filter(const Call& call) {
  ExportFilter filter;
  const json::Value* given = call.body.root.find("filter");
  if (given == nullptr || given->is_null()) return filter;
  if (!given->is_object()) bad_field("bad_field", "filter", "not an object");
  for (const json::Member& member : given->members()) {
    const std::string_view name = member.name.text();
    // What would select nothing here must not look as if it had selected everything.
    if (name != "intent_id" && name != "operator_did" && name != "time_start" && name != "time_end")
      bad_field("unknown_filter", name, "this network does not select by it");
  }
  filter.intent_id = text_in(*given, "intent_id");
  filter.operator_did = text_in(*given, "operator_did");
  filter.time_start = time_in(*given, "time_start");
  filter.time_end = time_in(*given, "time_end");
  filter.text = json::to_compact(*given);
  return filter;
}

std::int64_t read_retention(const Call& call) {
  const json::Value* value = call.body.root.find("retention_hours");
  if (value == nullptr || value->is_null()) return kDefaultRetentionHours;
  const auto hours = value->as_int64();
  if (!hours || *hours < 1 || *hours > kMaxRetentionHours)
    bad_field("bad_field", "retention_hours", "not 1 to " + std::to_string(kMaxRetentionHours));
  return *hours;
}

json::ObjectBuilder job_of(const ExportJob& job, const Call& call, json::Arena& arena) {
  json::ObjectBuilder row(arena);
  row.add("id", std::string_view(job.job_id))
      .add("status", "ready")
      .add("tenant_realm_id", std::string_view(call.tenant()))
      .add("disclosure_tier", kStandardTier)
      .add("created_at", std::string_view(iso_zulu(job.created_at)))
      .add("expires_at", std::string_view(iso_zulu(job.expires_at)))
      .add("manifest_sha256", std::string_view(job.manifest_sha256))
      .add("bundle_sha256", std::string_view(job.bundle_sha256))
      .add_integer("bundle_size_bytes", job.bundle_size_bytes);
  return row;
}

json::Value answer_of(const json::Value& job, json::Arena& arena) {
  return json::ObjectBuilder(arena).add("job", job).done();
}

void create(const Routes& routes, const std::shared_ptr<Call>& call) {
  const ExportFilter filter = read_filter(*call);
  const std::int64_t hours = read_retention(*call);
  if (call->short_text("disclosure_tier").value_or(std::string(kStandardTier)) != kStandardTier)
    bad_field("bad_tier", "disclosure_tier", "only standard is disclosed here");
  const Instant now = routes.service.clock.now();
  const auto made = std::make_shared<Export>();  // shared with the write, which comes later
  routes.service.database.read([&](store::Connection& connection) {
    *made = make_export({connection, routes.service, call->tenant(), now}, filter);
  });
  reply_written(routes, call, 201, [=](store::Connection& connection, json::Arena& arena) {
    const ExportJob job = keep_export({connection, routes.service, call->tenant(), now}, *made, hours);
    return answer_of(job_of(job, *call, arena).done(), arena);
  });
}

void list(const Routes& routes, const Call& call) {
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedExports, 1, kMaxListedExports);
  const std::string cursor = call.exchange->query("cursor").value_or("");
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    const auto jobs =
        list_exports({connection, routes.service, call.tenant(), routes.service.clock.now()}, cursor, limit);
    json::ArrayBuilder rows(arena);
    for (const ExportJob& job : jobs)
      rows.add(job_of(job, call, arena).done());
    std::optional<std::string> next;
    if (static_cast<std::int64_t>(jobs.size()) == limit) next = jobs.back().job_id;
    return json::ObjectBuilder(arena)
        .add("tenant_realm_id", std::string_view(call.tenant()))
        .add("jobs", rows.done())
        .add_optional("next_cursor", next)
        .done();
  });
}

void get(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string id = call->exchange->path_value("job_id");
  const Instant now = routes.service.clock.now();
  if (call->exchange->query("issue_download").value_or("") != "1") {
    return reply_reading(routes, *call, [&](store::Connection& connection, json::Arena& arena) {
      const ExportJob job = require_export({connection, routes.service, call->tenant(), now}, id);
      return answer_of(job_of(job, *call, arena).done(), arena);
    });
  }
  reply_secret(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const ExportCall asked{connection, routes.service, call->tenant(), now};
    const DownloadToken token = issue_download(asked, id);
    return answer_of(job_of(require_export(asked, id), *call, arena)
                         .add("download_token", std::string_view(token.text))
                         .add("download_token_expires_at", std::string_view(iso_zulu(token.expires_at)))
                         .add("download_path", std::string_view(kJobs + "/" + id + "/bundle"))
                         .done(),
                     arena);
  });
}

void remove(const Routes& routes, const std::shared_ptr<Call>& call) {
  const Instant now = routes.service.clock.now();
  reply_written(routes, call, 200, [=](store::Connection& connection, json::Arena& arena) {
    const std::string& id = call->exchange->path_value("job_id");
    delete_export({connection, routes.service, call->tenant(), now}, id);
    return json::ObjectBuilder(arena).add("job_id", std::string_view(id)).add_boolean("deleted", true).done();
  });
}

// The token is the credential here, so this asks for no other.
void bundle(const Routes& routes, const std::shared_ptr<http::Exchange>& exchange) {
  constexpr std::string_view kBearer = "Bearer ";
  std::string_view token = exchange->request().headers.get("authorization");
  if (!token.starts_with(kBearer))
    throw Error(Category::auth, "missing_credential", "there is no download token");
  token.remove_prefix(kBearer.size());
  http::Response response;
  routes.service.database.read([&](store::Connection& connection) {
    response.body = fetch_bundle(connection, exchange->path_value("job_id"), trim_white_space(token),
                                 routes.service.clock.now());
  });
  response.headers.add("content-type", "application/zip");
  exchange->reply(std::move(response));
}

}  // namespace

void add_audit_routes(const Routes& routes) {
  add_call(routes, "GET", kJobs, auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "POST", kJobs, auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { create(routes, call); });
  add_call(routes, "GET", kJobs + "/{job_id}", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, call); });
  add_call(routes, "DELETE", kJobs + "/{job_id}", auth::kScopePaybondRead,
           [routes](const std::shared_ptr<Call>& call) { remove(routes, call); });
  routes.router.add("POST", kJobs + "/{job_id}/bundle",
                    [routes](const std::shared_ptr<http::Exchange>& exchange) { bundle(routes, exchange); });
}

}  // namespace agentnet::paybond
