// sbn atlas cards run
#include "commands/sbn/atlas_card_run.hpp"

#include "commands/sbn/atlas.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "core/json/write.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

// The names of three options that together make one object: a file, JSON, and pairs NAME=VALUE, of which the
// later ones count more.
struct Parts {
  std::string_view file;
  std::string_view json;
  std::string_view pairs;
};

// A pair's value is JSON where it reads as such, else a text.
json::Value pair_value(const std::string& text, json::Arena& arena) {
  try {
    return json::Parser().parse(arena.copy(text), arena);
  } catch (const Error&) {
    return json::Value::string(arena, text);
  }
}

json::Document read_object(const Parts& parts, const Arguments& arguments, const Context& context) {
  json::Document all;
  all.root = json::ObjectBuilder(all.arena).done();
  for (const std::string_view option : {parts.file, parts.json}) {
    const json::Document given = object_option(arguments, option, context);
    if (given.root.is_null()) continue;
    // Written out and read again, so that it lies in this document.
    const std::string_view text = all.arena.copy(json::to_compact(given.root));
    for (const json::Member& member : json::Parser().parse(text, all.arena).members())
      all.root = json::with_member(all.root, member.name.text(), member.value, all.arena);
  }
  for (const std::string& pair : arguments.all(parts.pairs)) {
    const std::size_t sign = pair.find('=');
    const std::string name = trimmed(pair.substr(0, std::min(sign, pair.size())));
    if (sign == pair.npos || name.empty()) {
      throw Error(Category::usage, "bad_pair",
                  std::string(parts.pairs) + " takes NAME=VALUE, not '" + pair + "'");
    }
    all.root = json::with_member(all.root, all.arena.copy(name), pair_value(pair.substr(sign + 1), all.arena),
                                 all.arena);
  }
  return all;
}

Exit run_card(const Arguments& arguments, Context& context) {
  sbn::atlas::CardRun run;
  run.workflow = arguments.text("--workflow");
  run.actor = arguments.find("--actor").value_or(run.actor);
  run.run_id = arguments.text("--run-id");
  run.api_key_id = arguments.text("--api-key-id");
  const json::Document inputs =
      read_object({"--inputs-file", "--inputs-json", "--input"}, arguments, context);
  const json::Document config =
      read_object({"--config-file", "--config-json", "--config"}, arguments, context);
  run.inputs = inputs.root;
  run.config = config.root;
  Connection connection(arguments.without("--config"), context);  // not the configuration's file here
  const json::Document answer = sbn::atlas::run_card(connection.client(), arguments.text("CARD"), run);
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"run_id"}));
  return Exit::done;
}

constexpr Argument kCard[] = {{.name = "CARD", .help = "the card's id or canonical path"}};
constexpr Option kOptions[] = {
    {.name = "--workflow", .letter = 'w', .value = "NAME", .help = "which of the card's workflows"},
    {.name = "--actor", .value = "NAME", .help = "who runs it", .fallback = "sbn.atlas.card_runner"},
    {.name = "--run-id", .value = "ID", .help = "the id of the run"},
    {.name = "--api-key-id", .value = "KEY", .help = "the key that it runs with"},
    {.name = "--input", .value = "NAME=VALUE", .help = "an input, as JSON or text", .repeatable = true},
    {.name = "--inputs-json", .value = "JSON", .help = "inputs, an object"},
    {.name = "--inputs-file", .value = "FILE", .help = "inputs, an object", .completes = Completes::files},
    {.name = "--config", .value = "NAME=VALUE", .help = "a setting, as JSON or text", .repeatable = true},
    {.name = "--config-json", .value = "JSON", .help = "settings, an object"},
    {.name = "--config-file", .value = "FILE", .help = "settings, an object", .completes = Completes::files},
};
constexpr Example kExamples[] = {{"sbn atlas cards run ops.audit --workflow audit --input depth=3 --dry-run",
                                  "print the request of a run"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::conflict, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn atlas cards", "sbn atlas bindings"};

}  // namespace

constexpr Command kAtlasCardRun{
    .name = "run",
    .summary = "Let the network run a workflow of a card",
    .description = "The local network runs no cards and says so.",
    .arguments = kCard,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_card,
};

}  // namespace agentnet::commands
