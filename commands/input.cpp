#include "commands/input.hpp"

namespace agentnet::commands {
namespace {

[[noreturn]] void bad_file(const std::string& path, const Error& fault) {
  std::string hint;
  if (fault.category() == Category::not_found) {
    hint = "give JSON that begins with { or [, a file, or - for standard input";
  }
  throw Error(Category::usage, "bad_input", fault.message(), hint, {{"file", path}});
}

}  // namespace

InputText read_input(const std::string& argument, const Context& context) {
  if (argument == "-") {
    return {"standard input", read_descriptor(context.input, "standard input", json::kMaxDocumentBytes)};
  }
  if (argument.starts_with('{') || argument.starts_with('[')) return {"the argument", argument};
  const std::string path = argument.starts_with('@') ? argument.substr(1) : argument;
  try {
    return {path, context.files.read(path, json::kMaxDocumentBytes)};
  } catch (const Error& fault) {
    bad_file(path, fault);
  }
}

json::Document parse_input(const InputText& input) {
  return naming(input.name, [&] { return json::parse(input.text); });
}

json::Value settle_duplicates(const json::Value& value, json::Arena& arena, bool strict,
                              const InputText& input, const Context& context) {
  std::optional<json::Value> found;
  const json::Value clean = json::without_duplicates(value, arena, &found);
  if (!found) return clean;
  if (strict) refuse_duplicate(*found, input.name);
  warn_of_duplicate(*found, input.name, context);
  return clean;
}

void refuse_duplicate(const json::Value& name, const std::string& input) {
  throw Error(Category::usage, "duplicate_name",
              (input.empty() ? std::string() : input + ": ") + "the member '" + std::string(name.text()) +
                  "' appears twice (byte " + std::to_string(name.offset()) + ")",
              {}, {{"offset", static_cast<std::int64_t>(name.offset())}});
}

void warn_of_duplicate(const json::Value& name, const std::string& input, const Context& context) {
  context.diagnostics.warn("duplicate_name", input + ": the member '" + std::string(name.text()) +
                                                 "' appears twice (byte " + std::to_string(name.offset()) +
                                                 "); the last one counts");
}

}  // namespace agentnet::commands
