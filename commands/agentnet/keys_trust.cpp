// agentnet keys trust
#include "commands/agentnet/keys.hpp"
#include "core/auth/signing_key.hpp"
#include "core/network/settings.hpp"
#include "core/network/trust.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kDefaultKid = "sbn-ed25519";

crypto::PublicKey read_public_key(const std::string& file, const Context& context) {
  const std::string name = file == "-" ? "standard input" : file;
  std::string text = file == "-" ? read_descriptor(context.input, name, network::kMaxKeyFileBytes)
                                 : context.files.read(file, network::kMaxKeyFileBytes);
  try {
    network::refuse_private_key(text, name);
    return crypto::PublicKey::from_pem(text);
  } catch (const Error& error) {
    wipe(text);  // it may be a private key
    if (error.code() == "private_key") throw;
    throw Error(error.category(), error.code(), name + ": " + error.message(), error.hint());
  }
}

std::string needed(const Arguments& arguments, std::string_view name) {
  if (const auto value = arguments.find(name)) return *value;
  throw Error(Category::usage, "bad_usage", std::string(name) + " is missing",
              "a token is believed by its issuer and its audience: give --issuer and --audience");
}

Exit run_trust(const Arguments& arguments, Context& context) {
  const auth::TrustedKeyOptions options{arguments.find("--kid").value_or(std::string(kDefaultKid)),
                                        needed(arguments, "--issuer"), needed(arguments, "--audience")};
  const std::string tenant = key_tenant(arguments);
  const crypto::PublicKey key = read_public_key(arguments.text("PEM"), context);
  std::string id;
  if (context.dry_run) {
    require_key_tenant(tenant, context);
  } else {
    open_key_store(context)->database().write([&](store::Connection& connection) {
      id = auth::add_signing_key(connection, tenant, options, key, context.clock.now(), context.random).id;
    });
  }
  json::Arena arena;
  json::ObjectBuilder value(arena);
  if (context.dry_run) value.add_boolean("dry_run", true);
  value.add("id", id.empty() ? json::Value() : json::Value::string(id))
      .add("kind", "signing_key")
      .add("kid", options.kid)
      .add("issuer", options.issuer)
      .add("audience", options.audience)
      .add("tenant_id", tenant)
      .add("public_pem", key.to_pem());
  const std::string text = context.dry_run ? "would trust the key of tenant " + tenant
                                           : "trusted for tenant " + tenant + ": " + id;
  context.sink.result({value.done(), printable(text) + "\n", id.empty() ? tenant : id});
  return Exit::done;
}

constexpr Argument kTrustArguments[] = {{.name = "PEM",
                                         .help = "the Ed25519 public key, a file or - for standard input",
                                         .completes = Completes::files}};
constexpr Option kTrustOptions[] = {
    {.name = "--kid", .value = "TEXT", .help = "the key's name in the tokens", .fallback = kDefaultKid},
    {.name = "--issuer", .value = "TEXT", .help = "who the tokens must be from"},
    {.name = "--audience", .value = "TEXT", .help = "who the tokens must be for"},
    {.name = "--tenant", .value = "ID", .help = "whom the tokens speak for", .fallback = "local"},
};
constexpr Example kTrustExamples[] = {
    {"sbn auth signing-key generate key.pem -o quiet && agentnet keys trust --issuer me --audience sbn "
     "key.pem.pub",
     "let the holder of a new key call the network"}};
constexpr Exit kTrustExits[] = {Exit::not_found, Exit::auth, Exit::conflict, Exit::policy};
constexpr std::string_view kTrustSeeAlso[] = {"sbn auth signing-key generate", "agentnet keys revoke"};
}  // namespace

constexpr Command kAgentnetKeysTrust{
    .name = "trust",
    .summary = "Take the tokens that an Ed25519 key signs",
    .description =
        "Whoever holds the private key then calls the network for the tenant with tokens (JWT, EdDSA). One "
        "public key speaks for one tenant. For keys that sign receipts see 'agentnet trust pin'.",
    .arguments = kTrustArguments,
    .options = kTrustOptions,
    .examples = kTrustExamples,
    .exits = kTrustExits,
    .see_also = kTrustSeeAlso,
    .access = Access::writes,
    .run = run_trust,
};

}  // namespace agentnet::commands
