// Bulk work: one JSON document a line in, one answer a line out, in order, on all cores.
//
// Line N of the output answers line N of the input. A line that fails prints {"error":…} in its place (an
// empty line in quiet), the others go on; at the end a summary goes to standard error and the exit code is 2
// if a line failed, else 9 if a line did not verify.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "commands/command.hpp"

namespace agentnet::commands {

// The options every bulk command has.
inline constexpr Option kNdjsonOption{
    .name = "--ndjson",
    .value = "FILE",
    .help = "read one JSON document a line from FILE, or - for standard input",
    .completes = Completes::files};
inline constexpr Option kThreadsOption{.name = "--threads",
                                       .value = "N",
                                       .help = "threads for --ndjson, 1 to 64",
                                       .fallback = "one for each core"};

// Throws Error usage for --threads without --ndjson, where it would do nothing.
void refuse_threads_alone(const Arguments& arguments);

// Counts that the workers of one run share.
struct BulkTally {
  std::atomic<std::int64_t> failed{0};
  std::atomic<std::int64_t> unverified{0};
  std::atomic<std::int64_t> duplicates{0};
};

// Answers one line by appending one line without its newline: bare in quiet, a JSON object otherwise. Throws
// Error for a line that fails.
using BulkWorker = std::function<void(std::string_view line, std::string& out)>;

struct Bulk {
  const Arguments& arguments;  // of a command with the two options above
  Context& context;
  // Makes the worker of one thread; `bare` says that the format is quiet.
  std::function<BulkWorker(bool bare, BulkTally& tally)> make_worker;
  Format format = Format::jsonl;  // unless the user chose one

  Exit run() const;
};

}  // namespace agentnet::commands
