#include "cli/builtin.hpp"

#include "cli/completion.hpp"
#include "cli/embedded.hpp"
#include "cli/help.hpp"
#include "cli/manual.hpp"
#include "cli/program.hpp"
#include "cli/sink.hpp"
#include "commands/agentnet/agentnet.hpp"
#include "commands/agentnet/doctor.hpp"
#include "commands/agentnet/keys.hpp"
#include "commands/agentnet/server.hpp"
#include "commands/agentnet/tour.hpp"
#include "commands/agentnet/trust.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/sbn/program.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "commands/version.hpp"
#include "core/json/parse.hpp"

namespace agentnet::cli {
namespace {

using commands::Access;
using commands::Arguments;
using commands::Command;
using commands::Context;
using commands::Example;
using commands::Exit;
using commands::Format;
using commands::Option;

// --- agentnet commands
// ---------------------------------------------------------------------------------------

std::string_view access_name(Access access) {
  switch (access) {
    case Access::pure:
      return "pure";
    case Access::reads:
      return "reads";
    case Access::writes:
      return "writes";
  }
  return {};
}

json::Value names_of(std::span<const std::string_view> names, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string_view name : names)
    list.add(name);
  return list.done();
}

json::Value describe_options(const Command& command, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const Option& option : command.options) {
    json::ObjectBuilder entry(arena);
    entry.add("name", option.name);
    entry.add_optional("letter",
                       option.letter == 0 ? std::nullopt : std::optional(std::string("-") + option.letter));
    entry.add_optional("value",
                       option.value.empty() ? std::nullopt : std::optional(std::string(option.value)));
    entry.add("help", option.help);
    entry.add_optional("default",
                       option.fallback.empty() ? std::nullopt : std::optional(std::string(option.fallback)));
    entry.add_boolean("required", option.required);
    entry.add_optional("environment", option.environment.empty()
                                          ? std::nullopt
                                          : std::optional(std::string(option.environment)));
    entry.add("choices", names_of(option.choices, arena));
    list.add(entry.done());
  }
  return list.done();
}

json::Value describe(std::span<const Command* const> path, json::Arena& arena) {
  const Command& command = *path.back();
  json::ArrayBuilder arguments(arena);
  for (const commands::Argument& argument : command.arguments) {
    arguments.add(json::ObjectBuilder(arena)
                      .add("name", argument.name)
                      .add("help", argument.help)
                      .add_boolean("optional", argument.optional)
                      .add_boolean("repeatable", argument.repeatable)
                      .done());
  }
  json::ArrayBuilder examples(arena);
  for (const Example& example : command.examples)
    examples.add(example_line(example, path));
  json::ArrayBuilder exits(arena);
  for (const Exit code : exits_of(command))
    exits.add(json::Value::integer(arena, static_cast<int>(code)));
  return json::ObjectBuilder(arena)
      .add("command", line_of(path))
      .add("summary", command.summary)
      .add("access", access_name(command.access))
      .add("format", format_name(command.format))
      .add_boolean("lasting", command.lasting)
      .add("arguments", arguments.done())
      .add("options", describe_options(command, arena))
      .add("examples", examples.done())
      .add("exit_codes", exits.done())
      .done();
}

Exit run_commands(const Arguments&, Context& context) {
  context.sink.begin_rows();
  for (const Program& program : programs()) {
    std::vector<const Command*> path{program.root};
    walk(path, [&](const std::vector<const Command*>& at) {
      const bool other_program =
          program.root == programs().front().root && at.size() > 1 && find_program(at[1]->name) != nullptr;
      if (at.back()->run == nullptr || !at.back()->children.empty() || other_program) return;
      json::Arena arena;
      const std::string line = line_of(at);
      if (context.sink.format() == Format::table) {
        json::ObjectBuilder row(arena);
        row.add("command", line).add("summary", at.back()->summary);
        context.sink.row({row.done(), {}, line});
      } else {
        context.sink.row({describe(at, arena), {}, line});
      }
    });
  }
  context.sink.end_rows();
  return Exit::done;
}

constexpr Example kCommandsExamples[] = {
    {"agentnet commands", "list every command"},
    {"agentnet commands -o jsonl --json=command,exit_codes", "the same for a program to read"},
};

constexpr Command kCommands{.name = "commands",
                            .summary = "List every command of every program",
                            .examples = kCommandsExamples,
                            .run = run_commands};

// --- agentnet completion
// ---------------------------------------------------------------------------------------

Exit run_completion(const Arguments& arguments, Context& context) {
  const std::string shell = arguments.text("SHELL");
  const std::string_view script = completion_script(shell);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena).add("shell", shell).add("script", script).done();
  context.sink.result({value, std::string(script), shell});
  return Exit::done;
}

constexpr commands::Argument kCompletionArguments[] = {{.name = "SHELL", .help = "bash, zsh or fish"}};
constexpr Example kCompletionExamples[] = {
    {"agentnet completion bash > agentnet.bash", "write the script for bash to a file"}};

constexpr Command kCompletion{.name = "completion",
                              .summary = "Print the completion script for a shell",
                              .description =
                                  "Load it with 'source <(agentnet completion bash)'; it completes "
                                  "commands, options, their values and files.",
                              .arguments = kCompletionArguments,
                              .examples = kCompletionExamples,
                              .run = run_completion};

Exit run_complete(const Arguments& arguments, Context& context) {
  std::string lines;
  for (const std::string& candidate : complete(arguments.all("WORDS")))
    lines += candidate + "\n";
  context.sink.bytes(lines);
  return Exit::done;
}

constexpr commands::Argument kWordsArgument[] = {
    {.name = "WORDS", .help = "the words of the line", .optional = true, .repeatable = true}};
constexpr Command kComplete{.name = "__complete",
                            .summary = "Print what may stand at the cursor",
                            .arguments = kWordsArgument,
                            .run = run_complete,
                            .hidden = true};

// --- agentnet fidelity
// -------------------------------------------------------------------------------------------

Exit run_fidelity(const Arguments&, Context& context) {
  const json::Document table = json::parse(embedded_differences());
  context.sink.begin_rows();
  // A table of all would be hundreds of columns wide.
  const bool brief = context.sink.format() == Format::table;
  for (const json::Value& difference : table.root.find("differences")->items()) {
    json::Arena arena;
    json::ObjectBuilder row(arena);
    for (const std::string_view name : {"id", "program", "what", "original", "ours", "reason"}) {
      if (!brief || name == "id" || name == "what") row.add(name, *difference.find(name));
    }
    context.sink.row({row.done(), {}, std::string(difference.find("id")->text())});
  }
  context.sink.end_rows();
  return Exit::done;
}

constexpr Example kFidelityExamples[] = {
    {"agentnet fidelity", "list the differences"},
    {"agentnet fidelity -o yaml", "read every difference with its reason"}};
constexpr Command kFidelity{
    .name = "fidelity",
    .summary = "List the differences from the mirrored programs, each with its reason",
    .examples = kFidelityExamples,
    .run = run_fidelity};

// --- agentnet help, version
// ----------------------------------------------------------------------------------------

constexpr std::string_view kExitCodesTopic = "exit-codes";

void print_topic(std::string_view topic, const std::string& text, Context& context) {
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena).add("topic", topic).add("text", text).done();
  context.sink.result({value, text, std::string(topic)});
}

Exit run_help(const Arguments& arguments, Context& context) {
  std::vector<std::string> words = arguments.all("WORDS");
  if (words == std::vector<std::string>{std::string(kExitCodesTopic)}) {
    print_topic(kExitCodesTopic, exit_codes_text(), context);
    return Exit::done;
  }
  const Program* program = words.empty() ? nullptr : find_program(words.front());
  if (program != nullptr) words.erase(words.begin());
  const Selection selection = select(program != nullptr ? *program : programs().front(), words);
  print_topic(selection.line(), help_text(selection.path), context);
  return Exit::done;
}

constexpr commands::Argument kHelpArguments[] = {{.name = "WORDS",
                                                  .help = "a program and a command of it, or exit-codes",
                                                  .completes = commands::Completes::commands,
                                                  .optional = true,
                                                  .repeatable = true}};
constexpr Example kHelpExamples[] = {{"agentnet help exit-codes", "what the exit codes mean"},
                                     {"agentnet help snapchore hash", "the help of one command"}};
constexpr Command kHelp{.name = "help",
                        .summary = "Print the help of a command, or what the exit codes mean",
                        .arguments = kHelpArguments,
                        .examples = kHelpExamples,
                        .run = run_help};

constexpr Example kVersionExamples[] = {
    {"agentnet version -o json", "the version and the releases mirrored"}};
constexpr Command kVersion{.name = "version",
                           .summary = "Print the version and the releases that are mirrored",
                           .examples = kVersionExamples,
                           .run = commands::run_version};

// --- agentnet __manual
// -----------------------------------------------------------------------------------------------

Exit run_manual(const Arguments& arguments, Context& context) {
  for (const auto& [name, page] : manual_pages())
    context.files.replace(arguments.text("FOLDER") + "/" + name, page);
  return Exit::done;
}

constexpr commands::Argument kFolderArgument[] = {{.name = "FOLDER", .help = "where the pages are written"}};
constexpr Command kManual{.name = "__manual",
                          .summary = "Write the manual pages",
                          .arguments = kFolderArgument,
                          .access = Access::writes,
                          .run = run_manual,
                          .hidden = true};

constexpr const Command* kChildren[] = {&commands::kSbnProgram,
                                        &commands::kSnapchoreProgram,
                                        &commands::kPaybondProgram,
                                        &commands::kAgentnetConfig,
                                        &commands::kAgentnetServe,
                                        &commands::kAgentnetStatus,
                                        &commands::kAgentnetStop,
                                        &commands::kAgentnetKeys,
                                        &commands::kAgentnetTrust,
                                        &commands::kAgentnetDoctor,
                                        &commands::kAgentnetTour,
                                        &kCommands,
                                        &kCompletion,
                                        &kFidelity,
                                        &kHelp,
                                        &kVersion,
                                        &kComplete,
                                        &kManual};

}  // namespace

constexpr Command kAgentnetProgram{
    .name = "agentnet",
    .summary = "The command line of agent networks",
    .description =
        "Each network's program is a name of this executable and a command of agentnet: 'sbn' and "
        "'agentnet sbn' are the same.",
    .options = commands::kVersionOptions,
    .run = commands::run_version,
    .children = kChildren,
};

}  // namespace agentnet::cli
