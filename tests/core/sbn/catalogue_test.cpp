#include "core/sbn/catalogue.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/core/sbn/chain_fixtures.hpp"

namespace {

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

std::string sha256_upper(const std::string& bytes) {
  return hex_upper(crypto::sha256(as_bytes(bytes)));
}

CatalogueSource source_of(const std::string& family, const std::string& chain_id, std::size_t entries) {
  const ChainV2 chain = chain_v2_of(entries, chain_id);
  json::Arena arena;
  return {family, chain_id, json::to_indented(chain.to_json(arena)),
          json::to_indented(chain.checkpoint().to_json(arena))};
}

std::vector<CatalogueSource> three_sources() {
  return {source_of("fam-z", "chain-b", 2), source_of("fam-y", "\xc3\xa9", 3),
          source_of("fam-x", "chain-a", 1)};
}

// The answer to a set of files as "DISPOSITION chain_id", pinned to whatever manifest the set holds.
std::string judged(const FileSet& files) {
  const auto manifest = files.find("catalogue.json");
  const std::string pin = manifest == files.end() ? "" : sha256_upper(manifest->second);
  const CatalogueVerification answer = verify_catalogue(files, "cat", pin);
  CHECK(answer.message.empty() == answer.accepted());
  return std::string(disposition_name(answer.disposition)) + (answer.chain_id ? " " + *answer.chain_id : "");
}

// The files of three chains with a changed manifest, written again in canonical bytes.
FileSet with_manifest(const std::function<void(nlohmann::json&)>& change) {
  FileSet files = build_catalogue("cat", three_sources());
  nlohmann::json manifest = nlohmann::json::parse(files["catalogue.json"]);
  change(manifest);
  files["catalogue.json"] = manifest.dump() + "\n";  // nlohmann::json sorts by name
  return files;
}

// Replaces a chain's file and the hash of it in the manifest, as one would who can write the whole folder.
FileSet with_repinned(const std::string& chain_id, const char* path_field, const char* hash_field,
                      const std::function<std::string(const std::string&)>& change) {
  FileSet files = build_catalogue("cat", three_sources());
  nlohmann::json manifest = nlohmann::json::parse(files["catalogue.json"]);
  for (nlohmann::json& record : manifest["records"]) {
    if (record["chain_id"] != chain_id) continue;
    std::string& content = files[record[path_field].get<std::string>()];
    content = change(content);
    record[hash_field] = sha256_upper(content);
  }
  files["catalogue.json"] = manifest.dump() + "\n";
  return files;
}

FileSet with_ledger(const std::string& chain_id,
                    const std::function<std::string(const std::string&)>& change) {
  return with_repinned(chain_id, "ledger_path", "ledger_sha256", change);
}

FileSet with_checkpoint(const std::string& chain_id,
                        const std::function<std::string(const std::string&)>& change) {
  return with_repinned(chain_id, "checkpoint_path", "checkpoint_sha256", change);
}

std::string build_refusal(const std::vector<CatalogueSource>& sources, const std::string& id = "cat") {
  return disposition_from([&] { build_catalogue(id, sources); });
}

}  // namespace

TEST_CASE("a catalogue that was built verifies, and says what it holds") {
  const auto sources = three_sources();
  const FileSet files = build_catalogue(" cat ", sources);
  CHECK(files.size() == 7);
  const std::string pin = sha256_upper(files.at("catalogue.json"));
  const CatalogueVerification answer = verify_catalogue(files, "cat", pin);
  REQUIRE(answer.accepted());
  CHECK(answer.manifest->records.size() == 3);
  CHECK(as_json(answer).dump() == R"({"accepted":true,"disposition":"VERIFIED","chain_id":null,"details":)"
                                  R"({"catalogue_id":"cat","record_count":3,"manifest_sha256":")" +
                                      pin + "\"}}");
}

TEST_CASE("records are in the order of their chain ids by code point") {
  const CatalogueManifest manifest = build_manifest("cat", three_sources());
  REQUIRE(manifest.records.size() == 3);
  CHECK(manifest.records[0].chain_id == "chain-a");
  CHECK(manifest.records[1].chain_id == "chain-b");
  CHECK(manifest.records[2].chain_id == "\xc3\xa9");
  CHECK(manifest.records[2].length == 3);
}

TEST_CASE("a source's bytes are kept as they were handed in") {
  const auto sources = three_sources();
  const FileSet files = build_catalogue("cat", sources);
  for (const CatalogueSource& source : sources) {
    const std::string slot = catalogue_slot_id(source.chain_id);
    CHECK(files.at("ledgers/" + slot + ".json") == source.ledger);
    CHECK(files.at("checkpoint_custody/" + slot + ".json") == source.checkpoint);
  }
}

TEST_CASE("the slot is the hash of the trimmed chain id") {
  CHECK(catalogue_slot_id(" chain-a\n") == sha256_upper("chain-a"));
  CHECK(disposition_from([] { catalogue_slot_id(" "); }) == "REJECT_RECORD");
  CHECK(disposition_from([] { catalogue_slot_id(std::string(201, 'x')); }) == "REJECT_RECORD");
}

TEST_CASE("ids are trimmed, and limited in characters") {
  auto sources = three_sources();
  std::string family;
  std::string id;
  for (std::size_t i = 0; i < kMaxFamilyIdChars; ++i)
    family += "\xc3\xa9";
  for (std::size_t i = 0; i < kMaxCatalogueIdChars; ++i)
    id += "\xe2\x82\xac";
  sources[0].family_id = " " + family + "\xe3\x80\x80";
  sources[0].chain_id = "\tchain-b ";
  const CatalogueManifest manifest = build_manifest(id + " ", sources);
  CHECK(manifest.catalogue_id == id);
  CHECK(manifest.records[1].family_id == family);
  CHECK(verify_catalogue(build_catalogue(id, sources), id, manifest.sha256()).accepted());
  CHECK(build_refusal(sources, id + "x") == "REJECT_RECORD");
  CHECK(build_refusal(sources, "  ") == "REJECT_RECORD");
  sources[0].family_id = family + "x";
  CHECK(build_refusal(sources) == "REJECT_RECORD");
  sources[0].family_id = "\xff";
  CHECK(build_refusal(sources) == "REJECT_RECORD");
}

TEST_CASE("a catalogue of nothing, or of an empty chain, is refused") {
  CHECK(build_refusal({}) == "REJECT_RECORD");
  CHECK(build_refusal({source_of("f", "empty", 0)}) == "REJECT_RECORD");
}

TEST_CASE("two records may share neither chain nor family") {
  CHECK(build_refusal({source_of("f", "c", 1), source_of("g", "c", 2)}) == "REJECT_DUPLICATE_CHAIN");
  CHECK(build_refusal({source_of("f", "c", 1), source_of(" f", "d", 2)}) == "REJECT_DUPLICATE_CHAIN");
}

TEST_CASE("a source that is not JSON, not an object, or doubles a name is refused as content") {
  for (const std::string wrong :
       {"", "{", "[]", "1", "{\"a\":1,\"a\":2}", "{\"x\":[{\"a\":1,\"a\":2}]}", "\xef\xbb\xbf{}"}) {
    CatalogueSource source = source_of("f", "c", 1);
    source.ledger = wrong;
    CHECK(build_refusal({source}) == "REJECT_LEDGER_CONTENT");
    source = source_of("f", "c", 1);
    source.checkpoint = wrong;
    CHECK(build_refusal({source}) == "REJECT_CHECKPOINT_CONTENT");
  }
}

TEST_CASE("a chain that does not hold against its checkpoint is refused with the chain's own disposition") {
  CatalogueSource source = source_of("f", "c", 3);
  source.checkpoint = source_of("f", "c", 2).checkpoint;
  const Error error = error_of([&] { build_catalogue("cat", {&source, 1}); });
  CHECK(error.category() == Category::verification);
  CHECK(error.code() == "catalogue_rejected");
  CHECK(detail(error, "disposition") == "REJECT_CHAIN_INTEGRITY");
  CHECK(detail(error, "chain_disposition") == "REJECT_LENGTH");
  CHECK(detail(error, "break_at") == "3");
  CHECK(detail(error, "chain_id") == "c");
}

TEST_CASE("a sound chain under another name is refused") {
  CatalogueSource source = source_of("f", "c", 1);
  source.chain_id = "d";
  CHECK(build_refusal({source}) == "REJECT_CHECKPOINT_BINDING");
}

TEST_CASE("nothing verifies without files, without a manifest, or against another pin or id") {
  const FileSet files = build_catalogue("cat", three_sources());
  const std::string pin = sha256_upper(files.at("catalogue.json"));
  CHECK(judged({}) == "REJECT_CATALOGUE_MISSING");
  FileSet without = files;
  without.erase("catalogue.json");
  CHECK(judged(without) == "REJECT_MANIFEST_MISSING");
  CHECK(verify_catalogue(files, "cat", sha256_upper("x")).disposition ==
        CatalogueDisposition::reject_manifest_hash);
  CHECK(verify_catalogue(files, "cat", "").disposition == CatalogueDisposition::reject_manifest_hash);
  CHECK(verify_catalogue(files, "dog", pin).disposition == CatalogueDisposition::reject_catalogue_id);
  CHECK(verify_catalogue(files, "cat", crypto::sha256_hex(files.at("catalogue.json"))).accepted());
}

TEST_CASE("a manifest with any field changed is refused, even by who knows its new hash") {
  using M = nlohmann::json;
  CHECK(judged(with_manifest([](M&) {})) == "VERIFIED");
  CHECK(judged(with_manifest([](M& m) { m["schema_version"] = "x"; })) == "REJECT_MANIFEST_SCHEMA");
  CHECK(judged(with_manifest([](M& m) { m["x"] = 1; })) == "REJECT_MANIFEST_SCHEMA");
  CHECK(judged(with_manifest([](M& m) { m.erase("records"); })) == "REJECT_MANIFEST_SCHEMA");
  CHECK(judged(with_manifest([](M& m) { m["profile_id"] = 1; })) == "REJECT_MANIFEST_PROFILE");
  CHECK(judged(with_manifest([](M& m) { m["canonicalization_version"] = nullptr; })) ==
        "REJECT_MANIFEST_CANONICALIZATION");
  CHECK(judged(with_manifest([](M& m) { m["authority_class"] = "ROOT"; })) == "REJECT_AUTHORITY");
  CHECK(judged(with_manifest([](M& m) { m["catalogue_id"] = "dog"; })) == "REJECT_CATALOGUE_ID");
  CHECK(judged(with_manifest([](M& m) { m["catalogue_id"] = " cat"; })) == "REJECT_MANIFEST_BYTES");
  CHECK(judged(with_manifest([](M& m) { m["catalogue_id"] = ""; })) == "REJECT_RECORD");
  CHECK(judged(with_manifest([](M& m) { m["record_count"] = 2; })) == "REJECT_RECORD");
  CHECK(judged(with_manifest([](M& m) { m["record_count"] = "3"; })) == "REJECT_RECORD");
  CHECK(judged(with_manifest([](M& m) { m["records"] = M::array(); })) == "REJECT_RECORD");
  CHECK(judged(with_manifest([](M& m) { m["records"][0] = 1; })) == "REJECT_RECORD");
  CHECK(judged(with_manifest([](M& m) { std::swap(m["records"][0], m["records"][1]); })) == "REJECT_RECORD");
  CHECK(judged(with_manifest([](M& m) { m["records"][1]["family_id"] = m["records"][0]["family_id"]; })) ==
        "REJECT_DUPLICATE_CHAIN chain-b");
  CHECK(judged(with_manifest([](M& m) {
          m["records"][1] = m["records"][0];
          m["records"][1]["family_id"] = "new";
        })) == "REJECT_DUPLICATE_CHAIN chain-a");
}

TEST_CASE("a record with any field changed is refused, even by who knows the manifest's new hash") {
  const auto after = [](const char* field, const nlohmann::json& value) {
    return judged(with_manifest([&](nlohmann::json& manifest) { manifest["records"][0][field] = value; }));
  };
  CHECK(after("family_id", 0) == "REJECT_RECORD");
  CHECK(after("family_id", 5) == "REJECT_MANIFEST_BYTES");
  CHECK(after("chain_id", nullptr) == "REJECT_RECORD");
  CHECK(after("chain_id", "chain-0") == "REJECT_RECORD chain-0");
  CHECK(after("slot_id", sha256_upper("x")) == "REJECT_RECORD chain-a");
  CHECK(after("ledger_path", "../../etc/passwd") == "REJECT_RECORD chain-a");
  CHECK(after("checkpoint_path", "ledgers/x.json") == "REJECT_RECORD chain-a");
  for (const char* field : {"ledger_sha256", "checkpoint_sha256", "head_hash"}) {
    CHECK(after(field, "x") == "REJECT_RECORD chain-a");
    CHECK(after(field, crypto::sha256_hex("x")) == "REJECT_RECORD chain-a");  // not upper case
    CHECK(after(field, 1) == "REJECT_RECORD chain-a");
  }
  CHECK(after("ledger_sha256", sha256_upper("x")) == "REJECT_LEDGER_BYTES chain-a");
  CHECK(after("checkpoint_sha256", sha256_upper("x")) == "REJECT_CHECKPOINT_BYTES chain-a");
  CHECK(after("head_hash", sha256_upper("x")) == "REJECT_CHECKPOINT_BINDING chain-a");
  CHECK(after("length", 2) == "REJECT_CHECKPOINT_BINDING chain-a");
  CHECK(after("length", 0) == "REJECT_RECORD chain-a");
  CHECK(after("length", 1.0) == "REJECT_RECORD chain-a");
  CHECK(judged(with_manifest([](nlohmann::json& manifest) { manifest["records"][0].erase("length"); })) ==
        "REJECT_RECORD");
  CHECK(after("extra", 1) == "REJECT_RECORD");
}

TEST_CASE("a manifest in other than its canonical bytes is refused") {
  FileSet files = build_catalogue("cat", three_sources());
  const std::string canonical = files["catalogue.json"];
  files["catalogue.json"] = canonical.substr(0, canonical.size() - 1);
  CHECK(judged(files) == "REJECT_MANIFEST_BYTES");
  files["catalogue.json"] = canonical + " ";
  CHECK(judged(files) == "REJECT_MANIFEST_BYTES");
  files["catalogue.json"] = nlohmann::ordered_json::parse(canonical).dump(2);
  CHECK(judged(files) == "REJECT_MANIFEST_BYTES");
  files["catalogue.json"] = "{\"record_count\":3," + canonical.substr(1);
  CHECK(judged(files) == "REJECT_MANIFEST_SCHEMA");
  files["catalogue.json"] = "not JSON";
  CHECK(judged(files) == "REJECT_MANIFEST_SCHEMA");
}

TEST_CASE("files that no record names are listed") {
  FileSet files = build_catalogue("cat", three_sources());
  files["ledgers/extra.json"] = "{}";
  files[".hidden"] = "";
  CHECK(judged(files) == "REJECT_INVENTORY");
  const CatalogueVerification answer = verify_catalogue(files, "cat", sha256_upper(files["catalogue.json"]));
  CHECK(as_json(answer)["details"].dump() == R"({"unexpected":[".hidden","ledgers/extra.json"]})");
}

TEST_CASE("a missing file is named by its chain") {
  const FileSet files = build_catalogue("cat", three_sources());
  const std::string slot = catalogue_slot_id("chain-b");
  FileSet without = files;
  without.erase("ledgers/" + slot + ".json");
  CHECK(judged(without) == "REJECT_LEDGER_MISSING chain-b");
  without = files;
  without.erase("checkpoint_custody/" + slot + ".json");
  CHECK(judged(without) == "REJECT_CHECKPOINT_MISSING chain-b");
}

TEST_CASE("no flipped bit of any file of a catalogue goes unnoticed") {
  const std::vector<CatalogueSource> sources = {source_of("f", "c", 1)};
  const FileSet files = build_catalogue("cat", sources);
  const std::string pin = sha256_upper(files.at("catalogue.json"));
  std::size_t accepted = 0;
  for (const auto& [path, content] : files) {
    FileSet flipped = files;
    std::string& bytes = flipped[path];
    for (std::size_t bit = 0; bit < content.size() * 8; bit += 7) {
      bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ (1 << (bit % 8)));
      if (verify_catalogue(flipped, "cat", pin).accepted()) ++accepted;
      bytes[bit / 8] = content[bit / 8];
    }
  }
  CHECK(accepted == 0);
}

TEST_CASE("a replaced and repinned file must still hold a chain that fits its checkpoint") {
  const auto constant = [](const std::string& text) { return [text](const std::string&) { return text; }; };
  CHECK(judged(with_ledger("chain-a", [](const std::string& text) { return text + " "; })) == "VERIFIED");
  CHECK(judged(with_ledger("chain-b", constant("[]"))) == "REJECT_LEDGER_CONTENT chain-b");
  CHECK(judged(with_checkpoint("chain-b", constant("{"))) == "REJECT_CHECKPOINT_CONTENT chain-b");
  CHECK(judged(with_ledger("chain-b", constant("{}"))) == "REJECT_CHAIN_INTEGRITY chain-b");
  const FileSet files = with_ledger("chain-b", constant(source_of("f", "chain-b", 1).ledger));
  const CatalogueVerification answer =
      verify_catalogue(files, "cat", sha256_upper(files.at("catalogue.json")));
  CHECK(as_json(answer).dump() ==
        R"({"accepted":false,"disposition":"REJECT_CHAIN_INTEGRITY","chain_id":"chain-b",)"
        R"("details":{"chain_disposition":"REJECT_LENGTH","break_at":1}})");
}

TEST_CASE("another chain with its own checkpoint does not pass for the one that the record names") {
  const CatalogueSource other = source_of("f", "other", 2);
  FileSet files = with_ledger("chain-b", [&](const std::string&) { return other.ledger; });
  nlohmann::json manifest = nlohmann::json::parse(files["catalogue.json"]);
  for (nlohmann::json& record : manifest["records"]) {
    if (record["chain_id"] != "chain-b") continue;
    files[record["checkpoint_path"].get<std::string>()] = other.checkpoint;
    record["checkpoint_sha256"] = sha256_upper(other.checkpoint);
  }
  files["catalogue.json"] = manifest.dump() + "\n";
  CHECK(judged(files) == "REJECT_CHECKPOINT_BINDING chain-b");
}
