#include "commands/confirm.hpp"

#include <unistd.h>

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxAnswerBytes = 64;

// One line of the terminal, without its end.
std::string read_line(int input) {
  std::string line;
  char c = 0;
  while (line.size() < kMaxAnswerBytes && ::read(input, &c, 1) == 1 && c != '\n')
    line += c;
  return line;
}

}  // namespace

bool confirmed(const std::string& question, const Arguments& arguments, const Context& context) {
  if (arguments.has("--yes") || context.dry_run) return true;
  const bool can_answer = ::isatty(context.input) == 1 && ::isatty(STDERR_FILENO) == 1;
  if (arguments.has("--no-input") || !can_answer) {
    throw Error(Category::usage, "needs_yes", printable(question) + " needs a yes", "say --yes to go on");
  }
  const std::string shown = printable(question) + "? [y/N] ";
  if (::write(STDERR_FILENO, shown.data(), shown.size()) < 0) return false;
  const std::string answer = read_line(context.input);
  return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace agentnet::commands
