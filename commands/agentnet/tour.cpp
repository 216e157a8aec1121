// agentnet tour
#include "commands/agentnet/tour.hpp"

#include <algorithm>

#include "commands/agentnet/playground.hpp"

namespace agentnet::commands {
namespace {

constexpr std::size_t kShownLines = 8;     // of a step's output
constexpr std::size_t kShownColumns = 96;  // of each line, in bytes

struct Step {
  std::string_view what;
  std::string_view command;
  int exit_code = 0;  // that it must end with
};

constexpr int kRefused = static_cast<int>(Exit::verification);
constexpr int kDenied = static_cast<int>(Exit::policy);

constexpr Step kSteps[] = {
    {"A hash names the content of a document, whatever its layout",
     R"(snapchore hash '{"user": "u-42", "event": "signup"}')"},
    {"A seal puts it into a block of the network: on disk and attested when the command ends",
     R"(sbn -f json snapchore seal '{"user": "u-42", "event": "signup"}' | tee block.json)"},
    {"The block holds", "sbn snapchore verify-block block.json"},
    {"A changed block does not", "sed s/signup/SIGNUP/ block.json | sbn snapchore verify-block -", kRefused},
    {"A chain puts seals in an order that cannot be changed unnoticed",
     "sbn -f quiet snapchore chain create audit"},
    {"Each further seal of it is one link",
     R"(for n in 1 2 3; do sbn -f quiet snapchore seal "{\"n\": $n}" --chain audit; done)"},
    {"The chain holds", "sbn snapchore chain verify audit"},
    {"Every seal has a receipt, signed by the validators", "sbn -f quiet receipts list"},
    {"A receipt and the keys of the validators are files, to be handed on",
     "sbn -f json receipts get $(sbn -f quiet receipts list --limit 1) > receipt.json && agentnet trust "
     "export > trust.json"},
    {"Whoever has both can check the receipt without the network",
     "sbn receipts verify receipt.json --trust trust.json"},
    {"A forged receipt is refused",
     "sed s/general/payments/ receipt.json | sbn receipts verify - --trust trust.json", kRefused},
    {"So is one that only keys signed which nobody trusts",
     "sbn -f quiet auth signing-key generate other.pem && sbn receipts verify receipt.json --trust "
     "other.pem.pub",
     kRefused},
    {"An Atlas app says which frontiers its workflows stand on",
     "sbn atlas register --name pt-kinetic --family kinetic.sessions --workflow pushup_session --bind "
     "pushup_session=kinetic.pushup.amrap.v1 --pulse pushup_session=slot_stream"},
    {"A slot takes events as they come; its end is attested by the validators",
     R"(printf '{"event_type": "rep"}\n{"event_type": "rep"}\n' | sbn -f quiet gateway slots stream --worker w-1 )"
     "--task pushup_session --attest --frontier kinetic.pushup.amrap.v1 | tee ids"},
    {"The attestation, too, can be checked without the network",
     "sbn -f json receipts get $(tail -n 1 ids) | sbn receipts verify - --trust trust.json"},
    {"A run of programs in the order of a graph leaves a record of proofs",
     R"(sbn pgdag run '{"name": "t", "nodes": ["count", "say"], "edges": [["count", "say"]]}' )"
     R"(--step count='echo "{\"n\": 2}"' --step say=cat)"},
    {"which holds", "sbn pgdag verify $(sbn -f quiet pgdag list)"},
    {"A principal puts 20.00 aside for a task, until its deadline",
     "paybond keys generate-seed payer.hex -o quiet && paybond keys generate-seed payee.hex -o quiet && "
     "paybond intents create --principal-did did:web:payer.example --seed-file payer.hex --payee-did "
     "did:web:payee.example --amount-cents 2000 --allowed-tool travel.book --deadline "
     "2035-01-02T15:04:05Z --token-file capability -o quiet | tee intent"},
    {"Its agent may spend 5.00 of it on a booking",
     "paybond verify --intent-id $(tail -n 1 intent) --token-file capability --operation travel.book "
     "--requested-spend-cents 500"},
    {"and not 20.00 more",
     "paybond verify --intent-id $(tail -n 1 intent) --token-file capability --operation travel.book "
     "--requested-spend-cents 2000",
     kDenied},
    {"The payee signs evidence of what was done",
     "paybond intents evidence $(tail -n 1 intent) --payee-did did:web:payee.example --seed-file payee.hex "
     "--payload '{\"status\": \"completed\"}'"},
    {"The money is released", "paybond intents settlement-confirm $(tail -n 1 intent)"},
    {"The ledger of all this holds, checked without the network",
     "paybond ledger events --follow --max-wait 0 -o jsonl > ledger.jsonl && paybond ledger verify "
     "ledger.jsonl"},
};

// The first lines of an output, each cut to fit a screen.
std::string shortened(std::string_view output) {
  std::string text;
  std::size_t count = 0;
  while (!output.empty()) {
    const std::size_t end = std::min(output.find('\n'), output.size());
    const std::string_view line = output.substr(0, end);
    if (++count > kShownLines) return text + "...\n";
    text += line.substr(0, kShownColumns);
    text += line.size() > kShownColumns ? "...\n" : "\n";
    output.remove_prefix(std::min(end + 1, output.size()));
  }
  return text;
}

// A step as a terminal would show it.
std::string transcript(const Step& step, const Playground::Outcome& outcome) {
  std::string text = "# " + std::string(step.what) + "\n$ " + std::string(step.command) + "\n" +
                     printable(shortened(outcome.output), true);
  if (outcome.exit_code != 0) text += "exit code " + std::to_string(outcome.exit_code) + "\n";
  return text + "\n";
}

Exit run_tour(const Arguments&, Context& context) {
  const bool as_text = context.sink.format() == Format::table;
  const Playground playground(context.environment);
  json::Arena arena;
  json::ArrayBuilder rows(arena);
  std::string text;
  Exit exit = Exit::done;
  if (!as_text) context.sink.begin_rows();
  for (const Step& step : kSteps) {
    const Playground::Outcome outcome = playground.run(std::string(step.command));
    if (playground.interrupted()) return Exit::failed;  // the signal that waits ends the process
    const bool as_expected = outcome.exit_code == step.exit_code;
    const json::Value row = json::ObjectBuilder(arena)
                                .add("step", step.what)
                                .add("command", step.command)
                                .add("output", printable(shortened(outcome.output), true))
                                .add_integer("exit_code", outcome.exit_code)
                                .add_boolean("as_expected", as_expected)
                                .done();
    if (as_text) {
      rows.add(row);
      text += transcript(step, outcome);
    } else {
      context.sink.row({row, {}, std::string(step.command)});
    }
    if (as_expected) continue;
    exit = Exit::failed;
    context.diagnostics.warn("unexpected", "this step should have ended with exit code " +
                                               std::to_string(step.exit_code) + ": " +
                                               std::string(step.command));
  }
  if (as_text) {
    text.pop_back();  // the empty line behind the last step
    context.sink.result({rows.done(), text, {}});
  } else {
    context.sink.end_rows();
  }
  return exit;
}

constexpr Example kExamples[] = {
    {"agentnet tour", "see the main job, step by step"},
    {"agentnet tour --json=command,exit_code", "the commands alone, for a program"}};
constexpr std::string_view kSeeAlso[] = {"agentnet commands", "sbn snapchore seal", "sbn receipts verify"};

}  // namespace

constexpr Command kAgentnetTour{
    .name = "tour",
    .summary = "Show the main job, step by step, on a network of its own",
    .description =
        "Runs real commands in a temporary folder, prints each with its result, shortened, and removes the "
        "folder. Needs no account and touches neither your network nor your settings.",
    .examples = kExamples,
    .see_also = kSeeAlso,
    .access = Access::pure,
    .run = run_tour,
};

}  // namespace agentnet::commands
