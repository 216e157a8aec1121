// paybond shell, paybond completion
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "commands/paybond/house.hpp"
#include "commands/paybond/shell_words.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kInsideVariable = "AGENTNET_PAYBOND_SHELL";
constexpr std::string_view kPrompt = "paybond> ";

// Options of the shell that every line gets, in front of its own.
constexpr std::string_view kPassedOn[] = {"--output-format", "--format",  "--json",      "--jq",
                                          "--quiet",         "--verbose", "--log-level", "--log-format",
                                          "--color"};
constexpr std::string_view kPassedFlags[] = {"--quiet", "--verbose"};

std::vector<std::string> passed_on(const Arguments& arguments, const Context& context) {
  std::vector<std::string> words;
  for (const std::string_view name : kPassedOn) {
    const bool is_flag = name == kPassedFlags[0] || name == kPassedFlags[1];
    for (const std::string& value : arguments.all(name)) {
      const bool bare = is_flag || (name == "--json" && value.empty());
      words.push_back(bare ? std::string(name) : std::string(name) + "=" + value);
    }
  }
  if (context.dry_run) words.emplace_back("--dry-run");
  return words;
}

// Runs lines, each as the process would.
class Shell {
 public:
  Shell(const Arguments& arguments, Context& context)
      : context_(context), before_(passed_on(arguments, context)) {
    if (!context.environment.get_or_empty(kInsideVariable).empty()) {
      throw Error(Category::usage, "nested_shell", "this is a line of a shell already");
    }
    variables_[std::string(kInsideVariable)] = "1";
    keep(arguments, kGatewayOption.name, network::kPaybond.base_url_variable);
    keep(arguments, kEnvFileOption.name, kEnvFileVariable);
    keep(arguments, kProfileOption.name, "AGENTNET_PROFILE");
  }

  // The exit code; nullopt for an empty line. Throws Error usage of split_shell_line.
  std::optional<int> run(std::string_view line) const {
    const std::vector<std::string> words = split_shell_line(line);
    if (words.empty()) return std::nullopt;
    std::vector<std::string> all = before_;
    all.insert(all.end(), words.begin(), words.end());
    return context_.host->run("paybond", all, variables_);
  }

 private:
  void keep(const Arguments& arguments, std::string_view option, std::string_view variable) {
    if (const auto value = arguments.find(option)) variables_[std::string(variable)] = *value;
  }

  Context& context_;
  std::vector<std::string> before_;
  std::map<std::string, std::string, std::less<>> variables_;
};

// Byte by byte: what follows the line may be the input of the command that stands on it. False at the end.
bool read_line(int input, std::string& line) {
  line.clear();
  for (;;) {
    char c = 0;
    const ssize_t count = ::read(input, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw system_error("cannot read standard input", errno);
    if (count == 0) return !line.empty();
    if (c == '\n') return true;
    if (line.size() <= kMaxShellLineBytes) line += c;
  }
}

bool is_end(std::string_view line) {
  const std::vector<std::string> words = split_shell_line(line);
  return words.size() == 1 && (words.front() == "exit" || words.front() == "quit");
}

// Lines until the input ends; a line that fails ends nothing.
int run_lines(const Shell& shell, Context& context) {
  const bool prompts = ::isatty(context.input) == 1;
  const bool as_json = context.sink.format() == Format::json || context.sink.format() == Format::jsonl;
  int code = 0;
  for (std::string line;;) {
    if (prompts) std::fwrite(kPrompt.data(), 1, kPrompt.size(), stderr);
    if (!read_line(context.input, line)) break;
    try {
      if (is_end(line)) break;
      code = shell.run(line).value_or(code);
    } catch (const Error& error) {
      context.diagnostics.error(error, as_json);
      code = static_cast<int>(exit_for(error.category()));
    }
  }
  if (prompts) std::fputc('\n', stderr);
  return code;
}

Exit run_shell(const Arguments& arguments, Context& context) {
  const Shell shell(arguments, context);
  const auto line = arguments.find("--exec");
  if (!line) return static_cast<Exit>(run_lines(shell, context));
  const auto code = shell.run(*line);
  if (code) return static_cast<Exit>(*code);
  throw Error(Category::usage, "missing_command", "--exec names no command", "for instance --exec 'whoami'");
}

Exit run_completion(const Arguments& arguments, Context& context) {
  const std::string shell = arguments.text("SHELL");
  const std::string_view script = context.host->completion_script(shell);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena).add("shell", shell).add("script", script).done();
  context.sink.result({value, std::string(script), shell});
  return Exit::done;
}

constexpr Option kOptions[] = {
    {.name = "--exec", .value = "WORDS", .help = "run this one line; its exit code is the shell's"},
    {.name = "--gateway", .value = "URL", .help = "the gateway of every line that names none"},
    {.name = "--env-file",
     .value = "FILE",
     .help = "the env file of every line that names none",
     .completes = Completes::files},
    {.name = "--profile", .value = "NAME", .help = "the profile of every line that names none"}};
constexpr Example kShellExamples[] = {
    {"paybond shell --exec version", "run one command"},
    {R"(printf 'whoami\nintents list\n' | paybond shell -f jsonl)", "run the commands of a script"}};
constexpr Exit kShellExits[] = {Exit::not_found, Exit::auth,    Exit::refused,      Exit::conflict,
                                Exit::policy,    Exit::pending, Exit::verification, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"agentnet commands"};
constexpr Argument kShellArgument[] = {{.name = "SHELL", .help = "bash, zsh or fish"}};
constexpr Example kCompletionExamples[] = {
    {"paybond completion bash > paybond.bash", "write the script for bash to a file"}};
constexpr std::string_view kCompletionSeeAlso[] = {"agentnet completion"};

}  // namespace

constexpr Command kPaybondShell{
    .name = "shell",
    .summary = "Run commands line by line",
    .description =
        "Reads lines from standard input, each a command without the word paybond, and runs them in this one "
        "process; 'exit' or the end of the input ends it. A line that fails does not; the exit code is that "
        "of the last line. Quotes and backslashes are as in a shell, nothing is expanded, # begins a "
        "comment.",
    .options = kOptions,
    .examples = kShellExamples,
    .exits = kShellExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_shell,
};
constexpr Command kPaybondCompletion{
    .name = "completion",
    .summary = "Print the completion script for a shell",
    .description = "Load it with 'source <(paybond completion bash)'; it is the one of all programs.",
    .arguments = kShellArgument,
    .examples = kCompletionExamples,
    .see_also = kCompletionSeeAlso,
    .run = run_completion};

}  // namespace agentnet::commands
