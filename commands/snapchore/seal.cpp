// snapchore seal
#include <memory>

#include "commands/bulk.hpp"
#include "commands/input.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/json/write.hpp"
#include "core/sbn/envelope.hpp"
#include "core/sbn/rules_seal.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxKeyBytes = 64 * 1024;  // of a PEM file
constexpr std::string_view kSigningKeyVariable = "SNAPCHORE_SIGNING_KEY";

struct SealFlags {
  std::string domain;
  std::string type;
  std::optional<std::string> output;
  std::optional<std::string> signing_key;  // a file or "-"; set when an envelope is asked for
  bool strict;
};

// Everything that sealing asks of the outside, read once and shared by all threads of a bulk run.
struct Sealer {
  Sealer(const SealFlags& seal_flags, const Context& run)
      : flags(seal_flags),
        context(run),
        policy(sbn::MomentPolicy::from(run.environment, run.files)),
        replay(sbn::make_replay_store(policy.replay_database)) {
    for (const std::string& warning : policy.warnings)
      context.diagnostics.warn("environment", warning);
  }

  json::Value seal(json::Value payload, json::Arena& arena) const {
    const sbn::BlockFacts facts{context.clock.now(), context.random};
    sbn::SmartBlock block = sbn::make_block(payload, flags.domain, flags.type, facts, arena);
    sbn::seal(block, {context.clock, context.random, host, policy, *replay}, arena);
    return sbn::to_json(block, arena);
  }

  const SealFlags& flags;
  const Context& context;
  HostFacts host = read_host_facts();
  sbn::MomentPolicy policy;
  std::unique_ptr<sbn::ReplayStore> replay;
};

// A key in the environment waits for an envelope; one on the command line would look used and not be.
bool key_is_idle(const Arguments& arguments, const Environment& environment) {
  const auto key = arguments.find("--signing-key");
  return key && !arguments.has("--envelope") && environment.get(kSigningKeyVariable) != key;
}

SealFlags read_flags(const Arguments& arguments, const Environment& environment) {
  refuse_threads_alone(arguments);
  if (key_is_idle(arguments, environment)) {
    throw Error(Category::usage, "bad_usage", "--signing-key goes with --envelope",
                "a block alone is not signed; add --envelope in-toto");
  }
  SealFlags flags{.domain = arguments.find("--domain").value_or("general"),
                  .type = arguments.find("--type").value_or("event"),
                  .output = arguments.find("--output"),
                  .signing_key = arguments.find("--signing-key"),
                  .strict = arguments.has("--strict")};
  if (arguments.has("--envelope") && !flags.signing_key) {
    throw Error(Category::usage, "bad_usage", "--envelope needs --signing-key FILE",
                "make one with: openssl genpkey -algorithm ed25519 -out key.pem");
  }
  if (!arguments.has("--envelope")) flags.signing_key.reset();
  return flags;
}

crypto::SigningKey read_signing_key(const std::string& path, const Context& context) {
  // Said without repeating it: the message would carry the key.
  if (path.find("-----BEGIN") != std::string::npos) {
    throw Error(Category::usage, "key_as_name", "--signing-key takes the name of a file, not the key itself",
                "write the key to a file that only you can read, or give it on standard input with -");
  }
  std::string pem = path == "-" ? read_descriptor(context.input, "standard input", kMaxKeyBytes)
                                : context.files.read(path, kMaxKeyBytes);
  try {
    crypto::SigningKey key = crypto::SigningKey::from_pem(pem);
    wipe(pem);
    return key;
  } catch (const Error& error) {
    wipe(pem);
    const std::string name = path == "-" ? "standard input" : path;
    throw Error(error.category(), error.code(), name + ": " + error.message(), error.hint());
  }
}

// Prints a sealed block or its envelope, or writes it to the file that -o names.
Exit deliver(const json::Value& result, const std::string& hash, const SealFlags& flags, Context& context) {
  if (!flags.output) {
    context.sink.result({result, {}, hash});
    return Exit::done;
  }
  if (!context.dry_run) context.files.replace(*flags.output, json::to_indented(result) + "\n");
  json::Arena arena;
  const json::Value written =
      json::ObjectBuilder(arena).add("snapchore_hash", hash).add("file", *flags.output).done();
  const std::string verb = context.dry_run ? "would write:  " : "wrote:  ";
  context.sink.default_to(Format::table);
  context.sink.result({written, "sealed: " + hash + "\n" + verb + printable(*flags.output) + "\n", hash});
  return Exit::done;
}

Exit seal_lines(const Sealer& sealer, const Arguments& arguments, Context& context) {
  if (arguments.has("INPUT") || sealer.flags.output || sealer.flags.signing_key) {
    throw Error(Category::usage, "bad_usage", "--ndjson excludes INPUT, --output and --envelope");
  }
  const auto make_worker = [&sealer](bool bare, BulkTally& tally) -> BulkWorker {
    return [&sealer, bare, &tally](std::string_view line, std::string& out) {
      json::Document payload = json::parse(line);
      std::optional<json::Value> duplicate;
      const json::Value clean = json::without_duplicates(payload.root, payload.arena, &duplicate);
      if (duplicate && sealer.flags.strict) refuse_duplicate(*duplicate, {});
      if (duplicate) ++tally.duplicates;
      const json::Value block = sealer.seal(clean, payload.arena);
      if (bare) {
        out += block.find("snapchore_hash")->text();
      } else {
        json::write_compact(block, out, json::Text::ascii);
      }
    };
  };
  return Bulk{arguments, context, make_worker}.run();
}

Exit run_seal(const Arguments& arguments, Context& context) {
  const SealFlags flags = read_flags(arguments, context.environment);
  const Sealer sealer(flags, context);
  if (arguments.has(kNdjsonOption.name)) return seal_lines(sealer, arguments, context);
  if (!arguments.has("INPUT")) {
    throw Error(Category::usage, "bad_usage", "INPUT is missing",
                "give JSON, a file, - for standard input, or --ndjson FILE");
  }
  if (arguments.text("INPUT") == "-" && flags.signing_key == "-") {
    throw Error(Category::usage, "bad_usage", "INPUT and --signing-key cannot both be standard input");
  }
  const InputText input = read_input(arguments.text("INPUT"), context);
  json::Document payload = parse_input(input);
  json::Arena& arena = payload.arena;
  const json::Value clean = settle_duplicates(payload.root, arena, flags.strict, input, context);
  if (!clean.truthy() && !clean.is_object()) {
    context.diagnostics.warn("empty_payload", input.name + ": an empty payload is sealed as {}");
  }
  const json::Value block = naming(input.name, [&] { return sealer.seal(clean, arena); });
  const std::string hash(block.find("snapchore_hash")->text());
  if (!flags.signing_key) return deliver(block, hash, flags, context);

  const std::string statement = sbn::make_statement(block, arena);
  if (context.dry_run) {
    context.sink.bytes(sbn::statement_signing_bytes(statement));
    return Exit::done;
  }
  const crypto::SigningKey key = read_signing_key(*flags.signing_key, context);
  return deliver(sbn::sign_statement(statement, key, arena), hash, flags, context);
}

constexpr Argument kArguments[] = {{.name = "INPUT",
                                    .help =
                                        "the payload: JSON text that begins with { or [, a file, or - for "
                                        "standard input",
                                    .completes = Completes::files,
                                    .optional = true}};

constexpr std::string_view kEnvelopes[] = {"in-toto"};

constexpr Option kOptions[] = {
    {.name = "--domain", .value = "NAME", .help = "the block's domain", .fallback = "general"},
    {.name = "--type", .value = "NAME", .help = "the block's type", .fallback = "event"},
    {.name = "--output",
     .letter = 'o',
     .value = "FILE",
     .help = "write the block to FILE, whole or not at all",
     .completes = Completes::files},
    {.name = "--envelope",
     .value = "KIND",
     .help = "print a signed DSSE envelope around the block",
     .choices = kEnvelopes},
    {.name = "--signing-key",
     .value = "FILE",
     .help = "Ed25519 private key (PKCS#8 PEM) for --envelope, or - for standard input",
     .environment = kSigningKeyVariable,
     .completes = Completes::files},
    kNdjsonOption,
    kThreadsOption,
    {.name = "--strict", .help = "refuse documents in which a member appears twice"},
};

constexpr Example kExamples[] = {
    {R"(snapchore seal --domain ai.inference '{"tokens": 1500}')", "seal a payload and print the block"},
    {R"(snapchore seal '{"tokens": 1500}' -o block.json && snapchore verify-block block.json)",
     "seal into a file and verify it"},
    {R"(openssl genpkey -algorithm ed25519 -out key.pem && snapchore seal '{"a": 1}' --envelope in-toto --signing-key key.pem)",
     "sign the seal"},
};

constexpr Exit kExits[] = {Exit::not_found, Exit::auth, Exit::policy};
constexpr std::string_view kSeeAlso[] = {"snapchore verify-block", "snapchore chain append"};

}  // namespace

constexpr Command kSnapchoreSeal{
    .name = "seal",
    .summary = "Seal a JSON payload into a SmartBlock",
    .description =
        "The block gets an id, a time, a proof of the moment it was made on this host, and the SnapChore "
        "hash of "
        "all that. Volatile members of the payload (timestamp, nonce and so on) are kept in the block and "
        "not "
        "covered by the hash.\n\n"
        "In environments named prod, production, stage or staging (ENVIRONMENT, SB_ENV or SNAPCHORE_ENV) the "
        "proof must be signed by a trusted key and remembered in a durable replay store "
        "(SNAPCHORE_MOMENT_PRIVATE_KEY, SNAPCHORE_MOMENT_TRUSTED_PUBLIC_KEYS, SNAPCHORE_MOMENT_REPLAY_DB); "
        "elsewhere SB_SNAPCHORE_SKIP_AUTH=1 leaves the proof out.\n\n"
        "With --ndjson each line is a payload and each line of the output a block.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .format = Format::json,
    .run = run_seal,
};

}  // namespace agentnet::commands
