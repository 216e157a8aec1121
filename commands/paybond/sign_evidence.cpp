// paybond sign evidence
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/seed_file.hpp"
#include "commands/paybond/sign.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/evidence.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/seed.hpp"
#include "core/paybond/sign_request.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPayeeVariables[] = {"PAYBOND_PAYEE_SEED", "APP_PAYEE_SEED_HEX"};

// What all lines are signed with.
struct Plan {
  unsigned version;
  std::unique_ptr<crypto::SigningKey> payee;
};

class Worker {
 public:
  explicit Worker(const Plan& plan) : plan_(plan) {}

  Signed sign(std::string_view text) {
    arena_.reset();
    const paybond::EvidenceRequest request = paybond::read_evidence_request(parser_.parse(text, arena_));
    paybond::SignedEvidence made =
        signer_.sign(request.input, plan_.version, choose_key(request.secret_seed_hex));
    return {std::move(made.body), std::move(made.signing_bytes), made.signature};
  }

 private:
  crypto::KeyView choose_key(const std::optional<std::string_view>& seed_hex) {
    constexpr std::string_view kField = "secret_seed_hex";
    if (seed_hex && plan_.payee) {
      paybond::bad_field("seed_given_twice", kField, "the seed is also given otherwise");
    }
    if (seed_hex) {
      return paybond::in_field(kField, [&] { return keys_.of_hex(*seed_hex); });
    }
    if (plan_.payee) return *plan_.payee;
    throw Error(Category::usage, "missing_field", "the evidence lacks the field 'secret_seed_hex'",
                "--seed-file FILE signs with one seed for all");
  }

  const Plan& plan_;
  json::Arena arena_;
  json::Parser parser_;
  paybond::SeedKeys keys_;
  paybond::EvidenceSigner signer_;
};

Exit run_sign_evidence(const Arguments& arguments, Context& context) {
  const bool input_is_used = signs_standard_input(arguments);
  const auto version =
      arguments.number("--signing-version", paybond::kLeastEvidenceVersion, paybond::kMostEvidenceVersion);
  const Plan plan{.version = version ? static_cast<unsigned>(*version) : paybond::kLeastEvidenceVersion,
                  .payee = given_key(arguments, {"--seed-file", kPayeeVariables}, input_is_used, context)};
  return run_signing(arguments, context, [&plan]() -> DocumentSigner {
    auto worker = std::make_shared<Worker>(plan);  // std::function wants to be copyable
    return [worker](std::string_view text) { return worker->sign(text); };
  });
}

constexpr Option kOptions[] = {
    kSignInputOption,
    {.name = "--seed-file",
     .value = "FILE",
     .help = "the payee's seed, or - for standard input; also in PAYBOND_PAYEE_SEED",
     .completes = Completes::files},
    {.name = "--signing-version", .value = "N", .help = "which encoding is signed, 1 or 2", .fallback = "1"},
    kSigningBytesOption,
    kNdjsonOption,
    kThreadsOption,
};

// One line of JSON, in parts so that help can break the line between them.
#define AGENTNET_EXAMPLE_EVIDENCE                                                               \
  R"(printf '%s' '{"tenant_id": "t",' '"intent_id": "7f2a9b1e-2f66-4f4f-9c6e-8f4b8e85c401",' )" \
  R"('"payee_did": "did:b",' '"payload_json": "{\"status\":\"completed\"}",' )"                 \
  R"('"artifacts_hex": [],' '"submitted_at_rfc3339": "2030-01-02T15:04:05Z"}' | )"

constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_EXAMPLE_EVIDENCE
     "paybond sign evidence --seed-file seed.hex --input -",
     "sign evidence with a new seed"},
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_EXAMPLE_EVIDENCE
     "paybond sign evidence --seed-file seed.hex --ndjson - -o quiet",
     "sign evidence a line; print the signatures"},
};
#undef AGENTNET_EXAMPLE_EVIDENCE

constexpr std::string_view kSeeAlso[] = {"paybond sign intent", "paybond keys generate-seed"};

}  // namespace

constexpr Command kPaybondSignEvidence{
    .name = "evidence",
    .summary = "Sign evidence as its payee and print the body that submits it",
    .description =
        "Evidence is a JSON object with the fields tenant_id, intent_id, payee_did, payload_json (a text "
        "that holds JSON), artifacts_hex (BLAKE3 digests in hexadecimal digits) and submitted_at_rfc3339. "
        "Without --seed-file the seed is the field secret_seed_hex; a member id does not count. Other names "
        "are refused.\n\n"
        "A seed file holds 32 bytes: raw, in hexadecimal digits, in base64 or as a PEM private key.\n\n"
        "With --ndjson each line is one evidence. Line N of the output answers line N of the input; a line "
        "that fails prints an error object in its place, or an empty line in quiet, and the exit code is 2.",
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .format = Format::jsonl,
    .run = run_sign_evidence,
};

}  // namespace agentnet::commands
