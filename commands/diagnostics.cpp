#include "commands/diagnostics.hpp"

#include <unistd.h>

#include <cstdio>

#include "commands/errors.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kYellow = "\x1b[33m";
constexpr std::string_view kReset = "\x1b[0m";
constexpr std::string_view kClearLine = "\r\x1b[K";

// Faults of standard error have nowhere to be reported.
void put(const std::string& text) {
  std::string_view rest = text;
  while (!rest.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
    if (written <= 0) return;
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string label(Level level, bool color) {
  std::string text(level_name(level));
  text += ':';
  if (!color || level > Level::warning) return text;
  return std::string(level == Level::error ? kRed : kYellow) + text + std::string(kReset);
}

void append_escape(const char* format, unsigned value, std::string& out) {
  char buffer[16];
  std::snprintf(buffer, sizeof buffer, format, value);
  out += buffer;
}

// The code point at `in` and the bytes it takes; 0 bytes when the text is not UTF-8 there.
int decode(std::string_view in, unsigned& code) {
  const auto byte = [&](std::size_t i) { return i < in.size() ? static_cast<unsigned char>(in[i]) : 0U; };
  const unsigned lead = byte(0);
  const int length = lead < 0x80   ? 1
                     : lead < 0xc2 ? 0
                     : lead < 0xe0 ? 2
                     : lead < 0xf0 ? 3
                     : lead < 0xf5 ? 4
                                   : 0;
  if (length == 1) code = lead;
  if (length <= 1) return length;
  code = lead & (0x7fU >> length);
  for (int i = 1; i < length; ++i) {
    const unsigned tail = byte(static_cast<std::size_t>(i));
    if ((tail & 0xc0) != 0x80) return 0;
    code = code << 6 | (tail & 0x3f);
  }
  return length;
}

// Characters that steer a terminal or reorder what is read: controls, and the bidirectional overrides.
bool is_dangerous(unsigned code) {
  return code < 0x20 || (code >= 0x7f && code < 0xa0) || (code >= 0x202a && code <= 0x202e) ||
         (code >= 0x2066 && code <= 0x2069);
}

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::error:
      return "error";
    case Level::warning:
      return "warning";
    case Level::info:
      return "info";
    case Level::debug:
      return "debug";
  }
  return "info";
}

std::string printable(std::string_view text, bool keep_lines) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    unsigned code = 0;
    const int length = decode(text, code);
    if (length == 0) {
      append_escape("\\x%02x", static_cast<unsigned char>(text.front()), out);
      text.remove_prefix(1);
      continue;
    }
    const bool kept = keep_lines && (code == '\n' || code == '\t');
    if (is_dangerous(code) && !kept) {
      append_escape(code < 0x80 ? "\\x%02x" : "\\u%04x", code, out);
    } else {
      out += text.substr(0, static_cast<std::size_t>(length));
    }
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return out;
}

std::string without_keys(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN";
  constexpr std::string_view kEnd = "-----END";
  constexpr std::string_view kDashes = "-----";
  const std::size_t begin = text.find(kBegin);
  if (begin == std::string_view::npos) return std::string(text);
  std::string out(text.substr(0, begin));
  out += "***";
  if (const std::size_t end = text.rfind(kEnd); end != std::string_view::npos && end > begin) {
    const std::size_t dashes = text.find(kDashes, end + kEnd.size());
    if (dashes != std::string_view::npos) out += text.substr(dashes + kDashes.size());
  }
  return out;
}

void Diagnostics::say(Level level, std::string_view code, const std::string& message) const {
  if (level > settings_.level) return;
  progress("");
  if (!settings_.json)
    return put(label(level, settings_.color) + ' ' + printable(without_keys(message)) + '\n');
  put_line(level, code, message);
}

void Diagnostics::ask(std::string_view code, const std::string& message) const {
  progress("");
  if (!settings_.json) return put(printable(message) + '\n');
  put_line(Level::info, code, message);
}

void Diagnostics::put_line(Level level, std::string_view code, const std::string& message) const {
  json::Arena arena;
  json::ObjectBuilder line(arena);
  line.add("level", level_name(level)).add("code", code).add("message", without_keys(message));
  put(json::to_compact(line.done(), json::Text::ascii) + '\n');
}

void Diagnostics::error(const Error& error, bool as_json) const {
  progress("");
  if (as_json || settings_.json) return put(error_line(error));
  std::string text =
      label(Level::error, settings_.color) + ' ' + printable(without_keys(error.message())) + '\n';
  if (!error.hint().empty()) text += "  " + printable(without_keys(error.hint())) + '\n';
  put(text);
}

void Diagnostics::progress(const std::string& text) const {
  if (!shows_progress() || (text.empty() && !drawn_)) return;
  put(std::string(kClearLine) + text);
  drawn_ = !text.empty();
}

}  // namespace agentnet::commands
