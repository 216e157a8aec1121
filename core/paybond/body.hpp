// Bodies that are put together from parts which are canonical JSON already.
#pragma once

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
  Body& base64(std::string_view name, ByteView bytes) {
    return raw(name, '"' + base64_encode(bytes, Base64::standard) + '"');
  }
  std::string done() { return std::move(text_ += '}'); }

 private:
  std::string text_;
};

}  // namespace agentnet::paybond
