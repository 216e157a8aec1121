// Lines in, lines out, on several cores, in order and in constant memory.
//
// Each thread in turn reads a block of whole lines, works on it by itself, waits until the blocks before it
// are written and hands on what it made. So at most one block a thread is in memory, a slow reader of the
// output holds the input back, and a line that arrives alone is answered at once.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

namespace agentnet {

inline constexpr std::size_t kBlockBytes = 256 * 1024;          // read at a time, unless said otherwise
inline constexpr std::size_t kMaxLineBytes = 16 * 1024 * 1024;  // without the newline
inline constexpr int kMaxPipelineThreads = 64;

struct Line {
  std::string_view text;  // without "\n" or "\r\n"; empty when too_long
  std::int64_t number;    // from 1
  bool too_long = false;  // over kMaxLineBytes; the text was skipped
};

// Appends what answers the line to `out`. An exception ends the whole run, also one that waits for its input,
// and is rethrown from it once the whole lines that were made before are handed on.
using LineWorker = std::function<void(const Line& line, std::string& out)>;

// The same for all lines of a block at once.
using BlockWorker = std::function<void(std::span<const Line> lines, std::string& out)>;

struct LinePipeline {
  int descriptor;                                       // read to its end
  std::string name;                                     // of the input, for errors
  int threads = 1;                                      // 1 to kMaxPipelineThreads
  std::function<LineWorker()> make_worker;              // called once in each thread, as the next one
  std::function<BlockWorker()> make_block_worker = {};  // when set, instead of the one above
  // How much is read at a time; what has arrived is not kept waiting for more.
  std::size_t block_bytes = kBlockBytes;
  // Called with what each block led to, in the order of the input, never twice at a time.
  std::function<void(std::string_view made, std::int64_t lines)> emit;

  // Returns the number of lines. Throws what a worker, emit or the reading threw.
  std::int64_t run() const;
};

// Cores that this process may use, at least 1.
int available_cores();

}  // namespace agentnet
