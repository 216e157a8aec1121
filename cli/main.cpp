// The process: which program, what its words mean, and what the outcome is as an exit code.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>

#include "cli/completion.hpp"
#include "cli/ending.hpp"
#include "cli/help.hpp"
#include "cli/parser.hpp"
#include "cli/program.hpp"
#include "cli/sink.hpp"
#include "cli/suggest.hpp"

namespace agentnet::cli {
namespace {

using commands::Arguments;
using commands::Command;
using commands::Diagnostics;
using commands::Exit;
using commands::Format;
using commands::Level;

// The words of a comma-separated list, empty ones left out.
std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) words.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return words;
}

// Whether the words ask for JSON, for errors that come before they are parsed.
bool asks_for_json(const std::vector<std::string>& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--json" || word.starts_with("--json=") || word == "-ojson" || word == "-ojsonl") return true;
    for (const std::string_view option : {"-o", "-f", "--output-format", "--format"}) {
      std::string value;
      if (word == option && i + 1 < words.size()) value = words[i + 1];
      if (word.starts_with(std::string(option) + "=")) value = word.substr(option.size() + 1);
      if (value == "json" || value == "jsonl") return true;
    }
  }
  return false;
}

// What the words say of color, for errors that come before they are parsed.
std::string color_among(const std::vector<std::string>& words) {
  constexpr std::string_view kOption = "--color";
  std::string when;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == kOption && i + 1 < words.size()) when = words[i + 1];
    if (words[i].starts_with(std::string(kOption) + "=")) when = words[i].substr(kOption.size() + 1);
  }
  return when;
}

bool wants_color(const std::string& when, const Environment& environment) {
  if (when == "always") return true;
  if (when == "never" || environment.get("NO_COLOR").value_or("") != "") return false;
  const std::string forced = environment.get_or_empty("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  return ::isatty(STDERR_FILENO) == 1 && environment.get_or_empty("TERM") != "dumb";
}

Diagnostics::Settings diagnostics_settings(const Arguments& arguments, const Environment& environment) {
  Diagnostics::Settings settings;
  const auto has_global = [&](const char* name) { return arguments.has(name); };
  if (has_global("--verbose"))
    settings.level = arguments.all("--verbose").size() > 1 ? Level::debug : Level::info;
  if (has_global("--quiet")) settings.level = Level::error;
  const std::string level = arguments.text("--log-level");
  if (level == "error") settings.level = Level::error;
  if (level == "warning") settings.level = Level::warning;
  if (level == "info") settings.level = Level::info;
  if (level == "debug") settings.level = Level::debug;
  settings.json = arguments.text("--log-format") == "json";
  settings.color = wants_color(arguments.text("--color"), environment);
  // Not between the lines of a result that goes to the same terminal.
  settings.progress = ::isatty(STDERR_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 0 &&
                      environment.get_or_empty("TERM") != "dumb" && !settings.json;
  return settings;
}

// A global option's value, unless the command has a local option of that name.
std::optional<std::string> global_value(const Command& command, const Arguments& arguments,
                                        std::string_view name) {
  for (const commands::Option& option : command.options) {
    if (option.name == name) return std::nullopt;
  }
  return arguments.find(name);
}

Format read_format(std::string_view source, const std::string& name) {
  if (const auto format = format_by_name(name)) return *format;
  const std::vector<std::string_view> names = {"json", "jsonl", "table", "quiet", "yaml", "dotenv", "tsv"};
  const std::string hint = did_you_mean(name, names);
  throw Error(Category::usage, "unknown_value", std::string(source) + " does not take '" + name + "'",
              (hint.empty() ? hint : hint + " ") + "one of: json, jsonl, table, quiet, yaml, dotenv, tsv");
}

OutputChoice output_choice(const Program& program, const Command& command, const Arguments& arguments,
                           const Environment& environment) {
  OutputChoice choice;
  std::string_view source = "--output-format";
  auto name = global_value(command, arguments, source);
  if (!name) name = global_value(command, arguments, source = "--format");
  const bool formats_itself = std::any_of(command.options.begin(), command.options.end(),
                                          [](const commands::Option& o) { return o.name == "--format"; });
  if (!name && !formats_itself && !program.format_environment.empty()) {
    source = program.format_environment;
    name = environment.get(source);
  }
  if (name) choice.format = read_format(source, *name);
  if (const auto fields = global_value(command, arguments, "--json")) {
    choice.fields = split_list(*fields);
    if (!choice.format) choice.format = Format::json;
  }
  choice.jq = global_value(command, arguments, "--jq").value_or("");
  return choice;
}

struct Process {
  Environment environment = Environment::of_process();
  Output output{STDOUT_FILENO};
  bool json_errors = false;
  Diagnostics::Settings diagnostics = {};  // of what ends the process
};

// A group was named without a command of it.
Exit run_group(const Program& program, const Selection& selection, Process& process) {
  if (selection.path.size() == 1) {
    process.output.write(help_text(selection.path));
    return program.bare_exit;
  }
  if (program.group_prints_help) {
    process.output.write(help_text(selection.path));
    return Exit::usage;
  }
  std::string names;
  for (const Command* child : selection.command().children) {
    if (!child->hidden) names += (names.empty() ? "" : ", ") + std::string(child->name);
  }
  throw Error(Category::usage, "missing_command", "'" + selection.line() + "' needs a command",
              "one of: " + names);
}

int run_line(std::string_view program, const std::vector<std::string>& words,
             const std::map<std::string, std::string, std::less<>>& variables);

constexpr commands::Host kHost{run_line, completion_script};

Exit run_command(const Program& program, const Selection& selection, const Arguments& arguments,
                 Process& process) {
  const Command& command = selection.command();
  process.diagnostics = diagnostics_settings(arguments, process.environment);
  const OutputChoice choice = output_choice(program, command, arguments, process.environment);
  process.json_errors = choice.format == Format::json || choice.format == Format::jsonl;
  OutputSink sink(process.output, choice, command.format);
  const Diagnostics diagnostics(process.diagnostics);
  const RealFilesystem files;
  const SystemClock clock;
  SystemRandom random;
  commands::Context context{process.environment,
                            files,
                            clock,
                            random,
                            sink,
                            diagnostics,
                            STDIN_FILENO,
                            global_value(command, arguments, "--dry-run").has_value(),
                            &kHost};
  return command.run(arguments, context);
}

// Whether the environment asks a program for JSON.
bool environment_asks_for_json(const Program& program, const Environment& environment) {
  if (program.format_environment.empty()) return false;
  const std::string name = environment.get_or_empty(program.format_environment);
  return name == "json" || name == "jsonl";
}

Exit run(const Program& called, const std::vector<std::string>& words, Process& process) {
  process.json_errors = asks_for_json(words) || environment_asks_for_json(called, process.environment);
  Selection selection = select(called, words);
  // `agentnet sbn …` is the program sbn.
  const Program* inner = selection.path.size() > 1 ? find_program(selection.path[1]->name) : nullptr;
  const bool is_inner = &called == &programs().front() && inner != nullptr;
  if (is_inner) selection.path.erase(selection.path.begin());
  const Program& program = is_inner ? *inner : called;
  if (environment_asks_for_json(program, process.environment)) process.json_errors = true;
  const Command& command = selection.command();
  if (selection.help) {
    process.output.write(help_text(selection.path));
    return Exit::done;
  }
  const Arguments arguments = parse_words(command, selection.words, process.environment);
  if (arguments.has("--help")) {
    process.output.write(help_text(selection.path));
    return Exit::done;
  }
  const bool only_group = !command.children.empty() && !arguments.has("--version");
  if (only_group) return run_group(program, selection, process);
  return run_command(program, selection, arguments, process);
}

int guarded_run(const Program& program, const std::vector<std::string>& words,
                const std::map<std::string, std::string, std::less<>>& variables = {}) {
  Process process;
  process.environment = process.environment.with(variables);
  process.diagnostics.color = wants_color(color_among(words), process.environment);
  const auto report = [&](const Error& error) {
    Diagnostics(process.diagnostics).error(error, process.json_errors);
    return static_cast<int>(commands::exit_for(error.category()));
  };
  try {
    int code = 0;
    try {
      code = static_cast<int>(run(program, words, process));
    } catch (const Error& error) {
      code = report(error);
    }
    process.output.flush();
    return code;
  } catch (const ClosedPipe&) {
    return static_cast<int>(Exit::done);
  } catch (const Error& error) {  // of the last flush
    return report(error);
  } catch (const std::bad_alloc&) {
    return report(Error(Category::failed, "out_of_memory", "out of memory"));
  } catch (const std::exception& fault) {
    return report(Error(Category::failed, "internal", std::string("internal fault: ") + fault.what()));
  }
}

int run_line(std::string_view program, const std::vector<std::string>& words,
             const std::map<std::string, std::string, std::less<>>& variables) {
  return guarded_run(*find_program(program), words, variables);
}

// A standard stream that is closed must not become the number of a file that is opened later: messages would
// go into it. Its place is taken so that using it fails as before.
void reserve_standard_descriptors() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(number, F_GETFD) >= 0) continue;
    // The lowest free number is the one that is closed.
    [[maybe_unused]] const int taken = ::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

}  // namespace
}  // namespace agentnet::cli

int main(int count, char** values) {
  using namespace agentnet::cli;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a limit on file sizes becomes an error of write
  end_between_writes();
  reserve_standard_descriptors();
  // Keys may be in memory: no core files.
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::string_view name = count > 0 ? values[0] : "agentnet";
  name.remove_prefix(name.rfind('/') + 1);
  const Program* program = find_program(name);
  return guarded_run(program != nullptr ? *program : programs().front(),
                     {values + std::min(count, 1), values + count});
}
