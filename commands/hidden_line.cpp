#include "commands/hidden_line.hpp"

#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>

#include "core/base/error.hpp"

namespace agentnet::commands {
namespace {

constexpr char kInterrupt = 0x03;
constexpr char kEndOfInput = 0x04;
constexpr char kBackspace = 0x08;
constexpr char kKillLine = 0x15;
constexpr char kDelete = 0x7f;

// Hands over each key as it is pressed and shows none, while it lives. Signals are keys, too: a process that
// ended here would leave a terminal behind that shows nothing.
class RawKeys {
 public:
  explicit RawKeys(int terminal) : terminal_(terminal) {
    if (::tcgetattr(terminal_, &before_) != 0) throw system_error("cannot read the terminal", errno);
    termios raw = before_;
    raw.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (::tcsetattr(terminal_, TCSAFLUSH, &raw) != 0) throw system_error("cannot hide what is typed", errno);
  }
  ~RawKeys() { ::tcsetattr(terminal_, TCSAFLUSH, &before_); }
  RawKeys(const RawKeys&) = delete;
  RawKeys& operator=(const RawKeys&) = delete;

 private:
  int terminal_;
  termios before_{};
};

// Whether the line is whole; false when it was interrupted.
bool read_keys(int terminal, const std::string& prompt, std::string& line) {
  const RawKeys raw(terminal);
  std::fputs(prompt.c_str(), stderr);  // not before: what is typed at it must be hidden
  for (;;) {
    char key = 0;
    const ssize_t count = ::read(terminal, &key, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || key == '\n' || key == '\r') return true;
    if (key == kInterrupt) return false;
    if (key == kEndOfInput && line.empty()) return true;
    if (key == kKillLine) {
      wipe(line);
    } else if (key == kBackspace || key == kDelete) {
      if (!line.empty()) line.pop_back();
    } else if (line.size() == kMaxHiddenBytes) {
      throw Error(Category::usage, "too_large",
                  "the line is longer than " + std::to_string(kMaxHiddenBytes) + " bytes");
    } else {
      line += key;
    }
  }
}

}  // namespace

Secret read_hidden_line(int terminal, const std::string& prompt) {
  std::string line;
  line.reserve(kMaxHiddenBytes);  // so that no copy is left behind when it grows
  bool whole = false;
  try {
    whole = read_keys(terminal, prompt, line);
  } catch (const Error&) {
    wipe(line);
    throw;
  }
  std::fputc('\n', stderr);
  if (!whole) {
    wipe(line);
    std::raise(SIGINT);
  }
  Secret typed(as_bytes(line));
  wipe(line);
  return typed;
}

}  // namespace agentnet::commands
