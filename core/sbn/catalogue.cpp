#include "core/sbn/catalogue.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/unicode_text.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/chain_v2.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/rules_hash.hpp"

namespace agentnet::sbn {
namespace {

using json::Arena;
using json::Value;
using enum CatalogueDisposition;

constexpr std::array<std::string_view, 21> kNames = {"VERIFIED",
                                                     "REJECT_CATALOGUE_MISSING",
                                                     "REJECT_MANIFEST_MISSING",
                                                     "REJECT_MANIFEST_HASH",
                                                     "REJECT_MANIFEST_SCHEMA",
                                                     "REJECT_MANIFEST_PROFILE",
                                                     "REJECT_MANIFEST_CANONICALIZATION",
                                                     "REJECT_MANIFEST_BYTES",
                                                     "REJECT_CATALOGUE_ID",
                                                     "REJECT_AUTHORITY",
                                                     "REJECT_RECORD",
                                                     "REJECT_DUPLICATE_CHAIN",
                                                     "REJECT_INVENTORY",
                                                     "REJECT_LEDGER_MISSING",
                                                     "REJECT_CHECKPOINT_MISSING",
                                                     "REJECT_LEDGER_BYTES",
                                                     "REJECT_CHECKPOINT_BYTES",
                                                     "REJECT_LEDGER_CONTENT",
                                                     "REJECT_CHECKPOINT_CONTENT",
                                                     "REJECT_CHECKPOINT_BINDING",
                                                     "REJECT_CHAIN_INTEGRITY"};
static_assert(kNames.size() == static_cast<std::size_t>(reject_chain_integrity) + 1);

constexpr std::array<std::string_view, 7> kManifestFields = {
    "schema_version", "profile_id", "canonicalization_version", "catalogue_id", "authority_class",
    "record_count",   "records"};
constexpr std::array<std::string_view, 9> kRecordFields = {
    "family_id",     "chain_id",          "slot_id", "ledger_path", "checkpoint_path",
    "ledger_sha256", "checkpoint_sha256", "length",  "head_hash"};

// A rejection, or nullopt when all is well.
using Fault = std::optional<CatalogueVerification>;

CatalogueVerification rejected(CatalogueDisposition disposition, std::string message,
                               std::optional<std::string> chain_id = std::nullopt) {
  CatalogueVerification answer;
  answer.disposition = disposition;
  answer.message = std::move(message);
  answer.chain_id = std::move(chain_id);
  return answer;
}

// For whoever builds: there a rejection is an Error, since there is nothing to hand out.
void throw_if(const Fault& fault) {
  if (!fault) return;
  std::vector<Detail> details = {{"disposition", std::string(disposition_name(fault->disposition))}};
  if (fault->chain_id) details.push_back({"chain_id", *fault->chain_id});
  if (fault->chain_disposition) {
    details.push_back({"chain_disposition", std::string(disposition_name(*fault->chain_disposition))});
  }
  if (fault->break_at) details.push_back({"break_at", *fault->break_at});
  const bool unsound = fault->disposition == reject_chain_integrity;
  throw Error(unsound ? Category::verification : Category::usage,
              unsound ? "catalogue_rejected" : "bad_catalogue", fault->message, {}, std::move(details));
}

std::string sha256_upper(std::string_view bytes) {
  return hex_upper(crypto::sha256(as_bytes(bytes)));
}

bool is_upper_hash(std::string_view text) {
  return is_hex(text, kHashDigits) && text.find_first_of("abcdef") == std::string_view::npos;
}

// The trimmed text of one to `most` code points; nullopt for any other.
std::optional<std::string> limited_text(std::string_view text, std::size_t most) {
  const std::string_view stripped = strip(text);
  const auto count = count_code_points(stripped);
  if (!count || *count == 0 || *count > most) return std::nullopt;
  return std::string(stripped);
}

std::optional<std::string> limited_member(const Value& object, std::string_view name, std::size_t most) {
  return limited_text(text_or_empty(object.find(name)), most);
}

// Nullopt for text that is not JSON, not an object, or holds a name twice at any depth.
std::optional<json::Document> parse_object(std::string_view text) {
  json::Document document;
  try {
    document = json::parse(text, json::kAsPython);
  } catch (const Error& error) {
    if (error.category() != Category::usage) throw;
    return std::nullopt;
  }
  Arena scratch;
  std::optional<Value> duplicate;
  json::without_duplicates(document.root, scratch, &duplicate);
  if (!document.root.is_object() || duplicate) return std::nullopt;
  return document;
}

bool has_exactly(const Value& object, std::span<const std::string_view> names) {
  return object.is_object() && object.members().size() == names.size() &&
         std::all_of(names.begin(), names.end(),
                     [&](std::string_view name) { return object.find(name) != nullptr; });
}

struct ChainFiles {
  std::string_view ledger;
  std::string_view checkpoint;
};

// Reads and verifies the two files of one chain, and tells its length and head.
Fault check_chain(const ChainFiles& files, const std::string& chain_id, CheckpointV2& found) {
  const auto ledger = parse_object(files.ledger);
  if (!ledger) return rejected(reject_ledger_content, "the ledger is not a JSON object", chain_id);
  const auto checkpoint = parse_object(files.checkpoint);
  if (!checkpoint)
    return rejected(reject_checkpoint_content, "the checkpoint is not a JSON object", chain_id);
  try {
    const CheckpointV2 expected = CheckpointV2::from_json(checkpoint->root);
    found = ChainV2::from_json(ledger->root, &expected).checkpoint();
  } catch (const Error& error) {
    const auto disposition = disposition_of(error);
    if (!disposition) throw;
    CatalogueVerification answer = rejected(reject_chain_integrity, error.message(), chain_id);
    answer.chain_disposition = disposition;
    answer.break_at = break_at_of(error);
    return answer;
  }
  if (found.chain_id != chain_id) {
    return rejected(reject_checkpoint_binding, "the ledger is that of another chain", chain_id);
  }
  return std::nullopt;
}

// Records must be sorted by chain id already.
Fault check_unique(std::span<const CatalogueRecord> records) {
  std::set<std::string_view> families;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const bool same_chain = i > 0 && records[i].chain_id == records[i - 1].chain_id;
    if (same_chain || !families.insert(records[i].family_id).second) {
      return rejected(reject_duplicate_chain, "two records share a chain_id or a family_id",
                      records[i].chain_id);
    }
  }
  return std::nullopt;
}

// The wire's fields in the wire's order; lies in the arena.
Value record_to_json(const CatalogueRecord& record, Arena& arena) {
  json::ObjectBuilder object(arena);
  object.add("family_id", std::string_view(record.family_id));
  object.add("chain_id", std::string_view(record.chain_id));
  object.add("slot_id", std::string_view(record.slot_id()));
  object.add("ledger_path", std::string_view(record.ledger_path()));
  object.add("checkpoint_path", std::string_view(record.checkpoint_path()));
  object.add("ledger_sha256", std::string_view(record.ledger_sha256));
  object.add("checkpoint_sha256", std::string_view(record.checkpoint_sha256));
  object.add_integer("length", record.length);
  object.add("head_hash", std::string_view(record.head_hash));
  return object.done();
}

Fault read_record(const Value& object, CatalogueRecord& record) {
  if (!has_exactly(object, kRecordFields)) return rejected(reject_record, "a record has the wrong fields");
  const auto family_id = limited_member(object, "family_id", kMaxFamilyIdChars);
  const auto chain_id = limited_member(object, "chain_id", kMaxChainIdChars);
  if (!family_id) return rejected(reject_record, "a record has no valid family_id");
  if (!chain_id) return rejected(reject_record, "a record has no valid chain_id");
  record.family_id = *family_id;
  record.chain_id = *chain_id;
  const auto wrong = [&](std::string_view name) {
    return rejected(reject_record, "the record's " + std::string(name) + " is wrong", record.chain_id);
  };
  // These three follow from the chain id; a path from the file is never used.
  if (!is_text(object.find("slot_id"), record.slot_id())) return wrong("slot_id");
  if (!is_text(object.find("ledger_path"), record.ledger_path())) return wrong("ledger_path");
  if (!is_text(object.find("checkpoint_path"), record.checkpoint_path())) return wrong("checkpoint_path");
  for (const std::string_view name : {"ledger_sha256", "checkpoint_sha256", "head_hash"}) {
    const Value& hash = *object.find(name);
    if (!hash.is_string() || !is_upper_hash(hash.text())) return wrong(name);
  }
  record.ledger_sha256 = object.find("ledger_sha256")->text();
  record.checkpoint_sha256 = object.find("checkpoint_sha256")->text();
  record.head_hash = object.find("head_hash")->text();
  const auto length = object.find("length")->as_int64();
  if (!length || *length < 1) return wrong("length");
  record.length = *length;
  return std::nullopt;
}

Fault check_constants(const Value& object) {
  const auto is = [&](std::string_view name, std::string_view wanted) {
    return is_text(object.find(name), wanted);
  };
  if (!is("schema_version", kCatalogueSchema)) {
    return rejected(reject_manifest_schema, "the manifest's schema_version is not supported");
  }
  if (!is("profile_id", kCatalogueProfile)) {
    return rejected(reject_manifest_profile, "the manifest's profile_id is not supported");
  }
  if (!is("canonicalization_version", kCatalogueCanonicalization)) {
    return rejected(reject_manifest_canonicalization,
                    "the manifest's canonicalization_version is not supported");
  }
  if (!limited_member(object, "catalogue_id", kMaxCatalogueIdChars)) {
    return rejected(reject_record, "the manifest has no valid catalogue_id");
  }
  if (!is("authority_class", kCatalogueAuthority)) {
    return rejected(reject_authority, "the manifest claims an authority, which no catalogue has");
  }
  return std::nullopt;
}

Fault read_manifest(const Value& object, CatalogueManifest& manifest) {
  if (!has_exactly(object, kManifestFields)) {
    return rejected(reject_manifest_schema, "the manifest has the wrong fields");
  }
  if (Fault fault = check_constants(object)) return fault;
  manifest.catalogue_id = *limited_member(object, "catalogue_id", kMaxCatalogueIdChars);
  const Value& records = *object.find("records");
  if (!records.is_array() || records.items().empty()) {
    return rejected(reject_record, "the manifest's records are not a list of one or more");
  }
  for (const Value& item : records.items()) {
    if (Fault fault = read_record(item, manifest.records.emplace_back())) return fault;
  }
  if (object.find("record_count")->as_int64() != static_cast<std::int64_t>(manifest.records.size())) {
    return rejected(reject_record, "the manifest's record_count is not the number of its records");
  }
  const auto by_chain = [](const CatalogueRecord& a, const CatalogueRecord& b) {
    return a.chain_id < b.chain_id;
  };
  if (!std::is_sorted(manifest.records.begin(), manifest.records.end(), by_chain)) {
    return rejected(reject_record, "the manifest's records are not in the order of their chain ids");
  }
  return check_unique(manifest.records);
}

Fault read_pinned_manifest(const FileSet& files, std::string_view expected_sha256,
                           CatalogueManifest& manifest) {
  if (files.empty()) return rejected(reject_catalogue_missing, "the catalogue has no files");
  const auto file = files.find(std::string(kCatalogueManifestName));
  if (file == files.end()) return rejected(reject_manifest_missing, "the catalogue has no catalogue.json");
  if (lower_ascii(sha256_upper(file->second)) != lower_ascii(expected_sha256)) {
    return rejected(reject_manifest_hash, "the manifest's SHA-256 is not the expected one");
  }
  const auto document = parse_object(file->second);
  if (!document) return rejected(reject_manifest_schema, "the manifest is not a JSON object");
  if (Fault fault = read_manifest(document->root, manifest)) return fault;
  // What was read above was trimmed and made uniform; only a file that needed none of it is canonical.
  if (manifest.bytes() != file->second) {
    return rejected(reject_manifest_bytes, "the manifest is not written in its canonical bytes");
  }
  return std::nullopt;
}

Fault check_inventory(const FileSet& files, const CatalogueManifest& manifest) {
  std::set<std::string> expected = {std::string(kCatalogueManifestName)};
  for (const CatalogueRecord& record : manifest.records) {
    expected.insert(record.ledger_path());
    expected.insert(record.checkpoint_path());
  }
  std::vector<std::string> unexpected;
  for (const auto& [path, content] : files) {
    if (!expected.contains(path)) unexpected.push_back(path);
  }
  if (unexpected.empty()) return std::nullopt;
  CatalogueVerification answer = rejected(reject_inventory, "the catalogue holds files that no record names");
  answer.unexpected = std::move(unexpected);
  return answer;
}

Fault check_record(const FileSet& files, const CatalogueRecord& record) {
  const auto fail = [&](CatalogueDisposition disposition, const char* what) {
    return rejected(disposition, what, record.chain_id);
  };
  const auto ledger = files.find(record.ledger_path());
  if (ledger == files.end()) return fail(reject_ledger_missing, "the ledger file is missing");
  const auto checkpoint = files.find(record.checkpoint_path());
  if (checkpoint == files.end()) return fail(reject_checkpoint_missing, "the checkpoint file is missing");
  if (sha256_upper(ledger->second) != record.ledger_sha256) {
    return fail(reject_ledger_bytes, "the ledger file is not the one that was put in");
  }
  if (sha256_upper(checkpoint->second) != record.checkpoint_sha256) {
    return fail(reject_checkpoint_bytes, "the checkpoint file is not the one that was put in");
  }
  CheckpointV2 found;
  if (Fault fault = check_chain({ledger->second, checkpoint->second}, record.chain_id, found)) return fault;
  if (found.length != record.length || found.head_hash != record.head_hash) {
    return fail(reject_checkpoint_binding, "the record states another length or head than the ledger has");
  }
  return std::nullopt;
}

// Checks one source and describes it.
CatalogueRecord make_record(const CatalogueSource& source) {
  const auto family_id = limited_text(source.family_id, kMaxFamilyIdChars);
  const auto chain_id = limited_text(source.chain_id, kMaxChainIdChars);
  if (!family_id) throw_if(rejected(reject_record, "a family_id is empty, too long or not UTF-8"));
  if (!chain_id) throw_if(rejected(reject_record, "a chain_id is empty, too long or not UTF-8"));
  CheckpointV2 found;
  throw_if(check_chain({source.ledger, source.checkpoint}, *chain_id, found));
  if (!found.head_hash) throw_if(rejected(reject_record, "an empty chain cannot be catalogued", *chain_id));
  CatalogueRecord record;
  record.family_id = *family_id;
  record.chain_id = *chain_id;
  record.ledger_sha256 = sha256_upper(source.ledger);
  record.checkpoint_sha256 = sha256_upper(source.checkpoint);
  record.length = found.length;
  record.head_hash = *found.head_hash;
  return record;
}

}  // namespace

std::string_view disposition_name(CatalogueDisposition disposition) {
  return kNames[static_cast<std::size_t>(disposition)];
}

std::string CatalogueRecord::slot_id() const {
  return sha256_upper(chain_id);
}

std::string CatalogueRecord::ledger_path() const {
  return "ledgers/" + slot_id() + ".json";
}

std::string CatalogueRecord::checkpoint_path() const {
  return "checkpoint_custody/" + slot_id() + ".json";
}

Value CatalogueManifest::to_json(Arena& arena) const {
  json::ArrayBuilder items(arena);
  for (const CatalogueRecord& record : records)
    items.add(record_to_json(record, arena));
  json::ObjectBuilder object(arena);
  object.add("schema_version", Value::string(kCatalogueSchema));
  object.add("profile_id", Value::string(kCatalogueProfile));
  object.add("canonicalization_version", Value::string(kCatalogueCanonicalization));
  object.add("catalogue_id", std::string_view(catalogue_id));
  object.add("authority_class", Value::string(kCatalogueAuthority));
  object.add_integer("record_count", static_cast<std::int64_t>(records.size()));
  object.add("records", items.done());
  return object.done();
}

std::string CatalogueManifest::bytes() const {
  Arena arena;
  return json::to_canonical(to_json(arena), json::Form::sorted) + "\n";
}

std::string CatalogueManifest::sha256() const {
  return sha256_upper(bytes());
}

std::string catalogue_slot_id(std::string_view chain_id) {
  const auto text = limited_text(chain_id, kMaxChainIdChars);
  if (!text) throw_if(rejected(reject_record, "the chain_id is empty, too long or not UTF-8"));
  return sha256_upper(*text);
}

CatalogueManifest build_manifest(std::string_view catalogue_id, std::span<const CatalogueSource> sources) {
  const auto id = limited_text(catalogue_id, kMaxCatalogueIdChars);
  if (!id) throw_if(rejected(reject_record, "the catalogue_id is empty, too long or not UTF-8"));
  if (sources.empty()) throw_if(rejected(reject_record, "a catalogue needs one chain at least"));
  CatalogueManifest manifest;
  manifest.catalogue_id = *id;
  for (const CatalogueSource& source : sources)
    manifest.records.push_back(make_record(source));
  std::sort(manifest.records.begin(), manifest.records.end(),
            [](const CatalogueRecord& a, const CatalogueRecord& b) { return a.chain_id < b.chain_id; });
  throw_if(check_unique(manifest.records));
  return manifest;
}

FileSet build_catalogue(std::string_view catalogue_id, std::span<const CatalogueSource> sources) {
  const CatalogueManifest manifest = build_manifest(catalogue_id, sources);
  FileSet files;
  for (const CatalogueSource& source : sources) {
    CatalogueRecord record;
    record.chain_id = strip(source.chain_id);
    files[record.ledger_path()] = source.ledger;
    files[record.checkpoint_path()] = source.checkpoint;
  }
  files[std::string(kCatalogueManifestName)] = manifest.bytes();
  return files;
}

Value CatalogueVerification::to_json(Arena& arena) const {
  json::ObjectBuilder details(arena);
  if (accepted() && manifest) {
    details.add("catalogue_id", std::string_view(manifest->catalogue_id));
    details.add_integer("record_count", static_cast<std::int64_t>(manifest->records.size()));
    details.add("manifest_sha256", std::string_view(manifest->sha256()));
  }
  if (chain_disposition) {
    details.add("chain_disposition", Value::string(disposition_name(*chain_disposition)));
    details.add("break_at", break_at ? Value::integer(arena, *break_at) : Value());
  }
  if (!unexpected.empty()) {
    json::ArrayBuilder paths(arena);
    for (const std::string& path : unexpected)
      paths.add(std::string_view(path));
    details.add("unexpected", paths.done());
  }
  json::ObjectBuilder object(arena);
  object.add_boolean("accepted", accepted());
  object.add("disposition", Value::string(disposition_name(disposition)));
  object.add_optional("chain_id", chain_id);
  object.add("details", details.done());
  return object.done();
}

CatalogueVerification verify_catalogue(const FileSet& files, std::string_view expected_catalogue_id,
                                       std::string_view expected_manifest_sha256) {
  CatalogueManifest manifest;
  if (Fault fault = read_pinned_manifest(files, expected_manifest_sha256, manifest)) return *fault;
  if (manifest.catalogue_id != expected_catalogue_id) {
    return rejected(reject_catalogue_id, "the catalogue has another id than expected");
  }
  if (Fault fault = check_inventory(files, manifest)) return *fault;
  for (const CatalogueRecord& record : manifest.records) {
    if (Fault fault = check_record(files, record)) return *fault;
  }
  CatalogueVerification answer;
  answer.manifest = std::move(manifest);
  return answer;
}

}  // namespace agentnet::sbn
