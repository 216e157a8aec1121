// --jq: the jq language, through the module agentnet-jq (cli/jq_module.c) that stands on libjq.
//
// libjq 1.6 holds numbers as doubles: integers of more than 17 digits lose digits in a filter. The help says
// so.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace agentnet::cli {

// Runs a filter over one JSON text and hands each output on as compact JSON. Throws Error usage/bad_filter
// for a filter that does not compile or fails while it runs, and failed/no_module.
void run_jq(const std::string& filter, const std::string& json,
            const std::function<void(std::string_view output)>& emit);

}  // namespace agentnet::cli
