// The program `snapchore`: which commands it has.
#include "commands/snapchore/snapchore.hpp"
#include "commands/version.hpp"
#include "core/json/canonical.hpp"

namespace agentnet::commands {
namespace {

// The mirrored answer of `snapchore --version`: its release, not ours.
Exit run_snapchore_version(const Arguments&, Context& context) {
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add("snapchore", kMirroredSnapchoreCore)
                                .add("canon_version", json::kCanonVersion)
                                .done();
  context.sink.default_to(Format::json);
  context.sink.result({value, {}, std::string(kMirroredSnapchoreCore)});
  return Exit::done;
}

constexpr const Command* kSnapchoreCommands[] = {&kSnapchoreHash,   &kSnapchoreSeal,
                                                 &kSnapchoreVerify, &kSnapchoreVerifyBlock,
                                                 &kSnapchoreChain,  &kSnapchoreCatalogue};

}  // namespace

constexpr Command kSnapchoreProgram{
    .name = "snapchore",
    .summary = "Hash, seal, verify and chain JSON, offline",
    .description =
        "A SnapChore hash names the content of a JSON document whatever its layout. A seal puts it into a "
        "block with an id and a proof of the moment; a chain puts hashes in an order that cannot be "
        "changed unnoticed. Nothing here needs a network or an account.",
    .options = kVersionOptions,
    .run = run_snapchore_version,
    .children = kSnapchoreCommands,
};

}  // namespace agentnet::commands
