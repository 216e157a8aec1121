#include "core/sbn/legacy_moment.hpp"

#include <algorithm>
#include <vector>

#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/sbn/member_text.hpp"

namespace agentnet::sbn {
namespace {

void write_sorted(const json::Value& value, std::string& out) {
  std::string_view separator;
  switch (value.kind()) {
    case json::Kind::null:
      out += "null";
      break;
    case json::Kind::boolean:
      out += value.as_boolean() ? "true" : "false";
      break;
    case json::Kind::integer:
    case json::Kind::decimal:
      out += text_of(value);
      break;
    case json::Kind::string:
      json::write_string(value.text(), out, json::Text::ascii);
      break;
    case json::Kind::array:
      out += '[';
      for (const json::Value& item : value.items()) {
        out += separator;
        write_sorted(item, out);
        separator = ", ";
      }
      out += ']';
      break;
    case json::Kind::object: {
      std::vector<json::Member> members(value.members().begin(), value.members().end());
      std::sort(members.begin(), members.end(),
                [](const json::Member& a, const json::Member& b) { return a.name.text() < b.name.text(); });
      out += '{';
      for (const json::Member& member : members) {
        out += separator;
        json::write_string(member.name.text(), out, json::Text::ascii);
        out += ": ";
        write_sorted(member.value, out);
        separator = ", ";
      }
      out += '}';
      break;
    }
  }
}

}  // namespace

std::string legacy_moment_sha256(const json::Value& context) {
  json::Arena arena;
  std::string text;
  write_sorted(json::without_duplicates(context, arena), text);
  return crypto::sha256_hex(text);
}

}  // namespace agentnet::sbn
