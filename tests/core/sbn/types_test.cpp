#include "core/sbn/types.hpp"

#include "core/json/write.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Json;

const Instant kNow = *parse_iso("2026-11-23T12:00:00Z");
const std::string kHash(64, 'a');

LedgerEntry a_seal() {
  return {7,
          "a",
          std::string(kSourceSeal),
          kHash,
          "ops",
          kNow,
          "b-1",
          "audit",
          R"({"id":"b-1","payload":{"n":1e400,"m":123456789012345678901234567890},"snapchore_hash":"x"})"};
}

// The names of an object's members, in order.
std::string names(const Json& object) {
  std::string all;
  for (const auto& member : object.items())
    all += member.key() + " ";
  return all;
}

TEST_CASE("a sealed block is the block as it lies in the ledger, with five members behind it") {
  const std::string text = sealed_block(a_seal());
  CHECK(text.starts_with(a_seal().body.substr(0, a_seal().body.size() - 1)));
  CHECK(
      text.substr(a_seal().body.size() - 1) ==
      R"(,"hash":")" + kHash +
          R"(","block_type":"audit","canon_version":"SVP-1.0","smartblock_record_id":"b-1","receipt_id":"rcpt_b-1"})");
  CHECK_FALSE(network::fixtures::has_duplicates(text));
}

TEST_CASE("a row of a seal has its hash under both names, and its receipt") {
  json::Arena arena;
  const Json row = Json::parse(json::to_compact(ledger_row(a_seal(), arena)));
  CHECK(names(row) ==
        "snapchore_hash hash source domain created_at status lattice_confirmed block_id block_type "
        "receipt_id ");
  CHECK(row["hash"] == kHash);
  CHECK(row["snapchore_hash"] == kHash);
  CHECK(row["status"] == "sealed");
  CHECK(row["created_at"] == "2026-11-23T12:00:00+00:00");
  CHECK(row["receipt_id"] == "rcpt_b-1");
}

TEST_CASE("a row of a capture has no member hash") {
  LedgerEntry capture = a_seal();
  capture.source = kSourceCapture;
  json::Arena arena;
  const Json row = Json::parse(json::to_compact(ledger_row(capture, arena)));
  CHECK(names(row) == "snapchore_hash source domain created_at status lattice_confirmed ");
  CHECK(row["status"] == "captured");
}

TEST_CASE("rows do not refer to what they were made of") {
  json::Arena arena;
  json::Value ledger;
  json::Value chain;
  json::Value entry;
  {
    auto seal = std::make_unique<LedgerEntry>(a_seal());
    seal->domain = std::string(100, 'd');
    ledger = ledger_row(*seal, arena);
    auto stored = std::make_unique<StoredChain>();
    stored->chain_id = std::string(100, 'c');
    stored->head_hash = kHash;
    chain = chain_row(*stored, arena);
    auto element = std::make_unique<StoredEntry>();
    element->entry.block_hash = kHash;
    element->entry.event_type = std::string(100, 'e');
    element->entry.block_id = std::string(100, 'b');
    element->entry.previous_chain_hash = std::string(64, 'p');
    element->entry.chain_hash = std::string(64, 'c');
    element->metadata = R"({"a long name of a member":"a long text that lies on the heap"})";
    entry = entry_row(*element, arena);
  }
  const std::string scribble(4096, '#');  // over what was freed
  CHECK(json::to_compact(ledger).find('#') == std::string::npos);
  CHECK(Json::parse(json::to_compact(ledger))["domain"] == std::string(100, 'd'));
  CHECK(Json::parse(json::to_compact(chain))["chain_id"] == std::string(100, 'c'));
  const Json row = Json::parse(json::to_compact(entry));
  CHECK(row["event_type"] == std::string(100, 'e'));
  CHECK(row["block_id"] == std::string(100, 'b'));
  CHECK(row["metadata"]["a long name of a member"] == "a long text that lies on the heap");
}

TEST_CASE("a chain without entries has no head") {
  json::Arena arena;
  const Json row = Json::parse(json::to_compact(chain_row({1, "c", kNow, 0, {}}, arena)));
  CHECK(names(row) == "chain_id created_at length head_hash ");
  CHECK(row["length"] == 0);
  CHECK(row["head_hash"].is_null());
}

TEST_CASE("an entry is written as in a chain's file, its metadata as it was sent") {
  StoredEntry stored;
  stored.entry.index = 3;
  stored.entry.event_type = "block_sealed";
  stored.entry.block_hash = kHash;
  stored.entry.chain_hash = kHash;
  stored.entry.timestamp = "2026-11-23T12:00:00+00:00";
  stored.metadata = R"({"n":123456789012345678901234567890})";
  json::Arena arena;
  const std::string text = json::to_compact(entry_row(stored, arena));
  CHECK(names(Json::parse(text)) ==
        "index event_type block_hash block_id previous_chain_hash chain_hash timestamp metadata ");
  CHECK(text.find(R"("metadata":{"n":123456789012345678901234567890})") != std::string::npos);
  CHECK(Json::parse(text)["block_id"].is_null());
}

}  // namespace
}  // namespace agentnet::sbn
