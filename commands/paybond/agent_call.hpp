// A guarded tool call: may it be spent, spend it, say what was done.
//
// The run's own rules are asked first, then the network's verify. What is allowed is written into the run
// before the next step is taken, so a call that is asked again under its id goes on where it was: nothing is
// verified, spent or reported twice, and a process that died in between loses nothing.
#pragma once

#include "commands/paybond/agent_files.hpp"
#include "commands/paybond/connection.hpp"

namespace agentnet::commands {

struct ToolRequest {
  std::string operation;
  std::string tool_call_id = {};
  std::int64_t requested_spend_cents = 0;
};

// A denial is an answer.
struct Authorization {
  bool allow = false;
  std::string audit_id = {};  // empty when the run itself denied it
  std::string decision_id = {};
  std::string code = {};
  std::string message = {};
};

struct Executed {
  Authorization authorization;
  std::optional<paybond::ToolCall> call = {};  // none when it was denied, or costs nothing
};

// Sends what was done; the answer of the network.
using Report = std::function<json::Document(const paybond::AgentRun& run, const paybond::ToolCall& call)>;

class AgentCalls {
 public:
  // All must outlive this. Throws Error verification/tenant_binding_mismatch unless the key is of the run's
  // tenant.
  AgentCalls(PaybondConnection& connection, Context& context, const AgentFiles& files,
             paybond::AgentRun& run);

  // What would be decided: what the network reserved for the answer is given back at once.
  Authorization validate(const ToolRequest& request);
  // Throws Error policy/cost_exceeds_authorization when the result's cost_cents is above the spend, before
  // anything is sent; policy/too_many_tool_calls; what resume_call and the network's calls throw. The caller
  // holds the run's lock.
  Executed execute(const ToolRequest& request, const json::Value& result, const Report& report);

 private:
  Authorization ask(const ToolRequest& request, const std::string& key);
  std::vector<paybond::TraceEvent> events_of(const ToolRequest& request,
                                             const Authorization& authorization) const;
  paybond::TraceEvent event(std::string_view type, const ToolRequest& request) const;
  void consume(const ToolRequest& request, paybond::ToolCall& call);
  void report(const ToolRequest& request, const json::Value& result, paybond::ToolCall& call,
              const Report& report);

  PaybondConnection& connection_;
  Context& context_;
  const AgentFiles& files_;
  paybond::AgentRun& run_;
};

// The report of a sandbox run: the result is the evidence's payload.
Report sandbox_report(PaybondConnection& connection, const json::Value& result);

// The members of an answer that are not there are null, as with the kit.
json::Value authorization_value(const Authorization& authorization, const std::string& operation,
                                json::Arena& arena);
json::Value executed_value(const Executed& executed, const json::Value& result, json::Arena& arena);

// Lines for people: what was decided, and what became of it.
std::string decision_text(const Authorization& authorization, const ToolRequest& request);
std::string executed_text(const Executed& executed, const ToolRequest& request);

// The whole number of cents of this member of an object; nullopt when there is none.
std::optional<std::int64_t> cents_of(const json::Value& object, std::string_view name);

}  // namespace agentnet::commands
