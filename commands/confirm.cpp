#include "commands/confirm.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxAnswerBytes = 16;

// One line without its end; nothing more of the input is taken.
std::string read_line(int descriptor) {
  std::string line;
  for (;;) {
    char c = 0;
    const ssize_t count = ::read(descriptor, &c, 1);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0 || c == '\n') return line;
    if (line.size() < kMaxAnswerBytes) line += c;
  }
}

}  // namespace

void confirm(const std::string& question, const Arguments& arguments, const Context& context) {
  if (arguments.has("--yes") || context.dry_run) return;
  if (arguments.has("--no-input")) {
    throw Error(Category::usage, "confirmation_needed", "this needs a yes: " + question, "give --yes");
  }
  // Whoever answers through a pipe knows the question; standard error stays free for what programs read.
  if (::isatty(STDERR_FILENO) == 1) std::fputs((printable(question) + " [y/N] ").c_str(), stderr);
  const std::string answer = read_line(context.input);
  if (answer == "y" || answer == "Y" || answer == "yes") return;
  throw Error(Category::failed, "aborted", "aborted", "give --yes to go on without a question");
}

}  // namespace agentnet::commands
