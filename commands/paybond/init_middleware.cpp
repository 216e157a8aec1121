#include "commands/paybond/init_middleware.hpp"

#include <algorithm>

namespace agentnet::commands {
namespace {

constexpr std::string_view kShell = "shell";

constexpr std::string_view kPython =
    R"(# A paid tool that runs only when its spend is allowed; what it did becomes evidence.
#
# Needs paybond-kit. PAYBOND_API_KEY is the key, PAYBOND_GATEWAY_URL the gateway. Put your tool into call_vendor.
import asyncio
import json
import os

from paybond_kit import Paybond

OPERATION = "paid-tool"
MOST_CENTS = 100
COMPLETION_PRESET_ID = "cost_and_completion"
DESCRIPTION = "Asks a vendor who is paid for each answer."
SCHEMA = {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}


async def call_vendor(query: str) -> dict:
    """What costs money. The evidence needs status and cost_cents."""
    return {"status": "completed", "cost_cents": MOST_CENTS, "answer": "about " + query}


async def paid_tool(query: str) -> dict:
    """Asks a vendor who is paid for each answer."""
    kit = await Paybond.open(api_key=os.environ["PAYBOND_API_KEY"], gateway_base_url=os.environ["PAYBOND_GATEWAY_URL"])
    try:
        budget = await kit.guardrails.bootstrap_sandbox(
            operation=OPERATION, requested_spend_cents=MOST_CENTS, completion_preset=COMPLETION_PRESET_ID
        )
        guard = kit.spend_guard(budget.intent_id, budget.capability_token)
        guarded = guard.guard_tool(operation=OPERATION, requested_spend_cents=MOST_CENTS, handler=call_vendor)
        result = await guarded(query)
        evidence = {"status": result["status"], "cost_cents": result["cost_cents"]}
        await kit.guardrails.submit_sandbox_evidence(budget.intent_id, evidence)
        return result
    finally:
        await kit.aclose()


def paid_tool_now(query: str) -> dict:
    """Asks a vendor who is paid for each answer."""
    return asyncio.run(paid_tool(query))


)";

constexpr std::string_view kPythonEnd = R"(

if __name__ == "__main__":
    print(json.dumps(paid_tool_now("hotels"), indent=2))
)";

// What each framework takes as tools.
struct Form {
  std::string_view framework;
  std::string_view text;
};

constexpr std::string_view kFunctions = R"(def tools():
    """Functions, which the framework takes as they are: Agent(tools=tools())."""
    return [paid_tool]
)";
constexpr std::string_view kMessages = R"(def tools():
    """For a request's tools; the model's calls go to call_tool."""
    return [{"name": "paid_tool", "description": DESCRIPTION, "input_schema": SCHEMA}]


async def call_tool(name, arguments):
    """The answer to a call that the model asks for."""
    if name != "paid_tool":
        raise KeyError(name)
    return json.dumps(await paid_tool(**arguments))
)";

constexpr Form kForms[] = {
    {"anthropic", kMessages},
    {"claude", kMessages},
    {"claude-agents", R"(def tools():
    """A server of tools: ClaudeAgentOptions(mcp_servers={"paid": tools()})."""
    from claude_agent_sdk import create_sdk_mcp_server, tool

    @tool("paid_tool", DESCRIPTION, {"query": str})
    async def adapter(arguments):
        text = json.dumps(await paid_tool(arguments["query"]))
        return {"content": [{"type": "text", "text": text}]}

    return create_sdk_mcp_server(name="paid", version="1.0.0", tools=[adapter])
)"},
    {"crewai", R"(def tools():
    """For a crew's agent: Agent(tools=tools())."""
    from crewai.tools import tool

    return [tool("paid_tool")(paid_tool_now)]
)"},
    {"langgraph", R"(def tools():
    """For a graph's node of tools: ToolNode(tools())."""
    from langchain_core.tools import tool

    return [tool(paid_tool)]
)"},
    {"mcp", R"(def tools():
    """A server: tools().run() speaks MCP on standard input and output."""
    from mcp.server.fastmcp import FastMCP

    server = FastMCP("paid")
    server.add_tool(paid_tool)
    return server
)"},
    {"openai", R"(def tools():
    """For an agent: Agent(tools=tools())."""
    from agents import function_tool

    return [function_tool(paid_tool)]
)"},
    {"vercel-ai", R"(def tools():
    """By name, with what is called: serve it to the program that runs the model."""
    return {"paid_tool": {"description": DESCRIPTION, "inputSchema": SCHEMA, "execute": paid_tool}}
)"},
};

constexpr std::string_view kShellFile = R"(#!/bin/sh
# A paid tool that runs only when its spend is allowed; what it did becomes evidence.
#
#   . ./paybond_agent_middleware.sh && paid_tool hotels
#
# Put your tool into call_vendor. The run is kept in .paybond/runs of the folder.
OPERATION=paid-tool
MOST_CENTS=100
COMPLETION_PRESET_ID=cost_and_completion

# What costs money: prints JSON with status and cost_cents.
call_vendor() {
  printf '{"status": "completed", "cost_cents": %d}\n' "$MOST_CENTS"
}

paid_tool() {
  run=$(paybond agent run bind --sandbox --operation "$OPERATION" --requested-spend-cents "$MOST_CENTS" \
    --completion-preset "$COMPLETION_PRESET_ID" -o quiet) || return
  paybond agent tool validate --run-id "$run" --operation "$OPERATION" -o quiet >/dev/null || return
  result=$(call_vendor "$@") || return
  paybond agent tool execute --run-id "$run" --operation "$OPERATION" --tool-call-id call-1 \
    --result-body "$result" -o quiet >/dev/null || return
  printf '%s\n' "$result"
}
)";

}  // namespace

std::string middleware_file(std::string_view framework) {
  if (framework == kShell) return std::string(kShellFile);
  const auto* const form = std::find_if(std::begin(kForms), std::end(kForms),
                                        [&](const Form& each) { return each.framework == framework; });
  return std::string(kPython) + std::string(form == std::end(kForms) ? kFunctions : form->text) +
         std::string(kPythonEnd);
}

std::string_view middleware_path(std::string_view framework) {
  return framework == kShell ? "paybond_agent_middleware.sh" : "paybond_agent_middleware.py";
}

}  // namespace agentnet::commands
