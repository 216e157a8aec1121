#include "cli/output.hpp"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "cli/ending.hpp"
#include "commands/diagnostics.hpp"
#include "core/base/error.hpp"

namespace agentnet::cli {
namespace {

constexpr std::size_t kBufferBytes = 64 * 1024;

}  // namespace

Output::Output(int descriptor) : descriptor_(descriptor), terminal_(::isatty(descriptor) == 1) {
  struct stat status {};
  regular_ = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

void Output::write(std::string_view text) {
  if (terminal_) return append(commands::printable(text, true));
  append(text);
}

std::size_t Output::columns() const {
  winsize size{};
  if (!terminal_ || ::ioctl(descriptor_, TIOCGWINSZ, &size) != 0) return 0;
  return size.ws_col;
}

void Output::append(std::string_view text) {
  if (buffer_.size() + text.size() > kBufferBytes) flush();
  if (text.size() > kBufferBytes) return write_through(text);
  buffer_ += text;
}

void Output::flush() {
  std::string pending;
  pending.swap(buffer_);  // what cannot be written must not be tried again when the process ends
  write_through(pending);
  pending.clear();
  buffer_.swap(pending);
}

void Output::write_through(std::string_view text) {
  const Writing writing;
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor_, text.data(), text.size());
    const int code = errno;
    if (!regular_) Writing::end_if_asked();
    if (written < 0) {
      if (code == EINTR) continue;
      if (code == EPIPE) throw ClosedPipe{};
      const Error fault = system_error("cannot write standard output", code);
      throw Error(Category::failed, "cannot_write", fault.message());
    }
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace agentnet::cli
