// What the tests of agents' runs share: a context whose network and files lie in folders of their own.
#pragma once

#include <doctest/doctest.h>

#include "commands/paybond/agent_call.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands::tests {

inline Environment of_state(const std::string& folder) {
  return Environment({{"XDG_STATE_HOME", folder}, {"XDG_CONFIG_HOME", folder}, {"HOME", folder}});
}

// A run in the sandbox of the network inside the process.
class SandboxRun {
 public:
  explicit SandboxRun(std::int64_t cents = 500)
      : files(command.context, command.folder.file(".paybond")),
        connection(with({}), command.context, Reached::local) {
    const json::Document answer = paybond::bootstrap_sandbox(
        connection.gateway(), {.operation = "paid-tool", .requested_spend_cents = cents});
    run.run_id = "demo";
    run.tenant_id = connection.tenant();
    run.intent_id = std::string(answer.root.find("intent_id")->text());
    run.capability_token = std::string(answer.root.find("capability_token")->text());
    run.operation = "paid-tool";
    run.allowed_tools = {"paid-tool"};
    run.requested_spend_cents = cents;
    run.created_at = "2026-11-23T15:46:55Z";
    files.create(run);
  }

  AgentCalls calls() { return {connection, command.context, files, run}; }
  // What the intent has left, as the network says it.
  std::int64_t left();
  // Like a new process: the run as its file has it.
  void reload() { run = files.load("demo"); }

  TemporaryFolder state{agentnet::tests::memory_folder()};
  CommandRun command{{}, of_state(state.path())};
  AgentFiles files;
  PaybondConnection connection;
  paybond::AgentRun run;
};

}  // namespace agentnet::commands::tests
