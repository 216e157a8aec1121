// What paybond doctor looks at for --mcp and --agent.
#include <unistd.h>

#include "commands/input.hpp"
#include "commands/paybond/dev.hpp"
#include "commands/paybond/house.hpp"
#include "commands/paybond/mcp.hpp"
#include "commands/paybond/mcp_tools.hpp"
#include "core/json/write.hpp"
#include "core/network/local_state.hpp"
#include "core/network/places.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_verify.hpp"
#include "core/paybond/gateway.hpp"
#include "core/paybond/policy_check.hpp"
#include "core/paybond/policy_yaml.hpp"
#include "core/paybond/schema.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPolicyFile = "paybond.policy.yaml";
constexpr std::string_view kOperation = "paid-tool";
constexpr std::int64_t kTrialCents = 100;
constexpr const char* kHello =
    R"({"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"doctor","version":"1"}})";

// Runs a look; what it throws is what is wrong.
template <typename Look>
Check looked(const char* name, const Look& look) {
  Check check{.name = name};
  try {
    look(check);
  } catch (const Error& error) {
    check.ok = false;
    check.message = error.message();
    check.hint = error.hint();
  }
  return check;
}

void fails(Check& check, const std::string& message, const std::string& hint = {}) {
  check.ok = false;
  check.message = message;
  check.hint = hint;
}

// --- what a host would start

Check config_check(const paybond::McpCheck& found, const std::string& host) {
  return looked("mcp_host_config", [&](Check& check) {
    check.message = "host " + host + " starts " + found.config.command;
    if (!found.issues.empty()) {
      fails(check, found.issues.front().field + ": " + found.issues.front().message,
            "paybond mcp install writes a good one");
    }
  });
}

// The env file's key; nobody else may read it. The local network needs none.
Check env_check(const paybond::McpConfig& config, const Place& place, const Context& context) {
  return looked("mcp_env_resolution", [&](Check& check) {
    if (config.env_file.empty()) {
      check.message = "the configuration names no env file";
      check.ok = place.source != "none";
      return;
    }
    check.message = absolute_path(config.env_file);
    try {
      if (context.files.others_may_read(config.env_file))
        return fails(check, config.env_file + " can be read by other users", "chmod 600 " + config.env_file);
    } catch (const Error& fault) {
      if (fault.category() != Category::not_found || !place.local) throw;
      check.message = "the local network needs no env file";
      return;
    }
    std::string text = context.files.read(config.env_file, kMaxEnvFileBytes);
    std::string key =
        paybond::env_file_value(text, network::kPaybond.api_key_variable).value_or(std::string());
    wipe(text);
    if (key.empty() && !place.local)
      fails(check, config.env_file + " holds no PAYBOND_API_KEY", "paybond login writes it");
    wipe(key);
  });
}

Check launch_check(const paybond::McpConfig& config) {
  return looked("mcp_launch", [&](Check& check) {
    check.message = config.command;
    // A name without a folder is looked for by the host, along a path that may be another.
    if (config.command.find('/') == std::string::npos) return;
    if (::access(config.command.c_str(), X_OK) != 0)
      fails(check, config.command + " is no program that can be started",
            "paybond mcp install names this one");
  });
}

// --- what it would offer

// The result of a method; throws Error failed for an answer without one.
json::Document ask(paybond::McpServer& server, const std::string& method, const std::string& parameters) {
  const auto answer =
      server.answer(R"({"jsonrpc":"2.0","id":1,"method":")" + method + R"(","params":)" + parameters + "}");
  const json::Value* result = answer ? answer->root.find("result") : nullptr;
  if (result == nullptr) throw Error(Category::failed, "mcp_refused", method + " is answered by no result");
  return json::parse(json::to_compact(*result));
}

std::vector<Check> offer_checks(const paybond::McpConfig& config) {
  const std::string policy =
      config.tool_policy.empty() ? std::string(kDefaultToolPolicy) : config.tool_policy;
  std::vector<const paybond::McpTool*> tools;
  std::vector<Check> checks;
  checks.push_back(looked("mcp_credential_tool_policy", [&](Check& check) {
    tools = tools_for(policy, config.tool_allowlist);
    check.message = policy + " offers " + std::to_string(tools.size()) + " tools";
  }));
  if (!checks.back().ok) return checks;
  paybond::McpServer server(tools, [](const paybond::McpTool&, const json::Value&) -> json::Document {
    throw Error(Category::failed, "not_called", "doctor calls no tool");
  });
  checks.push_back(looked("mcp_initialize", [&](Check& check) {
    const json::Document said = ask(server, "initialize", kHello);
    check.message = "speaks version " + text_among(said.root, {"protocolVersion"});
  }));
  json::Document listed;
  checks.push_back(looked("mcp_tools_list", [&](Check& check) {
    listed = ask(server, "tools/list", "{}");
    check.message = std::to_string(listed.root.find("tools")->items().size()) + " tools";
  }));
  if (!checks.back().ok) return checks;
  checks.push_back(looked("mcp_tool_schemas", [&](Check& check) {
    for (const json::Value& tool : listed.root.find("tools")->items())
      (void)paybond::Schema(*tool.find("inputSchema"));
    check.message = "each takes its arguments by a schema";
  }));
  return checks;
}

// --- the agent's side

Check policy_check(const Context& context) {
  return looked("agent_policy", [&](Check& check) {
    const std::string file(kPolicyFile);
    if (!network::exists(file)) {
      check.message = "no " + file + " in this folder";
      return;
    }
    const InputText input = read_input(file, context);
    const json::Document document = naming(input.name, [&] { return paybond::read_yaml(input.text); });
    const paybond::PolicyVerdict verdict = paybond::check_policy(document.root);
    check.message = file + " is the policy " + verdict.name;
    if (!verdict.is_valid())
      fails(check, file + ": " + verdict.faults.front().path + " " + verdict.faults.front().message,
            "paybond policy validate-tools --file " + file + " tells all faults");
  });
}

// Bootstrap, verify and evidence of one tool, as a guarded agent does it.
Check smoke_check(const Arguments& arguments, Context& context) {
  return looked("agent_middleware_smoke", [&](Check& check) {
    refuse_live_key(arguments, context);
    PaybondConnection connection(arguments, context);
    const json::Document made = paybond::bootstrap_sandbox(
        connection.gateway(), {.operation = std::string(kOperation), .requested_spend_cents = kTrialCents});
    const std::string intent_id = text_among(made.root, {"intent_id"});
    const paybond::VerifyResult verdict = paybond::verify_capability(
        connection.gateway(), {.intent_id = intent_id,
                               .token = text_among(made.root, {"capability_token"}),
                               .operation = std::string(kOperation),
                               .requested_spend_cents = kTrialCents});
    if (!verdict.allow)
      return fails(check, "the spend was denied: " + text_among(verdict.answer.root, {"message", "code"}));
    json::Arena arena;
    const json::Value payload = json::ObjectBuilder(arena).add("status", "ok").done();
    const json::Document judged =
        paybond::submit_sandbox_evidence(connection.gateway(), intent_id, {.payload = payload});
    const json::Value* passed = judged.root.find("predicate_passed");
    check.message = "intent " + intent_id + " was paid for, with pretended money";
    if (passed == nullptr || !passed->is_boolean() || !passed->as_boolean())
      fails(check, "the evidence of intent " + intent_id + " was not enough");
  });
}

}  // namespace

std::vector<Check> look_at_mcp(const Place& place, const Arguments& arguments, Context& context) {
  const std::string host = arguments.find("--host").value_or("generic");
  const bool is_toml = host == "codex";
  paybond::McpCheck found;
  std::vector<Check> checks;
  const Check read = looked("mcp_host_config", [&](Check&) {
    found = mcp_configuration(arguments, context, is_toml ? "toml" : "json");
  });
  if (!read.ok) return {read};
  checks.push_back(config_check(found, host));
  if (!checks.back().ok) return checks;
  checks.push_back(env_check(found.config, place, context));
  checks.push_back(launch_check(found.config));
  for (Check& check : offer_checks(found.config))
    checks.push_back(std::move(check));
  return checks;
}

std::vector<Check> look_at_agent(const Arguments& arguments, Context& context) {
  return {policy_check(context), smoke_check(arguments, context)};
}

}  // namespace agentnet::commands
