// paybond mcp serve
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <climits>

#include <unistd.h>

#include "commands/paybond/answer.hpp"
#include "commands/paybond/kit_settings.hpp"
#include "commands/paybond/mcp.hpp"
#include "commands/paybond/mcp_session.hpp"
#include "commands/paybond/mcp_tools.hpp"
#include "commands/signal_wait.hpp"
#include "core/http/server.hpp"
#include "core/paybond/mcp_config.hpp"
#include "core/paybond/mcp_http.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kTransports[] = {"stdio", "http"};
constexpr std::string_view kDefaultAddress = "127.0.0.1:8080";
constexpr std::size_t kReadBytes = 64 * 1024;

// Lines as they come, without their newlines. Of a line that is too long only that it was.
class MessageLines {
 public:
  explicit MessageLines(int input) : input_(input) {}

  // False at the end. `too_long` says that the line was dropped.
  bool next(std::string& line, bool& too_long) {
    too_long = false;
    for (;;) {
      const std::size_t end = buffer_.find('\n', searched_);
      if (end != buffer_.npos) {
        line = buffer_.substr(0, end);
        buffer_.erase(0, end + 1);
        searched_ = 0;
        too_long = std::exchange(dropping_, false) || line.size() > paybond::kMaxMcpMessageBytes;
        return true;
      }
      if (buffer_.size() > paybond::kMaxMcpMessageBytes) {
        dropping_ = true;
        buffer_.clear();
      }
      searched_ = buffer_.size();
      if (!read_more()) break;
    }
    // What stands behind the last newline is a message, too.
    too_long = std::exchange(dropping_, false);
    line = std::exchange(buffer_, {});
    searched_ = 0;
    return too_long || !line.empty();
  }

 private:
  bool read_more() {
    std::string block(kReadBytes, '\0');
    for (;;) {
      const ssize_t count = ::read(input_, block.data(), block.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw system_error("standard input cannot be read", errno);
      buffer_.append(block, 0, static_cast<std::size_t>(count));
      return count > 0;
    }
  }

  int input_;
  std::string buffer_;
  std::size_t searched_ = 0;  // no newline before this
  bool dropping_ = false;
};

// The settings of a host's configuration: its env file counts where no flag names one, if it is there.
Arguments with_env_file(const Arguments& arguments, const Context& context) {
  const std::string path = context.environment.get_or_empty(kEnvFileVariable);
  if (path.empty() || arguments.has("--env-file")) return arguments;
  try {
    (void)context.files.others_may_read(path);
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) return arguments;
    throw;
  }
  Arguments more = arguments;
  more.set("--env-file", {path});
  return more;
}

std::string setting(const Arguments& arguments, const Context& context, std::string_view option,
                    std::string_view variable, std::string_view fallback) {
  if (const auto given = arguments.find(option)) return *given;
  const std::string set = context.environment.get_or_empty(variable);
  return set.empty() ? std::string(fallback) : set;
}

// The lines of standard input, until it ends.
Exit serve_lines(paybond::McpServer& server, Context& context) {
  MessageLines lines(context.input);
  context.sink.begin_rows();
  std::string line;
  for (bool too_long = false; lines.next(line, too_long);) {
    if (!too_long && paybond::strip(line).empty()) continue;
    const auto answer = too_long ? paybond::McpServer::too_long() : server.answer(line);
    if (!answer) continue;
    context.sink.row({answer->root, {}, text_among(answer->root, {"id"})});
    context.sink.flush();
  }
  context.sink.end_rows();
  return Exit::done;
}

// "127.0.0.1:8080", "[::1]:0". Throws Error usage/bad_value.
http::ServerOptions http_options(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  const std::string digits = colon == address.npos ? std::string() : address.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  std::string host = address.substr(0, std::min(colon, address.size()));
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  if (digits.empty() || fault != std::errc() || end != digits.data() + digits.size() || host.empty()) {
    throw Error(Category::usage, "bad_value",
                "--http-addr takes an address and a port, not '" + address + "'",
                "as in " + std::string(kDefaultAddress));
  }
  http::ServerOptions options{.address = host, .port = port, .threads = 1};
  options.limits.body_bytes = paybond::kMaxMcpMessageBytes;
  return options;
}

// One thread serves, so that calls are made one after the other over the one connection.
Exit serve_http(paybond::McpServer& server, McpSession& session, const std::string& address,
                Context& context) {
  http::Server listener(http_options(address));
  const SignalWait signals;
  const PaybondConnection& connection = session.connection();
  http::Router router;
  paybond::add_mcp_routes(router, server,
                          [&connection](std::string_view key) { return connection.is_key(key); });
  const std::uint16_t port = listener.start(router);
  const std::string host = address.substr(0, address.rfind(':'));
  const std::string url = "http://" + host + ":" + std::to_string(port) + "/mcp";
  json::Arena arena;
  const json::Value shown = json::ObjectBuilder(arena)
                                .add("transport", "http")
                                .add("url", std::string_view(url))
                                .add("gateway", std::string_view(connection.place()))
                                .done();
  context.sink.result({shown, url, url});
  context.sink.flush();
  const Exit exit = signals.wait();
  listener.stop();
  return exit;
}

Exit run_serve(const Arguments& arguments, Context& context) {
  const Arguments settings = with_env_file(arguments, context);
  const AgentKey agent = agent_key(settings, context, true);
  McpSession session(context, agent, [&] { return std::make_unique<PaybondConnection>(settings, context); });
  const std::string policy =
      setting(arguments, context, "--tool-policy", paybond::kToolPolicyVariable, kDefaultToolPolicy);
  paybond::McpServer server(
      tools_for(policy, setting(arguments, context, "--tool-allowlist", paybond::kToolListVariable, {})),
      [&](const paybond::McpTool& tool, const json::Value& given) {
        try {
          return session.call(tool, given);
        } catch (DryRequest& request) {
          return std::move(request.shown);
        }
      });
  if (arguments.text("--transport") != "http") return serve_lines(server, context);
  return serve_http(server, session, arguments.text("--http-addr"), context);
}

constexpr Option kOptions[] = {
    {.name = "--transport",
     .value = "NAME",
     .help = "how the host speaks to it",
     .fallback = "stdio",
     .choices = kTransports},
    {.name = "--http-addr",
     .value = "ADDRESS:PORT",
     .help = "where it listens for http, on loopback; port 0 for any that is free",
     .fallback = kDefaultAddress,
     .environment = "PAYBOND_MCP_HTTP_ADDR"},
    {.name = "--tool-policy",
     .value = "POLICY",
     .help = "which tools are offered",
     .fallback = "spend-write",
     .environment = paybond::kToolPolicyVariable,
     .choices = kToolPolicies},
    {.name = "--tool-allowlist",
     .value = "NAMES",
     .help = "the tools of the policy allowlist, with commas",
     .environment = paybond::kToolListVariable},
    kAgentKeyIdOption,
    kAgentSeedOption,
};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth,        Exit::refused,      Exit::conflict,
                           Exit::policy,    Exit::unreachable, Exit::verification, Exit::interrupted};
constexpr Example kExamples[] = {{R"(echo '{"jsonrpc": "2.0", "id": 1, "method": "tools/call",' )"
                                  R"('"params": {"name": "paybond_get_principal"}}' | paybond mcp serve)",
                                  "ask whose key it is"}};
constexpr std::string_view kSeeAlso[] = {"paybond mcp install", "paybond mcp tools"};

}  // namespace

constexpr Command kPaybondMcpServe{
    .name = "serve",
    .summary = "Offer the network to a model as tools, over standard input and output or HTTP",
    .description =
        "Speaks the Model Context Protocol: JSON-RPC 2.0, one message a line, nothing else on standard "
        "output; the end of the input ends it. A message that is none is answered by an error and ends "
        "nothing. A capability that a tool is given stays in the server: calls that name its intent are made "
        "with it. The policy readonly offers what changes nothing, spend-write all but settlement, allowlist "
        "what is named.\n\nWith --transport http it takes messages at POST /mcp from those who send the API "
        "key as "
        "Authorization: Bearer, one at a time, and GET /healthz says that it is there; it listens on "
        "loopback "
        "alone, and refuses requests for other hosts and from other sites. Ctrl-C ends it with exit code "
        "130, "
        "SIGTERM with 0.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .format = Format::jsonl,
    .run = run_serve};

}  // namespace agentnet::commands
