// paybond keys devices approve, deny: whether a login that waits gets a key of the local network
#include "commands/paybond/answer.hpp"
#include "commands/paybond/house.hpp"
#include "core/paybond/device_grants.hpp"

namespace agentnet::commands {
namespace {

constexpr std::string_view kGrants = "/internal/agentnet/paybond/device-grants/";

// Looked at before it is sent: a slip of the keyboard need not count as a wrong guess.
std::string code_of(const Arguments& arguments) {
  const auto code = paybond::read_user_code(arguments.text("CODE"));
  if (code) return *code;
  throw Error(Category::usage, "bad_user_code", "'" + arguments.text("CODE") + "' is no code of a login",
              "a code has " + std::to_string(paybond::kUserCodeLetters) + " letters, as in BCDF-GHJK");
}

// Before anything is sent: https is never this machine's own network.
void require_local(const PaybondConnection& connection) {
  if (!connection.is_behind_gateway() || !connection.place().starts_with("https://")) return;
  throw Error(Category::refused, "local_only",
              connection.place() + " is no local network; its logins are approved in its console",
              "without --gateway and without a key the local network of this user is meant");
}

Exit decide(std::string_view command, std::string_view verb, const Arguments& arguments, Context& context) {
  const std::string code = code_of(arguments);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    require_local(connection);
    const paybond::Answer answer =
        connection.unbound().ask({.method = "POST",
                                  .target = std::string(kGrants) + code + "/" + std::string(verb),
                                  .body = "{}",
                                  .names_tenant = false});
    show(connection, arguments, context,
         {.command = command,
          .data = answer.root(),
          .brief = {"user_code", "status", "client_name", "service_account_role", "tenant_id"},
          .id = text_among(answer.root(), {"user_code"})});
    return Exit::done;
  });
}

Exit run_approve(const Arguments& arguments, Context& context) {
  return decide("keys devices approve", "approve", arguments, context);
}

Exit run_deny(const Arguments& arguments, Context& context) {
  return decide("keys devices deny", "deny", arguments, context);
}

constexpr std::string_view kText =
    "The code is what `paybond login --gateway URL` shows elsewhere. The server keeps logins that wait in "
    "its "
    "memory, for ten minutes; the key that approves must be one that may make keys. A hosted gateway has no "
    "such call: there a login is approved in its console.";
constexpr std::string_view kSeeAlso[] = {"paybond login", "paybond keys list", "paybond keys revoke"};
constexpr Argument kCode[] = {{.name = "CODE", .help = "the eight letters that the login shows"}};
constexpr Example kApproveExamples[] = {{"paybond keys devices approve BCDF-GHJK --dry-run",
                                         "print the request that would give that login a key"}};
constexpr Example kDenyExamples[] = {
    {"paybond keys devices deny BCDF-GHJK --dry-run", "print the request that would end that login"}};

constexpr Command kApprove{.name = "approve",
                           .summary = "Let a login that waits have a key of this tenant",
                           .description = kText,
                           .arguments = kCode,
                           .examples = kApproveExamples,
                           .exits = kCallExits,
                           .see_also = kSeeAlso,
                           .access = Access::writes,
                           .reach = Reach::gateway,
                           .run = run_approve};
constexpr Command kDeny{.name = "deny",
                        .summary = "Refuse a login that waits",
                        .description = kText,
                        .arguments = kCode,
                        .examples = kDenyExamples,
                        .exits = kCallExits,
                        .see_also = kSeeAlso,
                        .access = Access::writes,
                        .reach = Reach::gateway,
                        .run = run_deny};

constexpr const Command* kCommands[] = {&kApprove, &kDeny};

}  // namespace

constexpr Command kPaybondKeysDevices{
    .name = "devices",
    .summary = "Approve or refuse logins that wait for a key",
    .children = kCommands,
};

}  // namespace agentnet::commands
