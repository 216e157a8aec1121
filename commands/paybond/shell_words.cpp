#include "commands/paybond/shell_words.hpp"

#include "core/base/error.hpp"

namespace agentnet::commands {
namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Reads one word off the front of `rest`, which begins with no blank.
std::string take_word(std::string_view& rest) {
  std::string word;
  char quote = 0;
  std::size_t at = 0;
  for (; at < rest.size(); ++at) {
    const char c = rest[at];
    if (quote == 0 && is_blank(c)) break;
    const bool has_next = at + 1 < rest.size();
    const bool escapes =
        quote == 0 || (quote == '"' && has_next && (rest[at + 1] == '"' || rest[at + 1] == '\\'));
    if (c == '\\' && quote != '\'' && escapes && has_next) {
      word += rest[++at];
    } else if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else {
      word += c;
    }
  }
  if (quote != 0) {
    throw Error(Category::usage, "open_quote", std::string("the line ends inside of ") + quote + " quotes");
  }
  rest.remove_prefix(at);
  return word;
}

}  // namespace

std::vector<std::string> split_shell_line(std::string_view line) {
  if (line.size() > kMaxShellLineBytes) {
    throw Error(Category::usage, "line_too_long",
                "the line is longer than " + std::to_string(kMaxShellLineBytes) + " bytes");
  }
  std::vector<std::string> words;
  for (;;) {
    while (!line.empty() && is_blank(line.front()))
      line.remove_prefix(1);
    if (line.empty() || line.front() == '#') break;
    words.push_back(take_word(line));
  }
  if (!words.empty() && words.front() == "paybond") words.erase(words.begin());
  return words;
}

}  // namespace agentnet::commands
