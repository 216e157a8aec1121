// paybond init completion, guardrail, agent-middleware
#include "commands/paybond/init_files.hpp"
#include "commands/paybond/init_middleware.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/policy.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kGuardFile = "paybond_paid_tool_guard.py";
constexpr std::string_view kGuardPreset = "paid-tool-guard";
constexpr std::string_view kAnyFramework = "provider-agnostic";
constexpr std::string_view kGuardEvidence = "cost_and_completion";

Exit report(const Arguments& arguments, Context& context, std::string_view command, const std::string& path,
            const json::Value& data) {
  show_local(arguments, context,
             {.command = command,
              .data = data,
              .id = path,
              .text = printable((context.dry_run ? "would write " : "wrote ") + path) + "\n"});
  return Exit::done;
}

Exit run_completion(const Arguments& arguments, Context& context) {
  const paybond::CompletionPreset& preset = paybond::completion_preset(arguments.text("--preset"));
  const std::string path =
      arguments.find("--out").value_or("paybond_completion_" + std::string(preset.id) + ".py");
  write_new_file(arguments, context, path, completion_file(preset));
  json::Arena arena;
  const json::Value data = json::ObjectBuilder(arena)
                               .add("out", std::string_view(path))
                               .add("preset", preset.id)
                               .add_boolean("bytes_written", !context.dry_run)
                               .done();
  return report(arguments, context, "init completion", path, data);
}

// Of a file that guards a tool.
json::Value guard_value(const Context& context, const std::string& path, std::string_view preset,
                        const std::string& framework, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("out", std::string_view(path))
      .add("preset", preset)
      .add("framework", std::string_view(framework))
      .add_boolean("bytes_written", !context.dry_run)
      .add("completion_preset", kGuardEvidence)
      .done();
}

Exit run_guardrail(const Arguments& arguments, Context& context) {
  const std::string path = arguments.find("--out").value_or(std::string(kGuardFile));
  const std::string framework = arguments.find("--framework").value_or(std::string(kAnyFramework));
  write_new_file(arguments, context, path, guardrail_file());
  json::Arena arena;
  return report(arguments, context, "init guardrail", path,
                guard_value(context, path, kGuardPreset, framework, arena));
}

Exit run_middleware(const Arguments& arguments, Context& context) {
  const std::string framework = arguments.find("--framework").value_or(std::string(kMiddlewareFrameworks[0]));
  const std::string path = arguments.find("--out").value_or(std::string(middleware_path(framework)));
  write_new_file(arguments, context, path, middleware_file(framework));
  json::Arena arena;
  return report(arguments, context, "init agent-middleware", path,
                guard_value(context, path, "agent-middleware", framework, arena));
}

constexpr std::string_view kGuardPresets[] = {kGuardPreset};
constexpr std::string_view kFrameworks[] = {kAnyFramework, "generic"};
constexpr Option kOutOption{
    .name = "--out", .value = "FILE", .help = "the file that is written", .completes = Completes::files};
constexpr Option kCompletionOptions[] = {{.name = "--preset",
                                          .value = "ID",
                                          .help = "whose evidence it is about",
                                          .choices = paybond::kCompletionPresetIds,
                                          .required = true},
                                         kOutOption,
                                         kForceOption,
                                         kEnvelopeIdOption};
constexpr Option kGuardrailOptions[] = {
    {.name = "--preset", .value = "ID", .help = "what is guarded", .choices = kGuardPresets},
    {.name = "--framework",
     .value = "NAME",
     .help = "what calls the tool; the file needs none",
     .choices = kFrameworks},
    kOutOption,
    kForceOption,
    kEnvelopeIdOption};
constexpr Option kMiddlewareOptions[] = {{.name = "--framework",
                                          .value = "NAME",
                                          .help = "what the tool is for; shell is this program's own",
                                          .fallback = "generic",
                                          .choices = kMiddlewareFrameworks},
                                         kOutOption,
                                         kForceOption,
                                         kEnvelopeIdOption};
constexpr Example kCompletionExamples[] = {
    {"paybond init completion --preset api_response_ok", "a module that makes and checks such evidence"}};
constexpr Example kGuardrailExamples[] = {
    {"paybond init guardrail", "a module that lets a paid tool run only with a budget"}};
constexpr Example kMiddlewareExamples[] = {
    {"paybond init agent-middleware --framework pydantic-ai", "a paid tool for an agent in Python"},
    {"paybond init agent-middleware --framework shell -o quiet && . ./paybond_agent_middleware.sh && "
     "paid_tool hotels",
     "the same for a shell, and a call of it"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::conflict};
constexpr std::string_view kSeeAlso[] = {"paybond policy init", "paybond guardrails bootstrap"};

constexpr Command kCompletion{
    .name = "completion",
    .summary = "Write a Python module for the evidence of a completion preset",
    .description =
        "The module holds the preset's schema and parameters, a sample, and a function that makes "
        "evidence of its fields; it needs nothing but Python's standard library.",
    .options = kCompletionOptions,
    .examples = kCompletionExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_completion};
constexpr Command kGuardrail{
    .name = "guardrail",
    .summary = "Write a Python module that guards a paid tool in the sandbox",
    .description =
        "The module asks the gateway for a sandbox budget before the tool runs, and sends its "
        "evidence afterwards; it needs nothing but Python's standard library, PAYBOND_API_KEY and "
        "PAYBOND_GATEWAY_URL.",
    .options = kGuardrailOptions,
    .examples = kGuardrailExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_guardrail};
constexpr Command kMiddleware{
    .name = "agent-middleware",
    .summary = "Write a paid tool for an agent, which runs only within its budget",
    .description =
        "In Python with the official kit, paybond-kit, and in the form that the framework takes; or in shell "
        "with this program. Each call asks for a sandbox budget, runs the tool when its spend is allowed, "
        "and "
        "sends what it did as evidence. Frameworks of TypeScript are not written.",
    .options = kMiddlewareOptions,
    .examples = kMiddlewareExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_middleware};
constexpr const Command* kCommands[] = {&kCompletion, &kGuardrail, &kMiddleware};

}  // namespace

constexpr Command kPaybondInit{
    .name = "init", .summary = "Write code to start an integration from", .children = kCommands};

}  // namespace agentnet::commands
