// Reading the registry of an agent's tools.
#pragma once

#include "commands/command.hpp"
#include "core/paybond/tool_registry.hpp"

namespace agentnet::commands {

// The document in the file. Throws Error usage/bad_input, bad_json, duplicate_name; refused/yaml_not_here for
// what does not begin with '{'.
json::Document registry_document(const std::string& path, const Context& context);
// The same of a text that was read from it.
json::Document registry_document_of(const std::string& path, const std::string& text);
// The file's text. Throws Error usage/bad_input.
std::string registry_text(const std::string& path, const Context& context);

}  // namespace agentnet::commands
