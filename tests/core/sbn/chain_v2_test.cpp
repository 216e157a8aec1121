#include "core/sbn/chain_v2.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "core/base/bytes.hpp"
#include "core/json/canonical.hpp"
#include "tests/core/sbn/chain_fixtures.hpp"

namespace {

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

using Change = std::function<void(Json&)>;

std::string changed(const ChainV2& chain, const Change& change) {
  Json ledger = as_json(chain);
  change(ledger);
  return ledger.dump();
}

// "DISPOSITION break_at" of the refusal of a changed ledger; "VERIFIED" when it is taken.
std::string judged(const std::string& text, const CheckpointV2* expected = nullptr) {
  try {
    ChainV2::load(text, expected);
  } catch (const Error& error) {
    return detail(error, "disposition") + " " + detail(error, "break_at");
  }
  return "VERIFIED";
}

std::string judged_in_memory(std::span<const ChainEntryV2> entries,
                             const CheckpointV2* checkpoint = nullptr) {
  const ChainVerification result = verify_entries("chain-2", entries, checkpoint);
  if (result.accepted()) return "VERIFIED";
  return std::string(disposition_name(result.disposition)) + " " +
         (result.break_at ? std::to_string(*result.break_at) : "absent");
}

// Gives every entry the index, link and hash that its place asks for: what a forger would do.
void reseal(std::vector<ChainEntryV2>& entries) {
  for (std::size_t i = 0; i < entries.size(); ++i) {
    entries[i].index = static_cast<std::int64_t>(i);
    entries[i].previous_chain_hash = i == 0 ? std::nullopt : std::optional(entries[i - 1].chain_hash);
    entries[i].chain_hash = entries[i].compute_hash();
  }
}

}  // namespace

TEST_CASE("the hash of a strict entry is that of the quantized canonical form of all its fields") {
  const ChainV2 chain = chain_v2_of(2);
  for (const ChainEntryV2& entry : chain.entries()) {
    json::Arena arena;
    json::Value surface = json::without_member(entry.to_json(arena), "chain_hash", arena);
    if (!entry.previous_chain_hash) {
      surface = json::with_member(surface, "previous_chain_hash", json::Value::string("GENESIS"), arena);
    }
    const std::string bytes = json::to_canonical(surface, json::Form::quantized);
    CHECK(entry.chain_hash == hex_upper(crypto::sha256(as_bytes(bytes))));
    CHECK(entry.compute_hash() == entry.chain_hash);
  }
}

TEST_CASE("a strict ledger that is written and read again is the same ledger") {
  const ChainV2 chain = chain_v2_of(4);
  const std::string text = as_json(chain).dump();
  CHECK(as_json(ChainV2::load(text)).dump() == text);
  const CheckpointV2 checkpoint = chain.checkpoint();
  CHECK(judged(text, &checkpoint) == "VERIFIED");
}

TEST_CASE("a checkpoint that is written and read again is the same checkpoint") {
  for (const std::size_t entries : {0U, 3U}) {
    const CheckpointV2 checkpoint = chain_v2_of(entries).checkpoint();
    const CheckpointV2 read = CheckpointV2::load(as_json(checkpoint).dump());
    CHECK(read.chain_id == checkpoint.chain_id);
    CHECK(read.length == static_cast<std::int64_t>(entries));
    CHECK(read.head_hash == checkpoint.head_hash);
  }
}

TEST_CASE("hashes are taken in either case and kept in upper case") {
  const ChainV2 chain = chain_v2_of(2);
  CHECK(chain.entries()[0].block_hash == hex_upper(*parse_hex(hash_of(0))));
  const std::string text = as_json(chain).dump();
  const std::string lower = changed(chain, [](Json& ledger) {
    const auto lowered = [](Json& hash) {
      std::string digits = hash;
      for (char& c : digits)
        c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      hash = digits;
    };
    lowered(ledger["head_hash"]);
    for (Json& entry : ledger["entries"]) {
      lowered(entry["block_hash"]);
      lowered(entry["chain_hash"]);
      if (!entry["previous_chain_hash"].is_null()) lowered(entry["previous_chain_hash"]);
    }
  });
  CHECK(lower != text);
  CHECK(as_json(ChainV2::load(lower)).dump() == text);
}

TEST_CASE("texts are trimmed before they are limited, hashed and compared") {
  ChainV2 chain(" \xe3\x80\x80 chain-2\t");
  chain.append({hash_of(0),
                "\xc2\xa0"
                "block\xe2\x80\xa8",
                "\x1f"
                "event ",
                second(0),
                {}});
  CHECK(chain.chain_id() == "chain-2");
  CHECK(chain.entries()[0].block_id == "block");
  CHECK(chain.entries()[0].event_type == "event");
  CHECK(disposition_from([&] {
          chain.append({hash_of(1), " block ", "e", second(1), {}});
        }) == "REJECT_DUPLICATE_ENTRY");
  const std::string padded = changed(chain, [](Json& ledger) {
    ledger["chain_id"] = "  chain-2 ";
    ledger["entries"][0]["block_id"] = "\n block";
  });
  CHECK(as_json(ChainV2::load(padded)).dump() == as_json(chain).dump());
}

TEST_CASE("no two entries share a hash or an id, whatever the case") {
  ChainV2 chain = chain_v2_of(2);
  const std::string upper = chain.entries()[0].block_hash;
  for (const ChainAppendV2& addition :
       {ChainAppendV2{hash_of(0), "new", "e", second(9), {}}, ChainAppendV2{upper, "new", "e", second(9), {}},
        ChainAppendV2{hash_of(9), "block-1", "e", second(9), {}}}) {
    const Error error = error_of([&] { chain.append(addition); });
    CHECK(error.category() == Category::conflict);
    CHECK(error.code() == "duplicate_entry");
    CHECK(detail(error, "break_at") == "2");
  }
  CHECK(chain.entries().size() == 2);
}

TEST_CASE("a duplicate is found among entries that were read, too") {
  ChainV2 chain = ChainV2::load(as_json(chain_v2_of(2)).dump());
  CHECK(error_of([&] { chain.append({hash_of(1), "new", "e", second(9), {}}); }).code() == "duplicate_entry");
  CHECK(error_of([&] {
          chain.append({hash_of(9), "block-0", "e", second(9), {}});
        }).code() == "duplicate_entry");
}

TEST_CASE("appending many strict entries gives the chain of appending one by one, or no change at all") {
  const ChainV2 single = chain_v2_of(4);
  std::vector<ChainAppendV2> additions;
  for (const ChainEntryV2& entry : single.entries())
    additions.push_back(
        {entry.block_hash, entry.block_id, entry.event_type, entry.timestamp, entry.metadata});
  ChainV2 bulk("chain-2");
  additions[3].timestamp = "noon";
  const Error error = error_of([&] { bulk.append_many(additions); });
  CHECK(detail(error, "entry") == "3");
  CHECK(bulk.entries().empty());
  additions[3].timestamp = second(3);
  bulk.append_many(additions);  // the hashes and ids of the failed attempt are free again
  CHECK(as_json(bulk).dump() == as_json(single).dump());
}

TEST_CASE("a change to any field of any strict entry is found") {
  const ChainV2 chain = chain_v2_of(3);
  for (std::size_t at = 0; at < 3; ++at) {
    const std::string place = std::to_string(at);
    const auto after = [&](const char* field, const Json& value) {
      return judged(changed(chain, [&](Json& ledger) { ledger["entries"][at][field] = value; }));
    };
    CHECK(after("schema_version", "snapchore_chain_ledger_v1") == "REJECT_SCHEMA absent");
    CHECK(after("profile_id", "p") == "REJECT_PROFILE absent");
    CHECK(after("canonicalization_version", nullptr) == "REJECT_CANONICALIZATION absent");
    CHECK(after("index", 7) == "REJECT_ENTRY_HASH 7");
    for (const char* field : {"chain_id", "event_type", "block_id"})
      CHECK(after(field, "other") == "REJECT_ENTRY_HASH " + place);
    for (const char* field : {"block_hash", "previous_chain_hash", "chain_hash"})
      CHECK(after(field, hash_of(99)) == "REJECT_ENTRY_HASH " + place);
    CHECK(after("timestamp", second(59)) == "REJECT_ENTRY_HASH " + place);
    CHECK(after("metadata", Json::object()) == "REJECT_ENTRY_HASH " + place);
    CHECK(after("metadata", nullptr) == "REJECT_ENTRY_HASH " + place);
  }
}

TEST_CASE("a change to any field of a strict ledger is found") {
  const ChainV2 chain = chain_v2_of(3);
  const auto after = [&](const char* field, const Json& value) {
    return judged(changed(chain, [&](Json& ledger) { ledger[field] = value; }));
  };
  CHECK(after("schema_version", 2) == "REJECT_SCHEMA absent");
  CHECK(after("profile_id", "") == "REJECT_PROFILE absent");
  CHECK(after("canonicalization_version", "x") == "REJECT_CANONICALIZATION absent");
  CHECK(after("chain_id", "other") == "REJECT_CHAIN_ID 0");
  CHECK(after("chain_id", "") == "REJECT_FIELD absent");
  CHECK(after("length", 2) == "REJECT_LENGTH 3");
  CHECK(after("length", 4) == "REJECT_LENGTH 3");
  CHECK(after("length", -1) == "REJECT_LENGTH absent");
  CHECK(after("length", 3.0) == "REJECT_LENGTH absent");
  CHECK(after("length", true) == "REJECT_LENGTH absent");
  CHECK(after("length", "3") == "REJECT_LENGTH absent");
  CHECK(after("length", 18446744073709551615U) == "REJECT_LENGTH 3");
  CHECK(after("length", 0) == "REJECT_HEAD absent");
  CHECK(after("head_hash", nullptr) == "REJECT_HEAD absent");
  CHECK(after("head_hash", hash_of(99)) == "REJECT_HEAD 2");
  CHECK(after("head_hash", "x") == "REJECT_FIELD absent");
  CHECK(after("entries", nullptr) == "REJECT_SCHEMA absent");
  CHECK(after("entries", {1}) == "REJECT_SCHEMA absent");
}

TEST_CASE("missing, unknown and doubled fields are refused") {
  const ChainV2 chain = chain_v2_of(1);
  const Json whole = as_json(chain);
  for (const auto& [name, value] : whole.items()) {
    const std::string field = name;
    CHECK(judged(changed(chain, [&](Json& ledger) { ledger.erase(field); })) == "REJECT_SCHEMA absent");
  }
  for (const auto& [name, value] : whole["entries"][0].items()) {
    const std::string field = name;
    CHECK(judged(changed(chain, [&](Json& ledger) { ledger["entries"][0].erase(field); })) ==
          "REJECT_SCHEMA absent");
  }
  CHECK(judged(changed(chain, [](Json& ledger) { ledger["x"] = 1; })) == "REJECT_SCHEMA absent");
  CHECK(judged(changed(chain, [](Json& ledger) { ledger["entries"][0]["x"] = 1; })) ==
        "REJECT_SCHEMA absent");
  const std::string text = whole.dump();
  const auto with = [&](const std::string& member, const char* before) {
    return std::string(text).insert(text.find(before), member + ",");
  };
  CHECK(judged(with("\"length\":9", "\"profile_id\"")) == "REJECT_SCHEMA absent");
  CHECK(judged(with("\"block_id\":9", "\"index\"")) == "REJECT_SCHEMA absent");
  CHECK(judged(with("\"deep\":9", "\"deep\"")) == "REJECT_FIELD absent");
  CHECK(judged("[]") == "REJECT_SCHEMA absent");
}

TEST_CASE(
    "a strict chain cut off after any entry is found by length and head, and by an outside checkpoint") {
  const ChainV2 chain = chain_v2_of(4);
  const CheckpointV2 checkpoint = chain.checkpoint();
  for (std::size_t left = 1; left < 4; ++left) {
    const auto cut = [&](Json& ledger) {
      while (ledger["entries"].size() > left)
        ledger["entries"].erase(left);
    };
    const std::string at = std::to_string(left);
    CHECK(judged(changed(chain, cut)) == "REJECT_LENGTH " + at);
    const auto cut_with_length = [&](Json& ledger) {
      cut(ledger);
      ledger["length"] = left;
    };
    CHECK(judged(changed(chain, cut_with_length)) == "REJECT_HEAD " + std::to_string(left - 1));
    const std::string forged = changed(chain, [&](Json& ledger) {
      cut_with_length(ledger);
      ledger["head_hash"] = ledger["entries"][left - 1]["chain_hash"];
    });
    CHECK(judged(forged) == "VERIFIED");
    CHECK(judged(forged, &checkpoint) == "REJECT_LENGTH " + at);
  }
}

TEST_CASE("removed, swapped and doubled strict entries are found") {
  const ChainV2 chain = chain_v2_of(4);
  for (std::size_t first = 0; first < 4; ++first) {
    const std::string at = std::to_string(first);
    const std::string removed = judged(changed(chain, [&](Json& ledger) { ledger["entries"].erase(first); }));
    CHECK(removed == (first == 3 ? "REJECT_LENGTH 3" : "REJECT_INDEX " + at));
    const std::string doubled = judged(changed(chain, [&](Json& ledger) {
      Json& entries = ledger["entries"];
      const Json copy = entries[first];
      entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(first), copy);
    }));
    CHECK(doubled == "REJECT_INDEX " + std::to_string(first + 1));
    for (std::size_t other = first + 1; other < 4; ++other) {
      const auto swap = [&](Json& ledger) { std::swap(ledger["entries"][first], ledger["entries"][other]); };
      CHECK(judged(changed(chain, swap)) == "REJECT_INDEX " + at);
    }
  }
}

TEST_CASE("a chain forged anew from end to end still fails against the old checkpoint") {
  const ChainV2 chain = chain_v2_of(3);
  const CheckpointV2 checkpoint = chain.checkpoint();
  std::vector<ChainEntryV2> entries = chain.entries();
  entries[0].event_type = "forged";
  reseal(entries);
  CHECK(judged_in_memory(entries) == "VERIFIED");
  CHECK(judged_in_memory(entries, &checkpoint) == "REJECT_HEAD 2");
}

TEST_CASE("entries are judged by chain, index, uniqueness, link and hash, in this order") {
  const ChainV2 chain = chain_v2_of(3);
  const std::vector<ChainEntryV2>& sound = chain.entries();
  CHECK(judged_in_memory(sound) == "VERIFIED");
  std::vector<ChainEntryV2> entries = sound;
  entries[1].timestamp = second(59);
  CHECK(judged_in_memory(entries) == "REJECT_ENTRY_HASH 1");
  entries[1].previous_chain_hash.reset();
  CHECK(judged_in_memory(entries) == "REJECT_PREVIOUS_LINK 1");
  entries[1].block_id = entries[0].block_id;
  CHECK(judged_in_memory(entries) == "REJECT_DUPLICATE_ENTRY 1");
  entries[1].block_id = "unique";
  entries[1].block_hash = entries[0].block_hash;
  CHECK(judged_in_memory(entries) == "REJECT_DUPLICATE_ENTRY 1");
  entries[1].index = 2;
  CHECK(judged_in_memory(entries) == "REJECT_INDEX 1");
  entries[1].chain_id = "other";
  CHECK(judged_in_memory(entries) == "REJECT_CHAIN_ID 1");
  entries = sound;
  entries[0].previous_chain_hash = entries[2].chain_hash;
  CHECK(judged_in_memory(entries) == "REJECT_PREVIOUS_LINK 0");
}

TEST_CASE("a ledger with resealed duplicates is refused as such") {
  const ChainV2 chain = chain_v2_of(3);
  std::vector<ChainEntryV2> entries = chain.entries();
  entries[2].block_id = entries[0].block_id;
  reseal(entries);
  const std::string text = changed(chain, [&](Json& ledger) {
    ledger["entries"][2] = as_json(entries[2]);
    ledger["head_hash"] = entries[2].chain_hash;
  });
  const Error error = error_of([&] { ChainV2::load(text); });
  CHECK(detail(error, "disposition") == "REJECT_DUPLICATE_ENTRY");
  CHECK(detail(error, "break_at") == "2");
  CHECK(error.category() == Category::verification);
}

TEST_CASE("a checkpoint is judged after the entries, by chain, length and head") {
  const ChainV2 chain = chain_v2_of(2);
  CheckpointV2 checkpoint = chain.checkpoint();
  CHECK(chain.verify(&checkpoint).accepted());
  checkpoint.head_hash = hex_upper(*parse_hex(hash_of(99)));
  CHECK(as_json(chain.verify(&checkpoint)).dump() ==
        R"({"accepted":false,"disposition":"REJECT_HEAD","break_at":1,"details":{}})");
  checkpoint.length = 1;
  CHECK(chain.verify(&checkpoint).break_at == 2);
  CHECK(chain.verify(&checkpoint).disposition == ChainDisposition::reject_length);
  checkpoint.chain_id = "other";
  CHECK(as_json(chain.verify(&checkpoint)).dump() ==
        R"({"accepted":false,"disposition":"REJECT_CHAIN_ID","break_at":null,"details":{}})");
}

TEST_CASE("an expected checkpoint of another chain, length or head refuses the ledger") {
  const std::string text = as_json(chain_v2_of(2)).dump();
  CheckpointV2 expected = chain_v2_of(2).checkpoint();
  CHECK(judged(text, &expected) == "VERIFIED");
  expected = chain_v2_of(3).checkpoint();
  CHECK(judged(text, &expected) == "REJECT_LENGTH 2");
  expected = chain_v2_of(2, "other").checkpoint();
  CHECK(judged(text, &expected) == "REJECT_CHAIN_ID absent");
}

TEST_CASE("a checkpoint file is as strict as a ledger") {
  const Json whole = as_json(chain_v2_of(2).checkpoint());
  const auto after = [&](const Change& change) {
    Json checkpoint = whole;
    change(checkpoint);
    return disposition_from([&] { CheckpointV2::load(checkpoint.dump()); });
  };
  CHECK(after([](Json& checkpoint) { checkpoint.erase("length"); }) == "REJECT_SCHEMA");
  CHECK(after([](Json& checkpoint) { checkpoint["entries"] = Json::array(); }) == "REJECT_SCHEMA");
  CHECK(after([](Json& checkpoint) { checkpoint["profile_id"] = "x"; }) == "REJECT_PROFILE");
  CHECK(after([](Json& checkpoint) { checkpoint["length"] = 0; }) == "REJECT_HEAD");
  CHECK(after([](Json& checkpoint) { checkpoint["head_hash"] = nullptr; }) == "REJECT_HEAD");
  CHECK(after([](Json& checkpoint) { checkpoint["head_hash"] = "00"; }) == "REJECT_FIELD");
  CHECK(after([](Json& checkpoint) { checkpoint["chain_id"] = Json::array({1}); }) == "REJECT_FIELD");
  CHECK(after([](Json& checkpoint) { checkpoint = Json::array(); }) == "REJECT_SCHEMA");
  CHECK(disposition_from([&] { CheckpointV2::load("{\"length\":2," + whole.dump().substr(1)); }) ==
        "REJECT_SCHEMA");
}

TEST_CASE("a number or boolean in the place of a text counts as Python's text of it") {
  ChainV2 chain("12");
  chain.append({hash_of(0), "1.5", "True", second(0), {}});
  const auto after = [&](const char* field, const Json& value) {
    return judged(changed(chain, [&](Json& ledger) { ledger["entries"][0][field] = value; }));
  };
  CHECK(after("chain_id", 12) == "VERIFIED");
  CHECK(after("block_id", 1.5) == "VERIFIED");
  CHECK(after("event_type", true) == "VERIFIED");
  CHECK(after("event_type", "true") == "REJECT_ENTRY_HASH 0");
  CHECK(after("event_type", false) == "REJECT_FIELD absent");
  CHECK(after("chain_id", 0) == "REJECT_FIELD absent");
  CHECK(after("block_id", Json::array({1})) == "REJECT_FIELD absent");
  CHECK(after("block_id", nullptr) == "REJECT_FIELD absent");
  CHECK(after("block_hash", nullptr) == "REJECT_FIELD absent");
  CHECK(after("previous_chain_hash", "") == "REJECT_FIELD absent");
}

TEST_CASE("an index that is no count is refused, with the number where there is one") {
  const ChainV2 chain = chain_v2_of(1);
  const auto after = [&](const Json& value) {
    return judged(changed(chain, [&](Json& ledger) { ledger["entries"][0]["index"] = value; }));
  };
  CHECK(after(-1) == "REJECT_INDEX -1");
  CHECK(after(0.0) == "REJECT_INDEX absent");
  CHECK(after("0") == "REJECT_INDEX absent");
  CHECK(after(nullptr) == "REJECT_INDEX absent");
  CHECK(after(18446744073709551615U) == "REJECT_INDEX absent");
}

TEST_CASE("no flipped bit of a strict ledger is accepted unless it leaves the same ledger") {
  const ChainV2 chain = chain_v2_of(2);
  const std::string text = as_json(chain).dump();
  std::size_t forged = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    try {
      if (as_json(ChainV2::load(flipped)).dump() != text) ++forged;
    } catch (const Error&) {
      continue;
    }
  }
  CHECK(forged == 0);
}

TEST_CASE("a strict ledger cut off at any byte is refused") {
  const std::string text = as_json(chain_v2_of(1)).dump();
  for (std::size_t length = 0; length < text.size(); ++length)
    CHECK(error_of([&] { ChainV2::load(std::string_view(text).substr(0, length)); }).code() == "bad_json");
}
