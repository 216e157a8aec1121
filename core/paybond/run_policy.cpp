#include "core/paybond/run_policy.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::size_t kShortDigits = 8;  // of the digest in a version

Value sorted(const Value& value, json::Arena& arena) {
  if (value.is_array()) {
    json::ArrayBuilder items(arena);
    for (const Value& item : value.items())
      items.add(sorted(item, arena));
    return items.done();
  }
  if (!value.is_object()) return value;
  std::vector<json::Member> members(value.members().begin(), value.members().end());
  // By bytes of UTF-8, which is by code points as Python does it.
  std::sort(members.begin(), members.end(),
            [](const json::Member& a, const json::Member& b) { return a.name.text() < b.name.text(); });
  json::ObjectBuilder out(arena);
  for (const json::Member& member : members)
    out.add(json::Member{member.name, sorted(member.value, arena)});
  return out.done();
}

[[noreturn]] void bad_policy(const std::string& why) {
  throw Error(Category::usage, "bad_policy", why);
}

const Value* find_object(const Value& object, std::string_view name) {
  const Value* member = object.find(name);
  if (member == nullptr || member->is_null()) return nullptr;
  if (!member->is_object()) bad_policy(std::string(name) + " is not an object");
  return member;
}

// Whole dollars, or with one or two digits behind the point.
std::int64_t cents_of(const Value& dollars) {
  const std::string_view text = dollars.is_number() ? dollars.text() : std::string_view();
  const std::size_t point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  std::string small(text.substr(std::min(point + 1, text.size())));
  constexpr std::size_t kDigitsOfCents = 2;
  constexpr std::size_t kMostDigits = 15;
  const auto only_digits = [](const std::string& part) {
    return std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  };
  if (digits.empty() || digits.size() > kMostDigits || small.size() > kDigitsOfCents ||
      !only_digits(digits) || !only_digits(small)) {
    bad_policy("max_spend_usd is not an amount of dollars");
  }
  small.resize(kDigitsOfCents, '0');
  return std::stoll(digits + small);
}

void read_intent(RunPolicy& policy, const Value& intent) {
  const Value* tools = intent.find("allowed_tools");
  if (tools != nullptr && !tools->is_null()) {
    if (!tools->is_array() || tools->items().size() > kMaxRegistryTools)
      bad_policy("allowed_tools is not a list");
    for (const Value& tool : tools->items()) {
      if (!tool.is_string()) bad_policy("an allowed tool is not a text");
      policy.allowed_tools.emplace_back(tool.text());
    }
  }
  const Value* budget = find_object(intent, "budget");
  if (budget == nullptr) return;
  const Value* currency = budget->find("currency");
  if (currency != nullptr && currency->is_string()) policy.currency = currency->text();
  const Value* most = budget->find("max_spend_usd");
  if (most != nullptr && !most->is_null()) policy.budget_cents = cents_of(*most);
}

const GuardedTool* find_paying(const RunPolicy& policy, std::string_view operation) {
  for (const GuardedTool& tool : policy.registry.tools) {
    if (tool.side_effecting && tool.operation == operation) return &tool;
  }
  return nullptr;
}

}  // namespace

std::string policy_digest(const Value& root) {
  json::Arena arena;
  const std::string text = json::to_compact(sorted(root, arena), json::Text::ascii);
  return "sha256:" + hex_lower(crypto::sha256(as_bytes(text)));
}

RunPolicy read_run_policy(const Value& root) {
  RunPolicy policy{.registry = require_registry(root), .digest = policy_digest(root), .version = {}};
  const Value* name = root.find("name");
  const std::string digits = policy.digest.substr(policy.digest.find(':') + 1, kShortDigits);
  policy.version =
      (name != nullptr && name->is_string() ? std::string(name->text()) : "policy") + "@" + digits;
  if (const Value* intent = find_object(root, "intent")) read_intent(policy, *intent);
  return policy;
}

const GuardedTool& paying_tool(const RunPolicy& policy, std::string_view operation) {
  std::vector<std::string> candidates = policy.allowed_tools;
  if (!operation.empty()) candidates = {std::string(operation)};
  if (candidates.empty()) {
    for (const GuardedTool& tool : policy.registry.tools)
      candidates.push_back(tool.operation);
  }
  for (const std::string& candidate : candidates) {
    if (const GuardedTool* tool = find_paying(policy, candidate)) return *tool;
  }
  throw Error(Category::usage, "operation_not_in_policy",
              operation.empty() ? "the policy has no tool that costs money"
                                : "the policy has no tool '" + std::string(operation) + "' that costs money");
}

std::optional<std::int64_t> spend_within(const RunPolicy& policy, const GuardedTool& tool) {
  if (!tool.max_spend_cents) return policy.budget_cents;
  if (!policy.budget_cents) return tool.max_spend_cents;
  return std::min(*tool.max_spend_cents, *policy.budget_cents);
}

}  // namespace agentnet::paybond
