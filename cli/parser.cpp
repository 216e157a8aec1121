#include "cli/parser.hpp"

#include <CLI/CLI.hpp>

#include "cli/program.hpp"
#include "cli/suggest.hpp"
#include "core/base/error.hpp"

namespace agentnet::cli {
namespace {

using commands::Argument;
using commands::Arguments;
using commands::Command;
using commands::Option;

constexpr std::string_view kBareFlag = "true";  // what CLI11 records for a flag without a value

std::string cli11_names(const Option& option) {
  std::string names(option.name);
  if (option.letter != 0) names += std::string(",-") + option.letter;
  return names;
}

// One command line fed to CLI11 as a flat list: the command's own options and arguments, and the global
// options.
class Line {
 public:
  Line(const Command& command, const Environment& environment)
      : command_(command), environment_(environment), app_(std::string(command.summary)) {
    app_.set_help_flag();
    app_.allow_extras();
    app_.allow_windows_style_options(false);
    options_.assign(command.options.begin(), command.options.end());
    const std::vector<Option> globals = globals_for(command);
    options_.insert(options_.end(), globals.begin(), globals.end());
    for (const Option& option : options_) {
      const bool flag = option.value.empty() || option.optional_value;
      added_.push_back(flag ? app_.add_flag(cli11_names(option)) : app_.add_option(cli11_names(option)));
      added_.back()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
      if (!flag) added_.back()->expected(1);
    }
    for (const Argument& argument : command.arguments) {
      added_arguments_.push_back(app_.add_option(std::string(argument.name)));
      if (!argument.repeatable) continue;
      added_arguments_.back()->expected(-1);
      added_arguments_.back()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }

  Arguments parse(std::vector<std::string> words) {
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ArgumentMismatch& fault) {
      throw missing_value(fault.what());
    } catch (const CLI::ParseError& fault) {
      throw Error(Category::usage, "bad_usage", fault.what());
    }
    Arguments arguments;
    for (std::size_t i = 0; i < options_.size(); ++i)
      take_option(options_[i], *added_[i], arguments);
    if (arguments.has("--help")) return arguments;
    refuse_extras();
    for (std::size_t i = 0; i < command_.arguments.size(); ++i)
      take_argument(command_.arguments[i], *added_arguments_[i], arguments);
    require_options(arguments);
    return arguments;
  }

 private:
  // CLI11 puts the option's name and a colon in front of its complaint.
  Error missing_value(std::string_view complaint) const {
    const std::string_view name = complaint.substr(0, complaint.find(':'));
    for (const Option& option : options_) {
      if (option.name == name) {
        return {Category::usage, "missing_value", std::string(name) + " needs a value",
                std::string(name) + " " + std::string(option.value) + ": " + std::string(option.help)};
      }
    }
    return {Category::usage, "missing_value", std::string(complaint)};
  }

  void take_option(const Option& option, const CLI::Option& added, Arguments& arguments) const {
    std::vector<std::string> values = added.results();
    std::string source(option.name);
    if (added.count() == 0) {
      if (option.environment.empty()) return;
      const auto value = environment_.get(option.environment);
      if (!value || value->empty()) return;
      values = {*value};
      source = option.environment;
    }
    for (std::string& value : values) {
      if (option.optional_value && value == kBareFlag) value.clear();
      // -o=json: CLI11 leaves the '=' to the value; no choice begins with one.
      if (!option.choices.empty() && value.starts_with('=')) value.erase(0, 1);
      if (option.value.empty() && value != kBareFlag) {
        throw Error(Category::usage, "extra_value", source + " takes no value");
      }
      check_choice(option, source, value);
    }
    arguments.set(option.name, std::move(values));
  }

  static void check_choice(const Option& option, const std::string& source, const std::string& value) {
    if (option.choices.empty()) return;
    const std::vector<std::string_view> choices(option.choices.begin(), option.choices.end());
    if (std::find(choices.begin(), choices.end(), value) != choices.end()) return;
    std::string list;
    for (const std::string_view choice : choices)
      list += (list.empty() ? "" : ", ") + std::string(choice);
    std::string hint = did_you_mean(value, choices);
    throw Error(Category::usage, "unknown_value", source + " does not take '" + value + "'",
                (hint.empty() ? hint : hint + " ") + "one of: " + list);
  }

  void refuse_extras() const {
    std::optional<std::string> extra;
    bool only_arguments = false;  // CLI11 leaves the "--" after which no word is an option among them
    for (const std::string& word : app_.remaining()) {
      if (word == "--" && !only_arguments) {
        only_arguments = true;
      } else if (word.size() < 2 || word.front() != '-' || only_arguments) {
        if (!extra) extra = word;
      } else {
        refuse_option(word);
      }
    }
    if (extra) throw Error(Category::usage, "extra_argument", "unexpected argument '" + *extra + "'");
  }

  [[noreturn]] void refuse_option(const std::string& word) const {
    std::vector<std::string_view> names;
    for (const Option& option : options_)
      names.push_back(option.name);
    const std::string hint = did_you_mean(word.substr(0, word.find('=')), names);
    throw Error(Category::usage, "unknown_option", "unknown option '" + word + "'",
                hint.empty() ? "--help lists the options" : hint);
  }

  static void take_argument(const Argument& argument, const CLI::Option& added, Arguments& arguments) {
    if (added.count() > 0) return arguments.set(argument.name, added.results());
    if (argument.optional) return;
    throw Error(Category::usage, "missing_argument", std::string(argument.name) + " is missing",
                std::string(argument.name) + ": " + std::string(argument.help));
  }

  void require_options(const Arguments& arguments) const {
    for (const Option& option : options_) {
      if (!option.required || arguments.has(option.name)) continue;
      throw Error(
          Category::usage, "missing_option", std::string(option.name) + " is missing",
          std::string(option.name) + " " + std::string(option.value) + ": " + std::string(option.help));
    }
  }

  const Command& command_;
  const Environment& environment_;
  CLI::App app_;
  std::vector<Option> options_;
  std::vector<CLI::Option*> added_;
  std::vector<CLI::Option*> added_arguments_;
};

}  // namespace

Arguments parse_words(const Command& command, const std::vector<std::string>& words,
                      const Environment& environment) {
  return Line(command, environment).parse(words);
}

}  // namespace agentnet::cli
