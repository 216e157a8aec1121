// Reading the registry of an agent's tools.
#pragma once

#include "commands/command.hpp"
#include "core/paybond/tool_registry.hpp"

namespace agentnet::commands {

// The document in the file, YAML or JSON. Throws Error usage/bad_input and, naming the file, what read_yaml
// throws.
json::Document registry_document(const std::string& path, const Context& context);
// The file's text. Throws Error usage/bad_input.
std::string registry_text(const std::string& path, const Context& context);

}  // namespace agentnet::commands
