#include "core/base/line_pipeline.hpp"

#include <poll.h>
#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
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

// Searching beats counting byte by byte, which this compiler does not do several at a time.
std::int64_t count_newlines(std::string_view text) {
  std::int64_t count = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1))
    ++count;
  return count;
}

// Cuts a descriptor into blocks of whole lines.
class BlockReader {
 public:
  BlockReader(int descriptor, std::string name, std::size_t block_bytes)
      : descriptor_(descriptor),
        name_(std::move(name)),
        block_bytes_(block_bytes),
        stop_(::eventfd(0, EFD_CLOEXEC)) {
    if (stop_ < 0) throw system_error("cannot make an event", errno);
  }
  ~BlockReader() { ::close(stop_); }
  BlockReader(const BlockReader&) = delete;
  BlockReader& operator=(const BlockReader&) = delete;

  // From any thread: the input is at its end, also for one that waits for it now.
  void stop() const {
    const std::uint64_t one = 1;
    while (::write(stop_, &one, sizeof one) < 0 && errno == EINTR) {
    }
  }

  // False at the end. The block's old text is reused as a buffer.
  bool next(Block& block) {
    block.too_long = false;
    block.text.clear();
    std::swap(block.text, rest_);
    bool has_line = block.text.find('\n') != std::string::npos;
    // A pipe gives little at a time, so what has arrived meanwhile is taken, too.
    while (!at_end_ && (!has_line || (block.text.size() < block_bytes_ && has_arrived()))) {
      const std::size_t searched = block.text.size();
      if (!has_line && searched > kMaxLineBytes) {
        skip_line(block);
        number(block);
        return true;
      }
      read_more(block.text);
      has_line = has_line || block.text.find('\n', searched) != std::string::npos;
    }
    if (block.text.empty()) return false;
    if (has_line) {  // only the last line may lack its newline
      const std::size_t end = block.text.rfind('\n') + 1;
      rest_.assign(block.text, end);
      block.text.resize(end);
    }
    number(block);
    return true;
  }

 private:
  // Whether reading would not wait.
  bool has_arrived() const {
    pollfd input{descriptor_, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0;
  }

  // False when it was stopped.
  bool wait_for_input() const {
    if (descriptor_ < 0) return true;  // which poll would pass over, and reading refuses
    std::array<pollfd, 2> waited{{{stop_, POLLIN, 0}, {descriptor_, POLLIN, 0}}};
    while (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) {
    }
    return waited[0].revents == 0;
  }

  bool read_more(std::string& text) {
    if (!wait_for_input()) {
      at_end_ = true;
      return false;
    }
    const std::size_t used = text.size();
    text.resize(used + std::min(block_bytes_, kBlockBytes));
    ssize_t count = 0;
    do {
      count = ::read(descriptor_, text.data() + used, text.size() - used);
    } while (count < 0 && errno == EINTR);
    if (count < 0) throw system_error("cannot read " + name_, errno);
    text.resize(used + static_cast<std::size_t>(count));
    at_end_ = count == 0;
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
      block.lines = count_newlines(block.text);
      if (block.text.back() != '\n') ++block.lines;
    }
    next_line_ += block.lines;
  }

  int descriptor_;
  std::string name_;
  std::size_t block_bytes_;
  int stop_;  // readable when it is not to read on
  bool at_end_ = false;
  std::string rest_;  // read, but not yet part of a block
  std::int64_t next_sequence_ = 0;
  std::int64_t next_line_ = 1;
};

// Calls `take` with each line of the block.
template <typename Take>
void cut(const Block& block, const Take& take) {
  if (block.too_long) return take(Line{{}, block.first_line, true});
  std::string_view rest = block.text;
  for (std::int64_t number = block.first_line; !rest.empty(); ++number) {
    const std::size_t newline = rest.find('\n');
    std::string_view line = rest.substr(0, newline);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const bool too_long = line.size() > kMaxLineBytes;
    take(Line{too_long ? std::string_view() : line, number, too_long});
  }
}

// What the threads share; one mutex for reading, one for the order of writing.
class Run {
 public:
  explicit Run(const LinePipeline& pipeline)
      : pipeline_(pipeline), reader_(pipeline.descriptor, pipeline.name, pipeline.block_bytes) {}

  void one_thread() noexcept {
    try {
      const Work work = make_work();
      Block block;
      std::string out;
      while (read(block)) {
        out.clear();
        try {
          work(block, out);
        } catch (...) {
          write_up_to_failure(block, out);
          return;
        }
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
  using Work = std::function<void(const Block& block, std::string& out)>;

  Work make_work() const {
    if (pipeline_.make_block_worker) {
      return [worker = pipeline_.make_block_worker()](const Block& block, std::string& out) {
        std::vector<Line> lines;
        cut(block, [&](const Line& line) { lines.push_back(line); });
        worker(lines, out);
      };
    }
    return [worker = pipeline_.make_worker()](const Block& block, std::string& out) {
      cut(block, [&](const Line& line) { worker(line, out); });
    };
  }

  bool read(Block& block) {
    const std::lock_guard hold(reading_);
    return !failed() && reader_.next(block) && !failed();
  }

  void write(const Block& block, std::string_view out) {
    std::unique_lock hold(writing_);
    if (!wait_for_turn(hold, block)) return;
    pipeline_.emit(out, block.lines);
    lines_ += block.lines;
    ++next_to_write_;
    turn_.notify_all();
  }

  // For the exception that is being handled: hands on the whole lines that were made before it.
  void write_up_to_failure(const Block& block, std::string_view out) {
    std::unique_lock hold(writing_);
    if (!wait_for_turn(hold, block)) return;
    set_failure();
    out = out.substr(0, out.rfind('\n') + 1);  // none: npos + 1 is 0
    if (!out.empty()) pipeline_.emit(out, count_newlines(out));
  }

  // False when there is no use in it: the run has failed.
  bool wait_for_turn(std::unique_lock<std::mutex>& hold, const Block& block) {
    turn_.wait(hold, [&] { return failure_ || next_to_write_ == block.sequence; });
    return !failure_;
  }

  bool failed() {
    const std::lock_guard hold(writing_);
    return failure_ != nullptr;
  }

  void fail() {
    const std::lock_guard hold(writing_);
    set_failure();
  }

  // To be called with the order of writing in hand.
  void set_failure() {
    if (!failure_) failure_ = std::current_exception();
    turn_.notify_all();
    reader_.stop();
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
