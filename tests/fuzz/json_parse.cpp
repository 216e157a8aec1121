// Any text: the parser takes it or throws Error, and what it takes comes back from every writer unchanged.
#include <string>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

bool holds_lone_surrogate(const json::Value& value) {
  if (value.is_string()) return value.has_lone_surrogate();
  if (value.is_array()) {
    for (const json::Value& item : value.items()) {
      if (holds_lone_surrogate(item)) return true;
    }
  }
  if (value.is_object()) {
    for (const json::Member& member : value.members()) {
      if (holds_lone_surrogate(member.name) || holds_lone_surrogate(member.value)) return true;
    }
  }
  return false;
}

// Every value stands in the text where it says it does.
void check_offsets(const json::Value& value, std::string_view text) {
  require(value.offset() < text.size());
  const char first = text[value.offset()];
  if (value.is_string()) require(first == '"');
  if (value.is_array()) require(first == '[');
  if (value.is_object()) require(first == '{');
  if (value.is_number()) require(text.substr(value.offset()).starts_with(value.text()));
  if (value.is_array()) {
    for (const json::Value& item : value.items())
      check_offsets(item, text);
  }
  if (value.is_object()) {
    for (const json::Member& member : value.members()) {
      check_offsets(member.name, text);
      check_offsets(member.value, text);
      require(value.find(member.name.text()) != nullptr);
    }
  }
}

// The compact text of a document that the options accept; empty when they do not.
std::string compact_if_accepted(std::string_view text, json::ParseOptions options) {
  json::Document document;
  try {
    document = json::parse(text, options);
  } catch (const Error&) {
    return "";
  }
  check_offsets(document.root, text);
  const std::string ascii = json::to_compact(document.root, json::Text::ascii);
  require(json::to_compact(json::parse(ascii, options).root, json::Text::ascii) == ascii);
  require(json::to_compact(json::parse(json::to_indented(document.root), options).root, json::Text::ascii) ==
          ascii);
  const std::string utf8 = json::to_compact(document.root);
  if (holds_lone_surrogate(document.root)) {
    require(options.lone_surrogates);
  } else {
    require(json::to_compact(json::parse(utf8, options).root) == utf8);
    require(json::to_compact(json::parse(ascii, options).root) == utf8);
  }
  const json::Value clean = json::without_duplicates(document.root, document.arena);
  const json::Value again = json::without_duplicates(clean, document.arena);
  require(json::to_compact(clean) == json::to_compact(again));
  return utf8;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string strict = compact_if_accepted(text, {});
  const std::string as_python = compact_if_accepted(text, json::kAsPython);
  if (!strict.empty()) require(as_python == strict);
  return 0;
}
