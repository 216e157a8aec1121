// paybond status: what lies on this machine. No request is sent.
#include <algorithm>
#include <filesystem>
#include <fstream>

#include "commands/paybond/house.hpp"
#include "core/network/local_state.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPolicyFile = "paybond.policy.yaml";
constexpr std::string_view kRunsFolder = ".paybond/runs";
constexpr std::string_view kTraceFile = ".paybond/dev-trace.jsonl";
constexpr std::string_view kAuditFile = ".paybond/dev-audit.jsonl";
constexpr std::string_view kTraceSuffix = ".trace.json";
constexpr std::int64_t kTracePort = 9477;
constexpr std::size_t kMostRuns = 10'000;

constexpr std::string_view kHappyPath[] = {
    "paybond login", "paybond whoami",
    "paybond guardrails bootstrap --operation paid-tool --requested-spend-cents 100 --token-file cap.token",
    "paybond intents list", "paybond ledger tip"};
constexpr std::string_view kWithKey[] = {"paybond whoami", "paybond intents list", "paybond doctor"};
constexpr std::string_view kWithoutKey[] = {"paybond login", "paybond status"};

json::Value texts(std::span<const std::string_view> list, json::Arena& arena) {
  json::ArrayBuilder items(arena);
  for (const std::string_view text : list)
    items.add(text);
  return items.done();
}

json::Value auth_of(const Place& place, json::Arena& arena) {
  const bool has_key = place.source != "none";
  json::ObjectBuilder auth(arena);
  auth.add_boolean("authenticated", has_key)
      .add("source", std::string_view(place.source))
      .add("env_file", std::string_view(place.env_file))
      .add("gateway", std::string_view(place.gateway));
  if (!has_key) return auth.add("next", "paybond login").done();
  if (!place.key_masked.empty()) auth.add("key_masked", std::string_view(place.key_masked));
  return auth.add_optional("profile", place.profile).done();
}

json::Value file_at(std::string_view path, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("path", absolute_path(std::string(path)))
      .add_boolean("present", network::exists(std::string(path)))
      .done();
}

// The run whose record was written last, or null.
json::Value last_smoke(json::Arena& arena) {
  std::error_code fault;
  std::filesystem::path newest;
  std::filesystem::file_time_type newest_time;
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kRunsFolder, fault)) {
    const std::string name = entry.path().filename().string();
    if (++seen > kMostRuns) break;
    if (!name.ends_with(".json") || name.ends_with(kTraceSuffix)) continue;
    const auto time = entry.last_write_time(fault);
    if (fault || (!newest.empty() && time <= newest_time)) continue;
    newest = entry.path();
    newest_time = time;
  }
  if (newest.empty()) return {};
  return json::ObjectBuilder(arena)
      .add("run_id", newest.stem().string())
      .add("path", absolute_path(newest.string()))
      .done();
}

// In constant memory: a trace may be long. None for a file that is not there.
std::int64_t lines_in(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::count(std::istreambuf_iterator<char>(file), {}, '\n');
}

json::Value trace_of(json::Arena& arena) {
  const std::string path(kTraceFile);
  return json::ObjectBuilder(arena)
      .add("url", "http://localhost:" + std::to_string(kTracePort))
      .add_integer("port", kTracePort)
      .add("path", absolute_path(path))
      .add_boolean("present", network::exists(path))
      .add_integer("event_count", lines_in(path))
      .done();
}

Exit run_status(const Arguments& arguments, Context& context) {
  const Place place = place_of(arguments, context);
  const std::string policy = arguments.find("--policy-file").value_or(std::string(kPolicyFile));
  const bool has_key = place.source != "none";
  const std::span<const std::string_view> next =
      has_key ? std::span<const std::string_view>(kWithKey) : std::span<const std::string_view>(kWithoutKey);
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("auth", auth_of(place, arena))
                               .add("policy", file_at(policy, arena))
                               .add("last_smoke", last_smoke(arena))
                               .add("trace", trace_of(arena))
                               .add("audit_log", file_at(kAuditFile, arena))
                               .add("happy_path", texts(kHappyPath, arena))
                               .add("next_commands", texts(next, arena))
                               .done();
  const std::string key = !place.key_masked.empty() ? place.key_masked
                          : place.local             ? "the local network's own"
                                                    : "none";
  std::string text = "gateway:  " + place.gateway + "\nkey:      " + key;
  if (has_key) text += " (" + place.source + ")";
  text += "\nenv file: " + place.env_file + (place.env_file_exists ? "" : " (not there)");
  if (place.profile) text += "\nprofile:  " + *place.profile;
  text += "\npolicy:   " + policy + (network::exists(policy) ? "" : " (not there)");
  text += "\nnext:     " + std::string(next.front()) + "\n";
  show_local(arguments, context,
             {.command = "status", .data = data, .id = place.gateway, .text = printable(text, true)});
  return Exit::done;
}

constexpr Option kOptions[] = {kGatewayOption,
                               kEnvFileOption,
                               kRequestIdOption,
                               {.name = "--policy-file",
                                .value = "FILE",
                                .help = "the policy to look for",
                                .fallback = "paybond.policy.yaml",
                                .completes = Completes::files}};
constexpr Example kExamples[] = {{"paybond status", "where requests would go, and with which key"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"paybond doctor", "paybond login", "agentnet status"};

}  // namespace

constexpr Command kPaybondStatus{
    .name = "status",
    .summary = "Show where requests would go, with which key, and what lies in this folder",
    .description =
        "Nothing is sent. Without a key and a gateway everything goes to the local network, which has a key "
        "of its own.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_status,
};

}  // namespace agentnet::commands
