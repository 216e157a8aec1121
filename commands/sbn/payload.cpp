#include "commands/sbn/payload.hpp"

namespace agentnet::commands {

Payload::Payload(const std::string& argument, const Context& context)
    : input(read_input(argument, context)), document(parse_input(input)) {
  value = settle_duplicates(document.root, document.arena, false, input, context);
  if (value.is_object()) return;
  throw Error(Category::usage, "not_an_object", input.name + ": the payload must be a JSON object");
}

json::Document object_option(const Arguments& arguments, std::string_view name, const Context& context) {
  const auto text = arguments.find(name);
  if (!text) return {};
  json::Document document = naming(std::string(name), [&] {
    const InputText input = read_input(*text, context);
    json::Document read = parse_input(input);
    read.root = settle_duplicates(read.root, read.arena, false, input, context);
    return read;
  });
  if (document.root.is_object()) return document;
  throw Error(Category::usage, "not_an_object", std::string(name) + " must be a JSON object");
}

}  // namespace agentnet::commands
