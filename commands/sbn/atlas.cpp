// sbn atlas resolve, token, env, apps, revoke
#include "commands/sbn/atlas.hpp"

#include "commands/confirm.hpp"
#include "commands/network_options.hpp"
#include "commands/sbn/atlas_credentials.hpp"
#include "commands/sbn/payload.hpp"
#include "core/json/write.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

Exit run_resolve(const Arguments& arguments, Context& context) {
  sbn::atlas::Resolution resolution{required(arguments, "--workflow"), arguments.text("--event-type"),
                                    arguments.text("--frontier-hint")};
  const json::Document extra = object_option(arguments, "--context-json", context);
  resolution.context = extra.root;
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::resolve(connection.client(), resolution);
  json::Arena arena;
  const json::Value brief = pick(answer.root,
                                 {"scoring_frontier", "regime", "c_max", "metallic_label", "lambda_score",
                                  "steering_layer", "csk", "regime_guidance", "intervention_hints"},
                                 arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"scoring_frontier"}));
  return Exit::done;
}

Exit run_token(const Arguments& arguments, Context& context) {
  AtlasCredentials credentials = atlas_credentials(arguments, context);
  Connection connection(arguments, context);
  // What would be sent is printed, the secret is not.
  const std::string_view secret =
      connection.is_dry_run() ? "***" : as_text(credentials.client_secret.expose());
  const json::Document answer =
      sbn::atlas::exchange_token(connection.client(), credentials.client_id, secret);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"access_token"}));
  return Exit::done;
}

// Of the app that --app-id names, asked for as whoever the settings say; or of the app itself, as the app.
Exit print_env(Connection& connection, sbn::Client& client, const std::string& app_id,
               const Arguments& arguments, Context& context) {
  const Format format = context.sink.format();
  const bool says_json = arguments.text("--format") == "json";
  if (!says_json && (arguments.has("--format") || format == Format::table || format == Format::quiet)) {
    context.sink.bytes(sbn::atlas::get_env_dotenv(client, app_id));
    return Exit::done;
  }
  const json::Document answer = sbn::atlas::get_env(client, app_id);
  context.sink.default_to(Format::json);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"app_id"}));
  return Exit::done;
}

Exit run_env(const Arguments& arguments, Context& context) {
  if (const auto app_id = arguments.find("--app-id")) {
    Connection connection(arguments, context);
    return print_env(connection, connection.client(), *app_id, arguments, context);
  }
  const AtlasCredentials credentials = atlas_credentials(arguments, context);
  Connection connection(arguments, context);
  const json::Document token = exchange(connection, credentials);
  const std::string app_id = first_text(token.root, {"app_id"});
  if (app_id.empty()) {
    throw Error(Category::unreachable, "bad_response", "the token exchange was answered without an app_id");
  }
  sbn::Client client = as_app(connection, token.root, credentials);
  return print_env(connection, client, app_id, arguments, context);
}

Exit run_apps(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::list_apps(connection.client());
  deliver_list(connection, context, answer.root, "apps",
               {"app_name", "app_id", "client_id", "declared_workflows", "bound_key_count",
                "attestation_ready", "status", "created_at"},
               {"app_id", "client_id"});
  return Exit::done;
}

Exit run_revoke(const Arguments& arguments, Context& context) {
  const std::string app_id = arguments.text("APP");
  confirm("Revoke the app " + app_id + ", its tokens and its keys?", arguments, context);
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::revoke_app(connection.client(), app_id);
  json::Arena arena;
  const json::Value brief =
      json::ObjectBuilder(arena).add("app_id", std::string_view(app_id)).add("status", "revoked").done();
  deliver(connection, context, answer.root, brief, app_id);
  return Exit::done;
}

constexpr std::string_view kEnvFormats[] = {"dotenv", "json"};
constexpr Argument kApp[] = {{.name = "APP", .help = "the app's id"}};

constexpr Option kResolveOptions[] = {
    {.name = "--workflow", .letter = 'w', .value = "NAME", .help = "the workflow to resolve"},
    {.name = "--event-type", .letter = 'e', .value = "TYPE", .help = "the type of the event"},
    {.name = "--frontier-hint", .value = "FRONTIER", .help = "the frontier, if several would do"},
    {.name = "--context-json", .value = "JSON", .help = "what else is known, an object"},
};
constexpr Option kTokenOptions[] = {
    {.name = "--client-id", .value = "ID", .help = "the app's client id", .environment = kAtlasIdVariable},
    {.name = "--client-secret",
     .value = "SECRET",
     .help = "the app's client secret, which other users of this machine can then see",
     .environment = kAtlasSecretVariable},
    kCredentialsFileOption,
};
constexpr Option kEnvOptions[] = {
    {.name = "--app-id", .value = "ID", .help = "the app; else the one whose credentials are set"},
    {.name = "--format",
     .letter = 'f',
     .value = "FORMAT",
     .help = "how to print it",
     .fallback = "dotenv",
     .choices = kEnvFormats},
    kCredentialsFileOption,
};
constexpr Option kRevokeOptions[] = {
    {.name = "--yes", .letter = 'y', .help = "take every question as answered with yes"}};

constexpr Example kResolveExamples[] = {
    {"sbn atlas register --name r --family ops --workflow audit --bind audit=ops.audit && sbn atlas resolve "
     "--workflow audit",
     "ask which frontier scores a workflow"}};
constexpr Example kTokenExamples[] = {
    {"sbn atlas token --credentials-file <(sbn atlas register --name t --family ops --workflow audit "
     "--output-format json)",
     "get a bearer token of a new app"}};
constexpr Example kEnvExamples[] = {
    {"sbn atlas env --app-id $(sbn atlas register --name e --family ops --workflow audit --output-format "
     "quiet)",
     "print the variables of an app"}};
constexpr Example kAppsExamples[] = {
    {"sbn atlas register --name a --family ops --workflow audit && sbn atlas apps", "list the apps"}};
constexpr Example kRevokeExamples[] = {
    {"sbn atlas revoke --yes $(sbn atlas register --name v --family ops --workflow audit --output-format "
     "quiet)",
     "revoke an app without a question"}};

constexpr Exit kWriteExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::conflict,
                                Exit::unreachable};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn atlas register", "sbn atlas frontiers"};

constexpr Command kResolve{.name = "resolve",
                           .summary = "Ask which frontier scores a workflow",
                           .options = kResolveOptions,
                           .examples = kResolveExamples,
                           .exits = kReadExits,
                           .see_also = kSeeAlso,
                           .access = Access::reads,
                           .reach = Reach::network,
                           .run = run_resolve};
constexpr Command kToken{.name = "token",
                         .summary = "Exchange an app's credentials for a bearer token",
                         .options = kTokenOptions,
                         .examples = kTokenExamples,
                         .exits = kWriteExits,
                         .see_also = kSeeAlso,
                         .access = Access::writes,
                         .reach = Reach::network,
                         .run = run_token};
constexpr Command kEnv{.name = "env",
                       .summary = "Print the variables that tell an app its frontiers",
                       .description =
                           "Without --app-id the app calls for itself: ATLAS_CLIENT_ID and "
                           "ATLAS_CLIENT_SECRET, or --credentials-file, are exchanged for a token first.",
                       .options = kEnvOptions,
                       .examples = kEnvExamples,
                       .exits = kReadExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .reach = Reach::network,
                       .run = run_env};
constexpr Command kApps{.name = "apps",
                        .summary = "List the apps",
                        .examples = kAppsExamples,
                        .exits = kReadExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::network,
                        .run = run_apps};
constexpr Command kRevoke{.name = "revoke",
                          .summary = "Revoke an app, with its tokens and its bound keys",
                          .arguments = kApp,
                          .options = kRevokeOptions,
                          .examples = kRevokeExamples,
                          .exits = kWriteExits,
                          .see_also = kSeeAlso,
                          .access = Access::writes,
                          .reach = Reach::network,
                          .asks = true,
                          .run = run_revoke};

constexpr const Command* kCommands[] = {&kAtlasRegister,
                                        &kApps,
                                        &kRevoke,
                                        &kToken,
                                        &kEnv,
                                        &kResolve,
                                        &kAtlasKeys,
                                        &kAtlasBindings,
                                        &kAtlasFrontiers,
                                        &kAtlasFrontier,
                                        &kAtlasTree,
                                        &kAtlasCouplings,
                                        &kAtlasCalibrate,
                                        &kAtlasDetect,
                                        &kAtlasInstrumentation,
                                        &kAtlasInterventions,
                                        &kAtlasCards};

}  // namespace

constexpr Command kSbnAtlas{.name = "atlas",
                            .summary = "Apps, and the frontiers that their workflows are bound to",
                            .children = kCommands};

}  // namespace agentnet::commands
