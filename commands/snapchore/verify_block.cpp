// snapchore verify-block
#include "commands/bulk.hpp"
#include "commands/input.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/json/write.hpp"
#include "core/sbn/envelope.hpp"
#include "core/sbn/member_text.hpp"
#include "core/sbn/rules_seal.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kMaxTrustBytes = 64 * 1024;  // of a PEM file

// A block's verdict, and what is printed of it.
struct Verified {
  sbn::SmartBlock block;
  sbn::BlockVerdict verdict;
  std::string key_id;  // who signed the envelope; empty without one
};

Verified verify_value(const json::Value& value, const sbn::TrustedKeys& trusted, const Context& context,
                      json::Arena& arena) {
  const sbn::BlockFacts facts{context.clock.now(), context.random};
  Verified verified{.block = sbn::block_from_json(value, facts, arena), .verdict = {}, .key_id = {}};
  verified.verdict = sbn::verify(verified.block, trusted, arena);
  return verified;
}

json::Value verdict_object(const Verified& verified, json::Arena& arena) {
  json::ObjectBuilder object(arena);
  object.add_boolean("valid", verified.verdict.valid);
  object.add("block_id", verified.block.id);
  object.add("snapchore_hash", verified.block.snapchore_hash);
  if (!verified.key_id.empty()) object.add("key_id", verified.key_id);
  return object.done();
}

std::string verdict_text(const Verified& verified) {
  std::string text = verified.verdict.valid ? "VALID  block=" : "INVALID  block=";
  text += printable(sbn::text_of(verified.block.id));
  if (verified.verdict.valid) text += "  hash=" + printable(sbn::text_of(verified.block.snapchore_hash));
  if (verified.verdict.valid && !verified.key_id.empty()) text += "  key=" + verified.key_id;
  return text + "\n";
}

void explain(const Verified& verified, const Context& context) {
  if (verified.verdict.valid) return;
  std::string reasons;
  for (const std::string& reason : verified.verdict.reasons)
    reasons += (reasons.empty() ? "" : ", ") + reason;
  std::string message = "the block does not verify: " + reasons;
  if (!verified.verdict.recomputed_hash.empty()) {
    message += " (recomputed " + verified.verdict.recomputed_hash + ")";
  }
  context.diagnostics.warn("invalid_block", message);
}

void warn_of_unknown(const json::Value& value, const Context& context) {
  std::string names;
  for (const std::string_view name : sbn::unknown_members(value))
    names += (names.empty() ? "" : ", ") + std::string(name);
  if (names.empty()) return;
  context.diagnostics.warn("unknown_members",
                           "no hash covers these members, which are no part of a block: " + names);
}

Exit finish(const Verified& verified, Context& context, json::Arena& arena) {
  explain(verified, context);
  context.sink.result(
      {verdict_object(verified, arena), verdict_text(verified), sbn::text_of(verified.block.id)});
  return verified.verdict.valid ? Exit::done : Exit::verification;
}

Exit verify_envelope(const std::string& path, const Arguments& arguments, Context& context) {
  const auto trust_path = arguments.find("--trust");
  if (!trust_path) {
    throw Error(Category::usage, "bad_usage", "--envelope needs --trust FILE",
                "FILE holds the public keys that you trust, as 'openssl pkey -pubout' writes them");
  }
  const std::vector<crypto::PublicKey> keys = naming(
      *trust_path, [&] { return sbn::read_trust_file(context.files.read(*trust_path, kMaxTrustBytes)); });
  const InputText input = read_input(path, context);
  json::Document document = parse_input(input);
  const sbn::EnvelopeVerdict envelope =
      naming(input.name, [&] { return sbn::open_envelope(document.root, keys, document.arena); });
  if (!envelope.valid) {
    context.diagnostics.warn("invalid_envelope",
                             input.name + ": the envelope does not verify: " + envelope.reason);
    json::Arena arena;
    const json::Value value = json::ObjectBuilder(arena)
                                  .add_boolean("valid", false)
                                  .add("block_id", json::Value())
                                  .add("snapchore_hash", json::Value())
                                  .add("reason", envelope.reason)
                                  .done();
    context.sink.result({value, "INVALID  reason=" + envelope.reason + "\n", {}});
    return Exit::verification;
  }
  Verified verified = verify_value(envelope.block, sbn::trusted_keys_from(context.environment, context.files),
                                   context, document.arena);
  verified.key_id = envelope.key_id;
  return finish(verified, context, document.arena);
}

Exit verify_lines(const Arguments& arguments, Context& context) {
  const sbn::TrustedKeys trusted = sbn::trusted_keys_from(context.environment, context.files);
  const auto make_worker = [&](bool bare, BulkTally& tally) -> BulkWorker {
    return [&trusted, &context, bare, &tally](std::string_view line, std::string& out) {
      json::Document document = json::parse(line, json::kAsPython);
      std::optional<json::Value> duplicate;
      json::without_duplicates(document.root, document.arena, &duplicate);
      if (duplicate) ++tally.duplicates;
      const Verified verified = verify_value(document.root, trusted, context, document.arena);
      if (!verified.verdict.valid) ++tally.unverified;
      if (bare) {
        out += verified.verdict.valid ? sbn::text_of(verified.block.snapchore_hash) : std::string();
      } else {
        json::write_compact(verdict_object(verified, document.arena), out, json::Text::ascii);
      }
    };
  };
  return Bulk{arguments, context, make_worker}.run();
}

Exit run_verify_block(const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  const auto envelope = arguments.find("--envelope");
  const bool lines = arguments.has(kNdjsonOption.name);
  const int sources = (envelope ? 1 : 0) + (lines ? 1 : 0) + (arguments.has("INPUT") ? 1 : 0);
  if (sources != 1) {
    throw Error(Category::usage, "bad_usage", "give one of INPUT, --ndjson FILE and --envelope FILE");
  }
  if (arguments.has("--trust") && !envelope) {
    throw Error(Category::usage, "bad_usage", "--trust goes with --envelope");
  }
  if (envelope) return verify_envelope(*envelope, arguments, context);
  if (lines) return verify_lines(arguments, context);

  const InputText input = read_input(arguments.text("INPUT"), context);
  json::Document document = naming(input.name, [&] { return json::parse(input.text, json::kAsPython); });
  std::optional<json::Value> duplicate;
  json::without_duplicates(document.root, document.arena, &duplicate);
  if (duplicate) warn_of_duplicate(*duplicate, input.name, context);
  if (document.root.is_object()) warn_of_unknown(document.root, context);
  const sbn::TrustedKeys trusted = sbn::trusted_keys_from(context.environment, context.files);
  const Verified verified =
      naming(input.name, [&] { return verify_value(document.root, trusted, context, document.arena); });
  return finish(verified, context, document.arena);
}

constexpr Argument kArguments[] = {
    {.name = "INPUT",
     .help = "the block: JSON text that begins with {, a file, or - for standard input",
     .completes = Completes::files,
     .optional = true}};

constexpr Option kOptions[] = {
    {.name = "--envelope",
     .value = "FILE",
     .help = "verify a signed DSSE envelope and the block in it",
     .completes = Completes::files},
    {.name = "--trust",
     .value = "FILE",
     .help = "the Ed25519 public keys (PEM) that may have signed the envelope",
     .completes = Completes::files},
    kNdjsonOption,
    kThreadsOption,
};

constexpr Example kExamples[] = {
    {R"(snapchore seal '{"tokens": 1500}' | snapchore verify-block -)",
     "seal a payload and verify the block"},
    {"openssl genpkey -algorithm ed25519 -out k.pem && openssl pkey -in k.pem -pubout -out trusted.pem && "
     R"(snapchore seal '{"a": 1}' --envelope in-toto --signing-key k.pem )"
     "| snapchore verify-block --envelope - --trust trusted.pem",
     "verify who sealed it"},
};

constexpr Exit kExits[] = {Exit::verification, Exit::not_found, Exit::auth};
constexpr std::string_view kSeeAlso[] = {"snapchore seal", "snapchore verify"};

}  // namespace

constexpr Command kSnapchoreVerifyBlock{
    .name = "verify-block",
    .summary = "Verify a sealed SmartBlock, alone or in a signed envelope",
    .description =
        "The hash must hold, and so must the proof of the moment if the block has one. A hash alone says "
        "that the block was not changed by accident; who made it is shown by an envelope whose signature "
        "verifies with a key of the trust file. Keys inside a block or an envelope prove nothing.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify_block,
};

}  // namespace agentnet::commands
