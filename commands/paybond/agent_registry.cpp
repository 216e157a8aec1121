// paybond agent registry
#include "commands/paybond/agent_registry.hpp"

#include "commands/input.hpp"
#include "commands/paybond/agent.hpp"
#include "commands/paybond/answer.hpp"
#include "core/paybond/policy_yaml.hpp"

namespace agentnet::commands {
namespace {

json::Value issues_value(const paybond::ToolRegistry& registry, json::Arena& arena) {
  json::ArrayBuilder issues(arena);
  for (const paybond::RegistryIssue& issue : registry.issues) {
    json::ObjectBuilder out(arena);
    out.add("code", std::string_view(issue.code)).add("message", std::string_view(issue.message));
    if (!issue.tool.empty()) out.add("tool", std::string_view(issue.tool));
    issues.add(out.done());
  }
  return issues.done();
}

Exit run_validate(const Arguments& arguments, Context& context) {
  const json::Document document = registry_document(required(arguments, "--file"), context);
  const paybond::ToolRegistry registry = paybond::read_registry(document.root);
  json::Arena arena;
  json::ObjectBuilder data(arena);
  data.add_boolean("ok", registry.ok());
  if (registry.version) {
    data.add_integer("version", *registry.version);
  } else {
    data.add("version", json::Value());
  }
  data.add_boolean("default_deny", registry.default_deny)
      .add_integer("tool_count", static_cast<std::int64_t>(registry.tool_count))
      .add_integer("side_effecting_count", static_cast<std::int64_t>(registry.side_effecting_count()))
      .add("issues", issues_value(registry, arena));
  show_local(
      arguments, context,
      {.command = "agent registry validate", .data = data.done(), .id = registry.ok() ? "good" : "bad"});
  return registry.ok() ? Exit::done : Exit::failed;
}

constexpr Option kOptions[] = {{.name = "--file",
                                .value = "FILE",
                                .help = "the registry, in YAML or JSON",
                                .completes = Completes::files},
                               kEchoedRequestIdOption};
constexpr Example kExamples[] = {
    {R"(echo '{"version": 1, "default_deny": true, "tools": {"search.web":' '{"side_effecting": false}}}' )"
     R"(> registry.json && paybond agent registry validate --file registry.json)",
     "check what tools may do"}};
constexpr Exit kExits[] = {Exit::refused};
constexpr std::string_view kSeeAlso[] = {"paybond agent run bind"};

constexpr Command kValidate{
    .name = "validate",
    .summary = "Check a registry of an agent's tools",
    .description =
        "A tool that has side effects must name an evidence_preset; whether the gateway knows that "
        "preset is the gateway's to say. The exit code is 1 when something is wrong.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .run = run_validate};
constexpr const Command* kCommands[] = {&kValidate};

}  // namespace

std::string registry_text(const std::string& path, const Context& context) {
  try {
    return context.files.read(path, paybond::kMaxYamlBytes);
  } catch (const Error& fault) {
    throw Error(Category::usage, "bad_input", fault.message(), {}, {{"file", path}});
  }
}

json::Document registry_document(const std::string& path, const Context& context) {
  const std::string text = registry_text(path, context);
  return naming(path, [&] { return paybond::read_yaml(text); });
}

constexpr Command kPaybondAgentRegistry{
    .name = "registry", .summary = "What an agent's tools may cost", .children = kCommands};

}  // namespace agentnet::commands
