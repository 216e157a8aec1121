// sbn console webhooks
#include "commands/confirm.hpp"
#include "commands/input.hpp"
#include "commands/sbn/console.hpp"
#include "core/base/unicode_text.hpp"
#include "core/sbn/client_console.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxSecretFileBytes = 4'096;

// The secret in the file of --secret-file, without the end of its line; null when it is not given.
json::Value read_secret(const Arguments& arguments, const Context& context, json::Arena& arena) {
  const auto file = arguments.find("--secret-file");
  if (!file) return {};
  const std::string text =
      *file == "-" ? read_input("-", context).text : context.files.read(*file, kMaxSecretFileBytes);
  std::string_view secret = text;
  while (secret.ends_with('\n') || secret.ends_with('\r'))
    secret.remove_suffix(1);
  if (secret.empty()) throw Error(Category::usage, "bad_secret", *file + " holds no secret");
  if (!count_code_points(secret)) throw Error(Category::usage, "bad_secret", *file + " is no text in UTF-8");
  return json::Value::string(arena, secret);
}

Exit deliver_webhook(Connection& connection, Context& context, const json::Document& answer) {
  json::Arena arena;
  const json::Value brief = pick(answer.root, {"id", "url", "events", "enabled", "secret"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id"}));
  return Exit::done;
}

Exit run_event_types(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::list_event_types(connection.client());
  deliver_list(connection, context, answer.root, "event_types", {"type", "description"}, {"type"});
  return Exit::done;
}

Exit run_list(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::list_webhooks(connection.client(), arguments.text("PROJECT"));
  deliver_list(connection, context, answer.root, "webhooks", {"id", "url", "enabled", "pending", "dropped"},
               {"id"});
  return Exit::done;
}

Exit run_create(const Arguments& arguments, Context& context) {
  json::Arena arena;
  sbn::console::WebhookOptions options;
  options.url = arguments.text("URL");
  options.events = arguments.all("--event");
  options.enabled = arguments.text("--enabled") != "false";
  options.secret = read_secret(arguments, context, arena);
  Connection connection(arguments, context);
  return deliver_webhook(
      connection, context,
      sbn::console::create_webhook(connection.client(), arguments.text("PROJECT"), options));
}

Exit run_update(const Arguments& arguments, Context& context) {
  json::Arena arena;
  json::ObjectBuilder change(arena);
  if (const auto url = arguments.find("--url")) change.add("url", *url);
  if (arguments.has("--event")) {
    json::ArrayBuilder events(arena);
    for (const std::string& event : arguments.all("--event"))
      events.add(std::string_view(event));
    change.add("events", events.done());
  }
  if (arguments.has("--secret-file")) change.add("secret", read_secret(arguments, context, arena));
  if (arguments.has("--enabled")) change.add("enabled", flag_option(arguments, "--enabled"));
  Connection connection(arguments, context);
  return deliver_webhook(connection, context,
                         sbn::console::update_webhook(connection.client(), arguments.text("PROJECT"),
                                                      arguments.text("WEBHOOK"), change.done()));
}

Exit run_delete(const Arguments& arguments, Context& context) {
  const std::string id = arguments.text("WEBHOOK");
  confirm("Delete the webhook " + id + "?", arguments, context);
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::console::delete_webhook(connection.client(), arguments.text("PROJECT"), id);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"id"}));
  return Exit::done;
}

Exit run_test(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::console::test_webhook(connection.client(), arguments.text("PROJECT"), arguments.text("WEBHOOK"));
  json::Arena arena;
  const json::Value brief = pick(answer.root, {"id", "delivered", "response_status", "last_error"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"id"}));
  const json::Value* delivered = answer.root.find("delivered");
  const bool failed = delivered != nullptr && !delivered->truthy();
  return failed && arguments.has("--exit-status") ? Exit::failed : Exit::done;
}

Exit run_deliveries(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::console::list_webhook_deliveries(
      connection.client(), arguments.text("PROJECT"), arguments.text("WEBHOOK"));
  deliver_list(connection, context, answer.root, "deliveries",
               {"id", "event", "status", "attempts", "response_status", "last_error"}, {"id"});
  return Exit::done;
}

constexpr Argument kProjectAndUrl[] = {
    kProjectArgument, {.name = "URL", .help = "where events are posted to: https, or http to this machine"}};
constexpr Argument kProjectAndWebhook[] = {kProjectArgument, {.name = "WEBHOOK", .help = "the webhook's id"}};
constexpr Option kEvent{.name = "--event",
                        .value = "TYPE",
                        .help = "a type of event to tell of; all when none is named",
                        .repeatable = true};
constexpr Option kSecretFile{.name = "--secret-file",
                             .value = "FILE",
                             .help = "the file that holds the secret to sign with, or - for standard input",
                             .completes = Completes::files};
constexpr Option kCreateOptions[] = {kEvent,
                                     kSecretFile,
                                     {.name = "--enabled",
                                      .value = "BOOL",
                                      .help = "whether events are delivered",
                                      .fallback = "true",
                                      .choices = kTrueFalse}};
constexpr Option kUpdateOptions[] = {
    {.name = "--url", .value = "URL", .help = "where events are posted to"},
    kEvent,
    kSecretFile,
    {.name = "--enabled", .value = "BOOL", .help = "whether events are delivered", .choices = kTrueFalse}};
constexpr Option kTestOptions[] = {
    {.name = "--exit-status", .help = "end with 1 when the receiver did not take it"}};

#define AGENTNET_MAKE_WEBHOOK "sbn console webhooks create local http://127.0.0.1:9/hook"
constexpr Example kEventTypesExamples[] = {
    {"sbn console webhooks event-types", "list what webhooks can be told of"}};
constexpr Example kListExamples[] = {
    {AGENTNET_MAKE_WEBHOOK " && sbn console webhooks list local", "list a project's webhooks"}};
constexpr Example kCreateExamples[] = {
    {AGENTNET_MAKE_WEBHOOK " --event key.created", "be told of new keys; the answer has the secret, once"}};
constexpr Example kUpdateExamples[] = {{"sbn console webhooks update local $(" AGENTNET_MAKE_WEBHOOK
                                        " -f quiet) --enabled false",
                                        "stop the deliveries for a while"}};
constexpr Example kDeleteExamples[] = {{"sbn console webhooks delete local $(" AGENTNET_MAKE_WEBHOOK
                                        " -f quiet) --yes",
                                        "make a webhook and delete it"}};
constexpr Example kTestExamples[] = {{"sbn console webhooks test local $(" AGENTNET_MAKE_WEBHOOK " -f quiet)",
                                      "send a test event, which nobody takes here"}};
constexpr Example kDeliveriesExamples[] = {
    {"hook=$(" AGENTNET_MAKE_WEBHOOK " -f quiet) && sbn console keys create local && sbn console webhooks "
     "deliveries local $hook",
     "show what was sent, or waits for a server"}};
#undef AGENTNET_MAKE_WEBHOOK
constexpr std::string_view kSeeAlso[] = {"sbn console events", "agentnet serve"};

constexpr Command kEventTypes{.name = "event-types",
                              .summary = "List what webhooks can be told of",
                              .examples = kEventTypesExamples,
                              .exits = kConsoleExits,
                              .see_also = kSeeAlso,
                              .access = Access::reads,
                              .reach = Reach::network,
                              .run = run_event_types};
constexpr Command kList{.name = "list",
                        .summary = "List a project's webhooks",
                        .arguments = kOneProject,
                        .examples = kListExamples,
                        .exits = kConsoleFindExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_list};
constexpr Command kCreate{
    .name = "create",
    .summary = "Have events posted to a URL",
    .description =
        "Each delivery is signed: X-SBN-Signature is \"v1=\" and the HMAC-SHA256, in hexadecimal, of "
        "X-SBN-Timestamp, a full stop and the body. The network makes the secret and shows it once, unless a "
        "file holds one.\n\n"
        "A running server delivers; without one, events wait for the next.",
    .arguments = kProjectAndUrl,
    .options = kCreateOptions,
    .examples = kCreateExamples,
    .exits = kConsoleWriteExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_create};
constexpr Command kUpdate{.name = "update",
                          .summary = "Change a webhook; what is not named stays",
                          .arguments = kProjectAndWebhook,
                          .options = kUpdateOptions,
                          .examples = kUpdateExamples,
                          .exits = kConsoleWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .run = run_update};
constexpr Command kDelete{.name = "delete",
                          .summary = "Delete a webhook and what waits for it",
                          .arguments = kProjectAndWebhook,
                          .examples = kDeleteExamples,
                          .exits = kConsoleFindExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .asks = true,
                          .run = run_delete};
constexpr Command kTest{.name = "test",
                        .summary = "Send a test event now, once",
                        .arguments = kProjectAndWebhook,
                        .options = kTestOptions,
                        .examples = kTestExamples,
                        .exits = kConsoleWriteExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_test};
constexpr Command kDeliveries{.name = "deliveries",
                              .summary = "Show what was sent to a webhook, the newest first",
                              .arguments = kProjectAndWebhook,
                              .examples = kDeliveriesExamples,
                              .exits = kConsoleFindExits,
                              .see_also = kSeeAlso,
                              .access = Access::reads,
                              .reach = Reach::network,
                              .run = run_deliveries};

constexpr const Command* kCommands[] = {&kEventTypes, &kList, &kCreate,    &kUpdate,
                                        &kDelete,     &kTest, &kDeliveries};

}  // namespace

constexpr Command kSbnConsoleWebhooks{
    .name = "webhooks", .summary = "Have events of a project posted to URLs", .children = kCommands};

}  // namespace agentnet::commands
