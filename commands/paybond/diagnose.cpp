// paybond diagnose, paybond version
#include "commands/paybond/house.hpp"
#include "commands/version.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

// "name: value", nested objects as JSON.
json::Value lines_of(const json::Value& facts, std::string& text, json::Arena& arena) {
  json::ArrayBuilder lines(arena);
  for (const json::Member& member : facts.members()) {
    const std::string value =
        member.value.is_string() ? std::string(member.value.text()) : json::to_spaced(member.value);
    const std::string line = std::string(member.name.text()) + ": " + value;
    lines.add(std::string_view(line));
    text += printable(line) + "\n";
  }
  return lines.done();
}

Exit run_diagnose(const Arguments& arguments, Context& context) {
  if (!arguments.has("--redacted")) {
    throw Error(Category::usage, "redaction_required", "a bundle is only made without secrets",
                "--redacted says so");
  }
  const std::string request_id = request_id_of(arguments, context);
  json::Arena arena;
  const json::Value facts = diagnostics_of(place_of(arguments, context), request_id, context, arena);
  std::string text;
  const json::Value lines = lines_of(facts, text, arena);
  const json::Value data = json::ObjectBuilder(arena)
                               .add_boolean("redacted", true)
                               .add("diagnostics", facts)
                               .add("lines", lines)
                               .done();
  show_local(arguments, context, {.command = "diagnose", .data = data, .id = request_id, .text = text},
             request_id);
  return Exit::done;
}

Exit run_paybond_version(const Arguments& arguments, Context& context) {
  if (!arguments.has("--verbose")) return run_version(arguments, context);
  const std::string request_id = request_id_of(arguments, context);
  json::Arena arena;
  const json::Value facts = diagnostics_of(place_of(arguments, context), request_id, context, arena);
  std::string text;
  (void)lines_of(facts, text, arena);
  show_local(arguments, context, {.command = "version", .data = facts, .id = AGENTNET_VERSION, .text = text},
             request_id);
  return Exit::done;
}

constexpr Option kDiagnoseOptions[] = {
    {.name = "--redacted", .help = "without secrets, which is the only way there is"},
    kGatewayOption,
    kEnvFileOption,
    kRequestIdOption};
constexpr Option kVersionOptionsHere[] = {
    {.name = "--verbose", .help = "also what the program stands on: paths, gateway, source of the key"},
    kGatewayOption,
    kEnvFileOption,
    kRequestIdOption};
constexpr Example kDiagnoseExamples[] = {
    {"paybond diagnose --redacted -o json > bundle.json", "a bundle to send to whoever helps"},
    {"paybond diagnose --redacted", "the same to read"}};
constexpr Example kVersionExamples[] = {{"paybond version", "the version"},
                                        {"paybond version --verbose -o json", "and where everything lies"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth};
constexpr std::string_view kDiagnoseSeeAlso[] = {"paybond doctor"};
constexpr std::string_view kVersionSeeAlso[] = {"paybond diagnose", "agentnet version"};

}  // namespace

constexpr Command kPaybondDiagnose{
    .name = "diagnose",
    .summary = "Print what somebody who helps needs to know, without secrets",
    .description = "Keys are masked as in the kit; nothing is sent.",
    .options = kDiagnoseOptions,
    .examples = kDiagnoseExamples,
    .exits = kExits,
    .see_also = kDiagnoseSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_diagnose,
};
constexpr Command kPaybondVersion{
    .name = "version",
    .summary = "Print the version and the releases that are mirrored",
    .options = kVersionOptionsHere,
    .examples = kVersionExamples,
    .exits = kExits,
    .see_also = kVersionSeeAlso,
    .access = Access::reads,
    .reach = Reach::configured,
    .run = run_paybond_version,
};

}  // namespace agentnet::commands
