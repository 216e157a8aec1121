#include "commands/paybond/agent_bind.hpp"

#include <algorithm>

#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_registry.hpp"
#include "commands/paybond/agent_reload.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/seed_file.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_intents.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCents = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view kTokenVariable = "PAYBOND_CAPABILITY_TOKEN";
constexpr std::size_t kMaxTokenBytes = 64 * 1024;

paybond::AgentRun new_run(const Arguments& arguments, Context& context) {
  paybond::AgentRun run;
  run.run_id = arguments.find("--run-id").value_or(uuid4(context.random));
  run.operation = arguments.text("--operation");
  run.requested_spend_cents = arguments.number("--requested-spend-cents", 1, kMostCents);
  for (const std::string_view option : {"--completion-preset", "--evidence-preset"}) {
    if (const auto preset = arguments.find(option)) run.completion_preset = *preset;
  }
  run.created_at = iso_offset(context.clock.now());
  return run;
}

// The registry's terms, and its tools without side effects beside the operation.
void read_tools(const Arguments& arguments, Context& context, paybond::AgentRun& run) {
  const auto path = arguments.find("--registry-file");
  if (!path) return;
  const json::Document document = registry_document(*path, context);
  paybond::ToolRegistry registry = paybond::require_registry(document.root);
  run.registry_file = *path;
  run.default_deny = registry.default_deny;
  run.tools = std::move(registry.tools);
}

// The policy's terms, and what it asks for where no option does.
void read_policy(const Arguments& arguments, Context& context, paybond::AgentRun& run) {
  const auto path = arguments.find("--policy-file");
  if (!path) return;
  const PolicyFile file = read_policy_file(*path, context);
  const paybond::RunPolicy policy = policy_in(file, *path);
  const paybond::GuardedTool tool = paybond::paying_tool(policy, run.operation);
  const auto most = paybond::spend_within(policy, tool);
  run.operation = tool.operation;
  if (!run.requested_spend_cents) run.requested_spend_cents = most;
  if (most && run.requested_spend_cents > most) {
    throw Error(Category::policy, "budget_exceeded",
                "the policy allows " + tool.operation + " at most " + paybond::money_text(*most));
  }
  if (!run.completion_preset) run.completion_preset = tool.evidence_preset;
  run.currency = policy.currency;
  run.registry_file = *path;
  run.reload_watch = arguments.has("--watch");
  take_policy(run, policy, file.text, iso_offset(context.clock.now()));
}

void bind_sandbox(PaybondConnection& connection, paybond::AgentRun& run) {
  const json::Document answer = paybond::bootstrap_sandbox(
      connection.gateway(), {.operation = run.operation,
                             .requested_spend_cents = *run.requested_spend_cents,
                             .currency = run.currency,
                             .completion_preset = run.completion_preset.value_or(""),
                             .idempotency_key = connection.idempotency_key()});
  run.tenant_id = connection.gateway().tenant_id();
  run.intent_id = text_among(answer.root, {"intent_id"});
  run.capability_token = text_among(answer.root, {"capability_token"});
  run.lifecycle = text_among(answer.root, {"sandbox_lifecycle_status"});
  run.allowed_tools = {run.operation};
}

std::string attached_token(const Arguments& arguments, Context& context) {
  std::string text = context.environment.get_or_empty(kTokenVariable);
  if (const auto path = arguments.find("--capability-token-file")) {
    try {
      text = *path == "-" ? read_descriptor(context.input, "standard input", kMaxTokenBytes)
                          : context.files.read(*path, kMaxTokenBytes);
    } catch (const Error& fault) {
      throw Error(Category::usage, "bad_input", fault.message(), {}, {{"file", *path}});
    }
  }
  const std::string token(paybond::strip(text));
  if (!token.empty()) return token;
  throw Error(Category::usage, "missing_token", "a capability token is missing",
              "--capability-token-file FILE names the file that holds it");
}

// The intent's own terms count: what it does not allow, the run does not either.
void attach(PaybondConnection& connection, paybond::AgentRun& run) {
  const json::Document answer = paybond::get_intent(connection.gateway(), run.intent_id);
  run.tenant_id = connection.gateway().tenant_id();
  const json::Value* tools = answer.root.find("allowed_tools");
  if (tools != nullptr && tools->is_array()) {
    for (const json::Value& tool : tools->items()) {
      if (tool.is_string()) run.allowed_tools.emplace_back(tool.text());
    }
  }
  if (run.operation.empty()) {
    if (!run.allowed_tools.empty()) run.operation = run.allowed_tools.front();
    return;
  }
  if (std::find(run.allowed_tools.begin(), run.allowed_tools.end(), run.operation) ==
      run.allowed_tools.end()) {
    throw Error(Category::policy, "operation_not_allowed",
                "the intent " + run.intent_id + " does not allow the operation " + run.operation);
  }
  run.allowed_tools = {run.operation};
}

// Who will sign what, with seeds that can be read now: better to hear it here than when money is spent.
void read_payee(const Arguments& arguments, Context& context, paybond::AgentRun& run) {
  const bool input_is_used = arguments.text("--capability-token-file") == "-";
  run.payee_did = arguments.find("--payee-did").value_or(context.environment.get_or_empty("APP_PAYEE_DID"));
  run.agent_key_id = agent_key(arguments, context, input_is_used).key_id;
  (void)given_key(arguments, {kPayeeSeedOption.name, kPayeeSeedVariables}, input_is_used, context);
  if (run.payee_did.empty()) {
    throw Error(Category::usage, "production_evidence_incomplete",
                "a run outside the sandbox needs to know who signs its evidence",
                "--payee-did or APP_PAYEE_DID names the payee");
  }
}

void require_one_kind(const Arguments& arguments) {
  const bool attaches = arguments.has("--attach-intent-id");
  if (attaches && arguments.has("--sandbox")) {
    throw Error(Category::usage, "bad_usage", "--sandbox and --attach-intent-id exclude each other");
  }
  if (!attaches && arguments.has("--production")) {
    throw Error(Category::usage, "bad_usage", "--production needs an intent",
                "--attach-intent-id and --capability-token-file name it");
  }
  if (arguments.has("--policy-file") && arguments.has("--registry-file")) {
    throw Error(Category::usage, "bad_usage", "--policy-file and --registry-file exclude each other");
  }
  if (arguments.has("--watch") && !arguments.has("--policy-file")) {
    throw Error(Category::usage, "bad_usage", "--watch needs --policy-file", "there is nothing to watch");
  }
  if (attaches || arguments.has("--policy-file")) return;
  required(arguments, "--operation");
  required(arguments, "--requested-spend-cents");
}

}  // namespace

json::Value texts_value(const std::vector<std::string>& items, json::Arena& arena) {
  json::ArrayBuilder out(arena);
  for (const std::string& item : items)
    out.add(std::string_view(item));
  return out.done();
}

paybond::AgentRun prepare_run(const Arguments& arguments, Context& context, const AgentFiles& files) {
  require_one_kind(arguments);
  paybond::AgentRun run = new_run(arguments, context);
  files.require_new(run.run_id);
  read_tools(arguments, context, run);
  read_policy(arguments, context, run);
  if (!run.requested_spend_cents && !arguments.has("--attach-intent-id")) {
    throw Error(Category::usage, "missing_option", "--requested-spend-cents is missing",
                "neither it nor the policy says what the run may cost");
  }
  const auto intent_id = arguments.find("--attach-intent-id");
  if (!intent_id) return run;
  run.sandbox = false;
  run.intent_id = paybond::intent_path_id(*intent_id);
  read_payee(arguments, context, run);
  run.capability_token = attached_token(arguments, context);
  return run;
}

void bind_run(PaybondConnection& connection, paybond::AgentRun& run, const AgentFiles& files) {
  if (run.sandbox) {
    bind_sandbox(connection, run);
  } else {
    attach(connection, run);
  }
  paybond::add_free_tools(run);
  files.create(run);
}

void add_policy(json::ObjectBuilder& out, const paybond::AgentRun& run) {
  out.add_optional("policy_digest", run.policy_digest)
      .add_optional("policy_version", run.policy_version)
      .add_optional("policy_loaded_at", run.policy_loaded_at);
}

json::Value bound_value(const paybond::AgentRun& run, json::Arena& arena) {
  json::ObjectBuilder out(arena);
  out.add("run_id", std::string_view(run.run_id))
      .add("tenant_id", std::string_view(run.tenant_id))
      .add("intent_id", std::string_view(run.intent_id))
      .add("capability_token", std::string_view(run.capability_token))
      .add("operation", std::string_view(run.operation))
      .add("sandbox_lifecycle_status", std::string_view(run.lifecycle.value_or("")))
      .add("allowed_tools", texts_value(run.allowed_tools, arena));
  if (run.policy_digest) {
    out.add_optional("policy_file", run.registry_file);
    add_policy(out, run);
  }
  if (run.reload_watch) out.add("reload", reload_value(run, false, arena));
  return out.done();
}

}  // namespace agentnet::commands
