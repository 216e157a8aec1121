// How a JSON argument is read: a text that begins with { or [ is the JSON itself, - is standard input,
// anything else (and @NAME always) is a file.
#pragma once

#include <string>

#include "commands/command.hpp"
#include "core/json/parse.hpp"

namespace agentnet::commands {

// The bytes that an argument stands for. Throws Error usage/bad_input when a file cannot be read.
struct InputText {
  std::string name;  // for messages: the file, "standard input" or "the argument"
  std::string text;
};
InputText read_input(const std::string& argument, const Context& context);

// The document in them; an Error of the parser or of the rules gets the input's name in front.
json::Document parse_input(const InputText& input);

// Runs `work` and puts the input's name before the message of an Error usage it throws.
template <typename Work>
auto naming(const std::string& name, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    if (error.category() != Category::usage) throw;
    throw Error(error.category(), error.code(), name + ": " + error.message(), error.hint(), error.details());
  }
}

// Warns of a duplicate name, or refuses it when `strict`; for commands that echo the document.
json::Value settle_duplicates(const json::Value& value, json::Arena& arena, bool strict,
                              const InputText& input, const Context& context);
// Throws Error usage/duplicate_name; `input` is named in it unless empty.
[[noreturn]] void refuse_duplicate(const json::Value& name, const std::string& input);
void warn_of_duplicate(const json::Value& name, const std::string& input, const Context& context);

}  // namespace agentnet::commands
