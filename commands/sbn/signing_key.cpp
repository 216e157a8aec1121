// sbn auth signing-key
#include "commands/sbn/sbn.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::commands {
namespace {

bool exists(const std::string& path, const Filesystem& files) {
  try {
    (void)files.others_may_read(path);
    return true;
  } catch (const Error& error) {
    if (error.category() == Category::not_found) return false;
    throw;
  }
}

// A key that signed something must not be lost by a repeated command.
void refuse_existing(const std::string& path, const Filesystem& files) {
  if (!exists(path, files)) return;
  throw Error(Category::conflict, "exists", path + " exists already", "--force replaces it");
}

Exit run_generate(const Arguments& arguments, Context& context) {
  const std::string file = arguments.text("FILE");
  const std::string public_file = file + ".pub";
  const bool force = arguments.has("--force");
  if (!force) {
    refuse_existing(file, context.files);
    refuse_existing(public_file, context.files);
  }
  const crypto::SigningKey key = crypto::SigningKey::generate(context.random);
  const std::string public_pem = key.public_key().to_pem();
  if (!context.dry_run) {
    const Secret pem = key.to_pem();
    if (force) {
      context.files.replace_private(file, as_text(pem.expose()));
      context.files.replace(public_file, public_pem);
    } else {
      context.files.create_private(file, as_text(pem.expose()));
      context.files.create(public_file, public_pem);
    }
  }
  const std::string trust = "agentnet keys trust " + public_file + " --issuer ISSUER --audience AUDIENCE";
  const std::string login =
      "sbn auth login --signing-key-file " + file + " --issuer ISSUER --audience AUDIENCE";
  json::Arena arena;
  json::ObjectBuilder value(arena);
  value.add("private_key", file).add("public_key", public_file);
  // Of a key that was not written there is nothing to be trusted.
  if (!context.dry_run) value.add("public_pem", public_pem);
  value.add("next", json::ArrayBuilder(arena).add(trust).add(login).done());
  const std::string verb = context.dry_run ? "would write:  " : "wrote:  ";
  std::string text = verb + printable(file) + "\n" + verb + printable(public_file) + "\n";
  if (!context.dry_run) {
    text += "\n" + public_pem +
            "\nNext, for the local network to trust it and for commands to use it:\n\n  " + printable(trust) +
            "\n  " + printable(login) + "\n";
  }
  context.sink.result({value.done(), text, public_file});
  return Exit::done;
}

constexpr Argument kArguments[] = {{.name = "FILE",
                                    .help = "where the private key goes; the public key goes to FILE.pub",
                                    .completes = Completes::files}};
constexpr Option kOptions[] = {{.name = "--force", .help = "replace files that exist"}};
constexpr Example kExamples[] = {{"sbn auth signing-key generate key.pem", "make a key pair"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::conflict};
constexpr std::string_view kSeeAlso[] = {"sbn auth login"};

constexpr Command kGenerate{
    .name = "generate",
    .summary = "Make an Ed25519 key pair for tokens",
    .description =
        "The private key is PKCS#8 PEM and only its owner may read it. A network that is told to trust the "
        "public key takes the tokens that the private one signs.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_generate,
};

constexpr const Command* kCommands[] = {&kGenerate};

}  // namespace

constexpr Command kSbnSigningKey{
    .name = "signing-key",
    .summary = "Make keys that sign tokens",
    .children = kCommands,
};

}  // namespace agentnet::commands
