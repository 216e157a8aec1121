// What the tests of seals and moment proofs share: facts that stand still, and captures to tamper with.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/error.hpp"
#include "core/base/host.hpp"
#include "core/base/random.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/moment_auth.hpp"
#include "core/sbn/moment_capture.hpp"
#include "core/sbn/rules_seal.hpp"

namespace agentnet::sbn::fixtures {

inline constexpr Instant kNoon =
    std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + std::chrono::hours(12);

struct FixedClock final : Clock {
  Instant time = kNoon;
  Instant now() const override { return time; }
};

// Bytes that count upwards: never the same twice, the same in every run.
struct CountingRandom final : Random {
  std::uint8_t next = 1;
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes)
      byte = next++;
  }
};

// A folder of its own, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "moment-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file and answers with its path.
  std::string put(const std::string& name, std::string_view content) const {
    std::ofstream(file(name), std::ios::binary) << content;
    return file(name);
  }

 private:
  std::string path_;
};

// A store that remembers nothing, refuses nothing, and says of itself what it is told to.
struct ClaimedStore final : ReplayStore {
  bool is_durable = true;
  Consumption answer{Consumption::Outcome::accepted, {}};
  std::vector<std::string> consumed;
  Instant last_expiry{};
  std::string_view backend() const override { return "claimed"; }
  std::string_view scope() const override { return "test"; }
  bool durable() const override { return is_durable; }
  Consumption consume(std::string_view capture_id, Instant, Instant expires) override {
    consumed.emplace_back(capture_id);
    last_expiry = expires;
    return answer;
  }
};

inline HostFacts sample_host() {
  HostFacts host;
  host.mac_node = 3281355014145;
  host.node_name = "vm";
  host.operating_system = "Linux";
  host.release = "6.1.0";
  host.version = "#1 SMP";
  host.machine = "x86_64";
  host.cpu_count = 2;
  return host;
}

inline crypto::SigningKey signing_key(std::uint8_t first_byte) {
  Bytes seed(32, first_byte);
  return crypto::SigningKey::from_seed(Secret(seed));
}

inline json::Value parse_in(json::Arena& arena, std::string_view text) {
  return json::Parser(json::kAsPython).parse(arena.copy(text), arena);
}

// The object with the member at a path of names set to the JSON text, or removed when the text is empty.
inline json::Value changed(const json::Value& object, std::vector<std::string> path, std::string_view text,
                           json::Arena& arena) {
  const std::string_view name = arena.copy(path.front());
  if (path.size() == 1) {
    return text.empty() ? json::without_member(object, name, arena)
                        : json::with_member(object, name, parse_in(arena, text), arena);
  }
  path.erase(path.begin());
  return json::with_member(object, name, changed(*object.find(name), path, text, arena), arena);
}

inline const json::Value& at(const json::Value& value, std::initializer_list<std::string_view> path) {
  const json::Value* found = &value;
  for (const std::string_view name : path) {
    found = found->find(name);
    if (found == nullptr) throw Error(Category::failed, "no_member", "no member " + std::string(name));
  }
  return *found;
}

inline std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words)
    text += (text.empty() ? "" : " ") + word;
  return text;
}

inline bool holds(const std::vector<std::string>& words, std::string_view word) {
  for (const std::string& candidate : words) {
    if (candidate == word) return true;
  }
  return false;
}

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

// The Error that an action throws, or one with the code "none".
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error(Category::failed, "none", "nothing was thrown");
}

}  // namespace agentnet::sbn::fixtures
