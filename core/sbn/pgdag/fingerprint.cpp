#include "core/sbn/pgdag/fingerprint.hpp"

#include <algorithm>
#include <vector>

#include "core/crypto/sha256.hpp"
#include "core/json/number.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn::pgdag {
namespace {

// Members in the order of the text, sorted stably: of equal names the last one stands last.
std::vector<const json::Member*> sorted_members(const json::Value& object) {
  std::vector<const json::Member*> members;
  members.reserve(object.members().size());
  for (const json::Member& member : object.members())
    members.push_back(&member);
  std::stable_sort(members.begin(), members.end(), [](const json::Member* a, const json::Member* b) {
    return a->name.text() < b->name.text();
  });
  return members;
}

void write_object(const json::Value& object, json::Output& out) {
  const std::vector<const json::Member*> members = sorted_members(object);
  out.add('{');
  bool separate = false;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::string_view name = members[i]->name.text();
    if (i + 1 < members.size() && members[i + 1]->name.text() == name) continue;
    if (separate) out.add(',');
    separate = true;
    json::write_string(name, out, json::Text::ascii);
    out.add(':');
    write_canonical(members[i]->value, out);
  }
  out.add('}');
}

void write_array(const json::Value& array, json::Output& out) {
  out.add('[');
  bool separate = false;
  for (const json::Value& item : array.items()) {
    if (separate) out.add(',');
    separate = true;
    write_canonical(item, out);
  }
  out.add(']');
}

}  // namespace

void write_canonical(const json::Value& value, json::Output& out) {
  switch (value.kind()) {
    case json::Kind::null:
      return out.add("null");
    case json::Kind::boolean:
      return out.add(value.as_boolean() ? "true" : "false");
    case json::Kind::integer:
      return out.add(value.text() == "-0" ? "0" : value.text());
    case json::Kind::decimal:
      return out.advance_to(json::put_repr(json::to_double(value.text()), out.reserve(json::kMaxReprBytes)));
    case json::Kind::string:
      return json::write_string(value.text(), out, json::Text::ascii);
    case json::Kind::array:
      return write_array(value, out);
    case json::Kind::object:
      return write_object(value, out);
  }
}

void write_canonical(const json::Value& value, std::string& out) {
  json::Output output(out);
  write_canonical(value, output);
  output.keep();
}

std::string canonical_text(const json::Value& value) {
  std::string text;
  write_canonical(value, text);
  return text;
}

std::string canonical_fingerprint(const json::Value& value) {
  return crypto::sha256_hex(canonical_text(value));
}

std::string merkle_root(std::span<const std::string> hashes) {
  if (hashes.empty()) return {};
  std::vector<std::string> layer(hashes.begin(), hashes.end());
  while (layer.size() > 1) {
    for (std::size_t i = 0; i < layer.size(); i += 2) {
      const std::string& right = i + 1 < layer.size() ? layer[i + 1] : layer[i];
      layer[i / 2] = crypto::sha256_hex(layer[i] + right);
    }
    layer.resize((layer.size() + 1) / 2);
  }
  return layer.front();
}

}  // namespace agentnet::sbn::pgdag
