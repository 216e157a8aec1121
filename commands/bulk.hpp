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
#include "core/base/line_pipeline.hpp"

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

// The same for a block of lines, one line of answer for each of them; may not throw for a line that fails.
using BulkBlockWorker = BlockWorker;

struct Bulk {
  const Arguments& arguments;  // of a command with the two options above
  Context& context;
  // Makes the worker of one thread; `bare` says that the format is quiet.
  std::function<BulkWorker(bool bare, BulkTally& tally)> make_worker;
  Format format = Format::jsonl;  // unless the user chose one
  // When set, instead of make_worker.
  std::function<BulkBlockWorker(bool bare, BulkTally& tally)> make_block_worker = {};
  int most_threads = kMaxPipelineThreads;
  std::size_t block_bytes = kBlockBytes;  // of input, for one call of a block worker
  int descriptor = -1;                    // when set, what is read in place of --ndjson's file
  int threads = 0;                        // when set, in place of --threads
  // Called at the end of the input: what it appends, a line with its newline or nothing, is printed last
  // unless rows of one kind are wanted (Sink::takes_mixed_rows).
  std::function<void(bool bare, std::string& out)> last_line = {};
  // Called when lines have been handed to standard output, with the number of those so far.
  std::function<void(std::int64_t lines)> after_output = {};

  Exit run() const;
};

}  // namespace agentnet::commands
