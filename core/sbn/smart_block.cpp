#include "core/sbn/smart_block.hpp"

#include <algorithm>
#include <array>

#include "core/base/error.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::array<std::string_view, 8> kBlockMembers = {
    "id", "domain", "type", "payload", "metadata", "metrics", "created_at", "snapchore_hash"};

json::Value empty_object(json::Arena& arena) {
  return json::ObjectBuilder(arena).done();
}

json::Value member_or(const json::Value& object, std::string_view name, json::Value fallback) {
  const json::Value* member = object.find(name);
  return member != nullptr ? *member : fallback;
}

json::Value truthy_or(json::Value value, json::Value fallback) {
  return value.truthy() ? value : fallback;
}

}  // namespace

SmartBlock make_block(json::Value payload, std::string_view domain, std::string_view type,
                      const BlockFacts& facts, json::Arena& arena) {
  SmartBlock block;
  block.id = json::Value::string(arena, uuid4(facts.random));
  block.domain = json::Value::string(arena, domain);
  block.type = json::Value::string(arena, type);
  block.payload = truthy_or(payload, empty_object(arena));
  block.metadata = empty_object(arena);
  block.metrics = empty_object(arena);
  block.created_at = json::Value::string(arena, iso_offset(facts.now));
  return block;
}

SmartBlock block_from_json(const json::Value& value, const BlockFacts& facts, json::Arena& arena) {
  if (!value.is_object()) throw Error(Category::usage, "not_an_object", "a SmartBlock is a JSON object");
  const json::Value clean = json::without_duplicates(value, arena);
  SmartBlock block = make_block(member_or(clean, "payload", {}), "general", "event", facts, arena);
  block.domain = member_or(clean, "domain", block.domain);
  block.type = member_or(clean, "type", block.type);
  block.id = truthy_or(member_or(clean, "id", {}), block.id);
  block.metadata = truthy_or(member_or(clean, "metadata", {}), block.metadata);
  block.metrics = truthy_or(member_or(clean, "metrics", {}), block.metrics);
  block.created_at = truthy_or(member_or(clean, "created_at", {}), block.created_at);
  block.snapchore_hash = member_or(clean, "snapchore_hash", {});
  return block;
}

std::vector<std::string_view> unknown_members(const json::Value& value) {
  std::vector<std::string_view> unknown;
  if (!value.is_object()) return unknown;
  for (const json::Member& member : value.members()) {
    const std::string_view name = member.name.text();
    const bool known = std::find(kBlockMembers.begin(), kBlockMembers.end(), name) != kBlockMembers.end();
    if (!known && std::find(unknown.begin(), unknown.end(), name) == unknown.end()) unknown.push_back(name);
  }
  return unknown;
}

json::Value hash_surface(const SmartBlock& block, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("id", block.id)
      .add("domain", block.domain)
      .add("type", block.type)
      .add("payload", block.payload)
      .add("metadata", block.metadata)
      .add("metrics", block.metrics)
      .add("created_at", block.created_at)
      .done();
}

json::Value to_json(const SmartBlock& block, json::Arena& arena) {
  const json::Value surface = hash_surface(block, arena);
  if (!block.snapchore_hash.truthy()) return surface;
  return json::with_member(surface, "snapchore_hash", block.snapchore_hash, arena);
}

}  // namespace agentnet::sbn
