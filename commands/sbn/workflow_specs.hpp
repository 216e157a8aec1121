// What `sbn atlas register` says of an app's workflows: names, and pairs WORKFLOW=VALUE that name a frontier,
// a pulse or events, put together as one spec for each workflow (wire reference sbn, section g.1).
//
// Workflows stand in the order in which they are first named: --workflows, --workflow, the specs of the file,
// the specs of the line, --bind, --pulse, --events. What names a workflow for the first time declares it. Of
// two values for the same thing the pairs win over the specs, and later ones over earlier ones.
#pragma once

#include "commands/command.hpp"
#include "core/json/value.hpp"

namespace agentnet::commands {

// How a workflow's work reaches its frontier.
inline constexpr std::string_view kPulses[] = {"slot_stream", "pgdag", "batch"};

struct WorkflowSpecs {
  std::vector<std::string> workflows;
  json::Document specs;  // the list of them
};

// Throws Error usage: bad_pair, bad_spec, unknown_value for a pulse that --pulse does not take, no_workflows,
// and what read_input and parse_input throw.
WorkflowSpecs read_workflow_specs(const Arguments& arguments, const Context& context);

}  // namespace agentnet::commands
