// paybond mcp, and what it lists
#include "commands/paybond/mcp.hpp"

#include <algorithm>

#include "commands/paybond/agent.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mcp_tools.hpp"
#include "commands/paybond/paybond.hpp"

namespace agentnet::commands {
namespace {

// "mcp.spend" of "mcp.spend:write".
std::string_view scope_of(const paybond::McpTool& tool) {
  return tool.scope.substr(0, tool.scope.find(':'));
}

Exit run_tools(const Arguments& arguments, Context& context) {
  json::Arena arena;
  json::ArrayBuilder list(arena);
  std::string text;
  for (const paybond::McpTool& tool : mcp_tools()) {
    list.add(json::ObjectBuilder(arena)
                 .add("name", tool.name)
                 .add("title", tool.title)
                 .add("description", tool.help)
                 .done());
    text += std::string(tool.name) + "\n    " + std::string(tool.help) + "\n";
  }
  show_local(arguments, context,
             {.command = "mcp tools",
              .data = json::ObjectBuilder(arena).add("tools", list.done()).done(),
              .id = std::string(mcp_tools().front().name),
              .text = text});
  return Exit::done;
}

json::Value scope_value(const McpScope& scope, json::Arena& arena) {
  std::vector<std::string_view> names;
  for (const paybond::McpTool& tool : mcp_tools()) {
    if (scope_of(tool) == scope.id) names.push_back(tool.name);
  }
  std::sort(names.begin(), names.end());
  json::ArrayBuilder tools(arena);
  for (const std::string_view name : names)
    tools.add(name);
  return json::ObjectBuilder(arena)
      .add("id", scope.id)
      .add("title", scope.title)
      .add("max_level", scope.max_level)
      .add("tools", tools.done())
      .done();
}

json::Value preset_value(const McpPreset& preset, json::Arena& arena) {
  json::ArrayBuilder scopes(arena);
  for (const std::string_view scope : preset.scopes)
    scopes.add(scope);
  return json::ObjectBuilder(arena)
      .add("id", preset.id)
      .add("title", preset.title)
      .add("scopes", scopes.done())
      .done();
}

Exit run_scopes(const Arguments& arguments, Context& context) {
  json::Arena arena;
  json::ArrayBuilder scopes(arena), presets(arena), tools(arena);
  std::string text;
  for (const McpScope& scope : mcp_scopes()) {
    scopes.add(scope_value(scope, arena));
    text += std::string(scope.id) + " (up to " + std::string(scope.max_level) + ")\n";
    for (const paybond::McpTool& tool : mcp_tools()) {
      if (scope_of(tool) == scope.id) text += "    " + std::string(tool.name) + "\n";
    }
  }
  for (const McpPreset& preset : mcp_presets())
    presets.add(preset_value(preset, arena));
  std::vector<const paybond::McpTool*> sorted;
  for (const paybond::McpTool& tool : mcp_tools())
    sorted.push_back(&tool);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) { return a->name < b->name; });
  for (const paybond::McpTool* tool : sorted)
    tools.add(json::ObjectBuilder(arena).add("name", tool->name).add("scope", tool->scope).done());
  show_local(arguments, context,
             {.command = "mcp scopes list",
              .data = json::ObjectBuilder(arena)
                          .add_integer("version", 1)
                          .add("scopes", scopes.done())
                          .add("presets", presets.done())
                          .add("tools", tools.done())
                          .done(),
              .id = std::string(mcp_scopes().front().id),
              .text = text});
  return Exit::done;
}

constexpr Option kOptions[] = {kEchoedRequestIdOption};
constexpr Example kToolsExamples[] = {{"paybond mcp tools", "see the tools a model is offered"}};
constexpr Example kScopesExamples[] = {{"paybond mcp scopes list", "see which tools belong together"}};
constexpr std::string_view kSeeAlso[] = {"paybond mcp serve", "paybond mcp install"};

constexpr Command kTools{.name = "tools",
                         .summary = "List the tools that 'paybond mcp serve' offers",
                         .options = kOptions,
                         .examples = kToolsExamples,
                         .see_also = kSeeAlso,
                         .run = run_tools};
constexpr Command kScopesList{.name = "list",
                              .summary = "List the scopes of tools and the presets of scopes",
                              .options = kOptions,
                              .examples = kScopesExamples,
                              .see_also = kSeeAlso,
                              .run = run_scopes};
constexpr const Command* kScopesCommands[] = {&kScopesList};
constexpr Command kScopes{
    .name = "scopes", .summary = "What groups of tools may do", .children = kScopesCommands};
constexpr const Command* kCommands[] = {&kPaybondMcpServe, &kPaybondMcpInstall, &kPaybondMcpVerifyConfig,
                                        &kTools, &kScopes};

}  // namespace

constexpr Command kPaybondMcp{
    .name = "mcp", .summary = "Offer the network to models as tools", .children = kCommands};

}  // namespace agentnet::commands
