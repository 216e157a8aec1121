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
  selection.words.insert(selection.words.end(), words.begin() + static_cast<std::ptrdiff_t>(at), words.end());
  return selection;
}

}  // namespace agentnet::cli
