// An Error as the JSON that every program prints: on standard error, and in place of a bulk line's result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/error.hpp"
#include "core/json/value.hpp"

namespace agentnet::commands {

// {"error":{"code","category","message","hint","details","request_id","exit_code"}}: absent parts are null,
// and with `line` the number of the input line is the first detail, in place of a "line" of the error's own.
json::Value error_value(const Error& error, json::Arena& arena, std::optional<std::int64_t> line = {});

// The same as one line with its newline.
std::string error_line(const Error& error, std::optional<std::int64_t> line = {});

}  // namespace agentnet::commands
