// Bulk sealing against the local network: blocks of lines, a commit for each, and a journal so that a run
// that was cut off goes on behind its last durable line.
#pragma once

#include <optional>
#include <string>

#include "commands/bulk.hpp"
#include "core/sbn/client.hpp"

namespace agentnet::commands {

// The journal is a JSON object {"run_id", "lines"}: which run it is, and how many of its answers were handed
// to standard output. What is durable is known by the network alone (core/sbn/run_steps.hpp); answers that
// are durable and were not printed are printed first when the run is taken up. A kill between printing and
// noting may print the answers of one block of lines a second time; none is lost, none sealed twice.
class SealRun {
 public:
  // All must outlive it. Without a journal the lines are sealed in no run.
  SealRun(sbn::Client& client, const sbn::SealOptions& options, std::optional<std::string> journal,
          const Arguments& arguments, Context& context)
      : client_(client),
        options_(options),
        journal_(std::move(journal)),
        arguments_(arguments),
        context_(context) {}

  Exit run();

 private:
  // Where an answer goes: appended, with its newline, to what a block of lines leads to.
  struct Target {
    bool bare;
    BulkTally& tally;
    std::string& out;
  };

  void open_journal();
  void note(std::int64_t lines) const;
  void work(std::span<const Line> lines, const Target& target);
  void repeat(std::span<const Line> lines, const Target& target) const;
  void seal(std::span<const Line> lines, const Target& target) const;
  std::string query(std::int64_t first_line) const;

  sbn::Client& client_;
  const sbn::SealOptions& options_;
  std::optional<std::string> journal_;
  const Arguments& arguments_;
  Context& context_;
  std::string run_id_;        // empty: no run
  std::int64_t printed_ = 0;  // lines whose answers were printed before this process
  std::int64_t durable_ = 0;  // lines that were durable before this process
};

}  // namespace agentnet::commands
