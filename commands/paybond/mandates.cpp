// paybond mandates
#include "commands/paybond/example_documents.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/verify.hpp"

namespace agentnet::commands {
namespace {

Exit run_verify(const Arguments& arguments, Context& context) {
  Instant now = context.clock.now();
  if (const auto at = arguments.find("--at")) {
    const auto instant = parse_iso(*at);
    if (!instant) {
      throw Error(Category::usage, "bad_time", "--at takes an instant such as 2030-01-02T15:04:05Z");
    }
    now = *instant;
  }
  const auto keys = trusted_signers(arguments, context);
  const paybond::ArtefactTrust trust{
      .keys = keys, .operators = {}, .required = paybond::Tier::operational, .now = now};
  return run_judging(arguments.find("--body"), {paybond::Family::mandate, trust}, arguments, context);
}

constexpr Option kOptions[] = {
    {.name = "--body",
     .value = "FILE",
     .help = "the signed mandate: JSON that begins with {, a file, or - for standard input",
     .completes = Completes::files},
    {.name = "--at", .value = "TIME", .help = "judge as of this instant", .fallback = "now"},
    kTrustFileOption,
    kTrustedKeyOption,
    kNdjsonOption,
    kThreadsOption,
};

constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_SIGNED_MANDATE
     " | paybond mandates verify --body -",
     "sign a mandate and check it"},
    {"key=$(paybond keys generate-seed seed.hex -o quiet) && " AGENTNET_SIGNED_MANDATE
     " | paybond mandates verify --ndjson - --trusted-key $key",
     "check one mandate a line, by a known key"},
};
constexpr Exit kExits[] = {Exit::not_found, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond sign artefact", "paybond receipts verify"};

constexpr Command kVerify{
    .name = "verify",
    .summary = "Check a signed mandate without asking the network",
    .description =
        "A mandate holds when it is well-formed, its digest is that of its content, its signature is its "
        "key's and it has not expired. The key inside the mandate shows only that it is whole: with --trust "
        "or --trusted-key only the keys named there count. Exits with 9 when it does not hold; the reason is "
        "then malformed, digest_mismatch, bad_signature, untrusted_key or expired.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify,
};

constexpr const Command* kCommands[] = {&kVerify, &kPaybondMandatesImport};

}  // namespace

constexpr Command kPaybondMandates{
    .name = "mandates",
    .summary = "Check what agents are allowed",
    .children = kCommands,
};

}  // namespace agentnet::commands
