// paybond intents list, get, watch
#include "commands/paybond/intents.hpp"

#include <algorithm>

#include "commands/patience.hpp"
#include "commands/paybond/answer.hpp"
#include "commands/paybond/mutation.hpp"
#include "commands/paybond/paybond.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostIntents = 200;  // of one answer
constexpr std::chrono::milliseconds kLeastInterval{100};
constexpr std::chrono::milliseconds kDefaultInterval{2'000};
constexpr std::chrono::milliseconds kDefaultPatience{300'000};
constexpr std::string_view kTerminal[] = {"released", "refunded", "resolved_split", "escalated_external"};

Exit run_list(const Arguments& arguments, Context& context) {
  const paybond::ListOptions options{.status = arguments.text("--status"),
                                     .limit = arguments.number("--limit", 1, kMostIntents).value_or(20),
                                     .cursor = arguments.text("--cursor")};
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::list_intents(connection.unbound(), options);
    show_list(connection, arguments, context,
              {.command = "intents list",
               .data = answer.root,
               .list = "intents",
               .columns = {"intent_id", "state", "amount_cents", "currency", "payee_did", "deadline"},
               .id_members = {"intent_id"}});
    return Exit::done;
  });
}

Exit run_get(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::get_intent(connection.unbound(), arguments.text("INTENT"));
    show(connection, arguments, context,
         {.command = "intents get",
          .data = answer.root,
          .brief = {"intent_id", "state", "amount_cents", "currency", "principal_did", "payee_did",
                    "deadline", "predicate_passed"},
          .id = text_among(answer.root, {"intent_id"})});
    return Exit::done;
  });
}

// Whether watching ends in this state.
bool is_awaited(const std::string& state, const std::optional<std::string>& until) {
  if (until && state == *until) return true;
  return std::find(std::begin(kTerminal), std::end(kTerminal), state) != std::end(kTerminal);
}

Exit run_watch(const Arguments& arguments, Context& context) {
  const auto interval = seconds_of(arguments, "--interval", kLeastInterval, kDefaultInterval);
  const auto most = seconds_of(arguments, "--timeout", std::chrono::milliseconds(0), kDefaultPatience);
  const auto until = arguments.find("--until");
  StopsHeldBack stops;
  // That option is the network's elsewhere.
  return call_paybond(arguments.without("--timeout"), context, [&](PaybondConnection& connection) {
    const bool may_take_long = connection.place().starts_with("http");
    std::string last;
    for (std::chrono::milliseconds waited{0};; waited += interval) {
      if (may_take_long) stops.release();
      const json::Document answer = paybond::get_intent(connection.gateway(), arguments.text("INTENT"));
      stops.hold();
      if (waited.count() == 0) context.sink.begin_rows();  // an error leaves no list begun
      const std::string state = text_among(answer.root, {"state"});
      if (state != last) {
        json::Arena arena;
        const json::Value row = json::ObjectBuilder(arena)
                                    .add("intent_id", text_among(answer.root, {"intent_id"}))
                                    .add("state", std::string_view(state))
                                    .done();
        context.sink.row({row, {}, state});
        context.sink.flush();
      }
      last = state;
      const bool awaited = is_awaited(state, until);
      if (awaited || waited + interval > most) {
        context.sink.end_rows();
        if (awaited) return Exit::done;
        throw Error(Category::pending, "watch_timeout",
                    "the intent is still " + state + " after " + shown_seconds(most),
                    "--timeout SECONDS waits longer", {{"state", state}});
      }
      if (const int signal = wait_for(interval)) {
        context.sink.end_rows();
        return signal == SIGINT ? Exit::interrupted : Exit::terminated;
      }
    }
  });
}

constexpr std::string_view kStates[] = {"created",  "funded",   "evidence_submitted", "disputed",
                                        "released", "refunded", "resolved_split"};

constexpr Option kListOptions[] = {
    {.name = "--status", .value = "STATE", .help = "only those in this state", .choices = kStates},
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200", .fallback = "20"},
    {.name = "--cursor", .value = "TEXT", .help = "the next_cursor of the page before"},
};
constexpr Option kWatchOptions[] = {
    {.name = "--until", .value = "STATE", .help = "stop in this state, too", .choices = kStates},
    {.name = "--interval", .value = "SECONDS", .help = "how long between two looks", .fallback = "2"},
    {.name = "--timeout", .value = "SECONDS", .help = "when to stop waiting", .fallback = "300"},
};
constexpr Example kListExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond intents list --status funded", "list what is funded"}};
constexpr Example kGetExamples[] = {{AGENTNET_INTENT_IN_ID "paybond intents get $id", "look at an intent"}};
constexpr Example kWatchExamples[] = {
    {AGENTNET_INTENT_IN_ID "paybond intents watch $id --until funded", "wait until an intent is funded"}};
constexpr Exit kListExits[] = {Exit::auth, Exit::refused, Exit::policy, Exit::unreachable};
constexpr Exit kGetExits[] = {Exit::not_found, Exit::auth, Exit::refused, Exit::policy, Exit::unreachable};
constexpr Exit kWatchExits[] = {Exit::not_found,   Exit::auth,    Exit::refused,     Exit::policy,
                                Exit::unreachable, Exit::pending, Exit::verification};
constexpr std::string_view kSeeAlso[] = {"paybond intents create"};

constexpr Command kList{.name = "list",
                        .summary = "List the tenant's intents",
                        .options = kListOptions,
                        .examples = kListExamples,
                        .exits = kListExits,
                        .see_also = kSeeAlso,
                        .access = Access::reads,
                        .reach = Reach::gateway,
                        .run = run_list};
constexpr Command kGet{.name = "get",
                       .summary = "Look at one intent",
                       .arguments = kIntentArgument,
                       .examples = kGetExamples,
                       .exits = kGetExits,
                       .see_also = kSeeAlso,
                       .access = Access::reads,
                       .reach = Reach::gateway,
                       .run = run_get};
constexpr Command kWatch{
    .name = "watch",
    .summary = "Follow an intent until it is settled",
    .description =
        "Prints a line for each state that is seen, and ends in a state that is final. Exits with 8 when "
        "that does not come in time, with 130 on Ctrl-C.",
    .arguments = kIntentArgument,
    .options = kWatchOptions,
    .examples = kWatchExamples,
    .exits = kWatchExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .format = Format::jsonl,
    .run = run_watch,
};

constexpr const Command* kCommands[] = {
    &kPaybondIntentsCreate, &kList, &kGet, &kWatch, &kPaybondIntentsFund, &kPaybondIntentsEvidence,
    &kPaybondIntentsConfirm};

}  // namespace

constexpr Command kPaybondIntents{
    .name = "intents",
    .summary = "Create intents, submit evidence, settle",
    .description =
        "Without an account the local network answers: a server of this user if one runs, else the network "
        "inside this command, with the same data. Its money is pretended.",
    .children = kCommands,
};

}  // namespace agentnet::commands
