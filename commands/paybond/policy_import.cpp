// paybond policy import-mcp-receipt, import-x402-receipt
#include "commands/paybond/agent.hpp"
#include "commands/paybond/agent_evidence.hpp"
#include "commands/paybond/example_documents.hpp"
#include "commands/paybond/policy.hpp"
#include "core/json/write.hpp"
#include "core/paybond/x402_receipt.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kWriteOption = "--write-evidence-file";

// What the evidence is for, and what it was made of.
struct Import {
  std::string_view command;
  std::string_view preset;
  std::string_view source;
};
constexpr Import kMcp{"policy import-mcp-receipt", "artifact_attested", "sep2828_mcp_receipt"};
constexpr Import kX402{"policy import-x402-receipt", "x402_delivery_receipt", "x402_receipt_v1"};

Exit report(const Arguments& arguments, Context& context, const Import& import,
            const paybond::AttestedEvidence& found) {
  json::Arena arena;
  const json::Value evidence = attested_value(found, arena);
  const paybond::CompletionPreset& preset = paybond::completion_preset(import.preset);
  if (const auto path = arguments.find(kWriteOption))
    write_new_file(arguments, context, *path, json::to_indented(evidence) + "\n");
  const json::Value data = json::ObjectBuilder(arena)
                               .add("preset_id", import.preset)
                               .add("harbor_template_id", paybond::template_id(preset.harbor_template))
                               .add("evidence", evidence)
                               .add("source", import.source)
                               .done();
  show_local(arguments, context,
             {.command = import.command,
              .data = data,
              .brief = {"preset_id", "harbor_template_id", "evidence"},
              .id = found.artifact_blake3_hex.front()});
  return Exit::done;
}

Exit run_mcp(const Arguments& arguments, Context& context) {
  if (required(arguments, "--decision-file") == "-" && required(arguments, "--outcome-file") == "-")
    throw Error(Category::usage, "bad_usage", "only one of the inputs can be standard input");
  required(arguments, "--outcome-file");
  const json::Document decision = object_option(arguments, context, "--decision-file");
  const json::Document outcome = object_option(arguments, context, "--outcome-file");
  return report(arguments, context, kMcp, paybond::evidence_of_mcp_records(decision.root, outcome.root));
}

Exit run_x402(const Arguments& arguments, Context& context) {
  required(arguments, "--receipt-file");
  const std::string signer = required(arguments, "--expected-signer");
  const json::Document receipt = object_option(arguments, context, "--receipt-file");
  return report(arguments, context, kX402, paybond::evidence_of_x402_receipt(receipt.root, signer));
}

constexpr Option kWriteEvidenceOption{.name = kWriteOption,
                                      .value = "FILE",
                                      .help = "keep the evidence in this file, too",
                                      .completes = Completes::files};
constexpr Option kMcpOptions[] = {
    {.name = "--decision-file",
     .value = "FILE",
     .help = "the record of the decision: JSON that begins with {, a file, or -",
     .completes = Completes::files},
    {.name = "--outcome-file",
     .value = "FILE",
     .help = "the record of the outcome: JSON, a file, or -",
     .completes = Completes::files},
    kWriteEvidenceOption,
    kForceOption,
    kEnvelopeIdOption,
};
constexpr Option kX402Options[] = {
    {.name = "--receipt-file",
     .value = "FILE",
     .help = "the receipt: JSON that begins with {, a file, or -",
     .completes = Completes::files},
    {.name = "--expected-signer",
     .value = "KEY",
     .help = "whose it must be: an address, a JWK's thumbprint, or x of an Ed25519 key"},
    kWriteEvidenceOption,
    kForceOption,
    kEnvelopeIdOption,
};
constexpr Example kMcpExamples[] = {
    {AGENTNET_MCP_RECORDS
     " && paybond policy import-mcp-receipt --decision-file decision.json --outcome-file outcome.json",
     "evidence of what a tool's server decided and did"}};
constexpr Example kX402Examples[] = {{AGENTNET_X402_RECEIPT
                                      " && paybond policy import-x402-receipt --receipt-file receipt.json "
                                      "--expected-signer " AGENTNET_X402_SIGNER,
                                      "evidence of what was paid for and delivered"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::conflict, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond policy validate-evidence", "paybond intents evidence"};

}  // namespace

constexpr Command kPaybondPolicyImportMcpReceipt{
    .name = "import-mcp-receipt",
    .summary = "Make evidence of the records that an MCP tool's server signed",
    .description =
        "Checks the Ed25519 signatures of the decision and the outcome (SEP-2828), and that they are a pair. "
        "The records bring their keys: a signature that holds says that nobody changed the record, not whose "
        "it is.",
    .options = kMcpOptions,
    .examples = kMcpExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_mcp};
constexpr Command kPaybondPolicyImportX402Receipt{
    .name = "import-x402-receipt",
    .summary = "Make evidence of a signed x402 receipt",
    .description =
        "Checks the receipt's signature, a JWS with EdDSA or ES256 or one of EIP-712, and that it is by "
        "--expected-signer, because a receipt brings its own key.",
    .options = kX402Options,
    .examples = kX402Examples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .run = run_x402};

}  // namespace agentnet::commands
