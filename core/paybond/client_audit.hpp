// Audit exports: packs of what happened, made by a job (wire reference paybond 7.5). Jobs must be the
// client's tenant's. The packs themselves are verified offline (audit_manifest.hpp).
#pragma once

#include "core/paybond/client.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxAuditPage = 200;
inline constexpr std::string_view kDefaultDisclosureTier = "standard";

struct AuditListOptions {
  std::optional<std::int64_t> limit = {};  // brought into 1 to kMaxAuditPage
  std::string cursor = {};
};
struct AuditExportRequest {
  json::Value filter;  // an object
  std::string disclosure_tier = std::string(kDefaultDisclosureTier);
  std::optional<std::int64_t> retention_hours = {};
  std::vector<std::string> includes = {};
};

json::Document list_audit_exports(Client& client, const AuditListOptions& options = {});
// The answer's "job".
json::Document create_audit_export(Client& client, const AuditExportRequest& request);
// With `issue_download` the job has a download_token that fetches the pack.
json::Document get_audit_export(Client& client, std::string_view job_id, bool issue_download = false);
void delete_audit_export(Client& client, std::string_view job_id);

}  // namespace agentnet::paybond
