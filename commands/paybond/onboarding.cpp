// paybond onboarding: which step is next. Asks the network what doctor asks it, and makes nothing.
#include "commands/paybond/house.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kBootstrap =
    "paybond guardrails bootstrap --operation paid-tool --requested-spend-cents 100 --token-file cap.token";

Check login_step(const Place& place) {
  Check step{.name = "login", .command = "paybond login"};
  step.ok = place.source != "none";
  step.message = !step.ok                   ? "there is no key for " + place.gateway
                 : place.key_masked.empty() ? "the local network makes a key of its own"
                                            : place.key_masked + " (" + place.source + ")";
  return step;
}

Check doctor_step(const std::vector<Check>& checks) {
  Check step{.name = "doctor", .ok = all_ok(checks), .command = "paybond doctor"};
  std::string failed;
  for (const Check& check : checks) {
    if (!check.ok) failed += (failed.empty() ? "" : ", ") + check.name;
  }
  step.message = step.ok ? "every check is ok" : "not ok: " + failed;
  return step;
}

Exit run_onboarding(const Arguments& arguments, Context& context) {
  const Place place = place_of(arguments, context);
  const std::vector<Check> checks = look_around(place, arguments, context);
  const std::vector<Check> steps = {
      {.name = "runtime", .message = "native"},
      login_step(place),
      doctor_step(checks),
      {.name = "first_spend", .message = "try a tool in the sandbox", .command = std::string(kBootstrap)}};
  const std::string summary = all_ok(steps) ? "ok" : "fail";
  std::string text = checks_text(steps);
  for (const Check& step : steps) {
    const bool is_next = !step.command.empty() && (!step.ok || step.name == "first_spend");
    if (!is_next) continue;
    text += "next: " + step.command + "\n";
    break;
  }
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("steps", checks_value(steps, arena))
                               .add("summary", std::string_view(summary))
                               .add("env_file", std::string_view(place.env_file))
                               .add("doctor_checks", checks_value(checks, arena))
                               .done();
  show_local(arguments, context, {.command = "onboarding", .data = data, .id = summary, .text = text});
  return Exit::done;
}

constexpr Option kOptions[] = {
    kGatewayOption,
    kEnvFileOption,
    kRequestIdOption,
    {.name = "--timeout", .value = "SECONDS", .help = "how long to wait for the gateway", .fallback = "10"}};
constexpr Example kExamples[] = {{"paybond onboarding", "what is done and what comes next"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"paybond login", "paybond doctor", "agentnet tour"};

}  // namespace

constexpr Command kPaybondOnboarding{
    .name = "onboarding",
    .summary = "Show the steps to a first payment, and which one is next",
    .description = "Looks at what paybond doctor looks at. Exits with 0 also when a step is still to do.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_onboarding,
};

}  // namespace agentnet::commands
