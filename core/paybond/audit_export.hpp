// Audit exports: packs of a tenant's ledger for an auditor, made at once and kept for some time.
//
// A pack is a ZIP archive (zip_writer.hpp) of
//   manifest.json    signed by Harbor (audit_manifest.hpp); names the other files with their SHA-256
//   ledger.jsonl     the entries that the filter selects, one a line, as agentnet-ledger(5) describes them
//   proofs.jsonl     for each of them {"proof", "checkpoint"}; not there when the ledger is whole
//   checkpoint.json  the head of the ledger that the pack was made of
// so that everything in it can be checked offline.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/paybond/service.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kMaxExportedEntries = 20'000;  // of one pack
inline constexpr std::int64_t kMaxExports = 1'000;           // that a tenant has at a time
inline constexpr std::int64_t kDefaultRetentionHours = 24 * 7;
inline constexpr std::int64_t kMaxRetentionHours = 24 * 366;
inline constexpr std::chrono::minutes kDownloadLife{15};  // of a download token
inline constexpr std::string_view kStandardTier = "standard";

struct ExportFilter {
  std::optional<std::string> intent_id = {};
  std::optional<std::string> operator_did = {};
  std::optional<Instant> time_start = {};  // that time or later
  std::optional<Instant> time_end = {};    // before that time
  std::string text = "{}";                 // as it was asked for: goes into the manifest
};

struct ExportJob {
  std::int64_t number = 0;
  std::string job_id;
  std::string manifest_sha256;
  std::string bundle_sha256;
  std::int64_t bundle_size_bytes = 0;
  Instant created_at;
  Instant expires_at;
};

struct ExportCall {
  store::Connection& connection;
  const Service& service;
  std::string_view tenant_id;
  Instant now;
};

// A pack that is not kept yet. Made on a connection for reading: it may take its time, and the store has one
// writer.
struct Export {
  std::string job_id;
  std::string filter;
  std::string manifest;
  std::string bundle;
};
// Throws Error policy/export_too_large for more than kMaxExportedEntries.
Export make_export(const ExportCall& call, const ExportFilter& filter);
// Packs that have expired go first. Throws Error policy/too_many_exports.
ExportJob keep_export(const ExportCall& call, const Export& made, std::int64_t retention_hours);
// The newest first, those before the job of `cursor`; empty: from the newest on. Throws usage/bad_cursor.
std::vector<ExportJob> list_exports(const ExportCall& call, const std::string& cursor, std::int64_t limit);
// These throw Error not_found/unknown_export, also for one that has expired.
ExportJob require_export(const ExportCall& call, std::string_view job_id);
void delete_export(const ExportCall& call, std::string_view job_id);

// A new token that fetches the pack; the one before ends.
struct DownloadToken {
  std::string text;
  Instant expires_at;
};
DownloadToken issue_download(const ExportCall& call, std::string_view job_id);
// The pack. The token alone says whose it is. Throws Error auth/invalid_credential.
std::string fetch_bundle(store::Connection& connection, std::string_view job_id, std::string_view token,
                         Instant now);

}  // namespace agentnet::paybond
