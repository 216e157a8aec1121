#include "cli/completion.hpp"

#include <algorithm>

#include "cli/embedded.hpp"
#include "cli/program.hpp"
#include "cli/suggest.hpp"
#include "core/base/error.hpp"

namespace agentnet::cli {
namespace {

using commands::Command;
using commands::Completes;
using commands::Option;

class Candidates {
 public:
  explicit Candidates(std::string_view typed) : typed_(typed) {}

  void add(std::string_view word, std::string_view phrase = {}) {
    if (!word.starts_with(typed_)) return;
    std::string line(word);
    if (!phrase.empty()) line += "\t" + std::string(phrase);
    list_.push_back(std::move(line));
  }
  void add_files() { list_.emplace_back(kCompleteFiles); }
  std::vector<std::string> take() { return std::move(list_); }

 private:
  std::string_view typed_;
  std::vector<std::string> list_;
};

std::vector<Option> all_options(const Command& command) {
  std::vector<Option> options(command.options.begin(), command.options.end());
  const std::vector<Option> globals = globals_for(command);
  options.insert(options.end(), globals.begin(), globals.end());
  return options;
}

// The option whose value the next word is, if the word before asks for one.
const Option* awaiting_value(const std::vector<Option>& options, std::string_view before) {
  for (const Option& option : options) {
    if (option.value.empty() || option.optional_value) continue;
    const bool by_letter =
        before.size() == 2 && before[0] == '-' && option.letter != 0 && before[1] == option.letter;
    if (before == option.name || by_letter) return &option;
  }
  return nullptr;
}

void add_values(const Option& option, std::string_view prefix, Candidates& candidates) {
  for (const std::string_view choice : option.choices)
    candidates.add(std::string(prefix) + std::string(choice));
  if (option.completes == Completes::files) candidates.add_files();
}

// The arguments among the words before the cursor.
std::vector<std::string> arguments_among(const std::vector<std::string>& words,
                                         const std::vector<Option>& options) {
  std::vector<std::string> arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (awaiting_value(options, words[i]) != nullptr) {
      ++i;
    } else if (words[i] == "-" || !words[i].starts_with('-')) {
      arguments.push_back(words[i]);
    }
  }
  return arguments;
}

void complete_group(const Command& group, Candidates& candidates) {
  for (const Command* child : group.children) {
    if (!child->hidden) candidates.add(child->name, child->summary);
  }
}

void complete_option(const std::vector<Option>& options, const std::string& typed, Candidates& candidates) {
  const std::size_t equals = typed.find('=');
  for (const Option& option : options) {
    if (equals == std::string::npos) {
      candidates.add(option.name, option.help);
    } else if (option.name == typed.substr(0, equals)) {
      add_values(option, typed.substr(0, equals + 1), candidates);
    }
  }
}

// The words that name a command: programs first, then the commands below what stands there already.
void complete_command_name(const std::vector<std::string>& before, Candidates& candidates) {
  const Program* program = before.empty() ? nullptr : find_program(before.front());
  const Command* at = program != nullptr ? program->root : programs().front().root;
  for (std::size_t i = program != nullptr ? 1 : 0; i < before.size(); ++i) {
    const auto named = [&](const Command* child) { return child->name == before[i]; };
    const auto found = std::find_if(at->children.begin(), at->children.end(), named);
    if (found == at->children.end()) return;
    at = *found;
  }
  complete_group(*at, candidates);
}

void complete_argument(const Command& command, const std::vector<std::string>& before,
                       Candidates& candidates) {
  if (command.arguments.empty()) return;
  const std::size_t last = command.arguments.size() - 1;
  if (before.size() > last && !command.arguments[last].repeatable) return;
  const commands::Argument& argument = command.arguments[std::min(before.size(), last)];
  if (argument.completes == Completes::files) candidates.add_files();
  if (argument.completes == Completes::commands) complete_command_name(before, candidates);
}

}  // namespace

std::string_view completion_script(const std::string& shell) {
  if (shell == "bash") return embedded_bash_completion();
  if (shell == "zsh") return embedded_zsh_completion();
  if (shell == "fish") return embedded_fish_completion();
  const std::string hint = did_you_mean(shell, {"bash", "zsh", "fish"});
  throw Error(Category::usage, "unknown_shell", "there is no completion script for '" + shell + "'",
              hint.empty() ? "one of: bash, zsh, fish" : hint);
}

std::vector<std::string> complete(const std::vector<std::string>& words) {
  if (words.size() < 2) return {};
  const Program* program = find_program(words.front());
  if (program == nullptr) return {};
  const std::string& typed = words.back();
  Candidates candidates(typed);
  Selection selection;
  try {
    selection = select(*program, {words.begin() + 1, words.end() - 1});
  } catch (const Error&) {
    return {};
  }
  const Command& command = selection.command();
  const std::vector<Option> options = all_options(command);
  const Option* asking = selection.words.empty() ? nullptr : awaiting_value(options, selection.words.back());
  if (asking != nullptr) {
    add_values(*asking, {}, candidates);
  } else if (typed.starts_with('-') && typed != "-") {
    complete_option(options, typed, candidates);
  } else if (!command.children.empty()) {
    complete_group(command, candidates);
  } else {
    complete_argument(command, arguments_among(selection.words, options), candidates);
  }
  return candidates.take();
}

}  // namespace agentnet::cli
