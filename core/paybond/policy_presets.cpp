#include "core/paybond/policy_presets.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/json/number.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

using Name = std::string_view;

constexpr Name kTravelReads[] = {"search.web"};
constexpr Name kShoppingReads[] = {"search.products"};
constexpr Name kSaasReads[] = {"saas.list_plans"};
constexpr Name kAwsReads[] = {"aws.ec2.describe_instances"};
constexpr Name kCommerceReads[] = {"payments.list_invoices"};
constexpr Name kAllReads[] = {"search.web", "search.products", "saas.list_plans",
                              "aws.ec2.describe_instances"};
constexpr Name kByCost = "cost_and_completion";

constexpr PolicyPreset kPresets[] = {
    {"travel", "travel-agent-v1", "travel.book_hotel", kByCost, kTravelReads, 200, true,
     "Travel booking agent", "Travel booking"},
    {"shopping", "shopping-agent-v1", "commerce.checkout", kByCost, kShoppingReads, 100, true,
     "Shopping checkout agent", "Shopping checkout"},
    {"saas", "saas-agent-v1", "saas.provision_seat", kByCost, kSaasReads, 50, true, "SaaS provisioning agent",
     "SaaS provisioning"},
    {"aws", "aws-operator-v1", "aws.ec2.start_instance", kByCost, kAwsReads, 500, true, "AWS operator agent",
     "AWS operator"},
    {"stripe-commerce", "stripe-commerce-agent-v1", "payments.charge_customer", "stripe_charge",
     kCommerceReads, 500, false, "Stripe commerce agent", ""},
    {"read-only", "read-only-agent-v1", "", "", kAllReads, 0, false, "", ""},
    {"strict", "strict-agent-v1", "travel.book_hotel", kByCost, {}, 10, false, "", ""},
};

constexpr Guardrail kGuardrails[] = {
    {"default-deny", "Default deny", "Tools that the policy does not name are denied"},
    {"read-only", "Read only", "Only tools without side effects stay"},
    {"read-only-search", "Read-only search", "Only tools of search without side effects stay"},
    {"strict", "Strict", "Denies by default, wants evidence, and spends at most 10 USD"},
    {"require-evidence", "Require evidence", "Tools with side effects must have a preset for their evidence"},
    {"audit-only", "Audit only", "Changes nothing"},
    {"allow-dry-run", "Allow dry run", "Changes nothing"},
    {"max-spend:<usd>", "Max spend (USD)", "The most that the intent and each tool may spend", true},
    {"max-spend-cents:<cents>", "Max spend (cents)", "The most that each tool may spend, in cents", true},
    {"max-spend-usd:<usd>", "Max spend budget (USD)", "The most that the intent may spend", true},
};

constexpr std::int64_t kStrictUsd = 10;
constexpr std::int64_t kCentsPerUsd = 100;

// One guardrail of a list, taken apart.
struct Rail {
  std::string name;    // with -
  std::string amount;  // digits, perhaps a fraction; empty when there is none
};

[[noreturn]] void unknown(const std::string& rail) {
  throw Error(Category::usage, "unknown_guardrail", "unknown guardrail: " + rail,
              "paybond policy presets list shows them; max-spend, max-spend-cents and max-spend-usd have an "
              "amount, as in max-spend:50");
}

bool is_amount(std::string_view text, bool fraction) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto digits = [](std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (!digits(text.substr(0, point))) return false;
  return point == text.size() || (fraction && digits(text.substr(point + 1)));
}

Rail read_rail(std::string_view text) {
  const std::string whole(text);
  const std::size_t colon = whole.find(':');
  Rail rail{whole.substr(0, colon), colon == whole.npos ? "" : whole.substr(colon + 1)};
  std::ranges::replace(rail.name, '_', '-');
  const bool counts = rail.name == "max-spend" || rail.name == "max-spend-usd";
  const bool cents = rail.name == "max-spend-cents";
  if (counts || cents) {
    if (!is_amount(rail.amount, counts)) unknown(whole);
    const double limit = static_cast<double>(kMostPolicyUsd) * (cents ? kCentsPerUsd : 1);
    if (json::to_double(rail.amount) <= limit) return rail;
    throw Error(Category::usage, "amount_overflow", whole + " is more than a policy takes");
  }
  if (colon != whole.npos ||
      std::ranges::find(kGuardrails, rail.name, &Guardrail::id) == std::end(kGuardrails))
    unknown(whole);
  return rail;
}

void cap_tools(Policy& policy, std::int64_t cents) {
  for (PolicyTool& tool : policy.tools) {
    if (tool.side_effecting) tool.max_spend_cents = std::min(tool.max_spend_cents.value_or(cents), cents);
  }
}

void cap_budget(Policy& policy, double usd) {
  if (!policy.max_spend_usd.empty() && json::to_double(policy.max_spend_usd) <= usd) return;
  policy.max_spend_usd.clear();
  json::append_repr(usd, policy.max_spend_usd);
}

void keep_reads(Policy& policy, std::string_view prefix) {
  std::erase_if(policy.tools, [&](const PolicyTool& tool) {
    return tool.side_effecting || !tool.name.starts_with(prefix);
  });
  std::erase_if(policy.allowed_tools, [&](const std::string& name) {
    return std::ranges::find(policy.tools, name, &PolicyTool::name) == policy.tools.end();
  });
}

void narrow(Policy& policy, const Rail& rail) {
  if (rail.name == "read-only") {
    keep_reads(policy, "");
  } else if (rail.name == "read-only-search") {
    keep_reads(policy, "search.");
  } else if (rail.name == "strict") {
    cap_tools(policy, kStrictUsd * kCentsPerUsd);
    cap_budget(policy, static_cast<double>(kStrictUsd));
  } else if (rail.name == "max-spend-cents") {
    cap_tools(policy, static_cast<std::int64_t>(json::to_double(rail.amount)));
  } else if (rail.name == "max-spend" || rail.name == "max-spend-usd") {
    const double usd = json::to_double(rail.amount);
    cap_budget(policy, usd);
    if (rail.name == "max-spend") cap_tools(policy, std::llrint(usd * static_cast<double>(kCentsPerUsd)));
  }
  // The others ask for what every domain has already: it denies by default, and its tools name evidence.
}

// The tools of a row, without limits.
Policy tools_of_row(const PolicyPreset& row) {
  Policy policy{.name = std::string(row.policy)};
  if (!row.tool.empty()) {
    policy.tools.push_back({.name = std::string(row.tool),
                            .side_effecting = true,
                            .evidence_preset = std::string(row.evidence)});
    policy.allowed_tools.emplace_back(row.tool);
  }
  for (const Name name : row.reads) {
    policy.tools.push_back({.name = std::string(name)});
    if (row.tool.empty()) policy.allowed_tools.emplace_back(name);
  }
  return policy;
}

template <std::size_t Count>
constexpr auto first_ids() {
  std::array<Name, Count> ids;
  for (std::size_t i = 0; i < Count; ++i)
    ids[i] = kPresets[i].id;
  return ids;
}

}  // namespace

constexpr std::array<std::string_view, 7> kPolicyPresetIds = first_ids<7>();
constexpr std::array<std::string_view, 4> kPolicyDomainIds = first_ids<4>();

std::span<const PolicyPreset> policy_presets() {
  return kPresets;
}

std::span<const Guardrail> guardrails() {
  return kGuardrails;
}

Policy preset_policy(std::string_view id, std::optional<std::int64_t> max_usd) {
  const auto* row = std::ranges::find(kPresets, id, &PolicyPreset::id);
  if (row == std::end(kPresets))
    throw Error(Category::usage, "unknown_policy_preset", "unknown policy preset: " + std::string(id),
                "paybond policy presets list shows them");
  Policy policy = tools_of_row(*row);
  const std::int64_t usd = max_usd.value_or(row->usd);
  if (usd == 0 && !max_usd) return policy;
  cap_tools(policy, usd * kCentsPerUsd);
  policy.max_spend_usd = std::to_string(usd);
  return policy;
}

Policy compose_policy(std::string_view domain, std::string_view guardrail_list) {
  const auto* row = std::ranges::find(kPresets, domain, &PolicyPreset::id);
  if (row == std::end(kPresets) || row->domain.empty())
    throw Error(Category::usage, "unknown_domain", "unknown policy domain: " + std::string(domain),
                "paybond policy presets list shows them");
  Policy policy = tools_of_row(*row);
  std::size_t count = 0;
  for (std::size_t at = 0; at <= guardrail_list.size();) {
    const std::size_t comma = std::min(guardrail_list.find(',', at), guardrail_list.size());
    const std::string_view item = trim_white_space(guardrail_list.substr(at, comma - at));
    at = comma + 1;
    if (item.empty()) continue;
    if (++count > kMaxGuardrails)
      throw Error(Category::usage, "too_many_guardrails", "there are too many guardrails");
    narrow(policy, read_rail(item));
  }
  if (count == 0) throw Error(Category::usage, "missing_guardrails", "no guardrail is named");
  if (policy.tools.empty())
    throw Error(Category::usage, "empty_policy", "these guardrails leave no tool of " + std::string(domain));
  return policy;
}

}  // namespace agentnet::paybond
