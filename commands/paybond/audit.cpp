// paybond audit
#include "commands/input.hpp"
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/verify.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kManifestName = "manifest.json";
constexpr std::size_t kMaxArtifactBytes = std::size_t{1} << 30;  // of one file of a bundle

bool is_folder(const std::string& path, const Filesystem& files) {
  try {
    (void)files.list(path, 1);
    return true;
  } catch (const Error& error) {
    return error.code() == "too_large";  // a folder with more than one file
  }
}

json::Value member_or_null(const json::Value& manifest, std::string_view name) {
  const json::Value* value = manifest.find(name);
  return value != nullptr ? *value : json::Value();
}

// A name below the bundle's folder, without a way out of it.
bool stays_inside(std::string_view path) {
  return !path.empty() && path.front() != '/' &&
         ("/" + std::string(path) + "/").find("/../") == std::string::npos;
}

// Empty when every file that the manifest names is there with its hash; else what is wrong with the first.
std::string fault_of_files(const json::Value& manifest, const std::string& folder, const Context& context) {
  const json::Value* artifacts = manifest.find("artifacts");
  if (artifacts == nullptr || !artifacts->is_array()) return "the manifest lists no files";
  for (const json::Value& artifact : artifacts->items()) {
    const json::Value* path = artifact.find("path");
    const json::Value* hash = artifact.find("sha256_hex");
    if (path == nullptr || hash == nullptr || !path->is_string() || !hash->is_string() ||
        !stays_inside(path->text())) {
      return "an entry of artifacts is no file of the bundle with its hash";
    }
    const std::string name(path->text());
    try {
      if (crypto::sha256_hex(context.files.read(folder + "/" + name, kMaxArtifactBytes)) != hash->text()) {
        return name + " is not the file that was signed";
      }
    } catch (const Error& error) {
      if (error.category() != Category::not_found) throw;
      return name + " is missing";
    }
  }
  return {};
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const std::string path = arguments.text("PATH");
  const bool folder = path != "-" && !path.starts_with('{') && is_folder(path, context.files);
  if (arguments.has("--files") && !folder) {
    throw Error(Category::usage, "bad_usage", "--files takes the folder of an unpacked export");
  }
  const auto keys = trusted_signers(arguments, context);
  const InputText input = read_input(folder ? path + "/" + std::string(kManifestName) : path, context);
  const json::Document manifest = parse_input(input);
  const paybond::ArtefactTrust trust{
      .keys = keys, .operators = {}, .required = paybond::Tier::operational, .now = context.clock.now()};
  paybond::Verdict verdict = paybond::judge_artefact(manifest.root, paybond::Family::audit, trust).verdict;
  if (verdict.valid && arguments.has("--files")) {
    std::string fault = fault_of_files(manifest.root, path, context);
    if (!fault.empty()) verdict = paybond::Verdict::no("file_mismatch", std::move(fault));
  }
  json::Arena arena;
  json::ObjectBuilder value(arena);
  value.add_boolean("verified", verdict.valid)
      .add("manifest_kind", member_or_null(manifest.root, "kind"))
      .add("tenant_realm_id", member_or_null(manifest.root, "tenant_realm_id"))
      .add("job_id", member_or_null(manifest.root, "job_id"))
      .add("path", path);
  if (!verdict.valid) value.add("reason", verdict.reason).add("message", verdict.message);
  const json::Value* job = manifest.root.find("job_id");
  const std::string id = job != nullptr && job->is_string() ? std::string(job->text()) : std::string();
  context.sink.result({value.done(), {}, id});
  return verdict.valid ? Exit::done : Exit::verification;
}

constexpr Argument kArguments[] = {
    {.name = "PATH",
     .help = "a manifest, the folder of an unpacked export, or - for standard input",
     .completes = Completes::files}};
constexpr Option kOptions[] = {
    {.name = "--files", .help = "also check each file of the folder against the manifest"},
    kTrustFileOption,
    kTrustedKeyOption,
};
constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex -o quiet && paybond sign artefact --seed-file seed.hex --input "
     R"('{"kind": "paybond.audit_export_manifest_v1", "job_id": "j1"}' > manifest.json && )"
     "paybond audit exports verify manifest.json",
     "sign a manifest and check it"},
};
constexpr Exit kExits[] = {Exit::not_found, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond receipts verify"};

constexpr Command kVerify{
    .name = "verify",
    .summary = "Check the manifest of an audit export without asking the network",
    .description =
        "A manifest holds when its digest is that of its content and its signature is its key's; with "
        "--trust or --trusted-key only the keys named there count. Members that are not signed do not count "
        "either. Exits with 9 when it does not hold; the reason is then malformed, digest_mismatch, "
        "bad_signature, untrusted_key or file_mismatch.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify,
};

constexpr const Command* kExportsCommands[] = {&kPaybondExportsCreate, &kPaybondExportsList,
                                               &kPaybondExportsGet, &kVerify, &kPaybondExportsDelete};
constexpr Command kExports{
    .name = "exports",
    .summary = "Check audit exports",
    .children = kExportsCommands,
};
constexpr const Command* kCommands[] = {&kExports};

}  // namespace

constexpr Command kPaybondAudit{
    .name = "audit",
    .summary = "Check what an auditor was given",
    .children = kCommands,
};

}  // namespace agentnet::commands
