// The log of `agentnet serve`: lines on standard error, as text or as JSON objects.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "commands/diagnostics.hpp"

namespace spdlog {
class logger;
}

namespace agentnet::commands {

// Any thread may write.
class ServerLog {
 public:
  ServerLog(Level level, bool json);
  ~ServerLog();
  ServerLog(const ServerLog&) = delete;
  ServerLog& operator=(const ServerLog&) = delete;

  // `event` is a short stable word; `fields` are members of a JSON object, "" or `"status":200`.
  void write(Level level, std::string_view event, const std::string& message, const std::string& fields = {});
  bool writes(Level level) const { return level <= level_; }

 private:
  Level level_;
  bool json_;
  std::shared_ptr<spdlog::logger> logger_;
};

}  // namespace agentnet::commands
