// paybond sign artefact
#include "commands/paybond/example_documents.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/seed_file.hpp"
#include "commands/paybond/sign.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/artefact.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kSignerVariables[] = {"PAYBOND_SIGNING_SEED"};

// What was signed, taken back out of what was made.
Signed signed_parts(std::string body) {
  const json::Document made = json::parse(body);
  const json::Value* digest = made.root.find("message_digest_sha256_hex");
  if (digest == nullptr) digest = made.root.find("signed_payload_sha256_hex");
  Signed parts{.body = std::move(body), .signing_bytes = parse_hex(digest->text()).value(), .signature = {}};
  const Bytes signature = parse_hex(made.root.find("ed25519_signature_hex")->text()).value();
  std::copy(signature.begin(), signature.end(), parts.signature.begin());
  return parts;
}

Exit run_sign_artefact(const Arguments& arguments, Context& context) {
  const bool input_is_used = signs_standard_input(arguments);
  const auto key = given_key(arguments, {"--seed-file", kSignerVariables}, input_is_used, context);
  if (!key) {
    throw Error(Category::usage, "bad_usage", "--seed-file is missing",
                "paybond keys generate-seed FILE makes a seed");
  }
  return run_signing(arguments, context, [&key]() -> DocumentSigner {
    return [&key](std::string_view text) {
      const json::Document document = json::parse(text);
      return signed_parts(paybond::sign_artefact(document.root, *key));
    };
  });
}

constexpr Option kOptions[] = {
    kSignInputOption,
    {.name = "--seed-file",
     .value = "FILE",
     .help = "the signer's seed, or - for standard input; also in PAYBOND_SIGNING_SEED",
     .completes = Completes::files},
    kSigningBytesOption,
    kNdjsonOption,
    kThreadsOption,
};
constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_SIGNED_MANDATE,
     "sign a mandate with a new seed"},
};
constexpr std::string_view kSeeAlso[] = {"paybond mandates verify", "paybond receipts verify"};

}  // namespace

constexpr Command kPaybondSignArtefact{
    .name = "artefact",
    .summary = "Sign a mandate, a receipt, a tree head or an audit manifest",
    .description =
        "The member kind says what it is: paybond.agent_mandate_v1, paybond.agent_receipt_v1, "
        "paybond.protocol_authorization_receipt_v1, paybond.protocol_settlement_receipt_v1, "
        "paybond.agent_receipt_transparency_sth_v1 or paybond.audit_export_manifest_v1. The document is "
        "brought into its normal form and comes out with its digest, the public key and the signature.\n\n"
        "With --ndjson each line is a document. Line N of the output answers line N of the input; a line "
        "that fails prints an error object in its place, or an empty line in quiet, and the exit code is 2.",
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .format = Format::jsonl,
    .run = run_sign_artefact,
};

}  // namespace agentnet::commands
