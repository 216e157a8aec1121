// --jq: the jq language, through the module agentnet-jq (cli/jq_module.c) that stands on libjq.
//
// libjq 1.6 holds numbers as doubles: integers of more than 17 digits lose digits in a filter. The help says
// so.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace agentnet::cli {

// A filter, compiled once for any number of results.
class JqFilter {
 public:
  // Throws Error usage/bad_filter for one that does not compile, and failed/no_module.
  explicit JqFilter(const std::string& filter);
  ~JqFilter();
  JqFilter(const JqFilter&) = delete;
  JqFilter& operator=(const JqFilter&) = delete;

  // Runs it over one JSON text and hands each output on as compact JSON. Throws Error usage/bad_filter when
  // it fails, usage/too_large for a text of more than INT_MAX bytes, and what `emit` throws.
  void run(const std::string& json, const std::function<void(std::string_view output)>& emit);

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
};

}  // namespace agentnet::cli
