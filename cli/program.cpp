#include "cli/program.hpp"

#include <algorithm>

#include "cli/builtin.hpp"
#include "cli/suggest.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/sbn/program.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/base/error.hpp"

namespace agentnet::cli {
namespace {

using commands::Command;
using commands::Exit;

constexpr Program kPrograms[] = {
    {&kAgentnetProgram, Exit::done, false, {}},
    {&commands::kSbnProgram, Exit::usage, true, "SBN_OUTPUT_FORMAT"},
    {&commands::kSnapchoreProgram, Exit::done, false, {}},
    {&commands::kPaybondProgram, Exit::done, false, {}},
};

bool is_option(std::string_view word) {
  return word.size() > 1 && word.front() == '-';
}

// Whether the word after this option is its value.
bool takes_next_word(std::string_view word) {
  if (word.find('=') != std::string_view::npos) return false;
  for (const SharedOptions& shared : shared_options()) {
    for (const commands::Option& option : shared.options) {
      if (option.value.empty() || option.optional_value) continue;
      if (word == option.name) return true;
      if (word.size() == 2 && option.letter != 0 && word[1] == option.letter) return true;
    }
  }
  return false;
}

const Command* child_named(const Command& group, std::string_view name) {
  for (const Command* child : group.children) {
    if (child->name == name) return child;
  }
  return nullptr;
}

// Of the words before the command, -f and -o are the output format, also where the command has an option of
// its own by that letter; a command with its own --format takes no other.
void settle_format(const Command& command, std::vector<std::string>& words) {
  const auto own = [&](std::string_view name, char letter) {
    return std::any_of(command.options.begin(), command.options.end(), [&](const commands::Option& option) {
      return option.name == name || (letter != 0 && option.letter == letter);
    });
  };
  const bool formats_itself = own("--format", 0);
  std::vector<std::string> settled;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string& word = words[i];
    const std::string name = word.starts_with("--") ? word.substr(0, word.find('=')) : word.substr(0, 2);
    const bool names_format = name == "-f" || name == "-o" || name == "--format";
    if (!names_format || !own(name, name.size() == 2 ? name[1] : '\0')) {
      settled.push_back(std::move(word));
      continue;
    }
    std::string value = word.substr(name.size());
    if (value.empty() && i + 1 < words.size()) value = words[++i];
    if (value.starts_with('=')) value.erase(0, 1);
    if (!formats_itself) settled.push_back("--output-format=" + value);
  }
  words = std::move(settled);
}

[[noreturn]] void unknown_command(const Selection& selection, const std::string& word) {
  std::vector<std::string_view> names;
  for (const Command* child : selection.command().children) {
    if (!child->hidden) names.push_back(child->name);
  }
  std::string hint = did_you_mean(word, names);
  if (hint.empty()) hint = "see '" + selection.line() + " --help'";
  throw Error(Category::usage, "unknown_command", "'" + selection.line() + "' has no command '" + word + "'",
              hint);
}

}  // namespace

std::span<const Program> programs() {
  return kPrograms;
}

const Program* find_program(std::string_view name) {
  for (const Program& program : kPrograms) {
    if (program.root->name == name) return &program;
  }
  return nullptr;
}

std::string line_of(std::span<const Command* const> path) {
  std::string line;
  for (const Command* command : path)
    line += (line.empty() ? "" : " ") + std::string(command->name);
  return line;
}

std::string Selection::line() const {
  return line_of(path);
}

Selection select(const Program& program, const std::vector<std::string>& words) {
  Selection selection;
  selection.path.push_back(program.root);
  std::size_t at = 0;
  for (; at < words.size() && !selection.command().children.empty(); ++at) {
    const std::string& word = words[at];
    if (word == "--") break;
    if (is_option(word)) {
      selection.words.push_back(word);
      if (takes_next_word(word) && at + 1 < words.size()) selection.words.push_back(words[++at]);
      continue;
    }
    if (const Command* child = child_named(selection.command(), word)) {
      selection.path.push_back(child);
    } else if (word == "help" && !selection.help) {
      selection.help = true;
    } else {
      unknown_command(selection, word);
    }
  }
  settle_format(selection.command(), selection.words);
  selection.words.insert(selection.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return selection;
}

}  // namespace agentnet::cli
