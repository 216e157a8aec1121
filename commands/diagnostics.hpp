// What is said beside the result: warnings and notes on standard error, as text or as JSON lines.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace agentnet::commands {

enum class Level : std::uint8_t { error, warning, info, debug };

// "error", "warning", "info" or "debug".
std::string_view level_name(Level level);

class Diagnostics {
 public:
  struct Settings {
    Level level = Level::warning;  // the most talkative level that is still printed
    bool json = false;             // one JSON object a line
    bool color = false;
    bool progress = false;  // standard error is a terminal: a progress line may be drawn
  };

  explicit Diagnostics(Settings settings) : settings_(settings) {}

  void warn(std::string_view code, const std::string& message) const { say(Level::warning, code, message); }
  void debug(std::string_view code, const std::string& message) const { say(Level::debug, code, message); }
  void info(std::string_view code, const std::string& message) const { say(Level::info, code, message); }
  // What a person is to do before the command goes on: always printed, as text without a label.
  void ask(std::string_view code, const std::string& message) const;
  // Always printed: as text, or as the line {"error":{…}} when `as_json`.
  void error(const Error& error, bool as_json) const;

  // Redraws the one progress line, when there is a terminal to draw it on; "" takes it away.
  void progress(const std::string& text) const;
  bool shows_progress() const { return settings_.progress && settings_.level >= Level::warning; }

 private:
  void say(Level level, std::string_view code, const std::string& message) const;
  void put_line(Level level, std::string_view code, const std::string& message) const;

  Settings settings_;
  mutable bool drawn_ = false;  // a progress line stands on the terminal
};

// `text` with every control character, C1 controls too, and every byte that is not UTF-8 replaced by its
// escape
// (\x1b, \u009b), so that nothing from a file or a peer drives the terminal. Tab and newline stay when
// `keep_lines`.
std::string printable(std::string_view text, bool keep_lines = false);

// `text` without what stands between the first "-----BEGIN" and the end of it or of the last "-----END
// …-----": somebody who puts a key where its file's name belongs must not find it in a log.
std::string without_keys(std::string_view text);

}  // namespace agentnet::commands
