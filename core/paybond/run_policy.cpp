#include "core/paybond/run_policy.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/paybond/policy_check.hpp"

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
  throw Error(Category::usage, "bad_policy", why, "paybond policy validate-tools says all that is wrong");
}

// What counts of a policy: not which schema it names, nor that it is written as version 2.
Value meaning_of(const Value& root, json::Arena& arena) {
  json::ObjectBuilder out(arena);
  for (const json::Member& member : root.members()) {
    const std::string_view name = member.name.text();
    if (name == "$schema" || name == "overrides" || member.value.is_null()) continue;
    if (name == "version") {
      out.add_integer(name, kRegistryVersion);
    } else if (name == "intent") {
      const Value* allowed = member.value.find("allowed_tools");
      const bool empty = allowed != nullptr && allowed->is_array() && allowed->items().empty();
      out.add(name, empty ? json::without_member(member.value, "allowed_tools", arena) : member.value);
    } else {
      out.add(member);
    }
  }
  return out.done();
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

// Of a policy that check_policy found nothing wrong with.
void read_intent(RunPolicy& policy, const Value& intent) {
  if (const Value* tools = intent.find("allowed_tools")) {
    for (const Value& tool : tools->items())
      policy.allowed_tools.emplace_back(tool.text());
  }
  const Value* budget = intent.find("budget");
  if (budget == nullptr) return;
  policy.currency = budget->find("currency")->text();
  if (const Value* most = budget->find("max_spend_usd")) policy.budget_cents = cents_of(*most);
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
  const std::string text = json::to_compact(sorted(meaning_of(root, arena), arena), json::Text::ascii);
  return "sha256:" + hex_lower(crypto::sha256(as_bytes(text)));
}

std::string policy_version(std::string_view name, std::string_view digest) {
  return std::string(name) + "@" + std::string(digest.substr(digest.find(':') + 1, kShortDigits));
}

RunPolicy read_run_policy(const Value& root) {
  const PolicyVerdict verdict = check_policy(root);
  if (!verdict.is_valid()) bad_policy(verdict.faults[0].path + ": " + verdict.faults[0].message);
  RunPolicy policy{
      .registry = require_registry(root, kPolicyVersion), .digest = policy_digest(root), .version = {}};
  policy.version = policy_version(verdict.name, policy.digest);
  const Value* intent = root.find("intent");
  if (intent != nullptr && intent->is_object()) read_intent(policy, *intent);
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
