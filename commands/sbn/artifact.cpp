// sbn snapchore artifact capture, seal
#include "core/sbn/artifact.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "commands/sbn/snapchore.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxArtifactBytes = std::size_t{1} << 30;

// The payload that says the file was there: of FILE, or of a descriptor that was made elsewhere.
struct ArtifactPayload {
  ArtifactPayload(const Arguments& arguments, const Context& context)
      : descriptor(object_option(arguments, "--descriptor", context)),
        claim(object_option(arguments, "--claim-json", context)),
        metadata(object_option(arguments, "--proof-metadata-json", context)) {
    const auto file = arguments.find("FILE");
    if (file.has_value() == !descriptor.root.is_null()) {
      throw Error(Category::usage, "bad_usage", "one of FILE and --descriptor is needed");
    }
    sbn::ArtifactProof proof;
    proof.kind = arguments.find("--proof-kind").value_or(proof.kind);
    proof.summary = arguments.text("--summary");
    proof.subject_ref = arguments.text("--subject-ref");
    proof.evidence_ref = arguments.text("--evidence-ref");
    proof.claim = claim.root;
    proof.metadata = metadata.root;
    const json::Value artifact = file ? describe(*file, arguments, context) : descriptor.root;
    value = sbn::artifact_payload(artifact, proof, arena);
  }

  json::Document descriptor;
  json::Document claim;
  json::Document metadata;
  json::Arena arena;
  json::Value value;  // lies in the arena and refers to the documents

 private:
  json::Value describe(const std::string& file, const Arguments& arguments, const Context& context) {
    sbn::ArtifactOptions options;
    options.uri = arguments.text("--uri");
    options.mime_type = arguments.text("--mime-type");
    options.title = arguments.text("--title");
    options.version = arguments.text("--artifact-version");
    return sbn::artifact_descriptor(file, context.files.read(file, kMaxArtifactBytes), options, arena);
  }
};

Exit run_capture(const Arguments& arguments, Context& context) {
  const ArtifactPayload payload(arguments, context);
  Connection connection(arguments, context);
  const json::Document answer = connection.client().capture(payload.value, arguments.all("--volatile"));
  deliver(connection, context, answer.root, {}, first_text(answer.root, {"hash", "snapchore_hash"}));
  return Exit::done;
}

Exit run_seal(const Arguments& arguments, Context& context) {
  const ArtifactPayload payload(arguments, context);
  const json::Document metadata = object_option(arguments, "--metadata-json", context);
  const json::Document metrics = object_option(arguments, "--metrics-json", context);
  sbn::SealOptions options;
  options.domain = arguments.find("--domain").value_or(std::string(sbn::kArtifactDomain));
  options.block_type = arguments.find("--block-type").value_or(std::string(sbn::kArtifactBlockType));
  options.metadata = metadata.root;
  options.metrics = metrics.root;
  Connection connection(arguments, context);
  const json::Document answer = connection.client().seal(payload.value, options);
  json::Arena arena;
  const json::Value brief =
      pick(answer.root, {"snapchore_hash", "id", "domain", "type", "created_at", "receipt_id"}, arena);
  deliver(connection, context, answer.root, brief, first_text(answer.root, {"snapchore_hash", "hash"}));
  return Exit::done;
}

constexpr Argument kFile[] = {
    {.name = "FILE", .help = "the file, up to 1 GiB", .completes = Completes::files, .optional = true}};

constexpr Option kDescriptor{
    .name = "--descriptor", .value = "JSON", .help = "a descriptor that was made elsewhere, instead of FILE"};
constexpr Option kUri{.name = "--uri", .value = "URI", .help = "where the artifact is", .fallback = "FILE"};
constexpr Option kMime{
    .name = "--mime-type", .value = "TYPE", .help = "what it is", .fallback = "by its name"};
constexpr Option kTitle{
    .name = "--title", .value = "TEXT", .help = "what it is called", .fallback = "the file's name"};
constexpr Option kVersion{.name = "--artifact-version", .value = "TEXT", .help = "which version it is"};
constexpr Option kKind{
    .name = "--proof-kind", .value = "KIND", .help = "what is proved", .fallback = sbn::kArtifactProofKind};
constexpr Option kSummary{.name = "--summary", .value = "TEXT", .help = "what is proved, for people"};
constexpr Option kSubject{.name = "--subject-ref", .value = "REF", .help = "what the proof is about"};
constexpr Option kEvidence{.name = "--evidence-ref", .value = "REF", .help = "what the proof rests on"};
constexpr Option kClaim{.name = "--claim-json", .value = "JSON", .help = "what is claimed, an object"};
constexpr Option kProofMetadata{
    .name = "--proof-metadata-json", .value = "JSON", .help = "the metadata in the payload, an object"};

constexpr Option kCaptureOptions[] = {kDescriptor,
                                      kUri,
                                      kMime,
                                      kTitle,
                                      kVersion,
                                      kKind,
                                      kSummary,
                                      kSubject,
                                      kEvidence,
                                      kClaim,
                                      kProofMetadata,
                                      {.name = "--volatile",
                                       .value = "NAME",
                                       .help = "a member that the hash leaves out, besides the usual ones",
                                       .repeatable = true}};
constexpr Option kSealOptions[] = {
    kDescriptor,
    kUri,
    kMime,
    kTitle,
    kVersion,
    kKind,
    kSummary,
    kSubject,
    kEvidence,
    kClaim,
    kProofMetadata,
    {.name = "--domain", .value = "NAME", .help = "the block's domain", .fallback = sbn::kArtifactDomain},
    {.name = "--block-type",
     .value = "TYPE",
     .help = "what the block is",
     .fallback = sbn::kArtifactBlockType,
     .choices = sbn::block_types()},
    {.name = "--metadata-json", .value = "JSON", .help = "the block's metadata, an object"},
    {.name = "--metrics-json", .value = "JSON", .help = "the block's metrics, an object"}};

constexpr Example kCaptureExamples[] = {
    {"echo report >report.txt && sbn snapchore artifact capture report.txt",
     "note the hash of a file's proof"}};
constexpr Example kSealExamples[] = {
    {"echo report >report.txt && sbn snapchore artifact seal report.txt --summary 'Q3 report'",
     "seal that a file was there"}};
constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"sbn snapchore seal", "sbn receipts get"};

constexpr Command kCapture{.name = "capture",
                           .summary = "Note the hash of a file's proof in the ledger",
                           .arguments = kFile,
                           .options = kCaptureOptions,
                           .examples = kCaptureExamples,
                           .exits = kExits,
                           .see_also = kSeeAlso,
                           .access = Access::writes,
                           .reach = Reach::network,
                           .run = run_capture};
constexpr Command kSeal{.name = "seal",
                        .summary = "Seal that a file was there",
                        .arguments = kFile,
                        .options = kSealOptions,
                        .examples = kSealExamples,
                        .exits = kExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::network,
                        .run = run_seal};
constexpr const Command* kCommands[] = {&kCapture, &kSeal};

}  // namespace

constexpr Command kSbnArtifact{
    .name = "artifact",
    .summary = "Prove files: only their hash and description are sent, never their content",
    .children = kCommands};

}  // namespace agentnet::commands
