#include "commands/paybond/verify.hpp"

#include "commands/agentnet/trust.hpp"
#include "commands/input.hpp"
#include "core/base/bytes.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kKeyDigits = 64;

std::string text_of(const paybond::JudgedArtefact& judged) {
  std::string text = judged.verdict.valid ? "VALID" : "INVALID";
  if (!judged.kind.empty()) text += "  kind=" + printable(judged.kind);
  if (!judged.id.empty()) text += "  id=" + printable(judged.id);
  if (judged.tier) text += "  tier=" + std::string(paybond::tier_name(*judged.tier));
  if (!judged.verdict.valid) {
    text += "  reason=" + judged.verdict.reason + "\n" + printable(judged.verdict.message);
  }
  return text + "\n";
}

Exit judge_lines(const Judgement& judgement, const Arguments& arguments, Context& context) {
  const auto make_worker = [&](bool bare, BulkTally& tally) -> BulkWorker {
    return [&judgement, &tally, bare](std::string_view line, std::string& out) {
      json::Arena arena;
      json::Parser parser;
      const json::Value document = parser.parse(line, arena);
      const paybond::JudgedArtefact judged =
          paybond::judge_artefact(document, judgement.family, judgement.trust);
      if (!judged.verdict.valid) ++tally.unverified;
      if (bare) {
        out += printable(judged.id);
      } else {
        json::write_compact(judged_value(judged, judgement, arena), out);
      }
    };
  };
  return Bulk{arguments, context, make_worker}.run();
}

Exit judge_list(const json::Value& list, const std::string& name, const Judgement& judgement,
                Context& context) {
  if (list.items().empty()) {  // nothing was shown to hold
    throw Error(Category::not_found, "nothing_to_verify", name + " holds no document");
  }
  bool valid = true;
  context.sink.begin_rows();
  for (const json::Value& document : list.items()) {
    json::Arena arena;
    const paybond::JudgedArtefact judged =
        paybond::judge_artefact(document, judgement.family, judgement.trust);
    valid = valid && judged.verdict.valid;
    context.sink.row({judged_value(judged, judgement, arena), {}, judged.id});
  }
  context.sink.end_rows();
  return valid ? Exit::done : Exit::verification;
}

}  // namespace

std::vector<crypto::PublicKey> keys_in(const Arguments& arguments, std::string_view option) {
  std::vector<crypto::PublicKey> keys;
  for (const std::string& text : arguments.all(option)) {
    if (!is_hex(text, kKeyDigits)) {
      throw Error(Category::usage, "bad_key",
                  std::string(option) + " takes a public key in 64 hexadecimal digits");
    }
    keys.push_back(crypto::PublicKey::from_raw(parse_hex(text).value()));
  }
  return keys;
}

std::vector<crypto::PublicKey> trusted_signers(const Arguments& arguments, const Context& context) {
  std::vector<crypto::PublicKey> keys = keys_in(arguments, kTrustedKeyOption.name);
  if (const auto file = arguments.find(kTrustFileOption.name)) {
    const auto listed = network::keys_of(read_trust_input(*file, {}, context));
    // A file without keys would let every key count.
    if (listed.empty()) throw Error(Category::not_found, "no_trusted_keys", *file + " names no key");
    keys.insert(keys.end(), listed.begin(), listed.end());
  }
  return keys;
}

json::Value judged_value(const paybond::JudgedArtefact& judged, const Judgement& judgement,
                         json::Arena& arena) {
  const bool asked = !judgement.trust.keys.empty();
  const bool trusted = asked && paybond::is_trusted(judged.key_hex, judgement.trust.keys);
  return json::ObjectBuilder(arena)
      .add_boolean("valid", judged.verdict.valid)
      .add_or_null("kind", judged.kind)
      .add_or_null("id", judged.id)
      .add_or_null("signing_public_key_ed25519_hex", judged.key_hex)
      .add("trusted", asked ? json::Value::boolean(trusted) : json::Value())
      .add("tier", judged.tier ? json::Value::string(paybond::tier_name(*judged.tier)) : json::Value())
      .add_or_null("reason", judged.verdict.reason)
      .add_or_null("message", judged.verdict.message)
      .done();
}

Exit run_judging(const std::optional<std::string>& argument, const Judgement& judgement,
                 const Arguments& arguments, Context& context) {
  refuse_threads_alone(arguments);
  if (argument.has_value() == arguments.has(kNdjsonOption.name)) {
    throw Error(Category::usage, "bad_usage", "give either a document or --ndjson");
  }
  if (arguments.text(kTrustFileOption.name) == "-" &&
      (argument == "-" || arguments.text(kNdjsonOption.name) == "-")) {
    throw Error(Category::usage, "bad_usage", "the document and --trust cannot both be standard input");
  }
  if (!argument) return judge_lines(judgement, arguments, context);
  const InputText input = read_input(*argument, context);
  const json::Document document = parse_input(input);
  if (document.root.is_array()) return judge_list(document.root, input.name, judgement, context);
  const paybond::JudgedArtefact judged =
      paybond::judge_artefact(document.root, judgement.family, judgement.trust);
  json::Arena arena;
  context.sink.result({judged_value(judged, judgement, arena), text_of(judged), judged.id});
  return judged.verdict.valid ? Exit::done : Exit::verification;
}

}  // namespace agentnet::commands
