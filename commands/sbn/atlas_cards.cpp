// sbn atlas cards list, show, register, version, import, export, attach
#include "commands/sbn/atlas.hpp"
#include "commands/sbn/atlas_card_run.hpp"
#include "commands/sbn/card_file.hpp"
#include "commands/sbn/connection.hpp"
#include "core/json/write.hpp"
#include "core/sbn/client_atlas.hpp"

namespace agentnet::commands {
namespace {

json::Value brief_of(const json::Value& card, json::Arena& arena) {
  json::ObjectBuilder brief(arena);
  for (const std::string_view name : {"card_id", "canonical_path", "label", "card_version", "authored_by"}) {
    if (const json::Value* member = card.find(name)) brief.add(name, *member);
  }
  brief.add("family_class", inner(card, "declared_prior", "family_class"));
  brief.add("declared_c_max", inner(card, "declared_prior", "theoretical_c_max"));
  brief.add("effective_c_max", inner(card, "empirical_local", "effective_c_max"));
  brief.add("effective_source", inner(card, "empirical_local", "effective_source"));
  return brief.done();
}

void deliver_card(Connection& connection, Context& context, const json::Value& card,
                  const std::string& fallback) {
  json::Arena arena;
  const std::string id = first_text(card, {"card_id", "canonical_path"});
  deliver(connection, context, card, brief_of(card, arena), id.empty() ? fallback : id);
}

Exit run_list(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::list_cards(connection.client());
  const json::Value* cards = answer.root.find("cards");
  const bool whole = context.sink.format() == Format::json || context.sink.format() == Format::yaml;
  if (whole || cards == nullptr || !cards->is_array()) {
    const bool none = !whole && cards == nullptr;
    if (!none) deliver(connection, context, answer.root, {}, {});
    if (none) {
      context.sink.begin_rows();
      context.sink.end_rows();
    }
    return Exit::done;
  }
  context.sink.begin_rows();
  for (const json::Value& card : cards->items()) {
    json::Arena arena;
    context.sink.row({card, {}, first_text(card, {"card_id"}), false, brief_of(card, arena)});
  }
  context.sink.end_rows();
  return Exit::done;
}

Exit run_show(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document card = sbn::atlas::get_card(connection.client(), arguments.text("CARD"));
  deliver_card(connection, context, card.root, arguments.text("CARD"));
  return Exit::done;
}

Exit run_register(const Arguments& arguments, Context& context) {
  const json::Document card = read_card(arguments, context);
  Connection connection(arguments, context);
  const json::Document answer = sbn::atlas::register_card(connection.client(), card.root);
  deliver_card(connection, context, answer.root, first_text(card.root, {"card_id", "scope", "domain"}));
  return Exit::done;
}

Exit run_version(const Arguments& arguments, Context& context) {
  const json::Document card = read_card(arguments, context);
  Connection connection(arguments, context);
  const json::Document answer =
      sbn::atlas::version_card(connection.client(), arguments.text("CARD"), card.root);
  deliver_card(connection, context, answer.root, arguments.text("CARD"));
  return Exit::done;
}

// Null when the network has none of that name.
std::optional<json::Document> find_card(Connection& connection, const std::string& reference) {
  try {
    return sbn::atlas::get_card(connection.client(), reference);
  } catch (const Error& error) {
    if (error.category() != Category::not_found) throw;
    return std::nullopt;
  }
}

Exit run_import(const Arguments& arguments, Context& context) {
  const json::Document card = read_card_file(arguments.text("FILE"), context);
  const std::string id = first_text(card.root, {"card_id", "scope", "domain"});
  if (id.empty()) throw Error(Category::usage, "bad_card", "the file names no card_id, scope or domain");
  Connection connection(arguments, context);
  const std::optional<json::Document> known = find_card(connection, id);
  if (known && connection.is_dry_run()) {  // the first request; the second depends on its answer
    deliver(connection, context, known->root, {}, {});
    return Exit::done;
  }
  if (!known) {
    const json::Document answer = sbn::atlas::register_card(connection.client(), card.root);
    deliver_card(connection, context, answer.root, id);
    return Exit::done;
  }
  if (!arguments.has("--supersede-existing")) {
    throw Error(Category::conflict, "card_exists", "there is a card " + id + " already",
                "--supersede-existing makes this its next version");
  }
  // A new version leaves what the first one declared of the capacity.
  json::Arena arena;
  json::Value next = card.root;
  for (const std::string_view name : {"c_max", "cmax_default", "cmax_source"})
    next = json::without_member(next, name, arena);
  if (const auto note = arguments.find("--change-note"))
    next = json::with_member(next, "change_note", json::Value::string(*note), arena);
  const json::Document answer = sbn::atlas::version_card(connection.client(), id, next);
  deliver_card(connection, context, answer.root, id);
  return Exit::done;
}

Exit run_export(const Arguments& arguments, Context& context) {
  Connection connection(arguments, context);
  const json::Document card = sbn::atlas::get_card(connection.client(), arguments.text("CARD"));
  const std::string id = first_text(card.root, {"card_id", "canonical_path"});
  const auto file = arguments.find("--out");
  if (!file) {
    context.sink.default_to(Format::json);
    context.sink.result({card.root, {}, id});
    return Exit::done;
  }
  context.files.replace(*file, json::to_indented(card.root) + "\n");
  json::Arena arena;
  const json::Value written = json::ObjectBuilder(arena)
                                  .add("card_id", std::string_view(id))
                                  .add("file", std::string_view(*file))
                                  .done();
  context.sink.result({written, {}, id});
  return Exit::done;
}

// --- attach ---------------------------------------------------------------------------------------------

std::vector<std::string> workflows_of(const Arguments& arguments, const json::Value& card) {
  std::vector<std::string> workflows;
  for (const std::string& name : arguments.all("--workflow"))
    if (std::string clean = trimmed(name); !clean.empty()) workflows.push_back(std::move(clean));
  if (!workflows.empty()) return workflows;
  const json::Value declared = inner(card, "bindings", "workflows");
  if (declared.is_array()) {
    for (const json::Value& name : declared.items())
      if (name.is_string()) workflows.emplace_back(name.text());
  }
  if (workflows.empty()) {
    throw Error(Category::usage, "no_workflows", "the card declares no workflows", "give --workflow NAME");
  }
  return workflows;
}

Exit run_attach(const Arguments& arguments, Context& context) {
  const std::string app_id = required(arguments, "--app-id");
  Connection connection(arguments, context);
  const json::Document card = sbn::atlas::get_card(connection.client(), arguments.text("CARD"));
  if (connection.is_dry_run()) {  // the first request; the others depend on its answer
    deliver(connection, context, card.root, {}, {});
    return Exit::done;
  }
  const std::string frontier = first_text(card.root, {"canonical_path", "frontier_id", "card_id"});
  if (frontier.empty()) {
    throw Error(Category::failed, "no_frontier", "the card says of no frontier what it is");
  }
  sbn::atlas::BindingOptions options;
  options.pulse_type = arguments.find("--pulse-type")
                           .value_or(plain_text(inner(card.root, "operational_form", "native_pulse")));
  options.history_action = arguments.find("--history-action").value_or("attached");
  json::Arena arena;
  json::ArrayBuilder bound(arena);
  for (const std::string& workflow : workflows_of(arguments, card.root)) {
    const json::Document answer =
        sbn::atlas::upsert_binding(connection.client(), app_id, workflow, frontier, options);
    const std::string name = plain_text(inner(answer.root, "binding", "frontier"));
    bound.add(json::ObjectBuilder(arena)
                  .add("workflow", std::string_view(workflow))
                  .add("frontier", std::string_view(name.empty() ? frontier : name))
                  .add("pulse", std::string_view(options.pulse_type))
                  .done());
  }
  json::ArrayBuilder keys(arena);
  for (const std::string& key : arguments.all("--key-id")) {
    const json::Document answer = sbn::atlas::bind_existing_key(connection.client(), app_id, key);
    keys.add(json::ObjectBuilder(arena)
                 .add("key_id", std::string_view(key))
                 .add("prefix", std::string_view(plain_text(inner(answer.root, "record", "prefix"))))
                 .done());
  }
  const json::Value shown = json::ObjectBuilder(arena)
                                .add("card_ref", std::string_view(frontier))
                                .add("app_id", std::string_view(app_id))
                                .add("workflows", bound.done())
                                .add("bound_keys", keys.done())
                                .done();
  context.sink.result({shown, {}, frontier});
  return Exit::done;
}

// --- the commands ---------------------------------------------------------------------------------------

constexpr Argument kCard[] = {{.name = "CARD", .help = "the card's id or canonical path"}};
constexpr Argument kFile[] = {
    {.name = "FILE", .help = "the card as JSON, or - for standard input", .completes = Completes::files}};
constexpr Option kImportOptions[] = {
    {.name = "--supersede-existing", .help = "make it the next version of a card that is there"},
    {.name = "--change-note", .value = "TEXT", .help = "what is new in that version"},
};
constexpr Option kExportOptions[] = {{.name = "--out",
                                      .value = "FILE",
                                      .help = "write the card to FILE, whole or not at all",
                                      .completes = Completes::files}};
constexpr Option kAttachOptions[] = {
    {.name = "--app-id", .value = "APP", .help = "the app whose workflows are bound"},
    {.name = "--workflow",
     .value = "NAME",
     .help = "a workflow to bind; else those that the card declares",
     .repeatable = true},
    {.name = "--key-id", .value = "KEY", .help = "a key to bind to the app, too", .repeatable = true},
    {.name = "--pulse-type", .value = "PULSE", .help = "how their work arrives"},
    {.name = "--history-action",
     .value = "WORD",
     .help = "what the history calls this change",
     .fallback = "attached"},
};

#define AGENTNET_NEW_CARD(name) \
  "sbn atlas cards register --card-id ops." name " --app-family ops --family-class service --authored-by me"
constexpr Example kListExamples[] = {{AGENTNET_NEW_CARD("a") " && sbn atlas cards list", "list the cards"}};
constexpr Example kShowExamples[] = {
    {AGENTNET_NEW_CARD("b") " && sbn atlas cards show ops.b", "print a card"}};
constexpr Example kRegisterExamples[] = {
    {AGENTNET_NEW_CARD("c") " --workflow audit --c-max 2", "register a card"}};
constexpr Example kVersionExamples[] = {
    {AGENTNET_NEW_CARD("d") " && sbn atlas cards version ops.d --authored-by me --change-note 'new label' "
                            "--label Audit",
     "register the next version of a card"}};
constexpr Example kImportExamples[] = {
    {AGENTNET_NEW_CARD("e") " && sbn atlas cards export ops.e --out e.json && sbn atlas cards import e.json "
                            "--supersede-existing",
     "bring a card's file in"}};
constexpr Example kExportExamples[] = {
    {AGENTNET_NEW_CARD("f") " && sbn atlas cards export ops.f", "print a card as a file holds it"}};
constexpr Example kAttachExamples[] = {
    {AGENTNET_NEW_CARD("g") " && sbn atlas cards attach ops.g --workflow audit --app-id $(sbn atlas register "
                            "--name g --family ops --workflow audit --output-format quiet)",
     "bind a workflow to a card's frontier"}};
#undef AGENTNET_NEW_CARD

constexpr Exit kExits[] = {Exit::not_found, Exit::auth,        Exit::refused,
                           Exit::conflict,  Exit::unreachable, Exit::policy};
constexpr Exit kReadExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn atlas cards", "sbn atlas bindings"};

constexpr Command reading(Command command) {
  command.exits = kReadExits;
  command.see_also = kSeeAlso;
  command.access = Access::reads;
  command.reach = Reach::network;
  return command;
}
constexpr Command writing(Command command) {
  command.exits = kExits;
  command.see_also = kSeeAlso;
  command.access = Access::writes;
  command.reach = Reach::network;
  return command;
}

constexpr Command kList = reading(
    {.name = "list", .summary = "List the frontier cards", .examples = kListExamples, .run = run_list});
constexpr Command kShow = reading({.name = "show",
                                   .summary = "Print a frontier card",
                                   .arguments = kCard,
                                   .examples = kShowExamples,
                                   .run = run_show});
constexpr Command kRegister = writing({.name = "register",
                                       .summary = "Register a frontier card",
                                       .options = std::span(kCardOptions).first(std::size(kCardOptions) - 1),
                                       .examples = kRegisterExamples,
                                       .run = run_register});
constexpr Command kVersion = writing({.name = "version",
                                      .summary = "Register the next version of a card",
                                      .arguments = kCard,
                                      .options = kCardOptions,
                                      .examples = kVersionExamples,
                                      .run = run_version});
constexpr Command kImport = writing({.name = "import",
                                     .summary = "Register the card in a file",
                                     .arguments = kFile,
                                     .options = kImportOptions,
                                     .examples = kImportExamples,
                                     .run = run_import});
constexpr Command kExport = reading({.name = "export",
                                     .summary = "Take a card along as a file",
                                     .arguments = kCard,
                                     .options = kExportOptions,
                                     .examples = kExportExamples,
                                     .run = run_export});
constexpr Command kAttach = writing({.name = "attach",
                                     .summary = "Bind workflows of an app to a card's frontier",
                                     .arguments = kCard,
                                     .options = kAttachOptions,
                                     .examples = kAttachExamples,
                                     .run = run_attach});

constexpr const Command* kCommands[] = {&kList,   &kShow,   &kRegister, &kVersion,
                                        &kImport, &kExport, &kAttach,   &kAtlasCardRun};

}  // namespace

constexpr Command kAtlasCards{
    .name = "cards", .summary = "Frontier cards: what a frontier is, and who says so", .children = kCommands};

}  // namespace agentnet::commands
