#include "core/base/line_pipeline.hpp"

#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/error.hpp"

namespace agentnet {
namespace {

struct Block {
  std::string text;  // whole lines; only the last may lack its newline
  std::int64_t sequence = 0;
  std::int64_t first_line = 1;
  std::int64_t lines = 0;
  bool too_long = false;  // stands for one line whose text was skipped
};

// Cuts a descriptor into blocks of whole lines.
class BlockReader {
 public:
  BlockReader(int descriptor, std::string name) : descriptor_(descriptor), name_(std::move(name)) {}

  // False at the end. The block's old text is reused as a buffer.
  bool next(Block& block) {
    block.too_long = false;
    block.text.clear();
    std::swap(block.text, rest_);
    std::size_t searched = 0;
    for (;;) {
      const std::size_t newline = std::string_view(block.text).substr(searched).rfind('\n');
      if (newline != std::string_view::npos) {
        const std::size_t end = searched + newline + 1;
        rest_.assign(block.text, end);
        block.text.resize(end);
        break;
      }
      searched = block.text.size();
      if (searched > kMaxLineBytes) {
        skip_line(block);
        break;
      }
      if (!read_more(block.text)) {
        if (block.text.empty()) return false;
        break;  // the last line has no newline
      }
    }
    number(block);
    return true;
  }

 private:
  bool read_more(std::string& text) {
    const std::size_t used = text.size();
    text.resize(used + kBlockBytes);
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, text.data() + used, kBlockBytes);
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw system_error("cannot read " + name_, errno);
    text.resize(used + static_cast<std::size_t>(count));
    return count > 0;
  }

  // The text so far is one line that is too long: drops it up to its newline.
  void skip_line(Block& block) {
    block.too_long = true;
    std::size_t newline = block.text.find('\n');
    while (newline == std::string::npos) {
      block.text.clear();
      if (!read_more(block.text)) break;
      newline = block.text.find('\n');
    }
    if (newline != std::string::npos) rest_.assign(block.text, newline + 1);
    block.text.clear();
    block.text.shrink_to_fit();
  }

  void number(Block& block) {
    block.sequence = next_sequence_++;
    block.first_line = next_line_;
    block.lines = 1;
    if (!block.too_long) {
      block.lines = std::count(block.text.begin(), block.text.end(), '\n');
      if (block.text.back() != '\n') ++block.lines;
    }
    next_line_ += block.lines;
  }

  int descriptor_;
  std::string name_;
  std::string rest_;  // read, but not yet part of a block
  std::int64_t next_sequence_ = 0;
  std::int64_t next_line_ = 1;
};

void work_on(const Block& block, const LineWorker& worker, std::string& out) {
  if (block.too_long) return worker({{}, block.first_line, true}, out);
  std::string_view rest = block.text;
  for (std::int64_t number = block.first_line; !rest.empty(); ++number) {
    const std::size_t newline = rest.find('\n');
    std::string_view line = rest.substr(0, newline);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool too_long = line.size() > kMaxLineBytes;
    worker({too_long ? std::string_view() : line, number, too_long}, out);
  }
}

// What the threads share; one mutex for reading, one for the order of writing.
class Run {
 public:
  explicit Run(const LinePipeline& pipeline)
      : pipeline_(pipeline), reader_(pipeline.descriptor, pipeline.name) {}

  void one_thread() noexcept {
    try {
      const LineWorker worker = pipeline_.make_worker();
      Block block;
      std::string out;
      while (read(block)) {
        out.clear();
        work_on(block, worker, out);
        write(block, out);
        release_if_large(block.text);
        release_if_large(out);
      }
    } catch (...) {
      fail();
    }
  }

  std::int64_t finish() {
    if (failure_) std::rethrow_exception(failure_);
    return lines_;
  }

 private:
  bool read(Block& block) {
    const std::lock_guard hold(reading_);
    return !failed() && reader_.next(block);
  }

  void write(const Block& block, std::string_view out) {
    std::unique_lock hold(writing_);
    turn_.wait(hold, [&] { return failure_ || next_to_write_ == block.sequence; });
    if (failure_) return;
    pipeline_.emit(out, block.lines);
    lines_ += block.lines;
    ++next_to_write_;
    turn_.notify_all();
  }

  bool failed() {
    const std::lock_guard hold(writing_);
    return failure_ != nullptr;
  }

  void fail() {
    const std::lock_guard hold(writing_);
    if (!failure_) failure_ = std::current_exception();
    turn_.notify_all();
  }

  // One long line must not leave its memory behind in every thread.
  static void release_if_large(std::string& text) {
    if (text.capacity() > 4 * kBlockBytes) std::string().swap(text);
  }

  const LinePipeline& pipeline_;
  std::mutex reading_;
  BlockReader reader_;
  std::mutex writing_;
  std::condition_variable turn_;
  std::int64_t next_to_write_ = 0;
  std::int64_t lines_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::int64_t LinePipeline::run() const {
  Run run(*this);
  std::vector<std::jthread> helpers;
  for (int i = 1; i < threads; ++i)
    helpers.emplace_back([&run] { run.one_thread(); });
  run.one_thread();
  helpers.clear();  // joins
  return run.finish();
}

int available_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1, CPU_COUNT(&set));
}

}  // namespace agentnet
