// paybond intents fund, evidence, settlement-confirm
#include "commands/input.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/intents.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/seed_file.hpp"
#include "core/json/write.hpp"
#include "core/paybond/client_funding.hpp"
#include "core/paybond/evidence.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPayeeVariables[] = {"PAYBOND_PAYEE_SEED", "APP_PAYEE_SEED_HEX"};

bool reads_body_from_input(const Arguments& arguments) {
  return arguments.has("--stdin") || arguments.text("--body") == "-" || arguments.text("--payload") == "-";
}

// --- fund

Exit run_fund(const Arguments& arguments, Context& context) {
  const AgentKey agent = agent_key(arguments, context, reads_body_from_input(arguments));
  const std::string body = json::to_compact(body_of(arguments, context, "{}").root);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Mutation mutation = mutation_of(connection, context, agent);
    const paybond::FundResult result =
        paybond::fund_intent(mutation.client, arguments.text("INTENT"),
                             {.payment_signature = arguments.text("--payment-signature"),
                              .payment_authorization = {},
                              .mutation = mutation.options},
                             body);
    keep_token(arguments, context, result.answer.root);
    json::Arena arena;
    json::ObjectBuilder shown(arena);
    shown.add_integer("status_code", result.status_code);
    for (const auto& [name, value] : result.headers.fields()) {
      std::string member = name;
      std::replace(member.begin(), member.end(), '-', '_');
      shown.add(arena.copy(member), std::string_view(value));
    }
    for (const json::Member& member : result.answer.root.members())
      shown.add(member);
    show(connection, arguments, context,
         {.command = "intents fund",
          .data = shown.done(),
          .brief = {"intent_id", "state", "funded", "currency", "amount_cents", "settlement_rail"},
          .id = text_among(result.answer.root, {"intent_id"})});
    return result.funded ? Exit::done : Exit::pending;
  });
}

// --- evidence

std::string sign_payload(const Arguments& arguments, Context& context, const std::string& tenant,
                         unsigned version) {
  const auto payee =
      given_key(arguments, {"--seed-file", kPayeeVariables}, reads_body_from_input(arguments), context);
  const std::string payee_did =
      arguments.find("--payee-did").value_or(context.environment.get_or_empty("APP_PAYEE_DID"));
  if (!payee || payee_did.empty()) {
    throw Error(Category::usage, "missing_option", "--payee-did and --seed-file say who signs the evidence",
                "or --body FILE sends a signed body as it is");
  }
  const InputText payload = read_input(arguments.find("--payload").value_or("{}"), context);
  const std::string intent_id = paybond::intent_path_id(arguments.text("INTENT"));
  const std::string now = iso_seconds(context.clock.now());
  const std::string at = arguments.find("--submitted-at").value_or(now);
  const std::vector<std::string> artifacts = arguments.all("--artifact");
  const paybond::EvidenceInput input{.tenant_id = tenant,
                                     .intent_id = intent_id,
                                     .payee_did = payee_did,
                                     .payload_json = payload.text,
                                     .artifacts_hex = {artifacts.begin(), artifacts.end()},
                                     .submitted_at_rfc3339 = at};
  std::string body = paybond::EvidenceSigner().sign(input, version, *payee).body;
  warn_of_changing_number(body, context);
  return body;
}

Exit run_evidence(const Arguments& arguments, Context& context) {
  const bool as_body = arguments.has("--body") || arguments.has("--stdin");
  if (as_body && (arguments.has("--payload") || arguments.has("--seed-file"))) {
    throw Error(Category::usage, "bad_usage", "--body excludes --payload and --seed-file");
  }
  const AgentKey agent = agent_key(arguments, context, reads_body_from_input(arguments));
  const std::string given = as_body ? json::to_compact(body_of(arguments, context).root) : std::string();
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Mutation mutation = mutation_of(connection, context, agent);
    const unsigned version =
        connection.is_behind_gateway() ? paybond::kMostEvidenceVersion : paybond::kLeastEvidenceVersion;
    const std::string body =
        as_body ? given : sign_payload(arguments, context, mutation.client.tenant_id(), version);
    const json::Document answer =
        paybond::submit_evidence(mutation.client, arguments.text("INTENT"), body, mutation.options);
    show(connection, arguments, context,
         {.command = "intents evidence",
          .data = answer.root,
          .brief = {"intent_id", "state", "predicate_passed"},
          .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

// --- settlement-confirm

Exit run_confirm(const Arguments& arguments, Context& context) {
  const AgentKey agent = agent_key(arguments, context, reads_body_from_input(arguments));
  std::string body = json::to_compact(body_of(arguments, context, "{}").root);
  if (const auto outcome = arguments.find("--outcome")) {
    if (arguments.has("--body") || arguments.has("--stdin")) {
      throw Error(Category::usage, "bad_usage", "--outcome and --body exclude each other");
    }
    json::Arena arena;
    body = json::to_compact(json::ObjectBuilder(arena).add("outcome", std::string_view(*outcome)).done());
  }
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Mutation mutation = mutation_of(connection, context, agent);
    const json::Document answer =
        paybond::confirm_settlement(mutation.client, arguments.text("INTENT"), body, mutation.options);
    show(connection, arguments, context,
         {.command = "intents settlement-confirm",
          .data = answer.root,
          .brief = {"intent_id", "state"},
          .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

constexpr std::string_view kOutcomes[] = {"release", "refund"};

constexpr Option kFundOptions[] = {
    {.name = "--payment-signature", .value = "TEXT", .help = "the signed payment that a 402 asked for"},
    kBodyOption,
    kStdinOption,
    kTokenFileOption,
    kAgentKeyIdOption,
    kAgentSeedOption};
constexpr Option kEvidenceOptions[] = {
    {.name = "--payload",
     .value = "JSON",
     .help = "what was done: JSON that begins with {, a file, or - for standard input",
     .fallback = "{}",
     .completes = Completes::files},
    {.name = "--artifact",
     .value = "HEX",
     .help = "the BLAKE3 of a file; may be repeated",
     .repeatable = true},
    {.name = "--payee-did", .value = "DID", .help = "who was to be paid; also in APP_PAYEE_DID"},
    {.name = "--seed-file",
     .value = "FILE",
     .help = "the payee's seed, or - for standard input; also in PAYBOND_PAYEE_SEED",
     .completes = Completes::files},
    {.name = "--submitted-at", .value = "TIME", .help = "when it was done", .fallback = "now"},
    kBodyOption,
    kStdinOption,
    kAgentKeyIdOption,
    kAgentSeedOption};
constexpr Option kConfirmOptions[] = {{.name = "--outcome",
                                       .value = "OUTCOME",
                                       .help = "what is expected; otherwise the evidence decides",
                                       .choices = kOutcomes},
                                      kBodyOption,
                                      kStdinOption,
                                      kAgentKeyIdOption,
                                      kAgentSeedOption};

constexpr Example kFundExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond intents fund $id", "have the money held, or learn that it is"}};
constexpr Example kEvidenceExamples[] = {
    {AGENTNET_INTENT_IN_ID AGENTNET_EVIDENCE, "show as the payee what was done"}};
constexpr Example kConfirmExamples[] = {{AGENTNET_INTENT_IN_ID AGENTNET_EVIDENCE
                                         " -o quiet && paybond intents settlement-confirm $id",
                                         "pay, as the evidence fulfils the predicate"}};

constexpr Exit kFundExits[] = {Exit::not_found, Exit::auth,        Exit::refused, Exit::conflict,
                               Exit::policy,    Exit::unreachable, Exit::pending, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond intents create", "paybond intents watch"};

}  // namespace

constexpr Command kPaybondIntentsFund{
    .name = "fund",
    .summary = "Put the money of an intent aside",
    .description =
        "A local network funds an intent when it is created. Exits with 8 while the money is on its way or a "
        "payment has to be signed, which payment_required then describes.",
    .arguments = kIntentArgument,
    .options = kFundOptions,
    .examples = kFundExamples,
    .exits = kFundExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_fund,
};

constexpr Command kPaybondIntentsEvidence{
    .name = "evidence",
    .summary = "Sign evidence as the payee and submit it",
    .description =
        "The network checks the signature and the form of the payload, and judges it by the intent's "
        "predicate. Evidence that does not fulfil it is taken all the same, with predicate_passed false. The "
        "answer must name the tenant and the intent, otherwise the exit code is 9.",
    .arguments = kIntentArgument,
    .options = kEvidenceOptions,
    .examples = kEvidenceExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_evidence,
};

constexpr Command kPaybondIntentsConfirm{
    .name = "settlement-confirm",
    .summary = "Settle an intent: release the money to the payee, or refund it",
    .description =
        "The evidence decides which of the two it is; an --outcome that contradicts it is a conflict.",
    .arguments = kIntentArgument,
    .options = kConfirmOptions,
    .examples = kConfirmExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_confirm,
};

}  // namespace agentnet::commands
