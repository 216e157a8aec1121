#include "cli/help.hpp"

#include <algorithm>

#include "cli/program.hpp"

namespace agentnet::cli {
namespace {

using commands::Argument;
using commands::Command;
using commands::Example;
using commands::Exit;
using commands::ExitMeaning;
using commands::Option;

// A name in a column of its own, and the phrase wrapped beside it.
std::string entry(const std::string& label, std::string_view phrase, std::size_t column) {
  std::string out = "  " + label;
  const std::string text = wrapped(phrase, column);
  if (out.size() + 2 > column) return out + "\n" + text;
  return out + std::string(column - out.size(), ' ') + text.substr(column);
}

std::size_t column_for(const std::vector<std::string>& labels) {
  constexpr std::size_t kWidest = 30;
  std::size_t longest = 0;
  for (const std::string& label : labels) {
    if (label.size() <= kWidest) longest = std::max(longest, label.size());
  }
  return longest + 4;
}

std::string option_section(std::string_view title, std::span<const Option> options) {
  if (options.empty()) return {};
  std::vector<std::string> labels;
  for (const Option& option : options)
    labels.push_back(option_label(option));
  std::string out = "\n" + std::string(title) + ":\n";
  const std::vector<std::string> phrases = option_phrases(options);
  for (std::size_t i = 0; i < options.size(); ++i)
    out += entry(labels[i], phrases[i], column_for(labels));
  return out;
}

std::string command_section(const Command& group) {
  std::vector<std::string> labels;
  for (const Command* child : group.children) {
    if (!child->hidden) labels.emplace_back(child->name);
  }
  if (labels.empty()) return {};
  std::string out = "\nCommands:\n";
  for (const Command* child : group.children) {
    if (!child->hidden) out += entry(std::string(child->name), child->summary, column_for(labels));
  }
  return out;
}

std::string argument_section(const Command& command) {
  if (command.arguments.empty()) return {};
  std::vector<std::string> labels;
  for (const Argument& argument : command.arguments)
    labels.emplace_back(argument.name);
  std::string out = "\nArguments:\n";
  for (const Argument& argument : command.arguments)
    out += entry(std::string(argument.name), argument.help, column_for(labels));
  return out;
}

// The places where a shell line may be broken.
std::vector<std::size_t> spaces_between_words(std::string_view line) {
  std::vector<std::size_t> spaces;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) {
      if (line[i] == quote) quote = 0;
    } else if (line[i] == '\'' || line[i] == '"') {
      quote = line[i];
    } else if (line[i] == ' ') {
      spaces.push_back(i);
    }
  }
  return spaces;
}

bool ends_command(std::string_view line) {
  return line.ends_with("&&") || line.ends_with(" |");
}

std::string example_section(std::span<const Command* const> path) {
  const Command& command = *path.back();
  if (command.examples.empty()) return {};
  std::string out = "\nExamples:\n";
  for (const Example& example : command.examples)
    out += wrapped(example.what, 2) + shell_lines(example_line(example, path), 4);
  return out;
}

std::string exit_section(const Command& command) {
  if (command.run == nullptr) return {};
  return "\nExit codes:\n  " + exit_list(command) + "  (see 'agentnet help exit-codes')\n";
}

std::string see_also_section(const Command& command) {
  if (command.see_also.empty()) return {};
  std::string list;
  for (const std::string_view line : command.see_also)
    list += (list.empty() ? "" : ", ") + std::string(line);
  return "\nSee also:\n" + wrapped(list, 2);
}

}  // namespace

std::string wrapped(std::string_view text, std::size_t indent) {
  const std::string margin(indent, ' ');
  std::string out;
  std::string line = margin;
  const auto end_line = [&] {
    if (line.size() > indent) out += line + "\n";
    line = margin;
  };
  while (!text.empty()) {
    if (text.starts_with("\n\n")) {
      end_line();
      out += "\n";
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    const std::string_view word = text.substr(0, end);
    if (line.size() > indent && line.size() + 1 + word.size() > kHelpColumns) end_line();
    if (line.size() > indent && !word.empty()) line += ' ';
    line += word;
    text.remove_prefix(text.substr(end).starts_with("\n\n") ? end : std::min(end + 1, text.size()));
  }
  end_line();
  return out;
}

std::string shell_lines(std::string_view line, std::size_t indent) {
  std::string out;
  std::string margin(indent, ' ');
  while (margin.size() + line.size() > kHelpColumns) {
    // The last place that fits: behind the end of a command, else any.
    const std::size_t room = kHelpColumns - margin.size() - 2;  // for " \\"
    std::size_t cut = 0;
    bool good = false;
    for (const std::size_t space : spaces_between_words(line)) {
      const bool better = ends_command(line.substr(0, space));
      if (space > room || (good && !better)) continue;
      cut = space;
      good = better;
    }
    if (cut == 0) break;
    out += margin + std::string(line.substr(0, cut)) + " \\\n";
    line.remove_prefix(cut + 1);
    margin.assign(indent + 2, ' ');
  }
  return out + margin + std::string(line) + "\n";
}

std::string option_label(const Option& option) {
  std::string label = option.letter != 0 ? std::string("-") + option.letter + ", " : "    ";
  label += option.name;
  if (option.optional_value) return label + "[=" + std::string(option.value) + "]";
  if (!option.value.empty()) label += " " + std::string(option.value);
  return label;
}

std::vector<std::string> option_phrases(std::span<const Option> options) {
  std::vector<std::string> phrases;
  const std::string_view* listed = nullptr;
  for (const Option& option : options) {
    std::string phrase(option.help);
    if (!option.choices.empty() && option.choices.data() != listed) {
      phrase += ": ";
      for (const std::string_view& choice : option.choices)
        phrase += (&choice == &option.choices.front() ? "" : ", ") + std::string(choice);
    }
    listed = option.choices.data();
    if (option.required) phrase += " (required)";
    if (!option.fallback.empty()) phrase += " (default: " + std::string(option.fallback) + ")";
    if (!option.environment.empty()) phrase += " (environment: " + std::string(option.environment) + ")";
    phrases.push_back(std::move(phrase));
  }
  return phrases;
}

std::string usage_line(std::span<const Command* const> path) {
  const Command& command = *path.back();
  std::string line = line_of(path);
  if (!command.children.empty()) return line + (command.run == nullptr ? " COMMAND" : " [COMMAND]");
  line += " [options]";
  for (const Argument& argument : command.arguments) {
    const std::string name = std::string(argument.name) + (argument.repeatable ? "..." : "");
    line += argument.optional ? " [" + name + "]" : " " + name;
  }
  return line;
}

std::string example_line(const Example& example, std::span<const Command* const> path) {
  constexpr std::string_view kOwnWords = "@@";
  std::string line(example.line);
  const std::string words = line_of(path);
  for (std::size_t at = line.find(kOwnWords); at != std::string::npos; at = line.find(kOwnWords, at))
    line.replace(at, kOwnWords.size(), words);
  return line;
}

std::string help_text(std::span<const Command* const> path) {
  const Command& command = *path.back();
  std::string out = wrapped(std::string(command.summary) + ".", 0);
  out += "\nUsage:\n  " + usage_line(path) + "\n";
  if (!command.description.empty()) out += "\n" + wrapped(command.description, 0);
  out += command_section(command);
  out += argument_section(command);
  out += option_section("Options", command.options);
  for (const SharedOptions& shared : shared_options())
    out += option_section(shared.title, free_options(shared, command));
  out += example_section(path);
  out += exit_section(command);
  out += see_also_section(command);
  return out;
}

std::vector<Exit> exits_of(const Command& command) {
  std::vector<Exit> exits = {Exit::done, Exit::failed, Exit::usage};
  exits.insert(exits.end(), command.exits.begin(), command.exits.end());
  std::sort(exits.begin(), exits.end());
  exits.erase(std::unique(exits.begin(), exits.end()), exits.end());
  return exits;
}

std::string exit_list(const Command& command) {
  std::string out;
  for (const Exit code : exits_of(command))
    out += (out.empty() ? "" : ", ") + std::to_string(static_cast<int>(code));
  return out;
}

std::string exit_codes_text() {
  std::string out = "What the exit code of every program here means:\n\n";
  for (const ExitMeaning& meaning : commands::exit_meanings()) {
    const std::string code = std::to_string(static_cast<int>(meaning.code));
    out += "  " + std::string(3 - code.size(), ' ') + code + "  " + std::string(meaning.meaning) + "\n";
  }
  return out + "\nThe code is the same with and without JSON. \"Could not check\" is never 9.\n";
}

}  // namespace agentnet::cli
