// SnapChore chain catalogue, version 1: many strict ledgers kept with their checkpoints (wire reference sbn
// d.4).
//
//   catalogue.json                    the manifest
//   ledgers/<slot>.json               a ledger (chain_v2.hpp), byte for byte as it was handed in
//   checkpoint_custody/<slot>.json    its checkpoint, likewise
//
// <slot> is SHA-256, in upper-case hex, of the chain id. The manifest is canonical JSON (json::Form::sorted)
// and a line feed:
//
//   schema_version, profile_id, canonicalization_version, catalogue_id, authority_class ("NONE"),
//   record_count, records   each family_id, chain_id, slot_id, ledger_path, checkpoint_path, ledger_sha256,
//   checkpoint_sha256,
//             length, head_hash; in the order of their chain ids; no two share a chain_id or a family_id
//
// The manifest pins every other byte, and nothing pins the manifest but its SHA-256, which whoever verifies
// must have from elsewhere. Functions here are pure: a set of named files in memory goes in or comes out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/sbn/chain_disposition.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kCatalogueSchema = "snapchore_persistent_chain_catalogue_v1";
inline constexpr std::string_view kCatalogueProfile = "snapchore_native_persistent_chain_catalogue_v1";
inline constexpr std::string_view kCatalogueCanonicalization = "snapchore.chain.catalogue.canonical_json_v1";
inline constexpr std::string_view kCatalogueAuthority = "NONE";
inline constexpr std::string_view kCatalogueManifestName = "catalogue.json";

inline constexpr std::size_t kMaxCatalogueIdChars = 200;  // code points
inline constexpr std::size_t kMaxFamilyIdChars = 256;     // code points

enum class CatalogueDisposition : std::uint8_t {
  verified,
  reject_catalogue_missing,  // no file at all
  reject_manifest_missing,
  reject_manifest_hash,
  reject_manifest_schema,
  reject_manifest_profile,
  reject_manifest_canonicalization,
  reject_manifest_bytes,  // right content, but not the canonical bytes of it
  reject_catalogue_id,
  reject_authority,
  reject_record,
  reject_duplicate_chain,
  reject_inventory,  // a file that no record names
  reject_ledger_missing,
  reject_checkpoint_missing,
  reject_ledger_bytes,
  reject_checkpoint_bytes,
  reject_ledger_content,
  reject_checkpoint_content,
  reject_checkpoint_binding,  // a sound chain, but not the one that was declared
  reject_chain_integrity,
};
// The wire's name, for instance "REJECT_LEDGER_BYTES".
std::string_view disposition_name(CatalogueDisposition disposition);

// Path, with '/' between folders, to content.
using FileSet = std::map<std::string, std::string>;

// One chain to be put into a catalogue.
struct CatalogueSource {
  std::string family_id;
  std::string chain_id;
  std::string ledger;      // the bytes of the file
  std::string checkpoint;  // the bytes of the file
};

struct CatalogueRecord {
  std::string family_id;
  std::string chain_id;
  std::string ledger_sha256;
  std::string checkpoint_sha256;
  std::int64_t length = 0;
  std::string head_hash;

  std::string slot_id() const;
  std::string ledger_path() const;
  std::string checkpoint_path() const;
};

struct CatalogueManifest {
  std::string catalogue_id;
  std::vector<CatalogueRecord> records;  // by chain_id

  // In the wire's key order. Lies in the arena.
  json::Value to_json(json::Arena& arena) const;
  // The bytes of catalogue.json, and their SHA-256 in upper-case hex.
  std::string bytes() const;
  std::string sha256() const;
};

// SHA-256, in upper-case hex, of the trimmed chain id. Throws Error usage/bad_catalogue with REJECT_RECORD.
std::string catalogue_slot_id(std::string_view chain_id);

// Verifies each source against its own checkpoint and describes it. Throws Error usage/bad_catalogue, or
// verification/catalogue_rejected for a chain that does not hold; details: "disposition", "chain_id" where
// known, and for a chain that does not hold "chain_disposition" and "break_at". An empty chain is refused,
// because a manifest that lists one cannot be opened again.
CatalogueManifest build_manifest(std::string_view catalogue_id, std::span<const CatalogueSource> sources);

// All files of the catalogue, ready to be written. Throws as build_manifest.
FileSet build_catalogue(std::string_view catalogue_id, std::span<const CatalogueSource> sources);

struct CatalogueVerification {
  CatalogueDisposition disposition = CatalogueDisposition::verified;
  std::string message;                                // a sentence; empty when verified
  std::optional<std::string> chain_id;                // of the record that was rejected
  std::optional<ChainDisposition> chain_disposition;  // with reject_chain_integrity
  std::optional<std::int64_t> break_at;               // with reject_chain_integrity, where known
  std::vector<std::string> unexpected;                // with reject_inventory: paths
  std::optional<CatalogueManifest> manifest;          // when verified

  bool accepted() const { return disposition == CatalogueDisposition::verified; }
  // {accepted, disposition, chain_id, details}. Lies in the arena.
  json::Value to_json(json::Arena& arena) const;
};

// Judges a set of files that holds the whole catalogue folder: the manifest by its expected SHA-256 (either
// case), shape, bytes and id; the inventory; then every record's files by bytes, content and chain. The first
// fault is the answer.
CatalogueVerification verify_catalogue(const FileSet& files, std::string_view expected_catalogue_id,
                                       std::string_view expected_manifest_sha256);

}  // namespace agentnet::sbn
