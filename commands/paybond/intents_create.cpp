// paybond intents create
#include "commands/input.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/intents.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/seed_file.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/intent.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kPrincipalVariables[] = {"PAYBOND_PRINCIPAL_SEED"};
constexpr std::string_view kPayeeVariables[] = {"PAYBOND_PAYEE_SEED", "APP_PAYEE_SEED_HEX"};
constexpr std::string_view kAnyEvidence = R"({"type":"object"})";
constexpr std::string_view kAlwaysPasses = R"({"version":1,"root":{"op":"true"}})";
constexpr unsigned kDirectVersion = 2;   // what Harbor itself has always taken
constexpr unsigned kGatewayVersion = 6;  // the current release's, for what goes through the gateway
constexpr std::string_view kGivesBody[] = {"--principal-did", "--seed-file", "--payee-did",
                                           "--amount-cents",  "--deadline",  "--allowed-tool"};

// The JSON of an option, or what stands in for it.
std::string json_option(const Arguments& arguments, std::string_view name, std::string_view otherwise,
                        Context& context) {
  const auto value = arguments.find(name);
  if (!value) return std::string(otherwise);
  const InputText input = read_input(*value, context);
  (void)parse_input(input);
  return input.text;
}

std::string required_term(const Arguments& arguments, std::string_view name) {
  return required(arguments, name, "an intent is made from its options, or --body FILE is sent as it is");
}

std::string tools_json(const Arguments& arguments) {
  json::Arena arena;
  json::ArrayBuilder tools(arena);
  for (const std::string& tool : arguments.all("--allowed-tool"))
    tools.add(std::string_view(tool));
  return json::to_compact(tools.done());
}

void refuse_past(const std::string& deadline, Instant now) {
  const auto normal = paybond::normalise_timestamp(deadline);
  const auto instant = normal ? parse_iso(*normal) : std::nullopt;
  if (instant && *instant <= now) {
    throw Error(Category::usage, "deadline_passed", "--deadline " + deadline + " has passed");
  }
}

// The options as a signed body.
std::string sign_options(const Arguments& arguments, Context& context, const std::string& tenant,
                         unsigned number) {
  const paybond::IntentVersion& version = paybond::intent_version(number);
  const auto principal = given_key(arguments, {"--seed-file", kPrincipalVariables}, false, context);
  if (!principal) required_term(arguments, "--seed-file");
  std::optional<crypto::PublicKey> payee_key;
  if (version.payee_key) {
    const auto payee = given_key(arguments, {"--payee-seed-file", kPayeeVariables},
                                 arguments.text("--seed-file") == "-", context);
    if (payee) payee_key = payee->public_key();
  }
  const std::string currency = arguments.find("--currency").value_or("usd");
  const std::string budget = json_option(arguments, "--budget", "{}", context);
  const std::string schema = json_option(arguments, "--evidence-schema", kAnyEvidence, context);
  const std::string predicate = json_option(arguments, "--predicate", kAlwaysPasses, context);
  const std::string tools = tools_json(arguments), deadline = required_term(arguments, "--deadline");
  const std::string intent_id = arguments.find("--intent-id").value_or(uuid4(context.random));
  const std::string principal_did = required_term(arguments, "--principal-did"),
                    ref = arguments.text("--predicate-ref");
  const std::string payee_did = required_term(arguments, "--payee-did");
  const std::string rail = arguments.find("--settlement-rail").value_or("stripe_connect");
  required_term(arguments, "--amount-cents");
  refuse_past(deadline, context.clock.now());
  const paybond::IntentInput input{
      .tenant_id = tenant,
      .intent_id = intent_id,
      .principal_did = principal_did,
      .payee_did = payee_did,
      .amount_cents = *arguments.number("--amount-cents", 0, std::numeric_limits<std::int64_t>::max()),
      .currency = currency,
      .deadline_rfc3339 = deadline,
      .budget_json = budget,
      .evidence_schema_json = schema,
      .predicate_json = predicate,
      .predicate_ref = ref,
      .allowed_tools_json = tools,
      .settlement_rail = version.rail ? std::string_view(rail) : std::string_view(),
      .policy_template_id = {},
      .policy_content_digest_hex = {}};
  std::string body = paybond::IntentSigner().sign(input, version, *principal, payee_key).body;
  warn_of_changing_number(body, context);
  return body;
}

Exit run_create(const Arguments& arguments, Context& context) {
  const bool as_body = arguments.has("--body") || arguments.has("--stdin");
  for (const std::string_view name : kGivesBody) {
    if (as_body && arguments.has(name)) {
      throw Error(Category::usage, "bad_usage", std::string(name) + " and --body exclude each other");
    }
  }
  const AgentKey agent = agent_key(arguments, context, as_body || arguments.text("--seed-file") == "-");
  const std::string given = as_body ? json::to_compact(body_of(arguments, context).root) : std::string();
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const Mutation mutation = mutation_of(connection, context, agent);
    const unsigned usual = connection.is_behind_gateway() ? kGatewayVersion : kDirectVersion;
    const auto asked = arguments.number("--signing-version", kDirectVersion, kGatewayVersion);
    const unsigned version = asked ? static_cast<unsigned>(*asked) : usual;
    const std::string body =
        as_body ? given : sign_options(arguments, context, mutation.client.tenant_id(), version);
    const json::Document answer = paybond::create_intent(mutation.client, body, mutation.options);
    keep_token(arguments, context, answer.root);
    show(connection, arguments, context,
         {.command = "intents create",
          .data = answer.root,
          .brief = {"intent_id", "state", "funded", "currency", "amount_cents", "settlement_rail"},
          .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

constexpr std::string_view kVersions[] = {"2", "4", "6"};
constexpr Option kOptions[] = {
    {.name = "--principal-did", .value = "DID", .help = "who pays"},
    {.name = "--seed-file",
     .value = "FILE",
     .help = "the principal's seed, or - for standard input; also in PAYBOND_PRINCIPAL_SEED",
     .completes = Completes::files},
    {.name = "--payee-did", .value = "DID", .help = "who is paid"},
    {.name = "--amount-cents", .value = "N", .help = "how much, in cents"},
    {.name = "--currency", .value = "CODE", .help = "of the amount", .fallback = "usd"},
    {.name = "--deadline", .value = "TIME", .help = "until when evidence is taken: 2035-01-02T15:04:05Z"},
    {.name = "--allowed-tool",
     .value = "NAME",
     .help = "an operation that the capability allows; may be repeated",
     .repeatable = true},
    {.name = "--budget", .value = "JSON", .help = "what the budget says", .fallback = "{}"},
    {.name = "--predicate", .value = "JSON", .help = "what evidence must fulfil; without it, nothing"},
    {.name = "--evidence-schema", .value = "JSON", .help = "the form of evidence; without it, any object"},
    {.name = "--predicate-ref", .value = "TEXT", .help = "the predicate's name in a registry"},
    {.name = "--intent-id", .value = "UUID", .help = "the new intent's id, otherwise a random one"},
    {.name = "--signing-version",
     .value = "N",
     .help = "2 for Harbor itself, 6 behind a gateway unless said otherwise",
     .choices = kVersions},
    {.name = "--settlement-rail",
     .value = "RAIL",
     .help = "for versions 4 and 6",
     .fallback = "stripe_connect"},
    {.name = "--payee-seed-file",
     .value = "FILE",
     .help = "the payee's seed, whose public key version 6 names; also in PAYBOND_PAYEE_SEED",
     .completes = Completes::files},
    kBodyOption,
    kStdinOption,
    kTokenFileOption,
    kAgentKeyIdOption,
    kAgentSeedOption,
};
constexpr Example kExamples[] = {
    {AGENTNET_TWO_SEEDS AGENTNET_NEW_INTENT, "put 20.00 aside for a task; print what became of it"},
    {AGENTNET_INTENT_IN_ID "paybond intents get $id", "keep the capability in cap.token"},
};
constexpr std::string_view kSeeAlso[] = {"paybond sign intent", "paybond intents evidence", "paybond verify"};

}  // namespace

constexpr Command kPaybondIntentsCreate{
    .name = "create",
    .summary = "Sign an intent as its principal and create it",
    .description =
        "The principal signs who is paid how much, for which operations, until when and on which condition. "
        "The network checks the signature, puts the money aside and answers with a capability token, with "
        "which the agent may spend. The token is shown as [redacted]; --token-file keeps it.\n\n"
        "With --body nothing is signed here: the body is sent as it is, such as paybond sign intent makes "
        "it.",
    .options = kOptions,
    .examples = kExamples,
    .exits = kCallExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::gateway,
    .run = run_create,
};

}  // namespace agentnet::commands
