// What the typed calls of client*.cpp build requests from: bodies and queries whose parts are left out by the
// rules of the official client (wire reference sbn, section c).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

// "{}".
inline json::Value empty_object(json::Arena& arena) {
  return json::ObjectBuilder(arena).done();
}

// Not sent when there are none.
inline void add_texts(json::ObjectBuilder& body, std::string_view name, const std::vector<std::string>& texts,
                      json::Arena& arena) {
  if (texts.empty()) return;
  json::ArrayBuilder list(arena);
  for (const std::string& text : texts)
    list.add(std::string_view(text));
  body.add(name, list.done());
}

// Not sent when null.
inline void add_unless_null(json::ObjectBuilder& body, std::string_view name, const json::Value& value) {
  if (!value.is_null()) body.add(name, value);
}
// Not sent when null, false, 0, "" or empty.
inline void add_if_truthy(json::ObjectBuilder& body, std::string_view name, const json::Value& value) {
  if (value.truthy()) body.add(name, value);
}
inline void add_unless_empty(json::ObjectBuilder& body, std::string_view name, std::string_view text) {
  if (!text.empty()) body.add(name, text);
}
inline void add_unless_empty(http::Query& query, std::string_view name, std::string_view text) {
  if (!text.empty()) query.add(name, text);
}

inline void add_if_given(http::Query& query, std::string_view name,
                         const std::optional<std::int64_t>& number) {
  if (number) query.add(name, std::to_string(*number));
}

// "limit" always, "offset" unless it is 0.
inline void add_page(http::Query& query, std::int64_t limit, std::int64_t offset) {
  query.add("limit", std::to_string(limit));
  if (offset != 0) query.add("offset", std::to_string(offset));
}

// What an answer has under `data`, where that is truthy; else all of it.
inline json::Document data_of(json::Document answer) {
  const json::Value* data = answer.root.find("data");
  if (data != nullptr && data->truthy()) answer.root = *data;
  return answer;
}

}  // namespace agentnet::sbn
