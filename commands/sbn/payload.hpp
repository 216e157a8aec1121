// What `sbn` commands send: JSON objects, refused here when the network would only refuse them.
#pragma once

#include "commands/input.hpp"

namespace agentnet::commands {

// The object that an argument stands for (commands/input.hpp); of duplicate names the last counts, with a
// warning. Throws what read_input and parse_input throw, and Error usage/not_an_object.
struct Payload {
  Payload(const std::string& argument, const Context& context);

  InputText input;
  json::Document document;
  json::Value value;  // lies in the document
};

// The object that the option's value stands for (commands/input.hpp); null when the option is not given.
// Throws what Payload throws.
json::Document object_option(const Arguments& arguments, std::string_view name, const Context& context);

}  // namespace agentnet::commands
