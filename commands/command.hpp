// A command as plain data, and what it is handed when it runs.
//
// These tables are the only list of commands there is: the parser, help, completion, man pages, `agentnet
// commands` and the contract tests are all made by walking them. They are constants of the program, so having
// many costs nothing at start.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "commands/diagnostics.hpp"
#include "commands/exit.hpp"
#include "commands/sink.hpp"
#include "core/base/clock.hpp"
#include "core/base/environment.hpp"
#include "core/base/filesystem.hpp"
#include "core/base/random.hpp"

namespace agentnet::commands {

// What the shell completes a value with.
enum class Completes : std::uint8_t { nothing, files, commands };

struct Option {
  std::string_view name;              // with its dashes: "--domain"
  char letter = 0;                    // 'o' for -o; 0 for none
  std::string_view value = {};        // what the value is called in help, "FILE"; empty for a flag
  std::string_view help = {};         // a phrase that begins in lower case and has no full stop
  std::string_view fallback = {};     // the default as shown; empty for none
  std::string_view environment = {};  // the variable that stands in for the flag; empty for none
  std::span<const std::string_view> choices = {};
  Completes completes = Completes::nothing;
  bool optional_value = false;  // may stand alone; a value then follows only after '='
  bool repeatable = false;
  bool required = false;
};

struct Argument {
  std::string_view name = {};  // as help shows it: "INPUT"
  std::string_view help = {};
  Completes completes = Completes::nothing;
  bool optional = false;
  bool repeatable = false;
};

struct Example {
  // A whole shell line that works on an empty folder with no account. @@ stands for the command's own words,
  // for commands that stand in several places.
  std::string_view line;
  std::string_view what;  // a phrase
};

// What a command touches; help and `agentnet commands` show it.
enum class Access : std::uint8_t { pure, reads, writes };

// Which options a command takes beside its own and those of every command (commands/network_options.hpp).
enum class Reach : std::uint8_t {
  offline,     // none
  configured,  // --profile and --config: it looks at settings or changes them
  network,     // also where the network is, as whom to call it, how long to wait
  gateway,     // the same of Paybond: no tenant, which the key says, but the kit's own names for options
};

class Arguments;
struct Context;
using Run = Exit (*)(const Arguments& arguments, Context& context);

struct Command {
  std::string_view name = {};
  std::string_view summary = {};      // one sentence without a full stop
  std::string_view description = {};  // paragraphs, separated by empty lines
  std::span<const Argument> arguments = {};
  std::span<const Option> options = {};
  std::span<const Example> examples = {};
  std::span<const Exit> exits = {};                 // beside done, failed and usage
  std::span<const std::string_view> see_also = {};  // command lines: "snapchore verify"
  Access access = Access::pure;
  Reach reach = Reach::offline;
  bool asks = false;              // it may ask a question: takes --yes and --no-input
  Format format = Format::table;  // without an output option
  Run run = nullptr;              // null for a group
  std::span<const Command* const> children = {};
  bool hidden = false;
  bool lasting = false;  // it runs until it is stopped
};

// The values that a command line, or the environment behind it, gave.
class Arguments {
 public:
  void set(std::string_view name, std::vector<std::string> values) { values_[name] = std::move(values); }
  // True when given; for a flag, when set.
  bool has(std::string_view name) const { return values_.contains(name); }
  // The last value given; nullopt when none was.
  std::optional<std::string> find(std::string_view name) const;
  // The last value; for an argument or an option with a default.
  std::string text(std::string_view name) const { return find(name).value_or(std::string()); }
  std::vector<std::string> all(std::string_view name) const;
  // A whole number in a range; nullopt when not given; Error usage/bad_number otherwise.
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least, std::int64_t most) const;
  // All but those of one name: for a command whose own option hides a shared one.
  Arguments without(std::string_view name) const;

 private:
  std::map<std::string_view, std::vector<std::string>> values_;  // names lie in the command tables
};

// What only the process around the commands can do, for those that run others.
struct Host {
  // Runs a program as if the process had been called with these words, with variables that stand over its
  // environment; answers with the exit code. Says errors itself.
  int (*run)(std::string_view program, const std::vector<std::string>& words,
             const std::map<std::string, std::string, std::less<>>& variables);
  // For bash, zsh or fish. Throws Error usage/unknown_shell.
  std::string_view (*completion_script)(const std::string& shell);
};

// Everything a command may touch. Lives as long as the run.
struct Context {
  const Environment& environment;
  const Filesystem& files;
  const Clock& clock;
  Random& random;
  Sink& sink;
  const Diagnostics& diagnostics;
  int input;                   // the descriptor of standard input
  bool dry_run;                // say what would be written or signed; write and sign nothing
  const Host* host = nullptr;  // null where a command is run by itself
};

}  // namespace agentnet::commands
