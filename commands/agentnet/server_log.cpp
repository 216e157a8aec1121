#include "commands/agentnet/server_log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::error:
      return spdlog::level::err;
    case Level::warning:
      return spdlog::level::warn;
    case Level::info:
      return spdlog::level::info;
    case Level::debug:
      return spdlog::level::debug;
  }
  return spdlog::level::info;
}

}  // namespace

ServerLog::ServerLog(Level level, bool json)
    : level_(level),
      json_(json),
      logger_(std::make_shared<spdlog::logger>("serve", std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
  logger_->set_level(spdlog_level(level));
}

ServerLog::~ServerLog() = default;

void ServerLog::write(Level level, std::string_view event, const std::string& message,
                      const std::string& fields) {
  if (!writes(level)) return;
  const std::string time = iso_zulu(SystemClock().now());
  std::string line;
  if (json_) {
    line = "{\"time\":\"" + time + "\",\"level\":\"" + std::string(level_name(level)) + "\",\"event\":\"" +
           std::string(event) + "\",\"message\":";
    json::write_string(http::to_utf8(message), line);
    if (!fields.empty()) line += "," + fields;
    line += '}';
  } else {
    line = time + " " + std::string(level_name(level)) + " " + printable(message);
  }
  logger_->log(spdlog_level(level), spdlog::string_view_t(line));
}

}  // namespace agentnet::commands
