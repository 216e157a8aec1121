// snapchore catalogue create|verify
#include "core/sbn/catalogue.hpp"
#include "commands/input.hpp"
#include "commands/snapchore/chain_file.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxCatalogueFiles = 100'000;

constexpr Argument kFolder[] = {
    {.name = "FOLDER", .help = "the catalogue's folder", .completes = Completes::files}};
constexpr Option kIdOption{.name = "--id", .value = "ID", .help = "the catalogue's id (required)"};

std::string required(const Arguments& arguments, std::string_view name) {
  const auto value = arguments.find(name);
  if (!value) throw Error(Category::usage, "missing_option", std::string(name) + " is missing");
  return *value;
}

// "FAMILY=LEDGER" with the ledger's file read and its checkpoint taken from it.
sbn::CatalogueSource read_source(const std::string& text, const Context& context) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error(Category::usage, "bad_usage", "--chain takes FAMILY=LEDGER, not '" + text + "'");
  }
  const std::string path = text.substr(equals + 1);
  const std::string ledger = context.files.read(path, kMaxLedgerBytes);
  return naming(path, [&] {
    const sbn::ChainV2 chain = sbn::ChainV2::load(ledger);
    json::Arena arena;
    const sbn::CheckpointV2 checkpoint = chain.checkpoint();
    return sbn::CatalogueSource{.family_id = text.substr(0, equals),
                                .chain_id = chain.chain_id(),
                                .ledger = ledger,
                                .checkpoint = json::to_indented(checkpoint.to_json(arena)) + "\n"};
  });
}

// The manifest is written last: a catalogue without one is no catalogue yet.
void write_files(const std::string& folder, const sbn::FileSet& files, const Context& context) {
  for (const auto& [path, content] : files) {
    if (path == sbn::kCatalogueManifestName) continue;
    context.files.make_folder(folder + "/" + path.substr(0, path.rfind('/')));
    context.files.create(folder + "/" + path, content);
  }
  const std::string manifest(sbn::kCatalogueManifestName);
  context.files.make_folder(folder);
  context.files.create(folder + "/" + manifest, files.at(manifest));
}

Exit run_create(const Arguments& arguments, Context& context) {
  const std::string folder = arguments.text("FOLDER");
  const std::string id = required(arguments, "--id");
  std::vector<sbn::CatalogueSource> sources;
  for (const std::string& text : arguments.all("--chain"))
    sources.push_back(read_source(text, context));
  const sbn::CatalogueManifest manifest = sbn::build_manifest(id, sources);
  if (!context.dry_run) write_files(folder, sbn::build_catalogue(id, sources), context);
  json::Arena arena;
  const json::Value value =
      json::ObjectBuilder(arena)
          .add("catalogue_id", manifest.catalogue_id)
          .add("manifest_sha256", manifest.sha256())
          .add_integer("record_count", static_cast<std::int64_t>(manifest.records.size()))
          .done();
  context.sink.result({value, {}, manifest.sha256()});
  return Exit::done;
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const std::string folder = arguments.text("FOLDER");
  sbn::FileSet files;
  for (const std::string& path : context.files.list(folder, kMaxCatalogueFiles))
    files[path] = context.files.read(folder + "/" + path, kMaxLedgerBytes);
  const sbn::CatalogueVerification verdict =
      sbn::verify_catalogue(files, required(arguments, "--id"), required(arguments, "--sha256"));
  if (!verdict.accepted()) context.diagnostics.warn("catalogue_rejected", verdict.message);
  json::Arena arena;
  const std::string name(sbn::disposition_name(verdict.disposition));
  context.sink.result(
      {verdict.to_json(arena), (verdict.accepted() ? "VALID  " : "INVALID  ") + name + "\n", name});
  return verdict.accepted() ? Exit::done : Exit::verification;
}

constexpr Option kCreateOptions[] = {
    kIdOption,
    {.name = "--chain",
     .value = "FAMILY=LEDGER",
     .help = "a version 2 ledger and the family it belongs to; may be repeated",
     .repeatable = true},
};
constexpr Option kVerifyOptions[] = {
    kIdOption,
    {.name = "--sha256", .value = "HASH", .help = "the SHA-256 of catalogue.json, kept elsewhere (required)"},
};
constexpr Example kCreateExamples[] = {
    {"snapchore chain create --id orders --ledger v2 && "
     R"(snapchore hash '{"n": 1}' | xargs snapchore chain append orders.chain.json && )"
     "snapchore catalogue create archive --id 2026 --chain shop=orders.chain.json",
     "put one chain into a new catalogue"},
};
constexpr Example kVerifyExamples[] = {
    {"snapchore chain create --id paid --ledger v2 && "
     R"(snapchore hash '{"n": 1}' | xargs snapchore chain append paid.chain.json && )"
     "snapchore catalogue create kept --id 2026 --chain shop=paid.chain.json -o quiet | "
     "xargs snapchore catalogue verify kept --id 2026 --sha256",
     "verify a catalogue by the hash of its manifest"},
};
constexpr Exit kCreateExits[] = {Exit::failed, Exit::not_found, Exit::auth, Exit::conflict,
                                 Exit::verification};
constexpr Exit kVerifyExits[] = {Exit::not_found, Exit::auth, Exit::verification};

constexpr Command kCreate{.name = "create",
                          .summary = "Put version 2 chains with their checkpoints into a folder",
                          .description =
                              "The folder gets each ledger, its checkpoint, and catalogue.json, which pins "
                              "the bytes of all of them. Keep the hash that is printed: it is what the "
                              "catalogue is verified by.",
                          .arguments = kFolder,
                          .options = kCreateOptions,
                          .examples = kCreateExamples,
                          .exits = kCreateExits,
                          .access = Access::writes,
                          .run = run_create};
constexpr Command kVerify{.name = "verify",
                          .summary = "Verify a catalogue and every chain in it",
                          .arguments = kFolder,
                          .options = kVerifyOptions,
                          .examples = kVerifyExamples,
                          .exits = kVerifyExits,
                          .access = Access::reads,
                          .run = run_verify};

constexpr const Command* kChildren[] = {&kCreate, &kVerify};

}  // namespace

constexpr Command kSnapchoreCatalogue{
    .name = "catalogue",
    .summary = "Keep many version 2 chains with their checkpoints",
    .children = kChildren,
};

}  // namespace agentnet::commands
