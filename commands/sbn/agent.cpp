// sbn agent status, whoami, capabilities; and the tree `sbn agent`, which is `sbn twin` as well
#include "commands/network_options.hpp"
#include "commands/sbn/sbn.hpp"
#include "commands/sbn/snapchore.hpp"

namespace agentnet::commands {
namespace {

// What the mirrored program calls its client for agents, and what that can reach.
constexpr std::string_view kClient = "AgentClient";
constexpr std::string_view kClientType = "agent_runtime";

struct Capability {
  std::string_view name;
  std::string_view scope;
  std::string_view mode;
};
constexpr Capability kCapabilities[] = {
    {"gateway", "slots, attestations, receipts", "read/write"},
    {"snapchore", "capture, verify, seal, discover", "read/write"},
    {"reality", "facts, evidence, ingestions, lattice graph", "read/write"},
    {"lattice", "workflow DAGs and step execution", "read/write"},
    {"numa", "hints, forecasts, signals", "read/write"},
    {"receipts", "receipt lookup and discovery", "read"},
    {"governance", "proposal visibility and submission", "read/write"},
};

std::string_view auth_mode(const network::Settings& settings) {
  if (!settings.credential) return "unauthenticated";
  switch (settings.credential->kind) {
    case network::CredentialKind::api_key:
      return "api_key";
    case network::CredentialKind::bearer:
      return "bearer";
    case network::CredentialKind::signing_key:
      return "signing_key";
  }
  return "unauthenticated";
}

std::string shown_key(const network::Settings& settings) {
  const auto& credential = settings.credential;
  if (!credential || credential->kind == network::CredentialKind::signing_key) return std::string(kNotSet);
  return masked(as_text(credential->secret.expose()));
}

std::optional<std::string> value_of(const std::optional<network::Setting>& setting) {
  return setting ? std::optional(setting->value) : std::nullopt;
}

Exit run_status(const Arguments& arguments, Context& context) {
  const network::Settings settings = settings_from(network::kSbn, arguments, context);
  json::Arena arena;
  json::ArrayBuilder namespaces(arena);
  for (const Capability& each : kCapabilities)
    namespaces.add(each.name);
  const json::Value value = json::ObjectBuilder(arena)
                                .add("auth_mode", auth_mode(settings))
                                .add("api_key", std::string_view(shown_key(settings)))
                                .add_optional("base_url", value_of(settings.base_url))
                                .add("client", kClient)
                                .add("namespaces", namespaces.done())
                                .done();
  context.sink.result({value, {}, value_of(settings.base_url).value_or("local")});
  return Exit::done;
}

Exit run_whoami(const Arguments& arguments, Context& context) {
  const network::Settings settings = settings_from(network::kSbn, arguments, context);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("client_type", kClientType)
                                .add("auth_mode", auth_mode(settings))
                                .add("api_key", std::string_view(shown_key(settings)))
                                .add_optional("base_url", value_of(settings.base_url))
                                .add_optional("tenant_id", value_of(settings.tenant))
                                .add("principal", json::Value())  // no endpoint says it
                                .done();
  context.sink.result({value, {}, std::string(auth_mode(settings))});
  return Exit::done;
}

Exit run_capabilities(const Arguments&, Context& context) {
  const bool whole = context.sink.format() == Format::json || context.sink.format() == Format::yaml;
  json::Arena arena;
  json::ArrayBuilder list(arena);
  std::string names;
  if (!whole) context.sink.begin_rows();
  for (const Capability& each : kCapabilities) {
    const json::Value row = json::ObjectBuilder(arena)
                                .add("namespace", each.name)
                                .add("scope", each.scope)
                                .add("mode", each.mode)
                                .done();
    list.add(row);
    names += (names.empty() ? "" : "\n") + std::string(each.name);
    if (!whole) context.sink.row({row, {}, std::string(each.name)});
  }
  if (!whole) {
    context.sink.end_rows();
  } else {
    context.sink.result({json::ObjectBuilder(arena).add("capabilities", list.done()).done(), {}, names});
  }
  return Exit::done;
}

constexpr Option kConnectionOptions[] = {kBaseUrlOption, kApiKeyFileOption, kApiKeyOption, kTenantOption};
constexpr Example kStatusExamples[] = {{"@@", "show as whom an agent would call"}};
constexpr Example kWhoamiExamples[] = {{"@@ -f json", "the same as JSON, without what it can reach"}};
constexpr Example kCapabilitiesExamples[] = {{"@@", "list what an agent can reach"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"sbn auth status"};

constexpr Command kStatus{.name = "status",
                          .summary = "Show where an agent's calls go, and as whom",
                          .description = "Nothing is sent. Of a key only the ends are shown.",
                          .options = kConnectionOptions,
                          .examples = kStatusExamples,
                          .exits = kExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::configured,
                          .run = run_status};
constexpr Command kWhoami{.name = "whoami",
                          .summary = "Show which identity an agent's calls carry",
                          .description = "Nothing is sent. Of a key only the ends are shown.",
                          .options = kConnectionOptions,
                          .examples = kWhoamiExamples,
                          .exits = kExits,
                          .see_also = kSeeAlso,
                          .access = Access::reads,
                          .reach = Reach::configured,
                          .run = run_whoami};
constexpr Command kCapabilityList{.name = "capabilities",
                                  .summary = "List the groups of calls that agents have",
                                  .options = kUnusedConnection,
                                  .examples = kCapabilitiesExamples,
                                  .see_also = kSeeAlso,
                                  .run = run_capabilities};

// The mirrored program has these beside `sbn snapchore` and `sbn receipts`; they are the same commands.
constexpr const Command* kSnapCommands[] = {&kSbnCapture,    &kSbnVerify,       &kSbnSeal,
                                            &kSbnDiscover,   &kSbnQueueSummary, &kSbnProcessQueue,
                                            &kSbnQueueHealth};
constexpr Command kSnap{
    .name = "snap", .summary = "Capture, verify, seal and look up payloads", .children = kSnapCommands};
constexpr const Command* kReceiptCommands[] = {&kSbnReceiptsList, &kSbnReceiptsGet};
constexpr Command kReceipts{
    .name = "receipts", .summary = "What the network's validators signed", .children = kReceiptCommands};

constexpr const Command* kCommands[] = {&kStatus,        &kWhoami,         &kCapabilityList,
                                        &kSbnAgentSlots, &kSbnAgentAttest, &kSbnAgentReceipt,
                                        &kSnap,          &kReceipts};
constexpr std::string_view kDescription =
    "What an agent at work needs: slots, seals, attestations, receipts. `sbn agent` and `sbn twin` are the "
    "same.";

}  // namespace

constexpr Command kSbnAgent{.name = "agent",
                            .summary = "The calls of an agent at work",
                            .description = kDescription,
                            .children = kCommands};
constexpr Command kSbnTwin{.name = "twin",
                           .summary = "Another name of `sbn agent`",
                           .description = kDescription,
                           .children = kCommands};

}  // namespace agentnet::commands
