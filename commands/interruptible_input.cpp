#include "commands/interruptible_input.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/base/error.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kReadBytes = 256 * 1024;
constexpr int kPipeBytes = 1024 * 1024;  // what a pipe may hold without privileges

sigset_t ending_signals() {
  sigset_t set{};
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

int checked(int result, const char* what) {
  if (result < 0) throw system_error(what, errno);
  return result;
}

void close_one(int& number) {
  if (number >= 0) ::close(number);
  number = -1;
}

}  // namespace

InterruptibleInput::InterruptibleInput(int input) : input_(input) {
  const sigset_t ending = ending_signals();
  std::array<int, 2> ends{};
  checked(::pipe2(ends.data(), O_CLOEXEC), "cannot make a pipe");
  read_end_ = ends[0];
  write_end_ = ends[1];
  ::fcntl(write_end_, F_SETPIPE_SZ, kPipeBytes);  // as it is, when that is refused
  stop_ = checked(::eventfd(0, EFD_CLOEXEC), "cannot make an event");
  signals_ = checked(::signalfd(-1, &ending, SFD_CLOEXEC), "cannot wait for signals");
  ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  thread_ = std::thread([this] { relay(); });
}

InterruptibleInput::~InterruptibleInput() {
  close_one(read_end_);  // a relay that waits to write is told by that
  const std::uint64_t one = 1;
  while (::write(stop_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  close_one(signals_);
  close_one(stop_);
}

// False when a signal came or this is going.
bool InterruptibleInput::wait_for_input() {
  std::array<pollfd, 3> waited{{{stop_, POLLIN, 0}, {signals_, POLLIN, 0}, {input_, POLLIN, 0}}};
  while (::poll(waited.data(), waited.size(), -1) < 0 && errno == EINTR) {
  }
  if (waited[0].revents != 0) return false;
  if (waited[1].revents == 0) return true;
  signalfd_siginfo info{};
  if (::read(signals_, &info, sizeof info) == static_cast<ssize_t>(sizeof info))
    signal_ = static_cast<int>(info.ssi_signo);
  return false;
}

// Writes the whole lines of a text, and at the end the rest; what is left stays in it.
bool InterruptibleInput::forward(std::string& text, bool at_end) {
  const std::size_t newline = text.rfind('\n');
  const std::size_t whole = at_end ? text.size() : newline == std::string::npos ? 0 : newline + 1;
  std::size_t written = 0;
  while (written < whole) {
    const ssize_t count = ::write(write_end_, text.data() + written, whole - written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;  // nobody reads any more
    written += static_cast<std::size_t>(count);
  }
  text.erase(0, whole);
  return true;
}

void InterruptibleInput::relay() {
  std::string text;
  bool at_end = false;
  while (!at_end && wait_for_input()) {
    const std::size_t used = text.size();
    text.resize(used + kReadBytes);
    const ssize_t count = ::read(input_, text.data() + used, kReadBytes);
    const bool failed = count < 0 && errno != EINTR && errno != EAGAIN;
    if (failed) fault_ = errno;
    text.resize(used + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    at_end = count == 0 || failed;
    if (!forward(text, at_end && !failed)) break;
  }
  close_one(write_end_);
  if (signal_ == 0) return;
  // From here on another Ctrl-C ends the process: it need not wait for what is being finished.
  sigset_t interrupt{};
  ::sigemptyset(&interrupt);
  ::sigaddset(&interrupt, SIGINT);
  ::pthread_sigmask(SIG_UNBLOCK, &interrupt, nullptr);
  pollfd stopped{stop_, POLLIN, 0};
  while (::poll(&stopped, 1, -1) < 0 && errno == EINTR) {
  }
}

}  // namespace agentnet::commands
