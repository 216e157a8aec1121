// paybond whoami
#include "commands/paybond/answer.hpp"
#include "commands/paybond/paybond.hpp"

namespace agentnet::commands {
namespace {

Exit run_whoami(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const paybond::Principal principal = connection.principal();
    const json::Value& said = principal.answer.root;
    json::Arena arena;
    json::ObjectBuilder data(arena);
    for (const std::string_view name : {"tenant_id", "tenant_uuid", "environment", "service_account_role"}) {
      if (const json::Value* member = said.find(name)) data.add(name, *member);
    }
    data.add("principal", said);
    show(connection, arguments, context,
         {.command = "whoami",
          .data = data.done(),
          .brief = {"tenant_id", "tenant_uuid", "environment", "service_account_role"},
          .id = principal.tenant_id});
    return Exit::done;
  });
}

constexpr Example kExamples[] = {{"paybond whoami", "the tenant that the key belongs to"}};
constexpr Exit kExits[] = {Exit::auth, Exit::refused, Exit::policy, Exit::unreachable};
constexpr std::string_view kSeeAlso[] = {"paybond keys list"};

}  // namespace

constexpr Command kPaybondWhoami{
    .name = "whoami",
    .summary = "Show the tenant and the role that the key stands for",
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .reach = Reach::gateway,
    .run = run_whoami,
};

}  // namespace agentnet::commands
