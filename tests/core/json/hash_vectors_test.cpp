// The recorded SnapChore hashes, through the public interface: parse, write the canonical bytes, hash them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <set>
#include <sstream>
#include <string>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;
using agentnet::crypto::sha256_hex;

namespace {

using Names = std::vector<std::string>;

std::string from_hex(const std::string& digits) {
  const auto bytes = agentnet::parse_hex(digits).value();
  return std::string(agentnet::as_text(bytes));
}

CanonicalWriter writer_for(const Names& extra, Extra where) {
  if (extra.empty()) return CanonicalWriter(Form::svp);
  return CanonicalWriter({extra.begin(), extra.end()}, where);
}

Outcome canonical_of(const std::string& text, const Names& extra, Extra where) {
  return outcome_of([&] {
    const Document document = parse(text, kAsPython);
    std::string out;
    writer_for(extra, where).write(document.root, out);
    return out;
  });
}

// True where the entry says that the peer's capture gave no hash, or raised.
bool capture_fails(const nlohmann::json& vector) {
  return vector.contains("capture_raises") || vector.at("capture_hash").is_null();
}

// Long texts are recorded as their beginning and a mark.
bool is_recorded_text(const std::string& bytes, std::string text) {
  constexpr std::string_view kMark = "...(truncated)";
  if (!text.ends_with(kMark)) return bytes == text;
  text.resize(text.size() - kMark.size());
  return bytes.starts_with(text) && bytes.size() > text.size();
}

void check_bytes(const nlohmann::json& vector, const std::string& bytes) {
  CHECK(bytes == from_hex(vector.at("canonical_hex")));
  if (vector.contains("canonical_text")) CHECK(is_recorded_text(bytes, vector.at("canonical_text")));
  CHECK(sha256_hex(bytes) == vector.value("sha256", sha256_hex(from_hex(vector.at("canonical_hex")))));
}

void check_hash(const nlohmann::json& vector) {
  const auto text = vector.at("input_json").get<std::string>();
  const auto extra = vector.value("volatile", Names());
  const Outcome captured = canonical_of(text, extra, Extra::capture);
  if (capture_fails(vector)) {
    CHECK_FALSE(captured.code.empty());
  } else {
    REQUIRE(captured.code == "");
    CHECK(sha256_hex(captured.text) == vector.at("capture_hash").get<std::string>());
  }
  if (vector.contains("canonical_raises")) {
    CHECK_FALSE(vector.contains("canonical_hex"));
    CHECK_FALSE(captured.code.empty());
    return;
  }
  // The peer's two entries treat extra names differently: capture drops them at the top and in `metadata`,
  // the bare hash at every depth. Which of the two the bytes were recorded with shows in their hash.
  const bool by_capture = vector.at("sha256") == vector.at("capture_hash");
  check_bytes(vector, by_capture ? captured.text : canonical_of(text, extra, Extra::every_depth).text);
}

// Python's datetime(2026,1,2,3,4,5,678901,UTC) in a description, as ISO text; without a zone it is naive.
std::optional<std::string> described_datetime(const std::string& description) {
  constexpr std::string_view kCall = "datetime(";
  const std::size_t call = description.find(kCall);
  const std::size_t end = description.find(')', call);
  if (!description.starts_with("{\"at\": ") || end == std::string::npos) return std::nullopt;
  std::istringstream in(description.substr(call + kCall.size(), end - call - kCall.size()));
  std::vector<int> numbers;
  std::string zone;
  for (std::string part; std::getline(in, part, ',');) {
    part.erase(0, part.find_first_not_of(' '));
    if (part.find_first_not_of("0123456789") == std::string::npos) {
      numbers.push_back(std::stoi(part));
    } else {
      zone = part.substr(part.find('=') + 1);  // tz=+05:30
    }
  }
  if (numbers.size() < 3 || numbers.size() > 7) return std::nullopt;
  numbers.resize(7);
  if (zone == "UTC" || zone == "timezone.utc") zone = "Z";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}{}", numbers[0], numbers[1], numbers[2],
                     numbers[3], numbers[4], numbers[5], numbers[6], zone);
}

// True for {10:"a"} and {"a":1,2:"b"}: a name that is no string.
bool has_name_without_quotes(const std::string& description) {
  bool in_string = false;
  for (std::size_t i = 0; i + 1 < description.size(); ++i) {
    if (description[i] == '"') in_string = !in_string;
    if (in_string || (description[i] != '{' && description[i] != ',')) continue;
    const std::size_t end = description.find_first_of(",:}\"", i + 1);
    if (end != std::string::npos && description[end] == ':' && description[i + 1] != '+') return true;
  }
  return false;
}

// Why a description of Python values has no counterpart here; "" when there is no reason.
std::string why_not_expressible(const std::string& description) {
  struct Reason {
    const char* mark;
    const char* reason;
  };
  constexpr Reason kReasons[] = {
      {"tuple", "the peer neither scrubs nor rounds inside a tuple; JSON has only arrays"},
      {"bytes", "a Value holds no bytes"},
      {"set{", "a Value holds no sets"},
      {"set(", "a Value holds no sets"},
      {"Decimal(", "a Value holds no Decimal"},
      {" date(", "a Value holds no Python date"},
      {"UUID(", "a Value holds no UUID"},
  };
  for (const Reason& row : kReasons) {
    if (description.find(row.mark) != std::string::npos) return row.reason;
  }
  return has_name_without_quotes(description) ? "names of members are strings" : "";
}

void check_typed(const nlohmann::json& vector) {
  const auto description = vector.at("input_desc").get<std::string>();
  if (!why_not_expressible(description).empty()) return;
  const auto text = described_datetime(description);
  REQUIRE(text);
  const auto instant = agentnet::parse_iso(*text);
  REQUIRE(instant);
  Arena arena;
  const Value document = ObjectBuilder(arena).add("at", agentnet::iso_compact(*instant)).done();
  const std::string bytes = to_canonical(document, Form::svp);
  check_bytes(vector, bytes);
  CHECK(sha256_hex(bytes) == vector.at("capture_hash").get<std::string>());
}

void check_keys(const nlohmann::json& vector, const std::set<std::string>& known) {
  for (const auto& [key, value] : vector.items()) {
    CAPTURE(key);
    CHECK(known.contains(key));
  }
}

}  // namespace

TEST_CASE("recorded documents have the recorded canonical bytes and hashes") {
  for (const auto& vector : read_vectors("hash_canonical.json")) {
    CAPTURE(vector.at("id").get<std::string>());
    check_keys(vector, {"id", "kind", "note", "input_json", "volatile", "capture_hash", "capture_raises",
                        "canonical_hex", "canonical_text", "canonical_raises", "sha256"});
    REQUIRE(vector.at("kind") == "snapchore_hash");
    check_hash(vector);
  }
}

TEST_CASE("recorded Python values have the recorded bytes where they can be expressed at all") {
  int checked = 0;
  for (const auto& vector : read_vectors("hash_typed.json")) {
    CAPTURE(vector.at("id").get<std::string>());
    check_keys(vector, {"id", "kind", "note", "input_desc", "capture_hash", "capture_raises", "canonical_hex",
                        "canonical_text", "canonical_raises", "sha256"});
    REQUIRE(vector.at("kind") == "snapchore_typed");
    check_typed(vector);
    checked += why_not_expressible(vector.at("input_desc")).empty() ? 1 : 0;
  }
  CHECK(checked > 0);
}

TEST_CASE("descriptions of Python values are understood or have a reason not to be") {
  CHECK(described_datetime(R"({"at": datetime(2026,1,2,3,4,5,678901,UTC)})") ==
        "2026-01-02T03:04:05.678901Z");
  CHECK(described_datetime(R"({"at": naive datetime(2026,1,2,3,4,5)} (treated as UTC))") ==
        "2026-01-02T03:04:05.000000");
  CHECK(described_datetime(R"({"at": datetime(2026,1,2,3,4,5,tz=+05:30)})") ==
        "2026-01-02T03:04:05.000000+05:30");
  CHECK(why_not_expressible(R"({"at": datetime(2026,1,2,3,4,5,678901,UTC)})") == "");
  CHECK(why_not_expressible(R"({"at": datetime(2026,1,2,3,4,5,+05:30)})") == "");
  CHECK(why_not_expressible(R"({"m":{10:"a"}})") != "");
  CHECK(why_not_expressible(R"({"m":{"b":2,10:"a"}})") != "");
  CHECK(why_not_expressible(R"({"b": bytes 00 01})") != "");
}
