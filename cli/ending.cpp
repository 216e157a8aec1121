#include "cli/ending.hpp"

#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <csignal>

namespace agentnet::cli {
namespace {

// Either the handler sees that nobody writes, or whoever writes sees the signal: each sets its own before it
// looks at the other's.
std::atomic<int> writers{0};
std::atomic<int> asked{0};
static_assert(std::atomic<int>::is_always_lock_free);  // for use in a handler

void end(int signal) {
  std::signal(signal, SIG_DFL);
  ::kill(::getpid(), signal);  // for any thread that does not hold it back
}

void handle(int signal) {
  asked = signal;
  if (writers == 0) end(signal);
}

}  // namespace

void end_between_writes() {
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction now {};
    ::sigaction(signal, nullptr, &now);
    if (now.sa_handler != SIG_DFL) continue;
    struct sigaction wanted {};
    wanted.sa_handler = handle;
    ::sigemptyset(&wanted.sa_mask);
    ::sigaction(signal, &wanted, nullptr);  // no SA_RESTART: a write that waits must come back
  }
}

Writing::Writing() {
  ++writers;
  end_if_asked();
}

Writing::~Writing() {
  --writers;
  end_if_asked();
}

void Writing::end_if_asked() {
  if (const int signal = asked) end(signal);
}

}  // namespace agentnet::cli
