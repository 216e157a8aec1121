#include "core/paybond/client_audit.hpp"

#include <algorithm>

namespace agentnet::paybond {
namespace {

constexpr std::string_view kExports = "/v1/compliance/audit-exports";

std::string job_path(std::string_view job_id) {
  return std::string(kExports) + "/" + http::percent_encode(job_id);
}

json::Document ask_for_job(Client& client, const ClientCall& call) {
  Answer answer = client.ask(call);
  const json::Value* job = answer.root().find("job");
  client.require_tenant(job != nullptr ? *job : answer.root(), "tenant_realm_id", "audit export", call);
  return std::move(answer.document);
}

}  // namespace

json::Document list_audit_exports(Client& client, const AuditListOptions& options) {
  http::Query query;
  if (options.limit) {
    query.add("limit", std::to_string(std::clamp<std::int64_t>(*options.limit, 1, kMaxAuditPage)));
  }
  if (!options.cursor.empty()) query.add("cursor", options.cursor);
  const ClientCall call{.target = std::string(kExports) + query.text(), .names_tenant = false};
  Answer answer = client.ask(call);
  client.require_tenant(answer.root(), "tenant_realm_id", "audit export", call);
  return std::move(answer.document);
}

json::Document create_audit_export(Client& client, const AuditExportRequest& request) {
  json::Arena arena;
  json::ObjectBuilder body(arena);
  body.add("filter", request.filter).add("disclosure_tier", std::string_view(request.disclosure_tier));
  if (request.retention_hours) body.add_integer("retention_hours", *request.retention_hours);
  if (!request.includes.empty()) {
    json::ArrayBuilder includes(arena);
    for (const std::string& each : request.includes)
      includes.add(std::string_view(each));
    body.add("includes", includes.done());
  }
  return ask_for_job(client, {.method = "POST",
                              .target = std::string(kExports),
                              .body = as_sent(body.done()),
                              .names_tenant = false});
}

json::Document get_audit_export(Client& client, std::string_view job_id, bool issue_download) {
  return ask_for_job(client, {.target = job_path(job_id) + (issue_download ? "?issue_download=1" : ""),
                              .names_tenant = false});
}

void delete_audit_export(Client& client, std::string_view job_id) {
  client.send({.method = "DELETE", .target = job_path(job_id), .names_tenant = false});
}

}  // namespace agentnet::paybond
