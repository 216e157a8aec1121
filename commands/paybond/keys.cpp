// paybond keys
#include "commands/paybond/house.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::commands {
namespace {

Exit run_generate_seed(const Arguments& arguments, Context& context) {
  const std::string file = arguments.text("FILE");
  const crypto::SigningKey key = crypto::SigningKey::generate(context.random);
  if (!context.dry_run) {
    std::string text = hex_lower(key.expose_seed());
    text += '\n';
    const auto write = [&] {
      if (arguments.has("--force")) return context.files.replace_private(file, text);
      context.files.create_private(file, text);
    };
    try {
      write();
    } catch (const Error& error) {
      wipe(text);
      if (error.category() != Category::conflict) throw;
      throw Error(Category::conflict, "exists", file + " exists already", "--force replaces it");
    }
    wipe(text);
  }
  json::Arena arena;
  json::ObjectBuilder value(arena);
  value.add("seed_file", file);
  std::string text = (context.dry_run ? "would write:  " : "wrote:       ") + printable(file) + "\n";
  std::string id = file;
  // Of a seed that was not written there is nothing to be known.
  if (!context.dry_run) {
    id = hex_lower(key.public_key().bytes);
    value.add("public_key_hex", id)
        .add("public_key_base64", base64_encode(key.public_key().bytes, Base64::standard));
    text += "public key:  " + id + "\n";
  }
  context.sink.result({value.done(), text, id});
  return Exit::done;
}

constexpr Argument kArguments[] = {{.name = "FILE",
                                    .help = "where the seed goes, readable by its owner only",
                                    .completes = Completes::files}};
constexpr Option kOptions[] = {{.name = "--force", .help = "replace a file that exists"}};
constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex", "make a seed; print the public key that belongs to it"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::conflict};
constexpr std::string_view kSeeAlso[] = {"paybond sign intent", "paybond sign evidence"};

constexpr Command kGenerateSeed{
    .name = "generate-seed",
    .summary = "Make a signing seed",
    .description =
        "The seed is 32 random bytes in 64 hexadecimal digits: an Ed25519 private key for intents or "
        "evidence. It is never printed.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_generate_seed,
};

constexpr const Command* kCommands[] = {&kGenerateSeed,      &kPaybondKeysList,   &kPaybondKeysCreate,
                                        &kPaybondKeysRotate, &kPaybondKeysRevoke, &kPaybondKeysDids,
                                        &kPaybondKeysDevices};

}  // namespace

constexpr Command kPaybondKeys{
    .name = "keys",
    .summary = "Make the seeds that sign, and the keys that call",
    .children = kCommands,
};

}  // namespace agentnet::commands
