// A frontier card as `sbn atlas cards` takes it: from a file, from options, or from both.
//
// A file holds the card flat, by the names of sbn::atlas::card_members(), or in the sections in which the
// network keeps it: meta, identity, registration_prior, bindings, operational_form, diagnostics and notes,
// alone or under frontier_card. What sections and members mean is in card_file.cpp, one line for each.
#pragma once

#include "commands/command.hpp"
#include "core/json/value.hpp"

namespace agentnet::commands {

// What `cards version` takes; `cards register` takes all but the last.
inline constexpr Option kCardOptions[] = {
    {.name = "--file",
     .value = "FILE",
     .help = "the card as JSON, flat or in its sections; options count more",
     .completes = Completes::files},
    {.name = "--card-id", .value = "ID", .help = "the card's id; else its scope or domain"},
    {.name = "--scope", .value = "SCOPE", .help = "what the card is about"},
    {.name = "--domain", .value = "DOMAIN", .help = "the domain that it is about"},
    {.name = "--app-family", .value = "FAMILY", .help = "the family of apps that it is for"},
    {.name = "--family-class", .value = "CLASS", .help = "the class of that family"},
    {.name = "--authored-by", .value = "NAME", .help = "who wrote the card"},
    {.name = "--label", .value = "TEXT", .help = "what it is called"},
    {.name = "--description", .value = "TEXT", .help = "what it is for"},
    {.name = "--ecology", .value = "WORD", .help = "the ecology that it belongs to"},
    {.name = "--frontier", .value = "FRONTIER", .help = "the frontier that it describes"},
    {.name = "--policy", .value = "WORD", .help = "the policy that it follows"},
    {.name = "--surface", .value = "WORD", .help = "the surface that it is seen through"},
    {.name = "--path-id", .value = "PATH", .help = "the frontier's canonical path"},
    {.name = "--pulse-type", .value = "PULSE", .help = "how work arrives"},
    {.name = "--workflow", .value = "NAME", .help = "a workflow that it is for", .repeatable = true},
    {.name = "--api-key-id", .value = "KEY", .help = "a key that it is for", .repeatable = true},
    {.name = "--app-id", .value = "APP", .help = "the app that it is for"},
    {.name = "--card-version", .value = "VERSION", .help = "what its version is called"},
    {.name = "--c-max", .value = "X", .help = "the capacity that it declares"},
    {.name = "--cmax-default", .value = "X", .help = "the capacity to assume"},
    {.name = "--cmax-source", .value = "TEXT", .help = "where the capacity comes from"},
    {.name = "--scientific-contract-file",
     .value = "FILE",
     .help = "its scientific contract, an object",
     .completes = Completes::files},
    {.name = "--operational-form-file",
     .value = "FILE",
     .help = "its operational form, an object",
     .completes = Completes::files},
    {.name = "--diagnostics-file",
     .value = "FILE",
     .help = "its diagnostics, an object",
     .completes = Completes::files},
    {.name = "--notes-file", .value = "FILE", .help = "notes, an object", .completes = Completes::files},
    {.name = "--change-note", .value = "TEXT", .help = "what is new in this version"},
};

// The card as a flat object. What an option says counts more than the file. Throws what read_input and
// parse_input throw, and Error usage/bad_card for a file that holds no object.
json::Document read_card(const Arguments& arguments, const Context& context);
// The same of a file alone.
json::Document read_card_file(const std::string& file, const Context& context);

}  // namespace agentnet::commands
