#include "commands/sbn/pgdag_steps.hpp"

#include <algorithm>

#include "core/json/parse.hpp"

namespace agentnet::commands {
namespace {

using sbn::pgdag::DagNode;
using sbn::pgdag::DagTemplate;
using sbn::pgdag::StepOutcome;

constexpr std::string_view kSecretPrefixes[] = {"SBN_",     "SNAPCHORE_", "AGENTNET_",
                                                "PAYBOND_", "BLOCKS_",    "PUBNUB_"};
constexpr std::string_view kSecretWords[] = {"KEY", "TOKEN", "SECRET", "PASSWORD", "PASSWD", "CREDENTIALS"};

// Words are what stands between underscores.
bool has_secret_word(std::string_view name) {
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('_'), name.size());
    const std::string_view word = name.substr(0, end);
    if (std::find(std::begin(kSecretWords), std::end(kSecretWords), word) != std::end(kSecretWords))
      return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

bool names_secret(std::string_view name) {
  for (const std::string_view prefix : kSecretPrefixes) {
    if (name.starts_with(prefix)) return true;
  }
  return has_secret_word(name);
}

StepOutcome failure(const char* code, std::string what, const std::string& tail = {}) {
  if (!tail.empty()) what += ": " + tail;
  while (!what.empty() && what.back() == '\n')
    what.pop_back();
  return {.error = std::string(code) + ": " + what};
}

std::string command_in(const DagNode& node) {
  const json::Value* command = node.metadata.find("command");
  if (command == nullptr || command->is_null()) return {};
  if (!command->is_string()) {
    throw Error(Category::usage, "bad_step", "command of the step '" + node.id + "' must be a text");
  }
  return std::string(command->text());
}

void check_command(const std::string& step, const std::string& command) {
  if (command.empty()) {
    throw Error(Category::usage, "no_command", "the step '" + step + "' has no command",
                "say --step '" + step + "=COMMAND', or give the node metadata.command", {{"step", step}});
  }
  if (command.starts_with(kBuiltinPrefix) && command != kBuiltinPass) {
    throw Error(Category::usage, "unknown_builtin", "'" + command + "' is no built-in step",
                "there is " + std::string(kBuiltinPass), {{"step", step}});
  }
}

}  // namespace

std::map<std::string, std::string> step_commands(const DagTemplate& dag,
                                                 const std::vector<std::string>& options,
                                                 const std::map<std::string, std::string>& before) {
  std::map<std::string, std::string> said;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    if (equals == option.npos || equals == 0) {
      throw Error(Category::usage, "bad_step", "--step takes NAME=COMMAND, not '" + option + "'");
    }
    said[option.substr(0, equals)] = option.substr(equals + 1);
  }
  std::map<std::string, std::string> commands;
  for (const DagNode& node : dag.nodes) {
    std::string& command = commands[node.id];
    if (const auto own = said.find(node.id); own != said.end()) {
      command = own->second;
      said.erase(own);
    } else if (const auto old = before.find(node.id); old != before.end()) {
      command = old->second;
    } else {
      command = command_in(node);
    }
  }
  const std::string other = said[std::string(kEveryOtherStep)];
  said.erase(std::string(kEveryOtherStep));
  if (!said.empty()) {
    throw Error(Category::usage, "unknown_step",
                "--step names '" + said.begin()->first + "', which is no step of the template", {},
                {{"step", said.begin()->first}});
  }
  for (auto& [step, command] : commands) {
    if (command.empty()) command = other;
    check_command(step, command);
  }
  return commands;
}

std::vector<std::string> environment_of_steps(const Environment& environment) {
  std::vector<std::string> variables;
  for (const auto& [name, value] : environment.all()) {
    if (!names_secret(name)) variables.push_back(name + "=" + value);
  }
  return variables;
}

StepOutcome outcome_of(const ChildResult& result, json::Arena& arena) {
  const std::string tail = printable(result.error_tail, true);
  switch (result.end) {
    case ChildEnd::timed_out:
      return failure("step_timeout", "it did not end in time", tail);
    case ChildEnd::printed_too_much:
      return failure("step_too_large", "it printed more than " + std::to_string(kMaxChildOutput) + " bytes");
    case ChildEnd::signaled:
      return failure("step_killed", std::string("signal ") + std::to_string(result.code) + " ended it", tail);
    case ChildEnd::exited:
      break;
  }
  if (result.code != 0) return failure("step_failed", "exit status " + std::to_string(result.code), tail);
  json::Value value;
  try {
    value = json::Parser().parse(arena.copy(result.output), arena);
  } catch (const Error& error) {
    return failure("step_bad_output", "it printed no JSON: " + error.message(), tail);
  }
  if (!value.is_object()) return failure("step_bad_output", "it printed no JSON object", tail);
  const json::Value* wait = value.find("wait_for");
  if (wait == nullptr || value.members().size() != 1) {
    return {.outputs = json::without_duplicates(value, arena)};
  }
  try {
    return {.event = sbn::pgdag::WaitEvent::from_json(*wait)};
  } catch (const Error& error) {
    return failure("step_bad_output", error.message());
  }
}

}  // namespace agentnet::commands
