#include "core/sbn/chain.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "core/json/canonical.hpp"
#include "tests/core/sbn/chain_fixtures.hpp"

namespace {

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

using Change = std::function<void(Json&)>;

std::string changed(const Chain& chain, const Change& change) {
  Json ledger = as_json(chain);
  change(ledger);
  return ledger.dump();
}

// The whole judgement that a command passes on a file.
bool is_accepted(const std::string& text) {
  try {
    const Chain chain = Chain::load(text);
    return chain.verify() && chain.stated_end().agrees();
  } catch (const Error&) {
    return false;
  }
}

// What the hashes cover of a ledger, for telling a harmless change from a forgery.
std::string covered(const Chain& chain) {
  std::string bytes;
  for (const ChainEntry& entry : chain.entries())
    bytes += hashed_bytes(entry) + entry.chain_hash + "\n";
  return bytes;
}

// The bytes that json::Form::sorted makes of what an entry's hash covers.
std::string sorted_form(const ChainEntry& entry) {
  json::Arena arena;
  json::ObjectBuilder object(arena);
  object.add("timestamp", std::string_view(entry.timestamp));
  object.add_integer("index", entry.index);
  object.add("event_type", std::string_view(entry.event_type));
  const bool linked = entry.previous_chain_hash && !entry.previous_chain_hash->empty();
  object.add("previous_chain_hash", linked ? std::string_view(*entry.previous_chain_hash) : kGenesis);
  object.add("block_hash", std::string_view(entry.block_hash));
  return json::to_canonical(object.done(), json::Form::sorted);
}

// A text of every character that JSON treats specially, and every length of UTF-8.
std::string awkward_text() {
  std::string text;
  for (char c = 0; c < 0x7f; ++c)
    text += c;
  return text + "\x7f \xc2\x80 \xc3\xa9 \xe2\x80\xa8 \xef\xbf\xbf \xf0\x9f\x98\x80";
}

}  // namespace

TEST_CASE("the hashed bytes are the sorted canonical form, whatever the texts hold") {
  ChainEntry entry;
  for (const std::string& text : {std::string("plain"), std::string(), awkward_text()}) {
    for (const std::int64_t index :
         {std::int64_t{0}, std::int64_t{7}, std::int64_t{-1}, INT64_MAX, INT64_MIN}) {
      entry = {index, text, text + "h", "id", text, "", text + "t", {}};
      CHECK(hashed_bytes(entry) == sorted_form(entry));
      entry.previous_chain_hash.reset();
      CHECK(hashed_bytes(entry) == sorted_form(entry));
    }
  }
}

TEST_CASE("an empty previous hash counts as genesis in the hash, but not as the link of a first entry") {
  const Chain chain = chain_of(1);
  ChainEntry entry = chain.entries()[0];
  const std::string hash = entry.chain_hash;
  entry.previous_chain_hash = "";
  CHECK(compute_chain_hash(entry) == hash);
  const auto fault = first_fault({&entry, 1});
  REQUIRE(fault.has_value());
  CHECK(fault->rule == ChainRule::link);
}

TEST_CASE("a new chain is empty, whole, and written with a null head") {
  const Chain chain("c", "2026-02-01T00:00:00+00:00");
  CHECK(chain.verify());
  CHECK(!chain.head_hash());
  CHECK(chain.stated_end().agrees());
  CHECK(
      as_json(chain).dump() ==
      R"({"chain_id":"c","created_at":"2026-02-01T00:00:00+00:00","length":0,"head_hash":null,"entries":[]})");
}

TEST_CASE("appended entries are numbered, linked and hashed") {
  const Chain chain = chain_of(3);
  REQUIRE(chain.entries().size() == 3);
  CHECK(!chain.entries()[0].previous_chain_hash);
  for (std::size_t i = 0; i < 3; ++i) {
    const ChainEntry& entry = chain.entries()[i];
    CHECK(entry.index == static_cast<std::int64_t>(i));
    CHECK(entry.chain_hash == compute_chain_hash(entry));
    if (i > 0) CHECK(*entry.previous_chain_hash == chain.entries()[i - 1].chain_hash);
  }
  CHECK(chain.head_hash() == chain.entries()[2].chain_hash);
  CHECK(chain.verify());
  CHECK(!chain.find_break());
}

TEST_CASE("a ledger that is written and read again is the same ledger") {
  Chain chain = chain_of(2);
  const json::Document metadata = json::parse(R"({"big":123456789012345678901234567890,"f":1.50,"é":[{}]})");
  chain.append({awkward_text(), "", std::nullopt, "t", metadata.root});
  json::Arena arena;
  const std::string text = json::to_indented(chain.to_json(arena));
  const Chain read = Chain::load(text);
  CHECK(json::to_indented(read.to_json(arena)) == text);
  CHECK(json::to_compact(read.entries()[2].metadata) == json::to_compact(metadata.root));
  CHECK(read.verify());
  CHECK(read.stated_end().agrees());
}

TEST_CASE("a chain keeps its metadata after the memory it came from is used for something else") {
  const std::string text = R"({"kept":["a text"]})";
  json::Arena arena;
  json::Parser parser;
  Chain chain("c", "t");
  chain.append({"h", "e", std::nullopt, "t", parser.parse(arena.copy(text), arena)});
  arena.reset();
  parser.parse(arena.copy(R"({"lost":["other"],"more":[1]})"), arena);
  CHECK(json::to_compact(chain.entries()[0].metadata) == text);
}

TEST_CASE("metadata survives even when only Python could have written it") {
  Json ledger = as_json(chain_of(1));
  std::string text = ledger.dump();
  const std::string odd = R"("metadata":{"nan":NaN,"half":"\ud800"})";
  text.replace(text.find("\"metadata\":{}"), 13, odd);
  const Chain chain = Chain::load(text);
  json::Arena arena;
  CHECK(json::to_compact(chain.to_json(arena), json::Text::ascii).find(odd) != std::string::npos);
}

TEST_CASE("appending many gives the same chain as appending one by one") {
  const Chain single = chain_of(4);
  Chain bulk("chain-1", "2026-02-01T00:00:00+00:00");
  std::vector<ChainAppend> additions;
  for (const ChainEntry& entry : single.entries())
    additions.push_back({entry.block_hash, entry.event_type, entry.block_id, entry.timestamp, {}});
  bulk.append_many(additions);
  CHECK(as_json(bulk).dump() == as_json(single).dump());
}

TEST_CASE("bare hashes can be appended with one event and one timestamp") {
  Chain chain = chain_of(1);
  chain.append_many(std::vector<std::string>{hash_of(8), hash_of(9)}, "metrics", second(30));
  REQUIRE(chain.entries().size() == 3);
  CHECK(chain.entries()[2].block_hash == hash_of(9));
  CHECK(chain.entries()[2].event_type == "metrics");
  CHECK(chain.entries()[2].timestamp == second(30));
  CHECK(!chain.entries()[2].block_id);
  CHECK(chain.verify());
}

TEST_CASE("one refused addition keeps out all that were appended with it") {
  Chain chain = chain_of(1);
  const std::vector<std::string> hashes = {hash_of(8), ""};
  CHECK(error_of([&] { chain.append_many(hashes, "e", "t"); }).code() == "bad_entry");
  const std::vector<ChainAppend> additions = {{"h", "e", std::nullopt, "t", {}},
                                              {"h", "e", std::nullopt, "", {}}};
  CHECK(error_of([&] { chain.append_many(additions); }).code() == "bad_entry");
  CHECK(chain.entries().size() == 1);
}

TEST_CASE("an addition needs a hash, a timestamp, UTF-8 and metadata that is an object") {
  Chain chain = chain_of(0);
  const json::Document list = json::parse("[1]");
  const auto refused = [&](const ChainAppend& addition) {
    const Error error = error_of([&] { chain.append(addition); });
    CHECK(error.category() == Category::usage);
    CHECK(error.code() == "bad_entry");
    return detail(error, "field");
  };
  CHECK(refused({"", "e", std::nullopt, "t", {}}) == "block_hash");
  CHECK(refused({"\xff", "e", std::nullopt, "t", {}}) == "block_hash");
  CHECK(refused({"h", "\xed\xa0\x80", std::nullopt, "t", {}}) == "event_type");
  CHECK(refused({"h", "e", "\xc3", "t", {}}) == "block_id");
  CHECK(refused({"h", "e", std::nullopt, "", {}}) == "timestamp");
  CHECK(refused({"h", "e", std::nullopt, "t", list.root}) == "metadata");
  CHECK(chain.entries().empty());
  CHECK(error_of([] { Chain("", "t"); }).code() == "bad_entry");
  CHECK(error_of([] { Chain("c", "\xff"); }).code() == "bad_entry");
}

TEST_CASE("a change to any hashed field of any entry is found while loading, with both hashes") {
  const Chain chain = chain_of(4);
  for (std::size_t at = 0; at < 4; ++at) {
    for (const char* field : {"event_type", "block_hash", "timestamp", "chain_hash", "previous_chain_hash"}) {
      CAPTURE(at);
      CAPTURE(field);
      const std::string text =
          changed(chain, [&](Json& ledger) { ledger["entries"][at][field] = hash_of(99); });
      const Error error = error_of([&] { Chain::load(text); });
      CHECK(error.category() == Category::verification);
      CHECK(error.code() == "chain_hash_mismatch");
      CHECK(detail(error, "index") == std::to_string(at));
      CHECK(detail(error, "computed") != detail(error, "stored"));
    }
    const std::string text = changed(chain, [&](Json& ledger) { ledger["entries"][at]["index"] = 9; });
    CHECK(detail(error_of([&] { Chain::load(text); }), "index") == "9");
  }
}

TEST_CASE("a missing entry hash is a mismatch that says there is none") {
  const Chain chain = chain_of(1);
  const auto error_after = [&](const Change& change) {
    return error_of([&] { Chain::load(changed(chain, change)); });
  };
  const Error missing = error_after([](Json& ledger) { ledger["entries"][0].erase("chain_hash"); });
  CHECK(missing.code() == "chain_hash_mismatch");
  CHECK(detail(missing, "stored") == "absent");
  CHECK(detail(missing, "computed") == *chain.head_hash());
  const Error null = error_after([](Json& ledger) { ledger["entries"][0]["chain_hash"] = nullptr; });
  CHECK(detail(null, "stored") == "absent");
  const Error odd = error_after([](Json& ledger) { ledger["entries"][0]["chain_hash"] = {1, 2}; });
  CHECK(odd.code() == "chain_hash_mismatch");
  CHECK(detail(odd, "stored") == "[1,2]");
}

TEST_CASE("an entry hash in upper case is not the entry's hash") {
  std::string upper = *chain_of(1).head_hash();
  for (char& c : upper)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const std::string text =
      changed(chain_of(1), [&](Json& ledger) { ledger["entries"][0]["chain_hash"] = upper; });
  CHECK(error_of([&] { Chain::load(text); }).code() == "chain_hash_mismatch");
}

TEST_CASE("block_id, metadata, chain_id and created_at are not covered by any hash") {
  const Chain chain = chain_of(2);
  const Change changes[] = {[](Json& ledger) { ledger["entries"][0]["block_id"] = "other"; },
                            [](Json& ledger) {
                              ledger["entries"][1]["metadata"] = {{"a", 1}};
                            },
                            [](Json& ledger) { ledger["chain_id"] = "other"; },
                            [](Json& ledger) { ledger["created_at"] = "other"; }};
  for (const Change& change : changes)
    CHECK(is_accepted(changed(chain, change)));
}

TEST_CASE("a chain without its first entries breaks at its new start") {
  const Chain chain = chain_of(4);
  for (std::size_t gone = 1; gone < 4; ++gone) {
    const Chain rest = Chain::load(changed(chain, [&](Json& ledger) {
      for (std::size_t i = 0; i < gone; ++i)
        ledger["entries"].erase(0);
    }));
    CHECK(!rest.verify());
    CHECK(rest.find_break() == 0);
  }
}

TEST_CASE("an entry removed from the middle breaks the chain where it stood") {
  const Chain chain = chain_of(4);
  for (std::size_t gone = 1; gone < 3; ++gone) {
    const Chain rest = Chain::load(changed(chain, [&](Json& ledger) { ledger["entries"].erase(gone); }));
    CHECK(!rest.verify());
    CHECK(rest.find_break() == gone);
  }
}

TEST_CASE("swapped and doubled entries break the chain") {
  const Chain chain = chain_of(4);
  for (std::size_t first = 0; first < 4; ++first) {
    for (std::size_t second_place = 0; second_place < 4; ++second_place) {
      CAPTURE(first);
      CAPTURE(second_place);
      const Chain doubled = Chain::load(changed(chain, [&](Json& ledger) {
        Json& entries = ledger["entries"];
        const Json copy = entries[first];
        entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(second_place), copy);
      }));
      CHECK(!doubled.verify());
      CHECK(doubled.find_break().has_value());
      if (first == second_place) continue;
      const Chain swapped = Chain::load(changed(chain, [&](Json& ledger) {
        std::swap(ledger["entries"][first], ledger["entries"][second_place]);
      }));
      CHECK(!swapped.verify());
      CHECK(swapped.find_break() == std::min(first, second_place));
    }
  }
}

TEST_CASE("a chain cut off at any entry still verifies, and its stated end gives it away") {
  const Chain chain = chain_of(4);
  for (std::size_t left = 0; left < 4; ++left) {
    const Chain rest = Chain::load(changed(chain, [&](Json& ledger) {
      while (ledger["entries"].size() > left)
        ledger["entries"].erase(left);
    }));
    CHECK(rest.verify());
    CHECK(rest.stated_end().length == Stated::differs);
    CHECK(rest.stated_end().head_hash == Stated::differs);
    CHECK(!rest.stated_end().agrees());
  }
}

TEST_CASE("the stated length and head are judged one by one") {
  const Chain chain = chain_of(2);
  const auto stated = [&](const Change& change) { return Chain::load(changed(chain, change)).stated_end(); };
  CHECK(stated([](Json&) {}).agrees());
  CHECK(stated([](Json& ledger) { ledger["length"] = 3; }).length == Stated::differs);
  CHECK(stated([](Json& ledger) { ledger["length"] = "2"; }).length == Stated::differs);
  CHECK(stated([](Json& ledger) { ledger["length"] = 2.0; }).length == Stated::differs);
  CHECK(stated([](Json& ledger) { ledger.erase("length"); }).length == Stated::missing);
  CHECK(stated([](Json& ledger) { ledger["length"] = 3; }).head_hash == Stated::agrees);
  CHECK(stated([](Json& ledger) { ledger["head_hash"] = hash_of(1); }).head_hash == Stated::differs);
  CHECK(stated([](Json& ledger) { ledger["head_hash"] = nullptr; }).head_hash == Stated::differs);
  CHECK(stated([](Json& ledger) { ledger.erase("head_hash"); }).head_hash == Stated::missing);
  CHECK(!stated([](Json& ledger) { ledger.erase("head_hash"); }).agrees());
}

TEST_CASE("a wrong index alone fails verification without being a break") {
  const Chain chain = chain_of(1);
  ChainEntry entry = chain.entries()[0];
  entry.index = 5;
  entry.chain_hash = compute_chain_hash(entry);
  const auto fault = first_fault({&entry, 1});
  REQUIRE(fault.has_value());
  CHECK(fault->at == 0);
  CHECK(fault->rule == ChainRule::index);
  CHECK(!find_break({&entry, 1}));
}

TEST_CASE("a wrong hash in memory is told from a wrong link") {
  const Chain chain = chain_of(3);
  std::vector<ChainEntry> entries = chain.entries();
  entries[2].block_hash = hash_of(99);
  CHECK(first_fault(entries)->at == 2);
  CHECK(first_fault(entries)->rule == ChainRule::hash);
  entries[1].previous_chain_hash.reset();
  CHECK(first_fault(entries)->at == 1);
  CHECK(first_fault(entries)->rule == ChainRule::link);
  CHECK(find_break(entries) == 1);
}

TEST_CASE("no flipped bit of a ledger is accepted unless it changes nothing that is hashed") {
  const Chain chain = chain_of(3);
  const std::string text = as_json(chain).dump();
  const std::string original = covered(chain);
  std::size_t forged = 0;
  for (std::size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string flipped = text;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    if (!is_accepted(flipped)) continue;
    if (covered(Chain::load(flipped)) != original) ++forged;
  }
  CHECK(forged == 0);
}

TEST_CASE("a ledger cut off at any byte is refused") {
  const std::string text = as_json(chain_of(2)).dump();
  for (std::size_t length = 0; length < text.size(); ++length)
    CHECK(error_of([&] { Chain::load(std::string_view(text).substr(0, length)); }).code() == "bad_json");
}

TEST_CASE("what is missing or of the wrong kind makes a bad ledger, and the error says where") {
  const Chain chain = chain_of(2);
  const auto refused = [&](const Change& change) {
    const std::string text = changed(chain, change);
    const Error error = error_of([&] { Chain::load(text); });
    CHECK(error.category() == Category::usage);
    CHECK(error.code() == "bad_ledger");
    CHECK(detail(error, "offset") != "absent");
    return detail(error, "entry") + " " + detail(error, "field");
  };
  for (const std::string field : {"index", "event_type", "block_hash", "timestamp"}) {
    CHECK(refused([&](Json& ledger) { ledger["entries"][1].erase(field); }) == "1 " + field);
    CHECK(refused([&](Json& ledger) { ledger["entries"][1][field] = nullptr; }) == "1 " + field);
    CHECK(refused([&](Json& ledger) { ledger["entries"][1][field] = 1.0; }) == "1 " + field);
    CHECK(refused([&](Json& ledger) { ledger["entries"][1][field] = true; }) == "1 " + field);
    CHECK(refused([&](Json& ledger) { ledger["entries"][1][field] = {1}; }) == "1 " + field);
  }
  for (const std::string field : {"block_id", "previous_chain_hash"}) {
    CHECK(refused([&](Json& ledger) { ledger["entries"][1][field] = 1; }) == "1 " + field);
    CHECK(refused([&](Json& ledger) { ledger["entries"][1][field] = false; }) == "1 " + field);
  }
  CHECK(refused([](Json& ledger) { ledger["entries"][0]["index"] = "0"; }) == "0 index");
  CHECK(refused([](Json& ledger) { ledger["entries"][0]["timestamp"] = ""; }) == "0 timestamp");
  CHECK(refused([](Json& ledger) { ledger["entries"][0]["metadata"] = {1}; }) == "0 metadata");
  CHECK(refused([](Json& ledger) { ledger["entries"][1] = "x"; }) == "1 absent");
  CHECK(refused([](Json& ledger) { ledger["entries"] = Json::object(); }) == "absent entries");
  CHECK(refused([](Json& ledger) { ledger.erase("entries"); }) == "absent entries");
  CHECK(refused([](Json& ledger) { ledger.erase("chain_id"); }) == "absent chain_id");
  CHECK(refused([](Json& ledger) { ledger["chain_id"] = ""; }) == "absent chain_id");
  CHECK(refused([](Json& ledger) { ledger["created_at"] = 1; }) == "absent created_at");
  CHECK(refused([](Json& ledger) { ledger = Json::array(); }) == "absent absent");
  CHECK(refused([](Json& ledger) { ledger = Json::object(); }) == "absent chain_id");
}

TEST_CASE("the offset in an error is the place of the culprit in the text") {
  const std::string text =
      changed(chain_of(2), [](Json& ledger) { ledger["entries"][1]["event_type"] = 4711; });
  const Error error = error_of([&] { Chain::load(text); });
  CHECK(detail(error, "offset") == std::to_string(text.find("4711")));
}

TEST_CASE("an index beyond 64 bits is refused and not cut down") {
  std::string text = as_json(chain_of(1)).dump();
  text.replace(text.find("\"index\":0"), 9, "\"index\":18446744073709551616");
  CHECK(error_of([&] { Chain::load(text); }).code() == "bad_ledger");
}

TEST_CASE("a name that stands twice in a ledger or an entry is refused") {
  const std::string text = as_json(chain_of(1)).dump();
  std::string in_ledger = text;
  in_ledger.insert(1, "\"chain_id\":\"x\",");
  CHECK(detail(error_of([&] { Chain::load(in_ledger); }), "field") == "chain_id");
  std::string in_entry = text;
  in_entry.insert(text.find("\"index\""), "\"block_hash\":\"x\",");
  CHECK(detail(error_of([&] { Chain::load(in_entry); }), "field") == "block_hash");
}

TEST_CASE("half of a surrogate pair in a text is refused") {
  std::string text = as_json(chain_of(1)).dump();
  text.replace(text.find("block_sealed"), 12, "\\ud800");
  CHECK(detail(error_of([&] { Chain::load(text); }), "field") == "event_type");
}

TEST_CASE("what may be absent is absent: block_id, metadata, created_at and the first link") {
  const Chain chain = Chain::load(changed(chain_of(1), [](Json& ledger) {
    ledger.erase("created_at");
    for (const char* field : {"block_id", "metadata", "previous_chain_hash"})
      ledger["entries"][0].erase(field);
  }));
  CHECK(chain.verify());
  const Json written = as_json(chain);
  CHECK(written["created_at"].is_null());
  CHECK(written["entries"][0]["block_id"].is_null());
  CHECK(written["entries"][0]["metadata"] == Json::object());
}

TEST_CASE("metadata that Python takes for false is read as no metadata") {
  for (const char* nothing : {"null", "{}", "[]", "\"\"", "0", "false"}) {
    const Chain chain = Chain::load(
        changed(chain_of(1), [&](Json& ledger) { ledger["entries"][0]["metadata"] = Json::parse(nothing); }));
    CHECK(as_json(chain)["entries"][0]["metadata"] == Json::object());
  }
}

TEST_CASE("members that the format does not know are dropped") {
  const std::string text = changed(chain_of(1), [](Json& ledger) {
    ledger["extra"] = 1;
    ledger["entries"][0]["extra"] = 1;
  });
  CHECK(as_json(Chain::load(text)).dump() == as_json(chain_of(1)).dump());
}

TEST_CASE("a chain that was read can be added to") {
  Chain chain = Chain::load(as_json(chain_of(2)).dump());
  chain.append({hash_of(2), "block_sealed", "block-2", second(2), {}});
  CHECK(as_json(chain).dump() == as_json(chain_of(3)).dump());
}

TEST_CASE("a ledger of 100,000 entries is written, read and verified") {
  constexpr std::size_t kEntries = 100'000;
  std::vector<std::string> hashes;
  for (std::size_t i = 0; i < kEntries; ++i)
    hashes.push_back(hash_of(i));
  Chain chain("large", "2026-02-01T00:00:00+00:00");
  chain.append_many(hashes, kBlockSealedEvent, "2026-02-02T00:00:00.000000+00:00");
  json::Arena arena;
  const Chain read = Chain::load(json::to_indented(chain.to_json(arena)));
  CHECK(read.entries().size() == kEntries);
  CHECK(read.verify());
  CHECK(read.stated_end().agrees());
  CHECK(read.head_hash() == chain.head_hash());
}
