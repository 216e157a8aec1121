// paybond keys list, create, rotate, revoke: the API keys of a tenant
#include "commands/paybond/answer.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_keys.hpp"
#include "core/paybond/redaction.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostKeys = 200;  // of one answer

// The key in an answer; "" when it has none.
std::string key_in(const json::Value& answer) {
  return text_among(answer, {"api_key"});
}

// The scopes of a restricted key, "scope:level" each.
json::Value scopes_of(const json::Value& item, json::Arena& arena) {
  json::ArrayBuilder scopes(arena);
  const json::Value* list = item.find("mcp_scopes");
  if (list != nullptr && list->is_array()) {
    for (const json::Value& each : list->items()) {
      if (!each.is_object()) continue;
      scopes.add(std::string_view(text_among(each, {"scope"}) + ":" + text_among(each, {"level"})));
    }
  }
  return scopes.done();
}

std::string or_else(std::string text, std::string_view otherwise) {
  return text.empty() ? std::string(otherwise) : text;
}

// A key of a list as the kit's command shows it.
json::Value listed_key(const json::Value& item, json::Arena& arena) {
  const std::string id = text_among(item, {"key_id", "id"});
  const std::string kind = or_else(text_among(item, {"key_kind"}), "standard");
  const std::string shown = (kind == "restricted" ? "paybond_rk_" : "paybond_sk_") +
                            or_else(text_among(item, {"environment"}), "sandbox") + "_" +
                            or_else(id, "redacted") + "_redacted";
  const json::Value* expires = item.find("expires_at");
  const bool revoked = !text_among(item, {"revoked_at"}).empty();
  return json::ObjectBuilder(arena)
      .add("key_id", std::string_view(id))
      .add("key_masked", paybond::mask_api_key(shown))
      .add("role", std::string_view(text_among(item, {"service_account_role"})))
      .add("key_kind", std::string_view(kind))
      .add("mcp_scopes", scopes_of(item, arena))
      .add("created_at", std::string_view(text_among(item, {"created_at"})))
      .add("expires_at", expires == nullptr ? json::Value() : *expires)
      .add("status", revoked ? "revoked" : "active")
      .done();
}

json::Value listed_keys(const json::Value& answer, json::Arena& arena) {
  json::ArrayBuilder keys(arena);
  const json::Value* items = answer.find("items");
  if (items != nullptr && items->is_array()) {
    for (const json::Value& item : items->items())
      if (item.is_object()) keys.add(listed_key(item, arena));
  }
  json::ObjectBuilder data(arena);
  data.add("keys", keys.done());
  const std::string next = text_among(answer, {"next_cursor"});
  if (!next.empty()) data.add("next_cursor", std::string_view(next));
  return data.done();
}

// A new key as the kit's command shows it; the key itself last, where it is shown at all.
json::Value created_key(const json::Value& answer, const paybond::KeyRequest& request, bool shows,
                        json::Arena& arena) {
  const json::Value* inner = answer.find("item");
  const json::Value none = json::ObjectBuilder(arena).done();
  const json::Value& item = inner != nullptr && inner->is_object() ? *inner : none;
  const std::string key = key_in(answer);
  json::ObjectBuilder data(arena);
  data.add("key_id", std::string_view(text_among(item, {"key_id", "id"})))
      .add("key_masked", paybond::mask_api_key(key))
      .add("role", std::string_view(or_else(text_among(item, {"service_account_role"}), request.role)))
      .add("key_kind", std::string_view(or_else(text_among(item, {"key_kind"}), "standard")))
      .add("mcp_scopes", scopes_of(item, arena))
      .add("created_at", std::string_view(text_among(item, {"created_at"})))
      .add("status", "active");
  if (shows && !key.empty()) data.add("api_key", std::string_view(key));
  return data.done();
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
    json::Arena arena;
    show_list(connection, arguments, context,
              {.command = "keys list",
               .data = listed_keys(answer.root, arena),
               .list = "keys",
               .columns = {"key_id", "role", "created_at", "status"},
               .id_members = {"key_id"}});
    return Exit::done;
  });
}

Exit run_create(const Arguments& arguments, Context& context) {
  paybond::KeyRequest request{.name = arguments.text("--name"),
                              .role = arguments.text("--role"),
                              .label = arguments.text("--label"),
                              .kind = arguments.find("--kind").value_or("standard"),
                              .scopes = arguments.all("--scope")};
  for (const std::string_view option : {"--name", "--role"}) {
    if (arguments.text(option).empty())
      throw Error(Category::usage, "missing_option", std::string(option) + " is missing");
  }
  if (request.kind == "restricted" && request.scopes.empty())
    throw Error(Category::usage, "missing_option", "a restricted key needs --scope NAME:LEVEL");
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer =
        paybond::create_key(connection.unbound(), request, connection.idempotency_key());
    keep_key(arguments, context, key_in(answer.root));
    json::Arena arena;
    const json::Value data = created_key(answer.root, request, !arguments.has("--key-file"), arena);
    show(connection, arguments, context,
         {.command = "keys create", .data = data, .id = text_among(data, {"key_id"}), .secrets = true});
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
    const json::Value* item = answer.root.find("item");
    const bool told = item != nullptr && item->is_object();
    const std::string fresh = told ? or_else(text_among(*item, {"key_id"}), id) : id;
    json::ObjectBuilder data(arena);
    data.add("key_id", std::string_view(fresh))
        .add("key_masked", paybond::mask_api_key(key))
        .add_boolean("rotated", true);
    if (!key.empty() && !arguments.has("--key-file")) data.add("api_key", std::string_view(key));
    show(connection, arguments, context,
         {.command = "keys rotate", .data = data.done(), .id = fresh, .secrets = true});
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
constexpr std::string_view kKinds[] = {"standard", "restricted"};
constexpr Option kCreateOptions[] = {
    {.name = "--name", .value = "TEXT", .help = "what the key is called"},
    {.name = "--role", .value = "ROLE", .help = "what it may do: reader, agent, operator or admin"},
    {.name = "--label", .value = "TEXT", .help = "a label"},
    {.name = "--kind",
     .value = "KIND",
     .help = "what kind of key; the local network makes standard ones",
     .fallback = "standard",
     .choices = kKinds},
    {.name = "--scope",
     .value = "NAME:LEVEL",
     .help = "what a restricted key may do; may be repeated",
     .repeatable = true},
    kKeyFile};
constexpr Option kRotateOptions[] = {kKeyFile};
constexpr Example kListExamples[] = {{"paybond keys list", "the keys of this tenant"}};
constexpr Example kCreateExamples[] = {{"paybond keys create --name ci --role operator --key-file ci.key",
                                        "a key that may settle, kept in a file"}};
constexpr Example kRotateExamples[] = {
    {"id=$(paybond keys create --name ci --role agent --key-file old.key -o quiet) && "
     "paybond keys rotate $id --yes --key-file new.key",
     "replace a key by one that may do the same"}};
constexpr Example kRevokeExamples[] = {
    {"id=$(paybond keys create --name ci --role agent --key-file ci.key -o quiet) && "
     "paybond keys revoke $id --yes",
     "revoke a key"}};
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
    .description = "The old key stops working. The new one is shown this once, unless --key-file keeps it.",
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
