// Bodies that are put together from parts which are canonical JSON already.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {

// One object as a line, member by member; parts that are JSON already go in as they are.
class Body {
 public:
  explicit Body(std::size_t bytes) { text_.reserve(bytes); }

  Body& raw(std::string_view name, std::string_view json) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += name;
    text_ += "\":";
    text_ += json;
    return *this;
  }
  Body& text(std::string_view name, std::string_view value) {
    raw(name, {});
    json::write_string(value, text_);
    return *this;
  }
  // Standard base64 with padding, of what everyone may know: unlike base64_encode (core/base/bytes.hpp),
  // which takes the same time for any content, it looks its characters up.
  Body& base64(std::string_view name, ByteView bytes) {
    static constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    raw(name, "\"");
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
      const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
      std::uint32_t group = 0;
      for (std::size_t i = 0; i < 3; ++i)
        group = group << 8 | (i < count ? bytes[at + i] : 0U);
      for (std::size_t i = 0; i < 4; ++i)
        text_ += i <= count ? kDigits[group >> (18 - 6 * i) & 63U] : '=';
    }
    text_ += '"';
    return *this;
  }
  std::string done() { return std::move(text_ += '}'); }

 private:
  std::string text_;
};

}  // namespace agentnet::paybond
