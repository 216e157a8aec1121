#include "core/paybond/audit_export.hpp"

#include "core/auth/random_text.hpp"
#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/base/zip_writer.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/audit_manifest.hpp"
#include "core/paybond/ledger.hpp"
#include "core/paybond/signal_rules.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kTokenPrefix = "paybond_dl_";
constexpr std::size_t kTokenCharacters = 40;
constexpr std::int64_t kPage = 256;
constexpr std::int64_t kNanosPerMicro = 1'000;

bool is_selected(const ExportFilter& filter, const LedgerEntry& entry) {
  const Instant at{std::chrono::microseconds(entry.timestamp_unix_nanos / kNanosPerMicro)};
  if (filter.time_start && at < *filter.time_start) return false;
  if (filter.time_end && at >= *filter.time_end) return false;
  if (!filter.intent_id && !filter.operator_did) return true;
  const json::Document event = json::parse(entry.event);
  const auto is = [&](std::string_view name, const std::optional<std::string>& wanted) {
    const json::Value* value = event.root.find(name);
    return !wanted || (value != nullptr && value->is_string() && value->text() == *wanted);
  };
  return is("intent_id", filter.intent_id) && is("operator_did", filter.operator_did);
}

struct Files {
  std::string ledger;
  std::string proofs;  // empty: the ledger is whole
  std::string checkpoint = "null\n";
  std::int64_t last_seq = 0;
};

std::string proof_line(const ExportCall& call, const LedgerEntry& entry, std::uint64_t size,
                       const json::Value& checkpoint) {
  json::Arena arena;
  json::ArrayBuilder hashes(arena);
  for (const crypto::Sha256Digest& hash :
       ledger_inclusion(call.connection, call.tenant_id, static_cast<std::uint64_t>(entry.seq), size))
    hashes.add(std::string_view(hex_lower(hash)));
  const json::Value proof =
      json::ObjectBuilder(arena)
          .add_integer("schema_version", kLedgerSchemaVersion)
          .add("tenant_id", call.tenant_id)
          .add_integer("seq", entry.seq)
          .add_integer("tree_size", static_cast<std::int64_t>(size))
          .add("entry_commitment_hex", std::string_view(hex_lower(entry.entry_commitment)))
          .add("proof_sha256_hex", hashes.done())
          .done();
  return json::to_compact(
             json::ObjectBuilder(arena).add("proof", proof).add("checkpoint", checkpoint).done()) +
         "\n";
}

Files collect(const ExportCall& call, const ExportFilter& filter) {
  Files files;
  files.last_seq = ledger_tip(call.connection, call.tenant_id).seq;
  if (files.last_seq == 0) return files;
  const auto size = static_cast<std::uint64_t>(files.last_seq);
  json::Arena head_arena;
  const json::Value head =
      sign_checkpoint(ledger_head(call.connection, call.tenant_id, size), call.service.harbor, head_arena);
  files.checkpoint = json::to_compact(head) + "\n";
  std::int64_t taken = 0, after = 0;
  while (after < files.last_seq) {
    read_ledger(call.connection, call.tenant_id, after, kPage, [&](const LedgerEntry& entry) {
      after = entry.seq;
      if (!is_selected(filter, entry)) return;
      if (++taken > kMaxExportedEntries) {
        throw Error(Category::policy, "export_too_large",
                    "an export has at most " + std::to_string(kMaxExportedEntries) + " entries",
                    "narrow it with time_start, time_end, intent_id or operator_did");
      }
      json::Arena arena;
      files.ledger += json::to_compact(to_json(entry, arena)) + "\n";
      files.proofs += proof_line(call, entry, size, head);
    });
  }
  if (taken == files.last_seq) files.proofs.clear();
  return files;
}

std::string manifest_of(const ExportCall& call, const ExportFilter& filter, const std::string& job_id,
                        const Files& files) {
  json::Arena arena;
  json::ArrayBuilder artifacts(arena);
  const auto name_file = [&](std::string_view path, const std::string& content) {
    artifacts.add(json::ObjectBuilder(arena)
                      .add("path", path)
                      .add("sha256_hex", std::string_view(crypto::sha256_hex(content)))
                      .done());
  };
  name_file("ledger.jsonl", files.ledger);
  if (!files.proofs.empty()) name_file("proofs.jsonl", files.proofs);
  name_file("checkpoint.json", files.checkpoint);
  json::Parser parser;
  const json::Value manifest = json::ObjectBuilder(arena)
                                   .add_integer("schema_version", 1)
                                   .add("kind", kAuditManifestKind)
                                   .add("tenant_realm_id", call.tenant_id)
                                   .add("job_id", std::string_view(job_id))
                                   .add("generated_at_rfc3339", std::string_view(iso_zulu(call.now)))
                                   .add("gateway_build_version", AGENTNET_VERSION)
                                   .add("score_model_version", kScoreVersion)
                                   .add("disclosure_tier", kStandardTier)
                                   .add("redaction_profile", kStandardTier)
                                   .add_integer("checkpoint_last_ledger_seq", files.last_seq)
                                   .add("export_filter", parser.parse(filter.text, arena))
                                   .add("artifacts", artifacts.done())
                                   .done();
  return sign_manifest(manifest, call.service.harbor);
}

constexpr std::string_view kSelect =
    "SELECT number, job_id, manifest_sha256, bundle_sha256, LENGTH(bundle), created_at, expires_at"
    " FROM paybond_exports WHERE tenant_id = ?";

ExportJob read_job(const store::Query& row) {
  return {row.integer(0),
          row.text(1),
          row.text(2),
          row.text(3),
          row.integer(4),
          auth::from_column(row.integer(5)),
          auth::from_column(row.integer(6))};
}

}  // namespace

Export make_export(const ExportCall& call, const ExportFilter& filter) {
  Export made{uuid4(call.service.random), filter.text, {}, {}};
  const Files files = collect(call, filter);
  made.manifest = manifest_of(call, filter, made.job_id, files);
  ZipWriter zip;
  zip.add("manifest.json", made.manifest);
  zip.add("ledger.jsonl", files.ledger);
  if (!files.proofs.empty()) zip.add("proofs.jsonl", files.proofs);
  zip.add("checkpoint.json", files.checkpoint);
  made.bundle = zip.finish();
  return made;
}

ExportJob keep_export(const ExportCall& call, const Export& made, std::int64_t retention_hours) {
  store::Connection& connection = call.connection;
  connection.run("DELETE FROM paybond_exports WHERE tenant_id = ? AND expires_at <= ?",
                 {call.tenant_id, auth::to_column(call.now)});
  store::Query count =
      connection.query("SELECT COUNT(*) FROM paybond_exports WHERE tenant_id = ?", {call.tenant_id});
  count.next();
  if (count.integer(0) >= kMaxExports)
    throw Error(Category::policy, "too_many_exports", "there are too many exports; delete some");
  ExportJob job;
  job.job_id = made.job_id;
  job.manifest_sha256 = crypto::sha256_hex(made.manifest);
  job.bundle_sha256 = crypto::sha256_hex(made.bundle);
  job.bundle_size_bytes = static_cast<std::int64_t>(made.bundle.size());
  job.created_at = call.now;
  job.expires_at = call.now + std::chrono::hours(retention_hours);
  connection.run(
      "INSERT INTO paybond_exports (tenant_id, job_id, disclosure_tier, filter, bundle, manifest_sha256,"
      " bundle_sha256, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      {call.tenant_id, job.job_id, kStandardTier, made.filter, as_bytes(made.bundle), job.manifest_sha256,
       job.bundle_sha256, auth::to_column(job.created_at), auth::to_column(job.expires_at)});
  return job;
}

std::vector<ExportJob> list_exports(const ExportCall& call, const std::string& cursor, std::int64_t limit) {
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  if (!cursor.empty()) {
    store::Query row =
        call.connection.query(std::string(kSelect) + " AND job_id = ?", {call.tenant_id, cursor});
    if (!row.next()) throw Error(Category::usage, "bad_cursor", "there is no export of that id");
    before = row.integer(0);
  }
  store::Query rows = call.connection.query(
      std::string(kSelect) + " AND number < ? AND expires_at > ? ORDER BY number DESC LIMIT ?",
      {call.tenant_id, before, auth::to_column(call.now), limit});
  std::vector<ExportJob> jobs;
  while (rows.next())
    jobs.push_back(read_job(rows));
  return jobs;
}

ExportJob require_export(const ExportCall& call, std::string_view job_id) {
  store::Query row = call.connection.query(std::string(kSelect) + " AND job_id = ? AND expires_at > ?",
                                           {call.tenant_id, job_id, auth::to_column(call.now)});
  if (!row.next()) throw Error(Category::not_found, "unknown_export", "there is no such export");
  return read_job(row);
}

void delete_export(const ExportCall& call, std::string_view job_id) {
  (void)require_export(call, job_id);
  call.connection.run("DELETE FROM paybond_exports WHERE tenant_id = ? AND job_id = ?",
                      {call.tenant_id, job_id});
}

DownloadToken issue_download(const ExportCall& call, std::string_view job_id) {
  (void)require_export(call, job_id);
  DownloadToken token{auth::random_text(kTokenPrefix, kTokenCharacters, call.service.random),
                      call.now + kDownloadLife};
  call.connection.run(
      "UPDATE paybond_exports SET token_hash = ?, token_expires_at = ? WHERE tenant_id = ? AND job_id = ?",
      {crypto::sha256_hex(token.text), auth::to_column(token.expires_at), call.tenant_id, job_id});
  return token;
}

std::string fetch_bundle(store::Connection& connection, std::string_view job_id, std::string_view token,
                         Instant now) {
  // Ids are unique within a tenant; the token's hash says which tenant it is.
  store::Query row = connection.query(
      "SELECT bundle FROM paybond_exports WHERE token_hash = ? AND job_id = ? AND token_expires_at > ? AND"
      " expires_at > ?",
      {crypto::sha256_hex(token), job_id, auth::to_column(now), auth::to_column(now)});
  if (!row.next()) {
    throw Error(Category::auth, "invalid_credential",
                "the download token is not of this export, or has expired",
                "issue a new one: GET /v1/compliance/audit-exports/{job_id}?issue_download=1");
  }
  return std::string(as_text(row.bytes(0)));
}

}  // namespace agentnet::paybond
