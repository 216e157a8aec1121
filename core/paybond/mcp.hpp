// The Model Context Protocol, as far as a server of tools needs it: JSON-RPC 2.0, one message a line.
//
// Known methods: initialize, ping, tools/list, tools/call, and notifications, which are never answered. What
// is no message, no request or of an unknown method is answered by a JSON-RPC error and changes nothing:
//
//   -32700  not JSON                       -32601  unknown method
//   -32600  no request, a batch, too long  -32602  unknown tool, or arguments that it does not take
//
// A tool that fails answers with isError and what went wrong as text, for the model to read.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxMcpMessageBytes = 1024 * 1024;
// The revisions of the protocol that this speaks, the newest first; a client's own is taken when it is here.
inline constexpr std::string_view kMcpVersions[] = {"2025-06-18", "2025-03-26", "2024-11-05"};

enum class McpKind : std::uint8_t { text, cents, flag, object, texts };

struct McpParameter {
  std::string_view name;
  McpKind kind = McpKind::text;
  bool required = false;
  std::string_view help = {};
};

struct McpTool {
  std::string_view name;
  std::string_view title;
  std::string_view help;
  std::string_view scope;  // "mcp.spend:write"
  std::span<const McpParameter> parameters = {};

  bool writes() const { return scope.ends_with(":write"); }
};

// What the tool answered, an object. An Error it throws is the tool's failure.
using McpCall = std::function<json::Document(const McpTool& tool, const json::Value& arguments)>;

class McpServer {
 public:
  // The tools must outlive this.
  McpServer(std::vector<const McpTool*> tools, McpCall call)
      : tools_(std::move(tools)), call_(std::move(call)) {}

  // The answer to one line without its newline; nullopt for what is not answered.
  std::optional<json::Document> answer(std::string_view line);
  // The answer to a line that was longer than kMaxMcpMessageBytes.
  static json::Document too_long();

 private:
  json::Value call_tool(const json::Value& parameters, json::Arena& arena);
  json::Value result_of(std::string_view method, const json::Value& parameters, json::Arena& arena);

  std::vector<const McpTool*> tools_;
  McpCall call_;
};

// {"type": "object", "properties", "required", "additionalProperties": false}
json::Value input_schema(const McpTool& tool, json::Arena& arena);

}  // namespace agentnet::paybond
