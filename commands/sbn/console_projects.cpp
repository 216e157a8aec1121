// sbn console projects, settings, events
#include "commands/confirm.hpp"
#include "commands/sbn/console.hpp"
#include "commands/sbn/payload.hpp"
#include "core/sbn/client_console.hpp"

namespace agentnet::commands {
namespace {

using sbn::Client;

Exit deliver_project(Connection& connection, Context& context, const json::Document& answer) {
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"id", "name", "status", "plan", "current", "created_at"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id"}));
  return Exit::done;
}

// A command that makes one call and shows the project that comes back.
template <json::Document (*call)(Client&)>
Exit run_on_current(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_project(connection, context, call(connection.client()));
}

Exit run_list(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::list_projects(connection.client());
  deliver_list(connection, context, answer.root, {}, {"id", "name", "status", "plan", "current"}, {"id"});
  return Exit::done;
}

Exit run_create(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_project(connection, context,
                         sbn::console::create_project(connection.client(), arguments.text("NAME")));
}

Exit run_switch(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_project(connection, context,
                         sbn::console::switch_project(connection.client(), arguments.text("PROJECT")));
}

Exit run_update(const Arguments& arguments, Context& context) {
  json::Arena arena;
  const sbn::console::ProjectChange change{text_option(arguments, "--name", arena),
                                           text_option(arguments, "--description", arena)};
  Connection connection(arguments, context);
  return deliver_project(connection, context, sbn::console::update_project(connection.client(), change));
}

Exit run_delete(const Arguments& arguments, Context& context) {
  confirm("Delete the current project and revoke all of its keys?", arguments, context);
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::delete_project(connection.client());
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"id"}));
  return Exit::done;
}

// Settings have no id: quiet prints their names.
void deliver_settings(Connection& connection, Context& context, const json::Document& answer) {
  std::string names;
  if (answer.root.is_object()) {
    for (const json::Member& member : answer.root.members())
      names += (names.empty() ? "" : "\n") + std::string(member.name.text());
  }
  deliver(connection, context, answer.root, {}, names);
}

Exit run_show_settings(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  deliver_settings(connection, context, sbn::console::get_project_settings(connection.client()));
  return Exit::done;
}

Exit run_set_settings(const Arguments& arguments, Context& context) {
  const Payload settings(arguments.text("SETTINGS"), context);
  Connection connection(arguments, context);
  deliver_settings(connection, context,
                   sbn::console::update_project_settings(connection.client(), settings.value));
  return Exit::done;
}

Exit run_events(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::get_audit_log(connection.client());
  deliver_list(connection, context, answer.root, "events", {"created_at", "type", "target", "actor"},
               {"target"});
  return Exit::done;
}

constexpr Argument kName[] = {{.name = "NAME", .help = "what it is called"}};
constexpr Argument kSettings[] = {
    {.name = "SETTINGS",
     .help = "a JSON object, a file, or - for standard input; null takes a setting away",
     .completes = Completes::files}};
constexpr Option kUpdateOptions[] = {
    {.name = "--name", .value = "NAME", .help = "what it is called from now on"},
    {.name = "--description", .value = "TEXT", .help = "what it is for"},
};

constexpr Example kListExamples[] = {
    {"sbn console projects create shop && sbn console projects list", "list the projects"}};
constexpr Example kCreateExamples[] = {
    {"sbn console projects create shop", "make a project"},
    {"sbn console keys create $(sbn console projects create shop -f quiet)",
     "make a project and a key for it"}};
constexpr Example kSwitchExamples[] = {
    {"sbn console projects switch $(sbn console projects create shop -f quiet)",
     "make a project the current one"}};
constexpr Example kShowExamples[] = {{"sbn console projects show", "show the current project"}};
constexpr Example kUpdateExamples[] = {
    {"sbn console projects update --description 'what the shop seals'", "say what the project is for"}};
constexpr Example kArchiveExamples[] = {
    {"sbn console projects archive && sbn console projects unarchive", "refuse changes for a while"}};
constexpr Example kUnarchiveExamples[] = {{"sbn console projects unarchive", "take changes again"}};
constexpr Example kDeleteExamples[] = {
    {"sbn console projects switch $(sbn console projects create old -f quiet) && sbn console projects "
     "delete --yes",
     "make a project and delete it"}};
constexpr Example kShowSettingsExamples[] = {
    {R"(sbn console settings set '{"region": "eu"}' && sbn console settings show)", "show the settings"}};
constexpr Example kSetSettingsExamples[] = {
    {R"(sbn console settings set '{"region": "eu"}')", "change one setting and leave the others"}};
constexpr Example kEventsExamples[] = {
    {"sbn console projects update --name shop && sbn console events", "show who changed what"}};

constexpr std::string_view kSeeAlso[] = {"sbn console keys", "sbn control-plane tenants"};

constexpr Command kList{.name = "list",
                        .summary = "List the projects that the credential sees",
                        .examples = kListExamples,
                        .exits = kConsoleExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kCreate{.name = "create",
                          .summary = "Make a project",
                          .arguments = kName,
                          .examples = kCreateExamples,
                          .exits = kConsoleWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_create};
constexpr Command kSwitch{.name = "switch",
                          .summary = "Make a project the credential's current one",
                          .arguments = kOneProject,
                          .examples = kSwitchExamples,
                          .exits = kConsoleFindExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_switch};
constexpr Command kShow{.name = "show",
                        .summary = "Show the current project",
                        .examples = kShowExamples,
                        .exits = kConsoleExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_on_current<sbn::console::get_project>};
constexpr Command kUpdate{.name = "update",
                          .summary = "Change the name or description of the current project",
                          .options = kUpdateOptions,
                          .examples = kUpdateExamples,
                          .exits = kConsoleWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_update};
constexpr Command kArchive{
    .name = "archive",
    .summary = "Refuse changes to the current project until it is unarchived",
    .description = "Its keys can still read. What they would write is refused as a conflict.",
    .examples = kArchiveExamples,
    .exits = kConsoleWriteExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_on_current<sbn::console::archive_project>};
constexpr Command kUnarchive{.name = "unarchive",
                             .summary = "Take changes to the current project again",
                             .examples = kUnarchiveExamples,
                             .exits = kConsoleWriteExits,
                             .see_also = kSeeAlso,
                             .access = Access::writes,
                             .reach = Reach::network,
                             .run = run_on_current<sbn::console::unarchive_project>};
constexpr Command kDelete{
    .name = "delete",
    .summary = "Delete the current project and revoke its keys",
    .description =
        "What was sealed in it stays in the store, but no credential leads to it any more. The "
        "project that the credential itself belongs to cannot be deleted with it.",
    .examples = kDeleteExamples,
    .exits = kConsoleWriteExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .asks = true,
    .run = run_delete};

constexpr Command kShowSettings{.name = "show",
                                .summary = "Show the settings of the current project",
                                .examples = kShowSettingsExamples,
                                .exits = kConsoleExits,
                                .access = Access::reads,
                                .reach = Reach::network,
                                .format = Format::json,
                                .run = run_show_settings};
constexpr Command kSetSettings{.name = "set",
                               .summary = "Change settings of the current project",
                               .arguments = kSettings,
                               .examples = kSetSettingsExamples,
                               .exits = kConsoleWriteExits,
                               .access = Access::writes,
                               .reach = Reach::network,
                               .format = Format::json,
                               .run = run_set_settings};

constexpr const Command* kProjectCommands[] = {&kList,   &kCreate,  &kSwitch,    &kShow,
                                               &kUpdate, &kArchive, &kUnarchive, &kDelete};
constexpr const Command* kSettingsCommands[] = {&kShowSettings, &kSetSettings};

}  // namespace

constexpr Command kSbnConsoleProjects{
    .name = "projects", .summary = "Make, choose, change and delete projects", .children = kProjectCommands};
constexpr Command kSbnConsoleSettings{
    .name = "settings", .summary = "Settings of the current project", .children = kSettingsCommands};
constexpr Command kSbnConsoleEvents{.name = "events",
                                    .summary = "Show who changed what of the current project",
                                    .examples = kEventsExamples,
                                    .exits = kConsoleExits,
                                    .see_also = kSeeAlso,
                                    .access = Access::reads,
                                    .reach = Reach::network,
                                    .run = run_events};

}  // namespace agentnet::commands
