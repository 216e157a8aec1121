// paybond sign intent
#include "commands/paybond/paybond.hpp"
#include "commands/paybond/seed_file.hpp"
#include "commands/paybond/sign.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/intent.hpp"
#include "core/paybond/seed.hpp"
#include "core/paybond/sign_request.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPrincipalVariables[] = {"PAYBOND_PRINCIPAL_SEED"};
constexpr std::string_view kPayeeVariables[] = {"PAYBOND_PAYEE_SEED", "APP_PAYEE_SEED_HEX"};

// What all lines are signed with.
struct Plan {
  const paybond::IntentVersion& version;
  std::unique_ptr<crypto::SigningKey> principal;
  std::unique_ptr<crypto::SigningKey> payee;
  bool strict;
  Instant now;
};

// The signature says nothing about them, but no network takes such an intent.
void refuse_unpayable(const paybond::IntentInput& input, Instant now) {
  if (input.amount_cents < 0) {
    paybond::bad_field("negative_amount", "amount_cents", "an intent pays zero or more");
  }
  const auto normal = paybond::normalise_timestamp(input.deadline_rfc3339);
  const auto deadline = normal ? parse_iso(*normal) : std::nullopt;
  if (deadline && *deadline <= now) {
    paybond::bad_field("deadline_passed", "deadline_rfc3339", "the deadline has passed");
  }
}

// The key that was given for all, or the one of the seed in the document; not both.
std::optional<crypto::KeyView> choose_key(const std::unique_ptr<crypto::SigningKey>& given,
                                          const std::optional<std::string_view>& seed_hex,
                                          std::string_view field, paybond::SeedKeys& keys) {
  if (seed_hex && given) paybond::bad_field("seed_given_twice", field, "the seed is also given otherwise");
  if (seed_hex) return paybond::in_field(field, [&] { return keys.of_hex(*seed_hex); });
  if (given) return *given;
  return std::nullopt;
}

class Worker {
 public:
  explicit Worker(const Plan& plan) : plan_(plan) {}

  Signed sign(std::string_view text) {
    arena_.reset();
    const paybond::IntentRequest request =
        paybond::read_intent_request(parser_.parse(text, arena_), plan_.version);
    if (plan_.strict) refuse_unpayable(request.input, plan_.now);
    const auto principal =
        choose_key(plan_.principal, request.principal_seed_hex, "principal_seed_hex", principals_);
    if (!principal) {
      throw Error(Category::usage, "missing_field", "the intent lacks the field 'principal_seed_hex'",
                  "--seed-file FILE signs with one seed for all");
    }
    std::optional<crypto::PublicKey> payee;
    if (plan_.version.payee_key) {
      const auto key = choose_key(plan_.payee, request.payee_seed_hex, "payee_seed_hex", payees_);
      if (key) payee = key->public_key();
    }
    paybond::SignedIntent made = signer_.sign(request.input, plan_.version, *principal, payee);
    return {std::move(made.body), std::move(made.signing_bytes), made.signature};
  }

 private:
  const Plan& plan_;
  json::Arena arena_;
  json::Parser parser_;
  paybond::SeedKeys principals_;
  paybond::SeedKeys payees_;
  paybond::IntentSigner signer_;
};

Exit run_sign_intent(const Arguments& arguments, Context& context) {
  const bool input_is_used = signs_standard_input(arguments);
  const auto number =
      arguments.number("--signing-version", paybond::kLeastIntentVersion, paybond::kMostIntentVersion);
  const paybond::IntentVersion& version =
      paybond::intent_version(number ? static_cast<unsigned>(*number) : paybond::kLeastIntentVersion);
  if (arguments.has("--payee-seed-file") && !version.payee_key) {
    throw Error(Category::usage, "bad_usage", "--payee-seed-file goes with --signing-version 6 and 7");
  }
  Plan plan{.version = version,
            .principal = given_key(arguments, {"--seed-file", kPrincipalVariables}, input_is_used, context),
            .payee = nullptr,
            .strict = arguments.has("--strict"),
            .now = context.clock.now()};
  if (version.payee_key) {
    plan.payee = given_key(arguments, {"--payee-seed-file", kPayeeVariables},
                           input_is_used || arguments.text("--seed-file") == "-", context);
  }
  return run_signing(arguments, context, [&plan]() -> DocumentSigner {
    auto worker = std::make_shared<Worker>(plan);  // std::function wants to be copyable
    return [worker](std::string_view text) { return worker->sign(text); };
  });
}

constexpr Option kOptions[] = {
    kSignInputOption,
    {.name = "--seed-file",
     .value = "FILE",
     .help = "the principal's seed, or - for standard input; also in PAYBOND_PRINCIPAL_SEED",
     .completes = Completes::files},
    {.name = "--payee-seed-file",
     .value = "FILE",
     .help = "the payee's seed, for versions 6 and 7; also in PAYBOND_PAYEE_SEED",
     .completes = Completes::files},
    {.name = "--signing-version", .value = "N", .help = "which fields are signed, 2 to 7", .fallback = "2"},
    {.name = "--strict", .help = "refuse a negative amount and a deadline that has passed"},
    kSigningBytesOption,
    kNdjsonOption,
    kThreadsOption,
};

// One line of JSON, in parts so that help can break the line between them.
#define AGENTNET_EXAMPLE_INTENT                                                                      \
  R"(printf '%s' '{"tenant_id": "t",' '"intent_id": "7f2a9b1e-2f66-4f4f-9c6e-8f4b8e85c401",' )"      \
  R"('"principal_did": "did:a", "payee_did": "did:b",' '"amount_cents": 500, "currency": "usd",' )"  \
  R"('"deadline_rfc3339": "2030-01-02T15:04:05Z",' '"budget_json": "{}", "predicate_json": "{}",' )" \
  R"('"evidence_schema_json": "{}",' '"allowed_tools_json": "[\"book\"]"}' | )"

constexpr Example kExamples[] = {
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_EXAMPLE_INTENT
     "paybond sign intent --seed-file seed.hex --input -",
     "sign an intent with a new seed"},
    {"paybond keys generate-seed seed.hex -o quiet && " AGENTNET_EXAMPLE_INTENT
     "paybond sign intent --seed-file seed.hex --ndjson - -o quiet",
     "sign an intent a line; print the signatures"},
};
#undef AGENTNET_EXAMPLE_INTENT

constexpr std::string_view kSeeAlso[] = {"paybond sign evidence", "paybond keys generate-seed"};

}  // namespace

constexpr Command kPaybondSignIntent{
    .name = "intent",
    .summary = "Sign an intent as its principal and print the body that creates it",
    .description =
        "An intent is a JSON object with the fields tenant_id, intent_id, principal_did, payee_did, "
        "amount_cents, currency, deadline_rfc3339, budget_json, evidence_schema_json, predicate_json, "
        "allowed_tools_json and, if wanted, predicate_ref; those in _json are texts that hold JSON. Versions "
        "4 to 7 add settlement_rail; 3, 5 and 7 policy_template_id, policy_version_seq and "
        "policy_content_digest_hex. Without --seed-file the seed is the field principal_seed_hex, and for "
        "versions 6 and 7 payee_seed_hex; a member id does not count. Other names are refused.\n\n"
        "A seed file holds 32 bytes: raw, in hexadecimal digits, in base64 or as a PEM private key. Version "
        "3 is made by analogy: no release that signs it is known.\n\n"
        "With --ndjson each line is an intent. Line N of the output answers line N of the input; a line that "
        "fails prints an error object in its place, or an empty line in quiet, and the exit code is 2.\n\n"
        "Refused are money as a decimal and beyond 64 bits, a deadline that is no instant, a wrong seed, a "
        "field twice, JSON nested more than 127 levels deep. Negative amounts and past deadlines are signed "
        "like any other, as the kit does, unless --strict is given.",
    .options = kOptions,
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .format = Format::jsonl,
    .run = run_sign_intent,
};

}  // namespace agentnet::commands
