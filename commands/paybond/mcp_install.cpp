// paybond mcp install, verify-config
#include <filesystem>

#include "commands/paybond/agent.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mcp.hpp"
#include "commands/paybond/mcp_tools.hpp"
#include "core/paybond/gateway.hpp"
#include "core/paybond/mcp_config.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kScopes[] = {"local", "project", "user"};
constexpr std::string_view kFormats[] = {"json", "toml"};
constexpr std::string_view kDefaultEnvFile = ".env.local";
constexpr std::size_t kMaxEnvFileBytes = 1024 * 1024;

// The program `paybond` beside this one; this one with that word where there is none.
void set_command(paybond::McpConfig& config) {
  std::error_code fault;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", fault);
  const std::filesystem::path beside = self.parent_path() / "paybond";
  config.args = {"mcp", "serve"};
  if (fault) {
    config.command = "paybond";
  } else if (std::filesystem::exists(beside, fault)) {
    config.command = beside.string();
  } else {
    config.command = self.string();
    config.args.insert(config.args.begin(), "paybond");
  }
}

std::string format_of(const Arguments& arguments, const std::string& host) {
  return arguments.find("--config-format").value_or(host == "codex" ? "toml" : "json");
}

std::string host_of(const Arguments& arguments) {
  return required(arguments, "--host");
}

// Where the configuration of a scope stands; "" for the scope local, which is only printed.
std::string config_path(const Arguments& arguments, const Context& context, const std::string& format) {
  if (const auto path = arguments.find("--out")) return *path;
  const std::string scope = arguments.find("--scope").value_or(std::string(kScopes[0]));
  const std::string name = ".paybond/mcp." + format;
  if (scope == "project") return name;
  if (scope != "user") return {};
  const std::string home = context.environment.get_or_empty("HOME");
  if (home.empty()) throw Error(Category::failed, "no_home", "HOME is not set, so there is no user's folder");
  return home + "/" + name;
}

std::string read_if_there(const Context& context, const std::string& path) {
  try {
    return context.files.read(path, paybond::kMaxMcpConfigBytes);
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) return {};
    throw;
  }
}

// "standard" when the env file has a key, "unknown" when not.
std::string_view key_kind(const Context& context, const std::string& env_file) {
  try {
    const std::string text = context.files.read(env_file, kMaxEnvFileBytes);
    return paybond::env_file_value(text, "PAYBOND_API_KEY") ? "standard" : "unknown";
  } catch (const Error&) {
    return "unknown";
  }
}

paybond::McpConfig config_of(const Arguments& arguments) {
  paybond::McpConfig config;
  set_command(config);
  config.env_file = arguments.find("--env-file").value_or(std::string(kDefaultEnvFile));
  config.tool_policy = arguments.find("--tool-policy").value_or(std::string(kDefaultToolPolicy));
  for (const std::string& name : names_of(arguments.text("--tool-allowlist")))
    config.tool_allowlist += (config.tool_allowlist.empty() ? "" : ",") + name;
  (void)tools_for(config.tool_policy, config.tool_allowlist);
  return config;
}

std::string joined(const paybond::McpConfig& config) {
  std::string line = config.command;
  for (const std::string& arg : config.args)
    line += " " + arg;
  return line;
}

// A TOML file of others is not read here, so it is not changed either.
std::string new_text(const Context& context, const std::string& path, const std::string& format,
                     const paybond::McpConfig& config) {
  const std::string before = path.empty() ? std::string() : read_if_there(context, path);
  if (format == "json") return paybond::write_mcp_json(before, config);
  std::string text = paybond::write_mcp_toml(config);
  if (before.empty() || before == text) return text;
  throw Error(Category::conflict, "exists", path + " is there already, and TOML is not merged",
              "--scope local prints what belongs into it");
}

Exit run_install(const Arguments& arguments, Context& context) {
  const std::string host = host_of(arguments);
  const std::string format = format_of(arguments, host);
  const paybond::McpConfig config = config_of(arguments);
  const std::string path = config_path(arguments, context, format);
  const std::string text = new_text(context, path, format, config);
  const bool prints = path.empty() || context.dry_run;
  if (!prints) {
    const std::string folder = std::filesystem::path(path).parent_path().string();
    if (!folder.empty()) context.files.make_private_folder(folder);
    context.files.replace_private(path, text);
  }
  json::Arena arena;
  json::ObjectBuilder data(arena);
  data.add("host", std::string_view(host))
      .add("scope", arguments.find("--scope").value_or(std::string(kScopes[0])))
      .add("format", std::string_view(format))
      .add_optional("config_path", path.empty() ? std::nullopt : std::optional(path))
      .add("server_command", std::string_view(joined(config)))
      .add_boolean("printed", prints)
      .add("key_kind", key_kind(context, config.env_file))
      .add("tool_policy", std::string_view(config.tool_policy));
  if (!config.tool_allowlist.empty()) {
    json::ArrayBuilder names(arena);
    for (const std::string& name : names_of(config.tool_allowlist))
      names.add(std::string_view(name));
    data.add("tool_allowlist", names.done());
  }
  if (prints) data.add("payload", std::string_view(text));
  show_local(arguments, context,
             {.command = "mcp install",
              .data = data.done(),
              .id = path.empty() ? host : path,
              .text = prints ? printable(text, true) : std::string()});
  return Exit::done;
}

// --- verify-config

// What only this machine and this program know.
void check_here(const Context& context, paybond::McpCheck& check) {
  const paybond::McpConfig& config = check.config;
  if (!config.env_file.empty()) {
    try {
      if (context.files.others_may_read(config.env_file)) {
        check.issues.push_back({"env", config.env_file + " can be read by other users"});
      }
    } catch (const Error& fault) {
      check.issues.push_back({"env", fault.message()});
    }
  }
  if (config.tool_policy.empty()) return;
  try {
    (void)tools_for(config.tool_policy, config.tool_allowlist);
  } catch (const Error& fault) {
    check.issues.push_back({"env", fault.message()});
  }
}

Exit run_verify_config(const Arguments& arguments, Context& context) {
  const std::string host = host_of(arguments);
  paybond::McpCheck check = mcp_configuration(arguments, context, format_of(arguments, host));
  check_here(context, check);
  json::Arena arena;
  json::ArrayBuilder issues(arena);
  std::string text;
  for (const paybond::McpIssue& issue : check.issues) {
    issues.add(json::ObjectBuilder(arena)
                   .add("field", std::string_view(issue.field))
                   .add("message", std::string_view(issue.message))
                   .done());
    text += printable(issue.field + ": " + issue.message) + "\n";
  }
  const bool good = check.issues.empty();
  if (good) text = "the configuration is good\n";
  const auto path = arguments.find("--config");
  const std::string& policy = check.config.tool_policy;
  const json::Value data =
      json::ObjectBuilder(arena)
          .add_boolean("ok", good)
          .add("host", std::string_view(host))
          .add("source", path ? "file" : "generated")
          .add_optional("config_path", path)
          .add("message", good ? std::string("the configuration is good") : check.issues.front().message)
          .add("issues", issues.done())
          .add_optional("tool_policy", policy.empty() ? std::nullopt : std::optional(policy))
          .done();
  show_local(arguments, context,
             {.command = "mcp verify-config", .data = data, .id = good ? "good" : "bad", .text = text});
  return good ? Exit::done : Exit::failed;
}

// --- tables

constexpr Option kHostOption{
    .name = "--host", .value = "HOST", .help = "the program that runs the model", .choices = kMcpHosts};
constexpr Option kFormatOption{.name = "--config-format",
                               .value = "FORMAT",
                               .help = "of the configuration",
                               .fallback = "toml for codex, else json",
                               .choices = kFormats};
constexpr Option kKeyFileOption{.name = "--env-file",
                                .value = "FILE",
                                .help = "the file that holds the API key",
                                .fallback = ".env.local",
                                .completes = Completes::files};
constexpr Option kPolicyOption{.name = "--tool-policy",
                               .value = "POLICY",
                               .help = "which tools are offered",
                               .fallback = "spend-write",
                               .choices = kToolPolicies};
constexpr Option kNamesOption{
    .name = "--tool-allowlist", .value = "NAMES", .help = "the tools of the policy allowlist, with commas"};
constexpr Option kInstallOptions[] = {
    kHostOption,
    {.name = "--scope",
     .value = "SCOPE",
     .help = "print it, or write it into this folder or the user's",
     .fallback = "local",
     .choices = kScopes},
    {.name = "--out", .value = "FILE", .help = "write it into this file", .completes = Completes::files},
    kFormatOption,
    kKeyFileOption,
    kPolicyOption,
    kNamesOption,
    kEchoedRequestIdOption};
constexpr Option kVerifyOptions[] = {kHostOption,
                                     {.name = "--config",
                                      .value = "FILE",
                                      .help = "the configuration; without it the one that install writes",
                                      .completes = Completes::files},
                                     kFormatOption,
                                     kKeyFileOption,
                                     kEchoedRequestIdOption};
constexpr Example kInstallExamples[] = {
    {"paybond mcp install --host generic", "see what belongs into a host's configuration"},
    {"paybond mcp install --host generic --scope project --tool-policy readonly", "write .paybond/mcp.json"}};
constexpr Example kVerifyExamples[] = {
    {"echo PAYBOND_API_KEY=key > .env.local && chmod 600 .env.local && paybond mcp verify-config --host "
     "generic",
     "check what a host would start"}};
constexpr Exit kInstallExits[] = {Exit::conflict};
constexpr Exit kVerifyExits[] = {Exit::refused};
constexpr std::string_view kSeeAlso[] = {"paybond mcp serve", "paybond mcp tools"};

}  // namespace

paybond::McpCheck mcp_configuration(const Arguments& arguments, const Context& context,
                                    const std::string& format) {
  const auto path = arguments.find("--config");
  if (!path) return {{}, config_of(arguments)};
  if (format == "toml") {
    throw Error(Category::refused, "toml_not_here", "configurations in TOML are written here and not read",
                "without --config the one that install writes is checked");
  }
  try {
    return paybond::check_mcp_json(context.files.read(*path, paybond::kMaxMcpConfigBytes));
  } catch (const Error& fault) {
    throw Error(Category::usage, "bad_input", fault.message(), {}, {{"file", *path}});
  }
}

constexpr Command kPaybondMcpInstall{
    .name = "install",
    .summary = "Write the configuration by which a host starts 'paybond mcp serve'",
    .description =
        "The configuration names the file that holds the API key, never the key. In JSON other servers of an "
        "existing file stay; a TOML file that is there is not changed.",
    .options = kInstallOptions,
    .examples = kInstallExamples,
    .exits = kInstallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_install};

constexpr Command kPaybondMcpVerifyConfig{
    .name = "verify-config",
    .summary = "Check the configuration of a host without starting anything",
    .description = "The exit code is 1 when something is wrong with it.",
    .options = kVerifyOptions,
    .examples = kVerifyExamples,
    .exits = kVerifyExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify_config};

}  // namespace agentnet::commands
