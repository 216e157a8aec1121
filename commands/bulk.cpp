#include "commands/bulk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>

#include "commands/errors.hpp"
#include "core/json/parse.hpp"

namespace agentnet::commands {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr auto kProgressEvery = std::chrono::milliseconds(200);

// An input file that is closed at the end; standard input is left open.
class InputDescriptor {
 public:
  InputDescriptor(const std::string& path, const Context& context) {
    if (path == "-") {
      number_ = context.input;
      return;
    }
    owned_ = true;
    number_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (number_ < 0) {
      const Error fault = system_error("cannot read " + path, errno);
      throw Error(Category::usage, "bad_input", fault.message(), {}, {{"file", path}});
    }
  }
  ~InputDescriptor() {
    if (owned_) ::close(number_);
  }
  InputDescriptor(const InputDescriptor&) = delete;
  InputDescriptor& operator=(const InputDescriptor&) = delete;
  int get() const { return number_; }

 private:
  int number_ = -1;
  bool owned_ = false;
};

// The line pipeline's worker around a command's: errors become lines.
LineWorker guarded(BulkWorker worker, bool bare, BulkTally& tally) {
  return [worker = std::move(worker), bare, &tally](const Line& line, std::string& out) {
    const std::size_t start = out.size();
    try {
      if (line.too_long) {
        throw Error(Category::usage, "too_large",
                    "the line is longer than " + std::to_string(kMaxLineBytes) + " bytes");
      }
      if (line.text.empty()) throw Error(Category::usage, "empty_line", "the line is empty");
      worker(line.text, out);
      out += '\n';
    } catch (const Error& error) {
      ++tally.failed;
      out.resize(start);
      out += bare ? std::string("\n") : error_line(error, line.number);
    }
  };
}

class Progress {
 public:
  explicit Progress(const Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  ~Progress() { diagnostics_.progress(""); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void add(std::int64_t lines) {
    lines_ += lines;
    if (!diagnostics_.shows_progress()) return;
    const auto now = SteadyClock::now();
    if (now - drawn_ < kProgressEvery) return;
    drawn_ = now;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    char text[80];
    std::snprintf(text, sizeof text, "%lld lines, %.0f a second", static_cast<long long>(lines_),
                  static_cast<double>(lines_) / seconds);
    diagnostics_.progress(text);
  }

 private:
  const Diagnostics& diagnostics_;
  SteadyClock::time_point start_ = SteadyClock::now();
  SteadyClock::time_point drawn_ = start_;
  std::int64_t lines_ = 0;
};

// For filters and the formats that are no lines: each answer is parsed again and goes through the sink.
void emit_rows(std::string_view made, Sink& sink) {
  while (!made.empty()) {
    const std::size_t newline = made.find('\n');
    const json::Document row = json::parse(made.substr(0, newline));
    const auto members = row.root.members();
    const bool fault = members.size() == 1 && members.front().name.text() == "error";
    sink.row({row.root, {}, {}, fault});
    made.remove_prefix(newline + 1);
  }
}

void summarise(std::int64_t lines, const BulkTally& tally, const Diagnostics& diagnostics) {
  if (tally.duplicates > 0) {
    diagnostics.warn("duplicate_name", std::to_string(tally.duplicates) + " of " + std::to_string(lines) +
                                           " lines hold a member twice; the last one counts");
  }
  if (tally.failed > 0) {
    diagnostics.warn("lines_failed",
                     std::to_string(tally.failed) + " of " + std::to_string(lines) + " lines failed");
  }
  if (tally.unverified > 0) {
    diagnostics.warn("lines_unverified", std::to_string(tally.unverified) + " of " + std::to_string(lines) +
                                             " lines did not verify");
  }
  diagnostics.info("lines", std::to_string(lines) + " lines");
}

}  // namespace

void refuse_threads_alone(const Arguments& arguments) {
  if (!arguments.has(kThreadsOption.name) || arguments.has(kNdjsonOption.name)) return;
  throw Error(Category::usage, "bad_usage", "--threads goes with --ndjson");
}

Exit Bulk::run() const {
  const std::string path = descriptor < 0 ? arguments.text(kNdjsonOption.name) : "-";
  const InputDescriptor input(path, context);
  Sink& sink = context.sink;
  sink.default_to(format);
  const bool plain = sink.plain_lines();
  const bool bare = plain && sink.format() == Format::quiet;
  const auto asked = arguments.number(kThreadsOption.name, 1, kMaxPipelineThreads);

  BulkTally tally;
  Progress progress(context.diagnostics);
  LinePipeline pipeline;
  pipeline.descriptor = descriptor < 0 ? input.get() : descriptor;
  pipeline.name = path == "-" ? "standard input" : path;
  pipeline.threads = std::min(asked ? static_cast<int>(*asked) : available_cores(), most_threads);
  if (threads > 0) pipeline.threads = threads;
  pipeline.block_bytes = block_bytes;
  if (make_block_worker) {
    pipeline.make_block_worker = [&] { return make_block_worker(bare, tally); };
  } else {
    pipeline.make_worker = [&] { return guarded(make_worker(bare, tally), bare, tally); };
  }
  std::int64_t put_out = 0;
  pipeline.emit = [&](std::string_view made, std::int64_t lines) {
    if (plain) {
      sink.lines(made);
    } else {
      emit_rows(made, sink);
    }
    progress.add(lines);
    put_out += lines;
    if (after_output) after_output(put_out);
  };
  if (!plain) sink.begin_rows();
  const std::int64_t lines = pipeline.run();
  if (last_line) {
    std::string last;
    last_line(bare, last);
    if (plain) {
      sink.lines(last);
    } else if (sink.takes_mixed_rows()) {
      emit_rows(last, sink);
    }
  }
  if (!plain) sink.end_rows();
  summarise(lines, tally, context.diagnostics);
  if (tally.failed > 0) return Exit::usage;
  return tally.unverified > 0 ? Exit::verification : Exit::done;
}

}  // namespace agentnet::commands
