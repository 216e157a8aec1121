// sbn atlas bindings set, history, restore
#include "commands/sbn/atlas.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "core/sbn/client_atlas.hpp"

#include <algorithm>

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMaxIndex = 1'000'000;

void deliver_binding(Connection& connection, Context& context, const json::Value& answer,
                     const std::string& frontier) {
  json::Arena arena;
  json::ObjectBuilder brief(arena);
  for (const std::string_view name :
       {"workflow", "frontier", "pulse_type", "event_types", "source_kind", "auto_provisioned"})
    brief.add(name, inner(answer, "binding", name));
  if (const json::Value* ready = answer.find("attestation_ready")) brief.add("attestation_ready", *ready);
  deliver(connection, context, answer, brief.done(), frontier);
}

Exit run_set(const Arguments& arguments, Context& context) {
  json::Arena arena;
  const auto list = [&](std::string_view name) { return text_list(comma_lists(arguments, name), arena); };
  const auto text = [&](std::string_view name) {
    const auto value = arguments.find(name);
    return value ? json::Value::string(arena, *value) : json::Value();
  };
  sbn::atlas::BindingOptions options;
  options.pulse_type = arguments.text("--pulse");
  options.event_types = list("--events");
  options.derives_from_frontiers = list("--derives-from");
  options.accepted_pulse_types = list("--accept-pulses");
  options.accepted_action_types = list("--accept-actions");
  options.accepted_interaction_types = list("--accept-interactions");
  options.accepted_event_types = list("--accept-events");
  options.weighting_strategy = text("--weighting-strategy");
  options.rollup_mode = text("--rollup-mode");
  options.anchor_requirement = text("--anchor-requirement");
  options.fallback_policy = text("--fallback-policy");
  options.history_action = arguments.text("--history-action");
  const json::Document contract = object_option(arguments, "--gec-contract-json", context);
  const json::Document actions = object_option(arguments, "--action-weights-json", context);
  const json::Document interactions = object_option(arguments, "--interaction-weights-json", context);
  const json::Document polarity = object_option(arguments, "--polarity-weights-json", context);
  options.gec_contract = contract.root;
  options.action_weight_map = actions.root;
  options.interaction_weight_map = interactions.root;
  options.event_polarity_weights = polarity.root;
  const std::string workflow = required(arguments, "--workflow");
  const std::string frontier = required(arguments, "--frontier");
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::atlas::upsert_binding(connection.client(), arguments.text("APP"), workflow, frontier, options);
  const std::string bound = plain_text(inner(answer.root, "binding", "frontier"));
  deliver_binding(connection, context, answer.root, bound.empty() ? frontier : bound);
  return Exit::done;
}

// What a workflow was bound to before, the newest first. The network keeps it with the app.
std::vector<json::Value> history_of(const json::Value& answer, const std::string& app_id,
                                    const std::string& workflow) {
  const auto in_list = [](const json::Value& object, std::string_view list, std::string_view member,
                          const std::string& wanted) -> const json::Value* {
    const json::Value* items = object.find(list);
    if (items == nullptr || !items->is_array()) return nullptr;
    for (const json::Value& item : items->items())
      if (first_text(item, {member}) == wanted) return &item;
    return nullptr;
  };
  const json::Value* app = in_list(answer, "apps", "app_id", app_id);
  if (app == nullptr) throw Error(Category::not_found, "unknown_app", "there is no app " + app_id);
  const json::Value* spec = in_list(*app, "workflow_specs", "workflow", workflow);
  if (spec == nullptr) {
    throw Error(Category::not_found, "unknown_workflow", "the app declares no workflow " + workflow);
  }
  std::vector<json::Value> history;
  const json::Value* rows = spec->find("contract_history");
  if (rows != nullptr && rows->is_array()) history.assign(rows->items().begin(), rows->items().end());
  std::stable_sort(history.begin(), history.end(), [](const json::Value& a, const json::Value& b) {
    return first_text(a, {"changed_at"}) > first_text(b, {"changed_at"});
  });
  return history;
}

Exit run_history(const Arguments& arguments, Context& context) {
  const std::string app_id = arguments.text("APP");
  const std::string workflow = required(arguments, "--workflow");
  Connection connection(arguments, context);
  const json::Document apps = sbn::atlas::list_apps(connection.client());
  const std::vector<json::Value> history = history_of(apps.root, app_id, workflow);
  json::Arena arena;
  if (context.sink.format() == Format::json || context.sink.format() == Format::yaml) {
    json::ArrayBuilder rows(arena);
    for (const json::Value& row : history)
      rows.add(row);
    const json::Value shown = json::ObjectBuilder(arena)
                                  .add("app_id", std::string_view(app_id))
                                  .add("workflow", std::string_view(workflow))
                                  .add("history", rows.done())
                                  .done();
    context.sink.result({shown, {}, {}});
    return Exit::done;
  }
  context.sink.begin_rows();
  std::int64_t index = 0;
  for (const json::Value& row : history) {
    json::ObjectBuilder brief(arena);
    brief.add_integer("index", ++index);
    for (const std::string_view name : {"changed_at", "action", "frontier_id", "pulse_type", "event_types"}) {
      const json::Value* member = row.find(name);
      brief.add(name, member == nullptr ? json::Value() : *member);
    }
    context.sink.row({row, {}, first_text(row, {"changed_at"}), false, brief.done()});
  }
  context.sink.end_rows();
  return Exit::done;
}

Exit run_restore(const Arguments& arguments, Context& context) {
  const std::string app_id = arguments.text("APP");
  const std::string workflow = required(arguments, "--workflow");
  required(arguments, "--index");
  const auto index = static_cast<std::size_t>(arguments.number("--index", 1, kMaxIndex).value_or(1));
  Connection connection(arguments, context);
  const json::Document apps = sbn::atlas::list_apps(connection.client());
  if (connection.is_dry_run()) {  // the first request; the second depends on its answer
    deliver(connection, context, apps.root, {}, {});
    return Exit::done;
  }
  const std::vector<json::Value> history = history_of(apps.root, app_id, workflow);
  if (index > history.size()) {
    throw Error(Category::usage, "bad_index",
                "the history of " + workflow + " has " + std::to_string(history.size()) + " rows");
  }
  const json::Value& row = history[index - 1];
  const std::string frontier = first_text(row, {"frontier_id"});
  json::Arena arena;
  const auto member = [&](std::string_view name) {
    const json::Value* value = row.find(name);
    return value == nullptr ? json::Value() : *value;
  };
  sbn::atlas::BindingOptions options;
  options.pulse_type = first_text(row, {"pulse_type"});
  options.event_types = member("event_types");
  if (options.event_types.is_null()) options.event_types = json::ArrayBuilder(arena).done();
  options.history_action = "restored";
  const json::Document answer =
      sbn::atlas::upsert_binding(connection.client(), app_id, workflow, frontier, options);
  deliver_binding(connection, context, answer.root, frontier);
  return Exit::done;
}

constexpr Argument kApp[] = {{.name = "APP", .help = "the app's id"}};
constexpr Option kWorkflow{
    .name = "--workflow", .letter = 'w', .value = "NAME", .help = "the workflow that is bound"};
constexpr Option kSetOptions[] = {
    kWorkflow,
    {.name = "--frontier", .letter = 'f', .value = "FRONTIER", .help = "what it is bound to"},
    {.name = "--pulse", .value = "PULSE", .help = "how its work arrives: slot_stream, pgdag or batch"},
    {.name = "--events", .value = "A,B", .help = "the types of events that it has", .repeatable = true},
    {.name = "--history-action", .value = "WORD", .help = "what the history calls this change"},
    {.name = "--gec-contract-json", .value = "JSON", .help = "the operation that is scored, an object"},
    {.name = "--derives-from", .value = "A,B", .help = "frontiers it derives from", .repeatable = true},
    {.name = "--accept-pulses", .value = "A,B", .help = "pulses that it accepts", .repeatable = true},
    {.name = "--accept-actions", .value = "A,B", .help = "actions that it accepts", .repeatable = true},
    {.name = "--accept-interactions",
     .value = "A,B",
     .help = "interactions that it accepts",
     .repeatable = true},
    {.name = "--accept-events", .value = "A,B", .help = "events that it accepts", .repeatable = true},
    {.name = "--action-weights-json", .value = "JSON", .help = "weights of actions, an object"},
    {.name = "--interaction-weights-json", .value = "JSON", .help = "weights of interactions, an object"},
    {.name = "--polarity-weights-json", .value = "JSON", .help = "weights of events by polarity, an object"},
    {.name = "--weighting-strategy", .value = "WORD", .help = "how weights are applied"},
    {.name = "--rollup-mode", .value = "WORD", .help = "how scores are rolled up"},
    {.name = "--anchor-requirement", .value = "WORD", .help = "which anchor its blocks need"},
    {.name = "--fallback-policy", .value = "WORD", .help = "what counts when nothing fits"},
};
constexpr Option kHistoryOptions[] = {kWorkflow};
constexpr Option kRestoreOptions[] = {
    kWorkflow,
    {.name = "--index", .value = "N", .help = "the row of the history, 1 for the newest"},
};

#define AGENTNET_NEW_APP                                                                                \
  "$(sbn atlas register --name h --family ops --workflow audit --bind audit=ops.audit --output-format " \
  "quiet)"
constexpr Example kSetExamples[] = {{"sbn atlas bindings set " AGENTNET_NEW_APP
                                     " --workflow audit --frontier ops.review --pulse pgdag",
                                     "bind a workflow to another frontier"}};
constexpr Example kHistoryExamples[] = {
    {"app=" AGENTNET_NEW_APP
     "; sbn atlas bindings set $app -w audit --frontier ops.b && sbn atlas bindings history $app -w audit",
     "list what a workflow was bound to before"}};
constexpr Example kRestoreExamples[] = {
    {"app=" AGENTNET_NEW_APP
     "; sbn atlas bindings set $app -w audit --frontier ops.b && sbn atlas bindings restore $app -w audit "
     "--index 1",
     "bind it again to what it was bound to"}};
#undef AGENTNET_NEW_APP

constexpr Exit kExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                           Exit::conflict,  Exit::unreachable, Exit::policy};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn atlas register", "sbn atlas frontiers"};

constexpr Command kSet{.name = "set",
                       .summary = "Bind a workflow of an app to a frontier",
                       .arguments = kApp,
                       .options = kSetOptions,
                       .examples = kSetExamples,
                       .exits = kExits,
                       .see_also = kSeeAlso,
                       .access = Access::writes,
                       .reach = Reach::network,
                       .run = run_set};
constexpr Command kHistory{.name = "history",
                           .summary = "List what a workflow was bound to before",
                           .arguments = kApp,
                           .options = kHistoryOptions,
                           .examples = kHistoryExamples,
                           .exits = kReadExits,
                           .see_also = kSeeAlso,
                           .access = Access::reads,
                           .reach = Reach::network,
                           .run = run_history};
constexpr Command kRestore{.name = "restore",
                           .summary = "Bind a workflow again to what it was bound to",
                           .arguments = kApp,
                           .options = kRestoreOptions,
                           .examples = kRestoreExamples,
                           .exits = kExits,
                           .see_also = kSeeAlso,
                           .access = Access::writes,
                           .reach = Reach::network,
                           .run = run_restore};
constexpr const Command* kCommands[] = {&kSet, &kHistory, &kRestore};

}  // namespace

constexpr Command kAtlasBindings{
    .name = "bindings", .summary = "What the workflows of an app are bound to", .children = kCommands};

}  // namespace agentnet::commands
