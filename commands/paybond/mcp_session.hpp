// What the tools of `paybond mcp serve` do, one session long.
#pragma once

#include <functional>
#include <memory>

#include "commands/paybond/connection.hpp"
#include "commands/paybond/mutation.hpp"
#include "core/paybond/mcp.hpp"

namespace agentnet::commands {

inline constexpr std::size_t kMaxKeptTokens = 1'000;  // of one session; the oldest goes first

// Calls go over one connection. A capability that an answer brings is kept here and shown to nobody: calls
// that name its intent are made with it, so a model need not carry the token about.
class McpSession {
 public:
  // The connection is made by `connect` when it is first needed, and again after a failure to make it.
  using Connect = std::function<std::unique_ptr<PaybondConnection>()>;
  McpSession(Context& context, const AgentKey& agent, Connect connect)
      : context_(context), agent_(agent), connect_(std::move(connect)) {}

  // The answer, secrets replaced. Throws what the calls throw.
  json::Document call(const paybond::McpTool& tool, const json::Value& arguments);

  // --- for the tools

  PaybondConnection& connection();
  // Of an intent's change, with this idempotency key.
  Mutation mutation(const std::string& idempotency_key);
  // The argument capability_token, or the token that is kept for the intent. Throws Error
  // usage/missing_token.
  std::string token_for(const json::Value& arguments, const std::string& intent_id) const;

 private:
  void keep_token(const json::Value& answer);

  struct Kept {
    std::string intent_id;
    std::string token;
  };

  Context& context_;
  const AgentKey& agent_;
  Connect connect_;
  std::unique_ptr<PaybondConnection> connection_;
  std::vector<Kept> tokens_;  // the oldest first
};

}  // namespace agentnet::commands
