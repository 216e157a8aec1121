#include "core/sbn/rules_slot.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/number.hpp"

namespace agentnet::sbn {
namespace {

std::string node(std::string_view left, std::string_view right) {
  std::string text(left);
  text += right;
  return hex_lower(crypto::sha256(as_bytes(text)));
}

// Python's str() of a JSON value that is no container.
std::string python_text(const json::Value& value) {
  switch (value.kind()) {
    case json::Kind::boolean:
      return value.as_boolean() ? "True" : "False";
    case json::Kind::string:
    case json::Kind::integer:
      return std::string(value.text());
    case json::Kind::decimal: {
      std::string text;
      json::append_repr(json::to_double(value.text()), text);
      return text;
    }
    default:
      throw Error(Category::usage, "bad_event", "event_type must be a text, a number or a boolean", {},
                  {{"field", "event_type"}});
  }
}

}  // namespace

std::int64_t generation_at(Instant opened_at, Instant now, std::int64_t interval) {
  const std::int64_t micros = (now - opened_at).count();
  return micros <= 0 ? 0 : micros / (interval * 1'000'000);
}

void SnapRoot::append(std::string_view hash) {
  ++count_;
  std::string carried(hash);
  for (std::optional<std::string>& left : waiting_) {
    if (!left) {
      left = std::move(carried);
      return;
    }
    carried = node(*left, carried);
    left.reset();
  }
  waiting_.emplace_back(std::move(carried));
}

std::string SnapRoot::root() const {
  std::optional<std::string> carried;  // the last node of the layer, when it came from below
  for (std::size_t layer = 0; layer < waiting_.size(); ++layer) {
    const std::optional<std::string>& left = waiting_[layer];
    const bool is_top = layer + 1 == waiting_.size();
    if (left && carried) {
      carried = node(*left, *carried);
    } else if (left || carried) {
      const std::string& last = left ? *left : *carried;
      if (is_top) return last;
      carried = node(last, last);
    }
  }
  return carried.value_or("");
}

std::string_view bare_hash(std::string_view hash) {
  constexpr std::string_view kPrefix = "sha256:";
  if (hash.starts_with(kPrefix)) hash.remove_prefix(kPrefix.size());
  return hash;
}

json::Value session_event(const json::Value& event, json::Arena& arena) {
  const json::Value* const type = event.find("event_type");
  const auto own = [&](std::string_view name, json::Value fallback) {
    const json::Value* member = event.find(name);
    return member == nullptr ? fallback : *member;
  };
  json::Value action = json::Value::string("event");
  if (event.find("action") == nullptr && type != nullptr && type->truthy())
    action = json::Value::string(arena, python_text(*type));
  json::ObjectBuilder payload(arena);
  payload.add("action", own("action", action));
  payload.add("score", own("score", json::Value::number(json::Kind::decimal, "1.0")));
  payload.add("reinforced", own("reinforced", json::Value::boolean(true)));
  for (const json::Member& member : event.members()) {
    const std::string_view name = member.name.text();
    if (name != "action" && name != "score" && name != "reinforced") payload.add(member);
  }
  return payload.done();
}

}  // namespace agentnet::sbn
