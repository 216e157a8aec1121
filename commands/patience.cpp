#include "commands/patience.hpp"

#include <pthread.h>

#include <cerrno>
#include <charconv>
#include <cstdio>
#include <ctime>

namespace agentnet::commands {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kPerSecond = 1000;

sigset_t stop_signals() {
  sigset_t stops;
  ::sigemptyset(&stops);
  ::sigaddset(&stops, SIGINT);
  ::sigaddset(&stops, SIGTERM);
  return stops;
}

}  // namespace

milliseconds seconds_of(const Arguments& arguments, std::string_view option, milliseconds least,
                        milliseconds otherwise) {
  const auto text = arguments.find(option);
  if (!text) return otherwise;
  double seconds = 0;
  const char* const end = text->data() + text->size();
  const auto read = std::from_chars(text->data(), end, seconds, std::chars_format::fixed);
  const double most = static_cast<double>(kMostPatience.count() / kPerSecond);
  if (read.ec == std::errc() && read.ptr == end && seconds >= 0 && seconds <= most) {
    const milliseconds time(static_cast<std::int64_t>(seconds * kPerSecond + 0.5));
    if (time >= least) return time;
  }
  throw Error(Category::usage, "bad_number",
              std::string(option) + " takes seconds from " + shown_seconds(least) + " to " +
                  shown_seconds(kMostPatience) + ", not '" + *text + "'");
}

std::string shown_seconds(milliseconds time) {
  char text[32];
  std::snprintf(text, sizeof text, "%g s", static_cast<double>(time.count()) / kPerSecond);
  return text;
}

StopsHeldBack::StopsHeldBack() {
  const sigset_t stops = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &stops, &before_);
}

void StopsHeldBack::release() {
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopsHeldBack::hold() {
  const sigset_t stops = stop_signals();
  ::pthread_sigmask(SIG_BLOCK, &stops, nullptr);
}

int wait_for(milliseconds time) {
  const sigset_t stops = stop_signals();
  sigset_t before;
  ::pthread_sigmask(SIG_BLOCK, &stops, &before);
  const auto until = std::chrono::steady_clock::now() + time;
  int signal = 0;
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::nanoseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) break;
    const auto whole = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec rest{static_cast<time_t>(whole.count()), static_cast<long>((left - whole).count())};
    signal = ::sigtimedwait(&stops, nullptr, &rest);
    if (signal > 0 || errno != EINTR) break;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return signal > 0 ? signal : 0;
}

}  // namespace agentnet::commands
