// paybond sign
#include "commands/paybond/sign.hpp"

#include "commands/input.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/base/bytes.hpp"

namespace agentnet::commands {
namespace {

std::string signature_text(const Signed& made) {
  return base64_encode(made.signature, Base64::standard);
}

Exit sign_lines(const Arguments& arguments, Context& context,
                const std::function<DocumentSigner()>& make_signer) {
  const bool bytes = arguments.has(kSigningBytesOption.name);
  const auto make_worker = [&](bool bare, BulkTally&) -> BulkWorker {
    return [sign = make_signer(), bare, bytes](std::string_view line, std::string& out) {
      const Signed made = sign(line);
      if (bytes) {
        const std::string hex = hex_lower(made.signing_bytes);
        out += bare ? hex : R"({"signing_bytes_hex":")" + hex + R"("})";
      } else {
        out += bare ? signature_text(made) : made.body;
      }
    };
  };
  return Bulk{arguments, context, make_worker}.run();
}

}  // namespace

bool signs_standard_input(const Arguments& arguments) {
  refuse_threads_alone(arguments);
  if (arguments.has(kSignInputOption.name) == arguments.has(kNdjsonOption.name)) {
    throw Error(Category::usage, "bad_usage", "give either --input or --ndjson");
  }
  return arguments.text(kSignInputOption.name) == "-" || arguments.text(kNdjsonOption.name) == "-";
}

Exit run_signing(const Arguments& arguments, Context& context,
                 const std::function<DocumentSigner()>& make_signer) {
  if (arguments.has(kNdjsonOption.name)) return sign_lines(arguments, context, make_signer);
  const InputText input = read_input(arguments.text(kSignInputOption.name), context);
  const Signed made = naming(input.name, [&] { return make_signer()(input.text); });
  json::Arena arena;
  if (arguments.has(kSigningBytesOption.name)) {
    context.sink.default_to(Format::table);
    const std::string hex = hex_lower(made.signing_bytes);
    const json::Value value = json::ObjectBuilder(arena).add("signing_bytes_hex", hex).done();
    context.sink.result({value, hex + "\n", hex});
    return Exit::done;
  }
  // The body as it was made is the answer: jsonl keeps it to the byte.
  context.sink.default_to(Format::jsonl);
  if (context.sink.plain_lines() && context.sink.format() == Format::jsonl) {
    context.sink.lines(made.body + "\n");
    return Exit::done;
  }
  json::Parser parser;
  context.sink.result({parser.parse(made.body, arena), {}, signature_text(made)});
  return Exit::done;
}

namespace {
constexpr const Command* kSignCommands[] = {&kPaybondSignIntent, &kPaybondSignEvidence,
                                            &kPaybondSignArtefact};
}  // namespace

constexpr Command kPaybondSign{
    .name = "sign",
    .summary = "Sign intents, evidence and other artefacts, offline",
    .children = kSignCommands,
};

}  // namespace agentnet::commands
