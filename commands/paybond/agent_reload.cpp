// paybond agent run reload-policy
#include "commands/paybond/agent_reload.hpp"

#include "commands/input.hpp"
#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_bind.hpp"
#include "commands/paybond/agent_registry.hpp"
#include "commands/paybond/answer.hpp"
#include "core/http/message.hpp"
#include "core/paybond/policy_yaml.hpp"

namespace agentnet::commands {
namespace {

bool is_true(const json::Value& answer, std::string_view name) {
  const json::Value* member = answer.find(name);
  return member != nullptr && member->is_boolean() && member->as_boolean();
}

// Asks the gateway whether it takes the policy, too. Throws Error policy/policy_invalid with its first fault.
void require_remote(PaybondConnection& connection, const json::Value& policy) {
  const paybond::Answer answer = connection.unbound().ask({.method = "POST",
                                                           .target = "/v1/policy/validate",
                                                           .body = paybond::as_sent(policy),
                                                           .names_tenant = false});
  if (is_true(answer.root(), "valid")) return;
  const json::Value* faults = answer.root().find("errors");
  std::string why = "the gateway does not take the policy";
  if (faults != nullptr && faults->is_array() && !faults->items().empty()) {
    const json::Value& first = faults->items().front();
    why += ": " + text_among(first, {"path"}) + ": " + text_among(first, {"message"});
  }
  throw Error(Category::policy, "policy_invalid", why);
}

// What a tenant's overlay and its organisation's policy say together, as the gateway has it; nullopt: what
// has the digest.
std::optional<PolicyFile> effective_policy(PaybondConnection& connection, const PolicyFile& overlay,
                                           const std::string& digest) {
  const json::Value* extends = overlay.document.root.find("extends");
  const std::string id = extends == nullptr ? "" : text_among(*extends, {"org_policy_id"});
  if (id.empty()) {
    throw Error(Category::usage, "invalid_overlay",
                "--resolve-inheritance needs an overlay, and the policy extends none");
  }
  const paybond::ClientCall call{.method = "POST",
                                 .target = "/v1/org-policies/" + http::percent_encode(id) +
                                           "/effective?digest=" + http::percent_encode(digest),
                                 .body = paybond::as_sent(overlay.document.root),
                                 .names_tenant = false};
  const paybond::Answer answer = connection.unbound().ask(call);
  if (is_true(answer.root(), "unchanged")) return std::nullopt;
  const json::Value* policy = answer.root().find("effective_policy");
  if (policy == nullptr || !policy->is_object())
    throw connection.unbound().bad(answer, call, "effective_policy is missing");
  const std::string text = paybond::as_sent(*policy);
  return PolicyFile{text, paybond::read_yaml(text)};
}

json::Value reloaded_value(const paybond::AgentRun& run, const std::string& before, bool applied,
                           json::Arena& arena) {
  json::ObjectBuilder out(arena);
  out.add("run_id", std::string_view(run.run_id))
      .add_boolean("applied", applied)
      .add_boolean("unchanged", !applied)
      .add("previous_digest", std::string_view(before))
      .add_optional("new_digest", run.policy_digest);
  add_policy(out, run);
  return out.done();
}

Exit run_reload(const Arguments& arguments, Context& context) {
  const AgentFiles files(context);
  const std::string run_id = required(arguments, "--run-id");
  const auto lock = files.lock(run_id);
  paybond::AgentRun run = files.load(run_id);
  const std::string before = run.policy_digest.value_or("");
  const std::string path = arguments.find("--policy-file").value_or(run.registry_file.value_or(""));
  const auto take = [&](const PolicyFile& file) {
    return reload_policy(run, policy_in(file, path), file.text, iso_offset(context.clock.now()),
                         arguments.has("--allow-loosen"));
  };
  require_policy(run);
  const PolicyFile file = read_policy_file(path, context);
  const auto finish = [&](bool applied, const std::string& request_id) {
    if (applied && !context.dry_run) files.save(run);
    json::Arena arena;
    show_local(arguments, context,
               {.command = "agent run reload-policy",
                .data = reloaded_value(run, before, applied, arena),
                .brief = {"run_id", "applied", "policy_version"},
                .id = run.policy_version.value_or("")},
               request_id);
    return Exit::done;
  };
  const bool inherits = arguments.has("--resolve-inheritance");
  if (!inherits) {
    const bool applied = take(file);
    if (!applied || !arguments.has("--remote")) return finish(applied, {});
  }
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    bool applied = true;
    if (inherits) {
      const std::optional<PolicyFile> effective = effective_policy(connection, file, before);
      applied = effective && take(*effective);
    } else {
      require_remote(connection, file.document.root);
    }
    return finish(applied, connection.request_id());
  });
}

constexpr Option kOptions[] = {
    kRunIdOption,
    {.name = "--policy-file",
     .value = "FILE",
     .help = "the policy",
     .fallback = "the file that the run was bound with",
     .completes = Completes::files},
    {.name = "--remote", .help = "have the gateway check it, too"},
    {.name = "--resolve-inheritance", .help = "have the gateway put an overlay on its base policy first"},
    {.name = "--allow-loosen", .help = "take it even if it allows more than before"},
};
constexpr Example kExamples[] = {
    {"paybond policy init --preset travel -o quiet && paybond agent run bind --policy-file "
     "paybond.policy.yaml --run-id demo -o quiet && paybond policy init --preset travel --max-spend 50 "
     "--force -o quiet && paybond agent run reload-policy --run-id demo",
     "let a run spend less from now on"}};
constexpr std::string_view kSeeAlso[] = {"paybond agent run bind", "paybond policy validate-tools"};

}  // namespace

PolicyFile read_policy_file(const std::string& path, const Context& context) {
  std::string text = registry_text(path, context);
  json::Document document = naming(path, [&] { return paybond::read_yaml(text); });
  return {std::move(text), std::move(document)};
}

paybond::RunPolicy policy_in(const PolicyFile& file, const std::string& path) {
  return naming(path, [&] { return paybond::read_run_policy(file.document.root); });
}

void follow_policy(Context& context, const AgentFiles& files, paybond::AgentRun& run) {
  if (!run.reload_watch || !run.registry_file || !run.policy_digest) return;
  const std::string path = *run.registry_file;
  try {
    const PolicyFile file = read_policy_file(path, context);
    if (file.text == run.policy_text) return;
    const bool applied =
        reload_policy(run, policy_in(file, path), file.text, iso_offset(context.clock.now()), false);
    if (applied && !context.dry_run) files.save(run);
  } catch (const Error& fault) {
    if (fault.category() != Category::usage && fault.category() != Category::policy) throw;
    context.diagnostics.warn("policy_not_reloaded", path + " is not taken: " + fault.message() +
                                                        "; the run keeps " +
                                                        run.policy_version.value_or("its policy"));
  }
}

json::Value reload_value(const paybond::AgentRun& run, bool with_last, json::Arena& arena) {
  json::ObjectBuilder out(arena);
  out.add_boolean("watch", run.reload_watch);
  if (with_last) out.add_boolean("poll", false).add_optional("last_reload_at", run.last_reload_at);
  return out.done();
}

constexpr Command kPaybondAgentReloadPolicy{
    .name = "reload-policy",
    .summary = "Take a run's policy again, after it has changed",
    .description =
        "The intent and its capability stay as they are. A policy that needs tools which the intent does not "
        "allow is refused, and so is one that allows more than before, unless --allow-loosen says otherwise: "
        "a higher max_spend_cents or none, a tool that no longer costs money, tools that are no longer "
        "denied "
        "by default.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_reload};

}  // namespace agentnet::commands
