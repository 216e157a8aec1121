// The file that `paybond init agent-middleware` writes: a paid tool that runs only within its budget, in
// Python with the official kit, or in shell with this program.
#pragma once

#include <string>
#include <string_view>

namespace agentnet::commands {

// The kit's names, and shell.
inline constexpr std::string_view kMiddlewareFrameworks[] = {"generic",
                                                             "provider-agnostic",
                                                             "anthropic",
                                                             "claude",
                                                             "claude-agents",
                                                             "crewai",
                                                             "gemini",
                                                             "google-ai",
                                                             "google-adk",
                                                             "langgraph",
                                                             "mcp",
                                                             "openai",
                                                             "vercel-ai",
                                                             "pydantic-ai",
                                                             "microsoft-agent-framework",
                                                             "shell"};
inline constexpr std::string_view kMiddlewarePreset = "cost_and_completion";  // of the evidence

// paid_tool(query), and tools(), which gives it in the framework's form; of shell the same as functions.
// The framework is one of the above.
std::string middleware_file(std::string_view framework);
// Where it goes when nobody says.
std::string_view middleware_path(std::string_view framework);

}  // namespace agentnet::commands
