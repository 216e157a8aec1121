// The recorded chains and catalogues of the network's own tools, one by one.
#include <doctest/doctest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/catalogue.hpp"
#include "core/sbn/chain.hpp"
#include "core/sbn/chain_v2.hpp"
#include "tests/core/sbn/chain_fixtures.hpp"

namespace {

using namespace agentnet;
using namespace agentnet::sbn::fixtures;

// Kinds that other tests run on the same file.
bool belongs_to_others(const std::string& kind) {
  return kind.starts_with("smartblock_") || kind.starts_with("moment_") || kind == "capture_proof" ||
         kind == "system_commitment";
}

template <typename T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

std::optional<std::string> text_or_none(const Json& object, const char* name) {
  if (!object.contains(name) || object[name].is_null()) return std::nullopt;
  return object[name].get<std::string>();
}

void run_v1_entry(const Json& vector) {
  const Json& input = vector["input"];
  const json::Document metadata = json::parse(input.value("metadata", Json::object()).dump());
  sbn::ChainEntry entry;
  entry.index = input["index"];
  entry.event_type = input["event_type"];
  entry.block_hash = input["block_hash"];
  entry.block_id = text_or_none(input, "block_id");
  entry.previous_chain_hash = text_or_none(input, "previous_chain_hash");
  entry.timestamp = input["timestamp"];
  entry.metadata = metadata.root;
  entry.chain_hash = sbn::compute_chain_hash(entry);
  CHECK(sbn::hashed_bytes(entry) == vector["canonical_text"].get<std::string>());
  CHECK(hex_lower(as_bytes(sbn::hashed_bytes(entry))) == vector["canonical_hex"].get<std::string>());
  CHECK(entry.chain_hash == vector["chain_hash"].get<std::string>());
  json::Arena arena;
  CHECK(Json::parse(json::to_compact(sbn::to_json(entry, arena))).dump() == vector["to_dict"].dump());
}

sbn::Chain rebuild(const Json& ledger) {
  sbn::Chain chain(ledger["chain_id"], ledger["created_at"]);
  for (const Json& entry : ledger["entries"]) {
    const json::Document metadata = json::parse(entry["metadata"].dump());
    sbn::ChainAppend addition;
    addition.block_hash = entry["block_hash"];
    addition.event_type = entry["event_type"];
    addition.block_id = text_or_none(entry, "block_id");
    addition.timestamp = entry["timestamp"];
    addition.metadata = metadata.root;
    chain.append(addition);
  }
  return chain;
}

void run_v1_sequence(const Json& vector) {
  const Json& ledger = vector["ledger"];
  const sbn::Chain chain = sbn::Chain::load(ledger.dump());
  CHECK(chain.verify() == vector["verify"].get<bool>());
  CHECK(or_null(chain.find_break()) == vector["find_break"]);
  CHECK((as_json(chain).dump() == ledger.dump()) == vector["to_dict_equal"].get<bool>());
  CHECK(as_json(rebuild(ledger)).dump() == ledger.dump());
  CHECK(chain.stated_end().agrees());
}

void run_v1_from_dict(const Json& vector) {
  const std::string text = vector["ledger"].dump();
  if (!vector.contains("error")) {
    const sbn::Chain chain = sbn::Chain::load(text);
    CHECK(chain.verify() == vector["verify"].get<bool>());
    CHECK(or_null(chain.find_break()) == vector["find_break"]);
    return;
  }
  const Error error = error_of([&] { sbn::Chain::load(text); });
  const std::string recorded = vector["error"];
  if (error.code() != "chain_hash_mismatch") {
    // A value of the wrong type is refused before anything is hashed.
    CHECK(error.code() == "bad_ledger");
    return;
  }
  CHECK(error.category() == Category::verification);
  const std::string stored = detail(error, "stored");
  CHECK(recorded == "ValueError: Chain hash mismatch at index " + detail(error, "index") + ": computed " +
                        detail(error, "computed") + ", stored " + (stored == "absent" ? "None" : stored));
}

// The chain of one entry that the recorded appends start from.
sbn::ChainV2 chain_of_one() {
  const json::Document metadata = json::parse(R"({"i":0,"f":0.0,"n":{"z":null,"a":[1,2.5,true]}})");
  sbn::ChainV2 chain("c");
  chain.append({"947162f1b37ea74e53f6086a197d6c749c6f094020cd0bc236d496c3754ce80c", "blk-0", "block_sealed",
                "2026-03-01T00:00:00Z", metadata.root});
  return chain;
}

void check_refusal(const Error& error, const Json& recorded) {
  const auto disposition = sbn::disposition_of(error);
  REQUIRE(disposition.has_value());
  CHECK(std::string(sbn::disposition_name(*disposition)) == recorded["disposition"].get<std::string>());
  CHECK(or_null(sbn::break_at_of(error)) == recorded["break_at"]);
}

void run_v2_append(const Json& vector) {
  const Json& args = vector["args"];
  const json::Document metadata = json::parse(args.value("metadata", Json()).dump());
  sbn::ChainAppendV2 addition;
  addition.block_hash = args["block_hash"];
  addition.block_id = args["block_id"];
  addition.timestamp = args["timestamp"];
  addition.event_type = args.value("event_type", addition.event_type);
  addition.metadata = metadata.root;
  sbn::ChainV2 chain = chain_of_one();
  if (vector.contains("error")) {
    check_refusal(error_of([&] { chain.append(addition); }), vector["error"]);
    CHECK(chain.entries().size() == 1);
    return;
  }
  chain.append(addition);
  CHECK(as_json(chain).dump() == vector["ledger"].dump());
}

void run_v2_from_dict(const Json& vector) {
  const std::string text = vector["ledger"].dump();
  if (vector.contains("error")) {
    return check_refusal(error_of([&] { sbn::ChainV2::load(text); }), vector["error"]);
  }
  const sbn::ChainV2 chain = sbn::ChainV2::load(text);
  CHECK(vector["ok"].get<bool>());
  CHECK(as_json(chain.verify()).dump() == vector["verify"].dump());
}

void run_v2_empty(const Json& vector) {
  const sbn::ChainV2 chain(vector["ledger"]["chain_id"].get<std::string>());
  CHECK(as_json(chain).dump() == vector["ledger"].dump());
  CHECK(as_json(chain.verify()).dump() == vector["verify"].dump());
}

std::string unhex(const Json& text) {
  const auto bytes = parse_hex(text.get<std::string>());
  REQUIRE(bytes.has_value());
  return std::string(as_text(*bytes));
}

void run_catalogue(const Json& vector) {
  const sbn::CatalogueSource source = {vector["family_id"], vector["chain_id"], unhex(vector["ledger_hex"]),
                                       unhex(vector["checkpoint_hex"])};
  const std::string id = vector["catalogue_id"];
  const sbn::CatalogueManifest manifest = sbn::build_manifest(id, {&source, 1});
  CHECK(as_json(manifest).dump() == vector["manifest"].dump());
  CHECK(manifest.bytes() == unhex(vector["manifest_hex"]));
  CHECK(manifest.sha256() == vector["manifest_sha256"].get<std::string>());
  CHECK(sbn::catalogue_slot_id(source.chain_id) == vector["slot_id"].get<std::string>());
  const sbn::FileSet files = sbn::build_catalogue(id, {&source, 1});
  CHECK(sbn::verify_catalogue(files, id, manifest.sha256()).accepted());
}

void run(const Json& vector) {
  const std::string kind = vector["kind"];
  if (kind == "chain_v1_entry") return run_v1_entry(vector);
  if (kind == "chain_v1_sequence") return run_v1_sequence(vector);
  if (kind == "chain_v1_from_dict") return run_v1_from_dict(vector);
  if (kind == "catalogue_manifest") return run_catalogue(vector);
  if (kind != "chain_v2") FAIL("unknown kind " << kind);
  const std::string op = vector["op"];
  if (op == "empty") return run_v2_empty(vector);
  if (op == "append_raw_on_1") return run_v2_append(vector);
  if (op == "from_dict") return run_v2_from_dict(vector);
  FAIL("unknown operation " << op);
}

}  // namespace

TEST_CASE("every recorded chain and catalogue comes out as recorded") {
  std::ifstream file(TEST_DATA "/vectors/sbn/chains_seals_moments.json");
  const Json vectors = Json::parse(file)["vectors"];
  std::size_t ran = 0;
  for (const Json& vector : vectors) {
    if (belongs_to_others(vector["kind"])) continue;
    const std::string id = vector["id"];
    CAPTURE(id);
    run(vector);
    ++ran;
  }
  CHECK(ran > 0);
}
