// paybond receipts
#include "commands/input.hpp"
#include "commands/paybond/example_documents.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/verify.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kTiers[] = {"operational", "primary", "attested"};

// With --chain the receipts of an array must also follow on each other.
void refuse_broken_chain(const std::string& argument, const Context& context) {
  const InputText input = read_input(argument, context);
  const json::Document document = parse_input(input);
  if (!document.root.is_array()) {
    throw Error(Category::usage, "bad_usage", "--chain takes an array of agent receipts");
  }
  const paybond::Verdict verdict = paybond::verify_continuity(document.root.items());
  if (!verdict.valid) throw Error(Category::verification, verdict.reason, verdict.message);
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const auto keys = trusted_signers(arguments, context);
  const auto operators = keys_in(arguments, "--operator-key");
  const auto file = arguments.find("FILE");
  if (arguments.has("--chain")) {
    if (!file || *file == "-") {
      throw Error(Category::usage, "bad_usage", "--chain takes a file and not standard input");
    }
    refuse_broken_chain(*file, context);
  }
  const paybond::Tier tier = paybond::tier_named(arguments.find("--tier").value_or("operational"))
                                 .value_or(paybond::Tier::operational);
  const paybond::ArtefactTrust trust{
      .keys = keys, .operators = operators, .required = tier, .now = context.clock.now()};
  return run_judging(file, {paybond::Family::receipt, trust}, arguments, context);
}

constexpr Argument kArguments[] = {
    {.name = "FILE",
     .help = "JSON that begins with { or [, a file, or - for standard input; an array is checked one by one",
     .completes = Completes::files,
     .optional = true}};

constexpr Option kOptions[] = {
    {.name = "--tier",
     .value = "TIER",
     .help = "what an agent receipt must reach",
     .fallback = "operational",
     .choices = kTiers},
    {.name = "--operator-key",
     .value = "HEX",
     .help = "an operator's public key that attests; may be repeated",
     .repeatable = true},
    {.name = "--chain", .help = "the agent receipts of an array must follow on each other"},
    kTrustFileOption,
    kTrustedKeyOption,
    kNdjsonOption,
    kThreadsOption,
};

constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_SIGNED_TREE_HEAD
     " | paybond receipts verify -",
     "sign a tree head and check it"},
    {"key=$(paybond keys generate-seed seed.hex -o quiet) && " AGENTNET_SIGNED_TREE_HEAD
     " | paybond receipts verify --ndjson - --trusted-key $key",
     "check one document a line, by a known key"},
};
constexpr Exit kExits[] = {Exit::not_found, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond mandates verify", "paybond audit exports verify"};

constexpr Command kVerify{
    .name = "verify",
    .summary = "Check receipts and proofs without asking the network",
    .description =
        "The member kind says what is checked: agent receipts, protocol receipts, inclusion proofs with "
        "their "
        "tree heads, tree heads, recognition proofs (form and signature). A key inside a document shows only "
        "that it is whole: with --trust or --trusted-key only the keys named there count.\n\n"
        "An agent receipt is operational when it is whole, primary when it also holds the digest of the "
        "payee's signature and its parts agree, attested when also an operator signed it whose key "
        "--operator-key names.\n\n"
        "Exits with 9 when one does not hold; the reason is then malformed, digest_mismatch, bad_signature, "
        "untrusted_key, bad_attestation, tier_not_reached, broken_chain, head_mismatch, leaf_mismatch or "
        "not_included.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify,
};

constexpr const Command* kCommands[] = {&kPaybondReceiptsGet, &kVerify};

}  // namespace

constexpr Command kPaybondReceipts{
    .name = "receipts",
    .summary = "Check what came of intents and actions",
    .children = kCommands,
};

}  // namespace agentnet::commands
