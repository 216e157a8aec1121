#include "core/paybond/redaction.hpp"

#include <vector>

#include "core/base/unicode_text.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::string_view kKeyPrefix = "paybond_sk_";
constexpr std::string_view kBundlePrefix = "ab1.";
constexpr std::string_view kRedactedBundle = "ab1.<redacted>";
constexpr std::string_view kRedactedOther = "<redacted>";
constexpr std::size_t kShownFront = 8;  // characters of a key's id
constexpr std::size_t kShownBack = 4;

// "name", or anything that ends in "_name".
bool is_or_ends(std::string_view text, std::string_view name) {
  if (!text.ends_with(name)) return false;
  return text.size() == name.size() || text[text.size() - name.size() - 1] == '_';
}

bool is_token_name(std::string_view name) {
  return name.ends_with("_token");
}

bool is_bundle(std::string_view text) {
  return strip(text).starts_with(kBundlePrefix);
}

// What stands in place of a text below this name; the text itself when it may be shown.
std::string shown(std::string_view name, std::string_view text) {
  const std::string lower = lower_ascii(name);
  if (is_or_ends(lower, "api_key")) return mask_api_key(text);
  if (strip(text).empty()) return std::string(text);
  if (is_bundle(text)) return std::string(kRedactedBundle);
  if (lower == "attach_bundle") return std::string(kRedactedOther);
  if (is_token_name(lower) || lower.ends_with("_seed") || lower.ends_with("_seed_hex")) {
    return std::string(kRedacted);
  }
  return std::string(text);
}

}  // namespace

std::string mask_api_key(std::string_view key) {
  const std::string_view text = strip(key);
  std::vector<std::string_view> parts;
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find('_', start), text.size());
    parts.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  constexpr std::size_t kLeastParts = 5;  // paybond, sk, environment, id, secret
  if (!text.starts_with(kKeyPrefix) || parts.size() < kLeastParts) return std::string(kKeyPrefix) + "...";
  const std::string_view id = parts[3];
  std::string out = std::string(kKeyPrefix) + std::string(parts[2]) + "_";
  if (id.size() <= kShownFront + kShownBack) return out + "redacted";
  out += id.substr(0, kShownFront);
  return out + "..." + std::string(id.substr(id.size() - kShownBack));
}

Value redact(const Value& value, json::Arena& arena) {
  if (value.is_array()) {
    json::ArrayBuilder items(arena);
    for (const Value& item : value.items()) {
      const bool hidden = item.is_string() && is_bundle(item.text());
      items.add(hidden ? Value::string(kRedactedBundle) : redact(item, arena));
    }
    return items.done();
  }
  if (!value.is_object()) return value;
  json::ObjectBuilder members(arena);
  for (const json::Member& member : value.members()) {
    const std::string_view name = member.name.text();
    if (member.value.is_string()) {
      members.add(name, shown(name, member.value.text()));
    } else {
      members.add(name, redact(member.value, arena));
    }
  }
  return members.done();
}

std::string redact_setting(std::string_view name, std::string_view value) {
  const std::string lower = lower_ascii(name);
  if (value.empty()) return {};
  if (lower == "attach_bundle") return std::string(is_bundle(value) ? kRedactedBundle : kRedactedOther);
  const bool secret = is_or_ends(lower, "api_key") || is_or_ends(lower, "secret") ||
                      is_or_ends(lower, "password") || is_token_name(lower);
  return secret ? mask_api_key(value) : std::string(value);
}

}  // namespace agentnet::paybond
