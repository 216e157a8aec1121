#include "core/paybond/policy_file.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::size_t kMaxNameBytes = 64;
constexpr std::size_t kMaxToolBytes = 128;
constexpr std::size_t kMaxOrgBytes = 58;  // behind org_

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}

bool is_name(std::string_view text, std::size_t most, std::string_view also) {
  return !text.empty() && text.size() <= most && is_lower(text[0]) && std::ranges::all_of(text, [&](char c) {
    return is_lower(c) || (c >= '0' && c <= '9') || also.find(c) != also.npos;
  });
}

// A path as YAML has it: bare where nothing in it could mean something else.
std::string yaml_path(const std::string& path) {
  const bool bare = std::ranges::all_of(path, [](char c) {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '/';
  });
  if (bare && path[0] != '.' && !(path[0] >= '0' && path[0] <= '9')) return path;
  std::string out;
  json::write_string(path, out);
  return out;
}

// The lines of what holds for an intent.
std::string intent_text(const Policy& policy) {
  std::string out = "\nintent:\n";
  if (!policy.template_id.empty()) {
    out += "  # An intent in earnest names the template's published version, too.\n";
    out += "  policy_binding:\n    template_id: " + policy.template_id + "\n";
  }
  if (!policy.allowed_tools.empty()) out += "  allowed_tools:\n";
  for (const std::string& tool : policy.allowed_tools)
    out += "    - " + tool + "\n";
  if (!policy.max_spend_usd.empty()) {
    out += "  budget:\n    currency: usd\n    max_spend_usd: " + policy.max_spend_usd + "\n";
  }
  return out;
}

}  // namespace

bool is_policy_name(std::string_view text) {
  return is_name(text, kMaxNameBytes, "_-");
}

bool is_tool_name(std::string_view text) {
  return is_name(text, kMaxToolBytes, "_.-");
}

bool is_org_id(std::string_view text) {
  return text.starts_with("org_") && is_name(text.substr(4), kMaxOrgBytes, "_");
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= kMaxNameBytes &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

void check_policy_name(const std::string& name, std::string_view what) {
  if (is_policy_name(name)) return;
  throw Error(Category::usage, "bad_policy_name", std::string(what) + " is no name of a policy: " + name,
              "lower-case letters, digits, _ and -, at most 64, a letter first");
}

void check_tool_name(const std::string& name) {
  if (is_tool_name(name)) return;
  throw Error(Category::usage, "bad_tool_name", "'" + name + "' is no name of a tool",
              "lower-case letters, digits, '.', _ and -, at most 128, a letter first");
}

PolicyBase read_extends(const std::string& text) {
  const std::size_t slash = text.find('/');
  PolicyBase base;
  base.org_id = text.substr(0, slash);
  if (slash != text.npos) base.org_policy_id = text.substr(slash + 1);
  if (!is_org_id(base.org_id) || !is_policy_name(base.org_policy_id)) {
    throw Error(Category::usage, "bad_extends", "--extends names no base policy: " + text,
                "an organisation and a policy, as in org_acme/agent-spend-v1");
  }
  return base;
}

std::string policy_text(const Policy& policy) {
  std::string out = "version: " + std::to_string(policy.version) + "\nname: " + policy.name + "\n";
  if (policy.extends) {
    out += "extends:\n  org_policy_id: " + policy.extends->org_policy_id +
           "\n  org_id: " + policy.extends->org_id + "\n";
    if (!policy.extends->file.empty()) out += "  base_policy: " + yaml_path(policy.extends->file) + "\n";
  }
  out += "default_deny: true\n";
  out += "\ntools:\n";
  for (const PolicyTool& tool : policy.tools) {
    if (&tool != policy.tools.data()) out += "\n";
    out += "  " + tool.name + ":\n    side_effecting: " + (tool.side_effecting ? "true" : "false") + "\n";
    if (tool.max_spend_cents) out += "    max_spend_cents: " + std::to_string(*tool.max_spend_cents) + "\n";
    if (!tool.evidence_preset.empty()) out += "    evidence_preset: " + tool.evidence_preset + "\n";
    if (!tool.operation.empty()) out += "    operation: " + tool.operation + "\n";
  }
  return policy.extends ? out : out + intent_text(policy);
}

}  // namespace agentnet::paybond
