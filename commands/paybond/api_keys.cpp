// paybond keys list, create, rotate, revoke: the API keys of a tenant
#include "commands/paybond/answer.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_keys.hpp"
#include "core/paybond/redaction.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostKeys = 200;  // of one answer

void require_yes(const Arguments& arguments, const Context& context, const std::string& what) {
  if (arguments.has("--yes") || context.dry_run) return;
  throw Error(Category::usage, "confirmation_required", "this will " + what + ", which cannot be undone",
              "--yes says that it is meant");
}

// The key in an answer, wherever the network puts it; "" when it has none.
std::string key_in(const json::Value& answer) {
  const std::string key = text_among(answer, {"api_key", "key", "secret"});
  if (!key.empty()) return key;
  const json::Value* inner = answer.find("key");
  return inner != nullptr && inner->is_object() ? text_among(*inner, {"api_key", "secret"}) : std::string();
}

// Keeps it where --key-file says.
void keep_key(const Arguments& arguments, Context& context, const std::string& key) {
  const auto path = arguments.find("--key-file");
  if (path && !key.empty()) context.files.create_private(*path, key + "\n");
}

Exit run_list(const Arguments& arguments, Context& context) {
  const std::int64_t limit = arguments.number("--limit", 1, kMostKeys).value_or(paybond::kDefaultKeyPage);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::list_keys(connection.unbound(), limit);
    show_list(connection, arguments, context,
              {.command = "keys list",
               .data = answer.root,
               .list = "keys",
               .columns = {"id", "name", "role", "created_at"},
               .id_members = {"id", "key_id"}});
    return Exit::done;
  });
}

Exit run_create(const Arguments& arguments, Context& context) {
  paybond::KeyRequest request{.name = arguments.text("--name"),
                              .role = arguments.text("--role"),
                              .label = arguments.text("--label"),
                              .kind = arguments.text("--kind"),
                              .preset = arguments.text("--preset"),
                              .scopes = arguments.all("--scope")};
  if (request.name.empty()) throw Error(Category::usage, "missing_option", "--name is missing");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer =
        paybond::create_key(connection.unbound(), request, connection.idempotency_key());
    keep_key(arguments, context, key_in(answer.root));
    show(connection, arguments, context,
         {.command = "keys create",
          .data = answer.root,
          .id = text_among(answer.root, {"id", "key_id"}),
          .secrets = !arguments.has("--key-file")});
    return Exit::done;
  });
}

Exit run_rotate(const Arguments& arguments, Context& context) {
  const std::string id = arguments.text("KEY");
  require_yes(arguments, context, "replace the API key " + id);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::rotate_key(connection.unbound(), id);
    const std::string key = key_in(answer.root);
    keep_key(arguments, context, key);
    json::Arena arena;
    const json::Value data = json::ObjectBuilder(arena)
                                 .add("key_id", std::string_view(id))
                                 .add("key_masked", paybond::mask_api_key(key))
                                 .add_boolean("rotated", true)
                                 .done();
    show(connection, arguments, context, {.command = "keys rotate", .data = data, .id = id});
    return Exit::done;
  });
}

Exit run_revoke(const Arguments& arguments, Context& context) {
  const std::string id = arguments.text("KEY");
  require_yes(arguments, context, "revoke the API key " + id);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    paybond::revoke_key(connection.unbound(), id);
    json::Arena arena;
    const json::Value data =
        json::ObjectBuilder(arena).add("key_id", std::string_view(id)).add_boolean("revoked", true).done();
    show(connection, arguments, context, {.command = "keys revoke", .data = data, .id = id});
    return Exit::done;
  });
}

constexpr Argument kKey[] = {{.name = "KEY", .help = "the key's id"}};
constexpr Option kKeyFile{.name = "--key-file",
                          .value = "FILE",
                          .help = "keep the new key in this new file",
                          .completes = Completes::files};
constexpr Option kListOptions[] = {
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "50"}};
constexpr Option kCreateOptions[] = {
    {.name = "--name", .value = "TEXT", .help = "what the key is called"},
    {.name = "--role", .value = "ROLE", .help = "what it may do"},
    {.name = "--label", .value = "TEXT", .help = "a label"},
    {.name = "--kind", .value = "KIND", .help = "the kind of key"},
    {.name = "--preset", .value = "NAME", .help = "a set of scopes"},
    {.name = "--scope", .value = "SCOPE", .help = "one scope; may be repeated", .repeatable = true},
    kKeyFile};
constexpr Option kRotateOptions[] = {kKeyFile};
constexpr Example kListExamples[] = {{"paybond keys list --dry-run", "show the question for the keys"}};
constexpr Example kCreateExamples[] = {
    {"paybond keys create --name ci --role operator --dry-run", "show the request for a new key"}};
constexpr Example kRotateExamples[] = {
    {"paybond keys rotate k1 --dry-run", "show the request that replaces a key"}};
constexpr Example kRevokeExamples[] = {
    {"paybond keys revoke k1 --dry-run", "show the request that revokes a key"}};
constexpr std::string_view kSeeAlso[] = {"paybond whoami"};

}  // namespace

constexpr Command kPaybondKeysList{.name = "list",
                                   .summary = "List the API keys of the tenant",
                                   .options = kListOptions,
                                   .examples = kListExamples,
                                   .exits = kCallExits,
                                   .see_also = kSeeAlso,
                                   .access = Access::reads,
                                   .reach = Reach::gateway,
                                   .run = run_list};
constexpr Command kPaybondKeysCreate{
    .name = "create",
    .summary = "Make an API key",
    .description = "The new key is shown this once, unless --key-file keeps it.",
    .options = kCreateOptions,
    .examples = kCreateExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_create};
constexpr Command kPaybondKeysRotate{
    .name = "rotate",
    .summary = "Replace an API key",
    .description = "The old key stops working. The new one is never shown: --key-file keeps it.",
    .arguments = kKey,
    .options = kRotateOptions,
    .examples = kRotateExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .asks = true,
    .run = run_rotate};
constexpr Command kPaybondKeysRevoke{.name = "revoke",
                                     .summary = "Revoke an API key",
                                     .arguments = kKey,
                                     .examples = kRevokeExamples,
                                     .exits = kCallExits,
                                     .see_also = kSeeAlso,
                                     .access = Access::writes,
                                     .reach = Reach::gateway,
                                     .asks = true,
                                     .run = run_revoke};

}  // namespace agentnet::commands
