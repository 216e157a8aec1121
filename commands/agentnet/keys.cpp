// agentnet keys
#include "commands/agentnet/keys.hpp"

#include "core/auth/api_key.hpp"
#include "core/auth/signing_key.hpp"
#include "core/network/local_network.hpp"
#include "core/network/places.hpp"
#include "core/network/server_record.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kShownOfKey = 13;  // "sbn_live_" and four characters

network::StateFolder state_folder_of(const Context& context) {
  return {network::state_folder(context.environment)};
}

// --- create
// -------------------------------------------------------------------------------------------------

json::Value scopes_value(const std::vector<std::string>& scopes, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string& scope : scopes)
    list.add(std::string_view(scope));
  return list.done();
}

auth::ApiKeyOptions read_options(const Arguments& arguments) {
  auth::ApiKeyOptions options;
  options.label = arguments.text("--name");
  if (arguments.text("--mode") == "test") options.mode = auth::KeyMode::test;
  if (arguments.has("--scope")) options.scopes = arguments.all("--scope");
  for (const std::string& scope : options.scopes) {
    if (!auth::is_scope(scope))
      throw Error(Category::usage, "bad_scope", "'" + scope + "' is no scope", "for instance receipts.read");
  }
  return options;
}

Exit would_create(const std::string& tenant, const auth::ApiKeyOptions& options, bool new_tenant,
                  Context& context) {
  if (!new_tenant) require_key_tenant(tenant, context);
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add_boolean("dry_run", true)
                                .add("tenant_id", tenant)
                                .add("name", options.label)
                                .add("mode", auth::key_mode_name(options.mode))
                                .add("scopes", scopes_value(options.scopes, arena))
                                .done();
  context.sink.result({value, "would make a key for tenant " + printable(tenant) + "\n", tenant});
  return Exit::done;
}

Exit run_create(const Arguments& arguments, Context& context) {
  const std::string tenant = key_tenant(arguments);
  const bool new_tenant = arguments.has("--new-tenant");
  if (new_tenant && !arguments.has("--tenant"))
    throw Error(Category::usage, "bad_usage", "--new-tenant goes with --tenant");
  const auth::ApiKeyOptions options = read_options(arguments);
  if (context.dry_run) return would_create(tenant, options, new_tenant, context);
  const auto network = open_key_store(context);
  auth::NewApiKey made;
  network->database().write([&](store::Connection& connection) {
    const Instant now = context.clock.now();
    if (new_tenant) auth::add_tenant(connection, tenant, "", now);
    made = auth::add_api_key(connection, tenant, options, now, context.random);
  });
  const std::string_view key = as_text(made.key.expose());
  json::Arena arena;
  const json::Value record = json::ObjectBuilder(arena)
                                 .add("id", made.record.id)
                                 .add("tenant_id", made.record.tenant_id)
                                 .add("name", made.record.label)
                                 .add("mode", auth::key_mode_name(made.record.mode))
                                 .add("last4", made.record.last4)
                                 .add("scopes", scopes_value(made.record.scopes, arena))
                                 .add("created_at", iso_offset(made.record.created_at))
                                 .add_boolean("revoked", false)
                                 .done();
  const json::Value value = json::ObjectBuilder(arena)
                                .add("api_key", key)
                                .add("prefix", key.substr(0, kShownOfKey))
                                .add("record", record)
                                .done();
  context.sink.result({value, std::string(key) + "\n", std::string(key)});
  context.diagnostics.warn("shown_once", "this key is not shown again; its id is " + made.record.id);
  return Exit::done;
}

// --- list, tenants
// ------------------------------------------------------------------------------------------

json::Value moment_value(const std::optional<Instant>& instant, json::Arena& arena) {
  return instant ? json::Value::string(arena, iso_offset(*instant)) : json::Value();
}

void add_row(const json::Value& row, const std::string& id, Sink& sink) {
  json::Arena arena;
  json::ObjectBuilder brief(arena);
  for (const std::string_view column : {"id", "kind", "name", "mode", "last4", "tenant_id", "revoked"})
    brief.add(column, *row.find(column));
  sink.row({row, {}, id, false, brief.done()});
}

void add_api_key_row(const auth::ApiKey& key, Sink& sink) {
  json::Arena arena;
  const json::Value row = json::ObjectBuilder(arena)
                              .add("id", key.id)
                              .add("kind", "api_key")
                              .add("name", key.label)
                              .add("mode", auth::key_mode_name(key.mode))
                              .add("last4", key.last4)
                              .add("tenant_id", key.tenant_id)
                              .add("scopes", scopes_value(key.scopes, arena))
                              .add("issuer", json::Value())
                              .add("audience", json::Value())
                              .add("created_at", iso_offset(key.created_at))
                              .add_boolean("revoked", key.revoked_at.has_value())
                              .add("revoked_at", moment_value(key.revoked_at, arena))
                              .done();
  add_row(row, key.id, sink);
}

void add_signing_key_row(const auth::TrustedKey& key, Sink& sink) {
  json::Arena arena;
  const json::Value row = json::ObjectBuilder(arena)
                              .add("id", key.id)
                              .add("kind", "signing_key")
                              .add("name", key.kid)
                              .add("mode", json::Value())
                              .add("last4", json::Value())
                              .add("tenant_id", key.tenant_id)
                              .add("scopes", json::Value())
                              .add("issuer", key.issuer)
                              .add("audience", key.audience)
                              .add("created_at", iso_offset(key.created_at))
                              .add_boolean("revoked", key.revoked_at.has_value())
                              .add("revoked_at", moment_value(key.revoked_at, arena))
                              .done();
  add_row(row, key.id, sink);
}

Exit run_list(const Arguments& arguments, Context& context) {
  const auto network = open_key_store(context);
  std::vector<auth::ApiKey> api_keys;
  std::vector<auth::TrustedKey> signing_keys;
  network->database().read([&](store::Connection& connection) {
    if (arguments.has("--tenant")) auth::require_tenant(connection, key_tenant(arguments));
    for (const auth::Tenant& tenant : auth::list_tenants(connection)) {
      if (arguments.has("--tenant") && tenant.id != key_tenant(arguments)) continue;
      for (auth::ApiKey& key : auth::list_api_keys(connection, tenant.id))
        api_keys.push_back(std::move(key));
      for (auth::TrustedKey& key : auth::list_signing_keys(connection, tenant.id))
        signing_keys.push_back(std::move(key));
    }
  });
  context.sink.begin_rows();
  for (const auth::ApiKey& key : api_keys)
    add_api_key_row(key, context.sink);
  for (const auth::TrustedKey& key : signing_keys)
    add_signing_key_row(key, context.sink);
  context.sink.end_rows();
  return Exit::done;
}

Exit run_tenants(const Arguments&, Context& context) {
  std::vector<auth::Tenant> tenants;
  open_key_store(context)->database().read(
      [&](store::Connection& connection) { tenants = auth::list_tenants(connection); });
  context.sink.begin_rows();
  for (const auth::Tenant& tenant : tenants) {
    json::Arena arena;
    const json::Value row = json::ObjectBuilder(arena)
                                .add("id", tenant.id)
                                .add("name", tenant.name)
                                .add("created_at", iso_offset(tenant.created_at))
                                .done();
    context.sink.row({row, {}, tenant.id});
  }
  context.sink.end_rows();
  return Exit::done;
}

// --- revoke
// -------------------------------------------------------------------------------------------------

// A key of either kind, with whom it speaks for.
struct FoundKey {
  std::string tenant;
  bool is_api_key = false;
  bool revoked = false;
};

FoundKey find_key(store::Connection& connection, const std::string& id) {
  for (const auth::Tenant& tenant : auth::list_tenants(connection)) {
    for (const auth::ApiKey& key : auth::list_api_keys(connection, tenant.id)) {
      if (key.id == id) return {tenant.id, true, key.revoked_at.has_value()};
    }
    for (const auth::TrustedKey& key : auth::list_signing_keys(connection, tenant.id)) {
      if (key.id == id) return {tenant.id, false, key.revoked_at.has_value()};
    }
  }
  throw Error(Category::not_found, "unknown_key", "there is no key with the id '" + id + "'",
              "'agentnet keys list' shows the ids");
}

Exit run_revoke(const Arguments& arguments, Context& context) {
  const std::string id = arguments.text("ID");
  FoundKey found;
  if (context.dry_run && !network::exists(state_folder_of(context).database()))
    throw Error(Category::not_found, "unknown_key", "there is no key yet");
  const auto network = open_key_store(context);
  const auto work = [&](store::Connection& connection) {
    found = find_key(connection, id);
    if (context.dry_run) return;
    if (found.is_api_key) {
      auth::revoke_api_key(connection, found.tenant, id, context.clock.now());
    } else {
      auth::revoke_signing_key(connection, found.tenant, id, context.clock.now());
    }
  };
  if (context.dry_run) {
    network->database().read(work);
  } else {
    network->database().write(work);
  }
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("id", id)
                                .add("kind", found.is_api_key ? "api_key" : "signing_key")
                                .add("tenant_id", found.tenant)
                                .add_boolean("revoked", found.revoked || !context.dry_run)
                                .add_boolean("changed", !found.revoked && !context.dry_run)
                                .done();
  const std::string text =
      found.revoked ? "was revoked already: " : (context.dry_run ? "would revoke " : "revoked ");
  context.sink.result({value, text + printable(id) + "\n", id});
  return Exit::done;
}

// --- the commands
// -------------------------------------------------------------------------------------------

constexpr std::string_view kModes[] = {"live", "test"};
constexpr std::string_view kNetworks[] = {"sbn"};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr Exit kAddExits[] = {Exit::not_found, Exit::auth, Exit::conflict, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"agentnet keys list", "agentnet serve"};

constexpr Option kCreateOptions[] = {
    {.name = "--name", .value = "NAME", .help = "what lists show the key as"},
    {.name = "--mode",
     .value = "MODE",
     .help = "what the key begins with: sbn_live_ or sbn_test_",
     .fallback = "live",
     .choices = kModes},
    {.name = "--scope",
     .value = "SCOPE",
     .help = "what the key allows, for instance receipts.read",
     .fallback = "*",
     .repeatable = true},
    {.name = "--tenant", .value = "ID", .help = "whom the key speaks for", .fallback = "local"},
    {.name = "--new-tenant", .help = "make the tenant that --tenant names first"},
    {.name = "--network",
     .value = "NAME",
     .help = "the network that the key is for",
     .fallback = "sbn",
     .choices = kNetworks},
};
constexpr Example kCreateExamples[] = {
    {"agentnet keys create --name ci --scope receipts.read -q", "a key that only reads"},
    {"agentnet keys create --tenant acme --new-tenant -q", "the first key of another tenant"}};
constexpr Command kCreate{
    .name = "create",
    .summary = "Make an API key",
    .description =
        "The key is printed once, on standard output, also with -o quiet; what is kept is a hash of it. A "
        "server that runs on the same data takes it at once. With --new-tenant the tenant is made in the "
        "same step, and a tenant that is there already is refused.",
    .options = kCreateOptions,
    .examples = kCreateExamples,
    .exits = kAddExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_create,
};

constexpr Option kListOptions[] = {{.name = "--tenant", .value = "ID", .help = "only keys of this tenant"}};
constexpr Example kListExamples[] = {{"agentnet keys list", "the keys of every tenant"}};
constexpr std::string_view kListSeeAlso[] = {"agentnet keys create", "agentnet keys revoke"};
constexpr Command kList{
    .name = "list",
    .summary = "List API keys and trusted signing keys, revoked ones too",
    .description = "Of an API key the last four characters are known, of a signing key its public half.",
    .options = kListOptions,
    .examples = kListExamples,
    .exits = kExits,
    .see_also = kListSeeAlso,
    .access = Access::reads,
    .run = run_list,
};

constexpr Argument kRevokeArguments[] = {{.name = "ID", .help = "the id that the list shows, not the key"}};
constexpr Example kRevokeExamples[] = {
    {"agentnet keys revoke $(agentnet keys create -q --jq .record.id)", "make a key and take it back"}};
constexpr std::string_view kRevokeSeeAlso[] = {"agentnet keys list"};
constexpr Command kRevoke{
    .name = "revoke",
    .summary = "Take an API key or a signing key back",
    .description =
        "From then on requests with it are refused, also by a server that runs. Revoking the key that this "
        "user's own commands use makes a new one with the next command; restart a server then.",
    .arguments = kRevokeArguments,
    .examples = kRevokeExamples,
    .exits = kExits,
    .see_also = kRevokeSeeAlso,
    .access = Access::writes,
    .run = run_revoke,
};

constexpr Example kTenantsExamples[] = {{"agentnet keys tenants", "who has data in the local network"}};
constexpr std::string_view kTenantsSeeAlso[] = {"agentnet keys create"};
constexpr Command kTenants{
    .name = "tenants",
    .summary = "List the tenants of the local network",
    .description = "'agentnet keys create --tenant ID --new-tenant' makes one.",
    .examples = kTenantsExamples,
    .exits = kExits,
    .see_also = kTenantsSeeAlso,
    .access = Access::reads,
    .run = run_tenants,
};

constexpr const Command* kCommands[] = {&kCreate, &kList, &kRevoke, &kAgentnetKeysTrust, &kTenants};

}  // namespace

std::unique_ptr<network::LocalNetwork> open_key_store(const Context& context) {
  const network::StateFolder folder = state_folder_of(context);
  const auto server = network::find_server(folder, context.files);
  if (server && server->in_memory) {
    context.diagnostics.warn("in_memory", "the server at " + server->base_url +
                                              " keeps its data in memory and does not see these keys");
  }
  return network::LocalNetwork::open({folder.path}, context.files, context.clock, context.random);
}

std::string key_tenant(const Arguments& arguments) {
  return arguments.find("--tenant").value_or(std::string(network::kLocalTenant));
}

void require_key_tenant(const std::string& tenant, const Context& context) {
  if (tenant == network::kLocalTenant) return;
  if (!network::exists(state_folder_of(context).database())) {
    throw Error(Category::not_found, "unknown_tenant", "there is no tenant '" + tenant + "'");
  }
  open_key_store(context)->database().read(
      [&](store::Connection& connection) { auth::require_tenant(connection, tenant); });
}

constexpr Command kAgentnetKeys{
    .name = "keys",
    .summary = "Say who may call the local network",
    .description =
        "Works on the data of the local network, also beside a server that runs on it: what is made or "
        "revoked counts there at once.",
    .children = kCommands,
};

}  // namespace agentnet::commands
