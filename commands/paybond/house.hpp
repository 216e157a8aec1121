// What the `paybond` commands of account and house share: where requests would go and with which key, said
// without sending one.
#pragma once

#include "commands/network_options.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/kit_settings.hpp"

namespace agentnet::commands {

inline constexpr Option kRequestIdOption{
    .name = "--request-id", .value = "ID", .help = "the request id that the answer names"};
inline constexpr Option kNoOpenOption{.name = "--no-open", .help = "open no browser"};

// Where requests would go, and as whom.
struct Place {
  bool local = false;           // into the local network
  std::string gateway = {};     // its URL; of the local network the server's, or "the embedded network"
  std::string source = {};      // of the key: "none", "process_env", "env_file", "project_file", "profile",
                                // "flag" or "local_network"
  std::string key_masked = {};  // empty: there is no key, or the local network is not made yet
  bool well_formed = false;
  std::string env_file = {};  // the one that is looked at, as an absolute path
  bool env_file_exists = false;
  std::optional<std::string> profile = {};  // that was named
};
// Throws what paybond_settings throws.
Place place_of(const Arguments& arguments, Context& context);

// {"source": "missing" or as above, "env_file", "profile"} and key_masked where there is a key.
json::Value credential_source(const Place& place, json::Arena& arena);
// What a bundle and `version --verbose` say of this program and its surroundings.
json::Value diagnostics_of(const Place& place, const std::string& request_id, const Context& context,
                           json::Arena& arena);

// One look of doctor. `command`, when not empty, is what to do about it.
struct Check {
  std::string name = {};
  bool ok = true;
  std::string message = {};
  std::string hint = {};
  std::string command = {};
};
// Everything that doctor looks at. Asks the network who the key belongs to; makes nothing.
std::vector<Check> look_around(const Place& place, const Arguments& arguments, Context& context);
// What doctor looks at besides, for --mcp: what a host would start, and that it would offer tools. Starts
// nothing.
std::vector<Check> look_at_mcp(const Place& place, const Arguments& arguments, Context& context);
// And for --agent: the policy of this folder, and one guarded call with pretended money in the sandbox.
std::vector<Check> look_at_agent(const Arguments& arguments, Context& context);
bool all_ok(const std::vector<Check>& checks);
// {"name", "ok", "message"} and "hint", "command" where there are such.
json::Value checks_value(const std::vector<Check>& checks, json::Arena& arena);
// A line a check.
std::string checks_text(const std::vector<Check>& checks);

std::string absolute_path(const std::string& path);
// Whether the desktop took the address; it is not waited for.
bool open_in_browser(const std::string& url, const Environment& environment);

extern const Command kPaybondConfig;
extern const Command kPaybondStatus;
extern const Command kPaybondDoctor;
extern const Command kPaybondControl;
extern const Command kPaybondDiagnose;
extern const Command kPaybondVersion;
extern const Command kPaybondLogin;
extern const Command kPaybondOpen;
extern const Command kPaybondOnboarding;
extern const Command kPaybondShell;
extern const Command kPaybondCompletion;
extern const Command kPaybondKeysDids;
extern const Command kPaybondKeysDevices;

}  // namespace agentnet::commands
