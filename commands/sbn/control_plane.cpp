// sbn control-plane
#include "commands/sbn/console.hpp"
#include "core/sbn/client_control_plane.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostCalls = 1'000'000'000'000;

Exit deliver_answer(Connection& connection, Context& context, const json::Document& answer,
                    std::initializer_list<std::string_view> ids) {
  deliver(connection, context, answer.root, {}, first_text(answer.root, ids));
  return Exit::done;
}

// A tenant is shown by its summary, with its plan's name.
Exit deliver_tenant(Connection& connection, Context& context, const json::Document& answer) {
  json::Arena arena;
  const json::Value* summary = answer.root.find("summary");
  const json::Value& facts = summary != nullptr ? *summary : answer.root;
  deliver(connection, context, answer.root, facts, first_text(facts, {"id"}));
  return Exit::done;
}

Exit run_list_plans(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::control_plane::list_rate_plans(connection.client());
  deliver_list(connection, context, answer.root, {},
               {"id", "name", "sla_tier", "daily_quota", "burst_limit_per_minute"}, {"id"});
  return Exit::done;
}

Exit run_create_plan(const Arguments& arguments, Context& context) {
  sbn::control_plane::NewRatePlan plan;
  plan.name = arguments.text("NAME");
  plan.sla_tier = arguments.find("--sla-tier").value_or("standard");
  plan.daily_quota = arguments.number("--daily-quota", 1, kMostCalls).value_or(0);
  plan.burst_limit_per_minute = arguments.number("--burst-limit", 1, kMostCalls).value_or(0);
  plan.description = arguments.text("--description");
  if (plan.daily_quota == 0 || plan.burst_limit_per_minute == 0) {
    throw Error(Category::usage, "bad_usage", "a rate plan needs --daily-quota and --burst-limit");
  }
  Connection connection(arguments, context);
  return deliver_answer(connection, context, sbn::control_plane::create_rate_plan(connection.client(), plan),
                        {"id"});
}

Exit run_list_tenants(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::control_plane::list_tenants(connection.client());
  deliver_list(connection, context, answer.root, {},
               {"id", "name", "status", "rate_plan_id", "validator_count"}, {"id"});
  return Exit::done;
}

Exit run_create_tenant(const Arguments& arguments, Context& context) {
  const sbn::control_plane::NewTenant tenant{
      arguments.text("NAME"), arguments.text("--contact-email"), arguments.text("--aggregator-endpoint"),
      arguments.text("--rate-plan"), arguments.text("--activate") != "false"};
  for (const std::string_view name : {"--contact-email", "--aggregator-endpoint", "--rate-plan"}) {
    if (arguments.has(name)) continue;
    throw Error(Category::usage, "bad_usage", "a tenant needs " + std::string(name));
  }
  Connection connection(arguments, context);
  return deliver_tenant(connection, context, sbn::control_plane::create_tenant(connection.client(), tenant));
}

Exit run_get_tenant(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_tenant(connection, context,
                        sbn::control_plane::get_tenant(connection.client(), arguments.text("TENANT")));
}

Exit run_set_plan(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_tenant(connection, context,
                        sbn::control_plane::update_tenant_rate_plan(
                            connection.client(), arguments.text("TENANT"), arguments.text("PLAN"),
                            flag_option(arguments, "--activate")));
}

Exit run_list_validators(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::control_plane::list_validators(connection.client(), arguments.text("TENANT"));
  deliver_list(connection, context, answer.root, {},
               {"validator_id", "endpoint", "status", "region", "last_seen_at"}, {"validator_id"});
  return Exit::done;
}

Exit run_register(const Arguments& arguments, Context& context) {
  const sbn::control_plane::NewValidator validator{arguments.text("VALIDATOR"), arguments.text("--endpoint"),
                                                   arguments.text("--region")};
  if (validator.endpoint.empty()) throw Error(Category::usage, "bad_usage", "a validator needs --endpoint");
  Connection connection(arguments, context);
  return deliver_answer(
      connection, context,
      sbn::control_plane::register_validator(connection.client(), arguments.text("TENANT"), validator),
      {"validator_id"});
}

Exit run_heartbeat(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  return deliver_answer(connection, context,
                        sbn::control_plane::heartbeat_validator(connection.client(), arguments.text("TENANT"),
                                                                arguments.text("VALIDATOR")),
                        {"validator_id"});
}

constexpr Argument kName[] = {{.name = "NAME", .help = "what it is called"}};
constexpr Argument kTenant{.name = "TENANT", .help = "the tenant's id, which is a project's"};
constexpr Argument kOneTenant[] = {kTenant};
constexpr Argument kTenantAndPlan[] = {
    kTenant, {.name = "PLAN", .help = "the rate plan's id; in the local network none lifts the limits"}};
constexpr Argument kTenantAndValidator[] = {kTenant, {.name = "VALIDATOR", .help = "the validator's id"}};
constexpr Option kPlanOptions[] = {
    {.name = "--sla-tier", .value = "NAME", .help = "the tier of service", .fallback = "standard"},
    {.name = "--daily-quota", .value = "N", .help = "calls a day; needed"},
    {.name = "--burst-limit", .value = "N", .help = "calls a minute; needed"},
    {.name = "--description", .value = "TEXT", .help = "what it is for"},
};
constexpr Option kActivate{
    .name = "--activate", .value = "BOOL", .help = "whether the tenant takes changes", .choices = kTrueFalse};
constexpr Option kTenantOptions[] = {
    {.name = "--contact-email", .value = "ADDRESS", .help = "whom to write to; needed"},
    {.name = "--aggregator-endpoint", .value = "URL", .help = "the tenant's aggregator; needed"},
    {.name = "--rate-plan", .value = "ID", .help = "the rate plan's id; needed"},
    {.name = "--activate",
     .value = "BOOL",
     .help = "whether the tenant takes changes",
     .fallback = "true",
     .choices = kTrueFalse},
};
constexpr Option kActivateOptions[] = {kActivate};
constexpr Option kRegisterOptions[] = {
    {.name = "--endpoint", .value = "URL", .help = "where it answers; needed"},
    {.name = "--region", .value = "NAME", .help = "where it runs"},
};

#define AGENTNET_MAKE_PLAN "sbn control-plane plans create small --daily-quota 1000 --burst-limit 60"
#define AGENTNET_MAKE_TENANT                                                                     \
  "sbn control-plane tenants create shop --contact-email ops@example.com --aggregator-endpoint " \
  "https://example.com --rate-plan $(" AGENTNET_MAKE_PLAN " -f quiet)"
constexpr Example kListPlansExamples[] = {
    {AGENTNET_MAKE_PLAN " && sbn control-plane plans list", "list the rate plans"}};
constexpr Example kCreatePlanExamples[] = {{AGENTNET_MAKE_PLAN, "make a rate plan"}};
constexpr Example kListTenantsExamples[] = {{"sbn control-plane tenants list", "list the tenants"}};
constexpr Example kCreateTenantExamples[] = {{AGENTNET_MAKE_TENANT, "make a tenant with a rate plan"}};
constexpr Example kGetTenantExamples[] = {
    {"sbn control-plane tenants get local -f json", "print a tenant with its plan and validators"}};
constexpr Example kSetPlanExamples[] = {
    {"sbn control-plane tenants set-plan $(sbn console projects create shop -f quiet) $(" AGENTNET_MAKE_PLAN
     " -f quiet)",
     "hold a project to a rate plan"}};
#define AGENTNET_MAKE_VALIDATOR \
  "sbn control-plane validators register local v-1 --endpoint https://v1.example.com --region eu"
constexpr Example kListValidatorsExamples[] = {{AGENTNET_MAKE_VALIDATOR
                                                " && sbn control-plane validators list local",
                                                "list the validators of a tenant"}};
constexpr Example kRegisterExamples[] = {{AGENTNET_MAKE_VALIDATOR, "register a validator"}};
constexpr Example kHeartbeatExamples[] = {
    {AGENTNET_MAKE_VALIDATOR " && sbn control-plane heartbeat local v-1", "say that it is there"}};
#undef AGENTNET_MAKE_VALIDATOR
#undef AGENTNET_MAKE_TENANT
#undef AGENTNET_MAKE_PLAN
constexpr std::string_view kSeeAlso[] = {"sbn console projects"};

constexpr Command kListPlans{.name = "list",
                             .summary = "List the rate plans",
                             .examples = kListPlansExamples,
                             .exits = kConsoleExits,
                             .access = Access::reads,
                             .reach = Reach::network,
                             .run = run_list_plans};
constexpr Command kCreatePlan{
    .name = "create",
    .summary = "Make a rate plan",
    .description =
        "A tenant with the plan gets 429 for each call beyond either number, and is "
        "told when to try again.",
    .arguments = kName,
    .options = kPlanOptions,
    .examples = kCreatePlanExamples,
    .exits = kConsoleWriteExits,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_create_plan};
constexpr Command kListTenants{.name = "list",
                               .summary = "List the tenants that the credential sees",
                               .examples = kListTenantsExamples,
                               .exits = kConsoleExits,
                               .see_also = kSeeAlso,
                               .access = Access::reads,
                               .reach = Reach::network,
                               .run = run_list_tenants};
constexpr Command kCreateTenant{.name = "create",
                                .summary = "Make a tenant with a rate plan",
                                .arguments = kName,
                                .options = kTenantOptions,
                                .examples = kCreateTenantExamples,
                                .exits = kConsoleWriteExits,
                                .see_also = kSeeAlso,
                                .access = Access::writes,
                                .reach = Reach::network,
                                .run = run_create_tenant};
constexpr Command kGetTenant{.name = "get",
                             .summary = "Show a tenant with its rate plan and validators",
                             .arguments = kOneTenant,
                             .examples = kGetTenantExamples,
                             .exits = kConsoleFindExits,
                             .see_also = kSeeAlso,
                             .access = Access::reads,
                             .reach = Reach::network,
                             .run = run_get_tenant};
constexpr Command kSetPlan{.name = "set-plan",
                           .summary = "Hold a tenant to a rate plan",
                           .arguments = kTenantAndPlan,
                           .options = kActivateOptions,
                           .examples = kSetPlanExamples,
                           .exits = kConsoleWriteExits,
                           .see_also = kSeeAlso,
                           .access = Access::writes,
                           .reach = Reach::network,
                           .run = run_set_plan};
constexpr Command kListValidators{.name = "list",
                                  .summary = "List the validators of a tenant",
                                  .arguments = kOneTenant,
                                  .examples = kListValidatorsExamples,
                                  .exits = kConsoleFindExits,
                                  .access = Access::reads,
                                  .reach = Reach::network,
                                  .run = run_list_validators};
constexpr Command kRegister{.name = "register",
                            .summary = "Register a validator of a tenant",
                            .arguments = kTenantAndValidator,
                            .options = kRegisterOptions,
                            .examples = kRegisterExamples,
                            .exits = kConsoleWriteExits,
                            .access = Access::writes,
                            .reach = Reach::network,
                            .run = run_register};
constexpr Command kHeartbeat{.name = "heartbeat",
                             .summary = "Say that a validator is there",
                             .arguments = kTenantAndValidator,
                             .examples = kHeartbeatExamples,
                             .exits = kConsoleFindExits,
                             .access = Access::writes,
                             .reach = Reach::network,
                             .run = run_heartbeat};

constexpr const Command* kPlanCommands[] = {&kListPlans, &kCreatePlan};
constexpr Command kPlans{
    .name = "plans", .summary = "Rate plans: how many calls a tenant may make", .children = kPlanCommands};
constexpr const Command* kTenantCommands[] = {&kListTenants, &kCreateTenant, &kGetTenant, &kSetPlan};
constexpr Command kTenants{
    .name = "tenants", .summary = "Tenants and their rate plans", .children = kTenantCommands};
constexpr const Command* kValidatorCommands[] = {&kListValidators, &kRegister};
constexpr Command kValidators{
    .name = "validators", .summary = "Validators that run for a tenant", .children = kValidatorCommands};
constexpr const Command* kCommands[] = {&kPlans, &kTenants, &kValidators, &kHeartbeat};

}  // namespace

constexpr Command kSbnControlPlane{
    .name = "control-plane", .summary = "Rate plans, tenants and validators", .children = kCommands};

}  // namespace agentnet::commands
