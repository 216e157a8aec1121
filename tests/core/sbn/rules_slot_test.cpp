#include "core/sbn/rules_slot.hpp"

#include <doctest/doctest.h>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn {
namespace {

Instant at(std::int64_t micros) {
  return Instant(std::chrono::microseconds(micros));
}

// The root layer by layer, as the wire reference says it (section f.1).
std::string root_by_layers(std::vector<std::string> layer) {
  if (layer.empty()) return "";
  while (layer.size() > 1) {
    if (layer.size() % 2 == 1) layer.push_back(layer.back());
    std::vector<std::string> above;
    for (std::size_t i = 0; i < layer.size(); i += 2)
      above.push_back(crypto::sha256_hex(layer[i] + layer[i + 1]));
    layer = above;
  }
  return layer.front();
}

TEST_CASE("a generation is the number of whole intervals since the opening") {
  const std::int64_t second = 1'000'000;
  CHECK(generation_at(at(0), at(0), 1) == 0);
  CHECK(generation_at(at(0), at(second - 1), 1) == 0);
  CHECK(generation_at(at(0), at(second), 1) == 1);
  CHECK(generation_at(at(5), at(60 * second + 4), 60) == 0);
  CHECK(generation_at(at(5), at(60 * second + 5), 60) == 1);
  CHECK(generation_at(at(0), at(1'000'000 * second), 1) == 1'000'000);
  CHECK(generation_at(at(second), at(0), 1) == 0);
}

TEST_CASE("the root that grows is that of the layers, for every number of hashes") {
  SnapRoot growing;
  std::vector<std::string> hashes;
  CHECK(growing.root() == "");
  for (int n = 1; n <= 130; ++n) {
    hashes.push_back(crypto::sha256_hex(std::to_string(n)));
    growing.append(hashes.back());
    CAPTURE(n);
    CHECK(growing.count() == n);
    CHECK(growing.root() == root_by_layers(hashes));
  }
}

TEST_CASE("one hash is its own root, and the order counts") {
  SnapRoot one;
  one.append("ab");
  CHECK(one.root() == "ab");
  SnapRoot other;
  other.append("cd");
  other.append("ab");
  one.append("cd");
  CHECK(one.root() == crypto::sha256_hex("abcd"));
  CHECK(other.root() == crypto::sha256_hex("cdab"));
}

TEST_CASE("a hash may have sha256: in front") {
  CHECK(bare_hash("sha256:ab") == "ab");
  CHECK(bare_hash("ab") == "ab");
  CHECK(bare_hash("sha256:") == "");
  CHECK(bare_hash("sha256:sha256:a") == "sha256:a");
}

std::string session(const char* event) {
  const json::Document document = json::parse(event);
  json::Arena arena;
  return json::to_compact(session_event(document.root, arena));
}

TEST_CASE("an event gets action, score and reinforced in front, and keeps its own") {
  CHECK(session("{}") == R"({"action":"event","score":1.0,"reinforced":true})");
  CHECK(session(R"({"a":1,"event_type":"x","b":2})") ==
        R"({"action":"x","score":1.0,"reinforced":true,"a":1,"event_type":"x","b":2})");
  CHECK(session(R"({"event_type":"B","reinforced":0,"score":"0.5","action":"A"})") ==
        R"({"action":"A","score":"0.5","reinforced":0,"event_type":"B"})");
  CHECK(session(R"({"action":null,"event_type":"B"})") ==
        R"({"action":null,"score":1.0,"reinforced":true,"event_type":"B"})");
}

TEST_CASE("an event_type that is no text is called as Python writes it") {
  const auto action = [](const std::string& type) {
    const std::string made = session((R"({"event_type":)" + type + "}").c_str());
    return made.substr(0, made.find(",\"score\""));
  };
  CHECK(action("7") == R"({"action":"7")");
  CHECK(action("1.0") == R"({"action":"1.0")");
  CHECK(action("1e22") == R"({"action":"1e+22")");
  CHECK(action("true") == R"({"action":"True")");
  for (const char* falsy : {"null", "false", "0", "0.0", "\"\"", "[]", "{}"})
    CHECK(action(falsy) == R"({"action":"event")");
  for (const char* container : {"[1]", "{\"a\":1}"}) {
    try {
      action(container);
      FAIL("nothing was thrown");
    } catch (const Error& error) {
      CHECK(error.code() == "bad_event");
    }
  }
}

}  // namespace
}  // namespace agentnet::sbn
