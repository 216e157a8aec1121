// snapchore verify
#include "commands/input.hpp"
#include "commands/snapchore/snapchore.hpp"
#include "core/base/bytes.hpp"
#include "core/sbn/rules_hash.hpp"

namespace agentnet::commands {
namespace {

// Why an expected hash that is not one cannot match; "" when it is well formed.
std::string why_malformed(std::string_view expected) {
  if (expected.starts_with("sha256:")) return "the expected hash must be given without 'sha256:'";
  if (!is_hex(expected, sbn::kHashDigits)) return "the expected hash is not 64 hexadecimal digits";
  for (const char c : expected) {
    if (c >= 'A' && c <= 'F')
      return "the expected hash has upper-case digits; SnapChore hashes are lower case";
  }
  return {};
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const InputText input = read_input(arguments.text("INPUT"), context);
  const std::string expected = arguments.text("HASH");
  sbn::Hasher hasher({.extra_volatile = {}, .refuse_duplicates = arguments.has("--strict")});
  std::string actual;
  naming(input.name, [&] { hasher.hash_text(input.text, actual); });
  if (hasher.duplicate()) warn_of_duplicate(*hasher.duplicate(), input.name, context);

  const bool valid = actual == expected;
  if (const std::string reason = why_malformed(expected); !reason.empty()) {
    context.diagnostics.warn("malformed_hash", reason);
  }
  json::Arena arena;
  const json::Value value = json::ObjectBuilder(arena)
                                .add_boolean("valid", valid)
                                .add("expected_hash", expected)
                                .add("recomputed_hash", actual)
                                .done();
  const std::string text =
      valid ? "VALID\n" : "INVALID  expected=" + printable(expected) + "  got=" + actual + "\n";
  context.sink.result({value, text, actual});
  return valid ? Exit::done : Exit::verification;
}

constexpr Argument kArguments[] = {
    {.name = "INPUT",
     .help = "JSON text that begins with {, a file, or - for standard input",
     .completes = Completes::files},
    {.name = "HASH", .help = "the hash that the document should have, 64 lower-case hexadecimal digits"},
};

constexpr Option kOptions[] = {
    {.name = "--strict", .help = "refuse documents in which a member appears twice"},
};

constexpr Example kExamples[] = {
    {R"(snapchore verify '{"tokens": 1500}' ce41dbb3aa2335434f904d522f527853da0ea4af4f6c848d462bcfed51d605fc)",
     "check a document against its hash"},
};

constexpr Exit kExits[] = {Exit::verification};
constexpr std::string_view kSeeAlso[] = {"snapchore hash", "snapchore verify-block"};

}  // namespace

constexpr Command kSnapchoreVerify{
    .name = "verify",
    .summary = "Check a JSON document against a SnapChore hash",
    .description =
        "Recomputes the hash and compares it to the letter. Volatile members, such as timestamp, may "
        "differ; everything else may not. Exits with 9 when the hashes differ.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_verify,
};

}  // namespace agentnet::commands
