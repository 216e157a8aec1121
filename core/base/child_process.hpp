// Shell commands as child processes, several at once, each with bytes in and bytes out.
//
// A command runs as /bin/sh -c COMMAND, in a process group of its own, with the input on standard input and
// nothing else to read. When it ends, or is ended, its whole group is killed: what it left running in the
// background goes, too. SIGPIPE must be ignored: a child need not read its input.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace agentnet {

inline constexpr std::size_t kMaxChildOutput = 16 * 1024 * 1024;  // bytes of standard output
inline constexpr std::size_t kChildErrorTail = 4096;              // bytes of standard error that are kept

struct ChildLimits {
  std::size_t most_output = kMaxChildOutput;  // a child that prints more is killed
  std::optional<std::chrono::milliseconds> timeout = {};
};

enum class ChildEnd : std::uint8_t { exited, signaled, timed_out, printed_too_much };

struct ChildResult {
  ChildEnd end = ChildEnd::exited;
  int code = 0;  // exit status, or the number of the signal
  std::string output;
  std::string error_tail;  // the end of standard error
};

class ChildPool {
 public:
  // `environment` is that of all children, "NAME=VALUE" each.
  ChildPool(std::vector<std::string> environment, ChildLimits limits);
  ~ChildPool();
  ChildPool(const ChildPool&) = delete;
  ChildPool& operator=(const ChildPool&) = delete;

  // Starts a command under a key of the caller's, with more variables. Throws Error failed when it cannot.
  void start(std::uint32_t key, const std::string& command, std::string input,
             const std::vector<std::string>& variables = {});
  std::size_t running() const { return children_.size(); }

  struct Ended {
    std::uint32_t key;
    ChildResult result;
  };
  // Waits until a child has ended, or until `stop` can be read (none then). At least one must run; `stop` is
  // a descriptor, or -1.
  std::optional<Ended> wait(int stop);
  // SIGTERM to all groups, SIGKILL after a grace of kGrace; their results are lost.
  void kill_all();

  static constexpr std::chrono::milliseconds kGrace{2000};

 private:
  struct Child;
  bool serve(Child& child);
  Ended finish(std::size_t place);

  std::vector<std::string> environment_;
  ChildLimits limits_;
  std::vector<std::unique_ptr<Child>> children_;
};

}  // namespace agentnet
