// paybond audit exports create, list, get, delete
#include "commands/paybond/answer.hpp"
#include "commands/paybond/paybond.hpp"
#include "core/paybond/client_audit.hpp"

namespace agentnet::commands {
namespace {

constexpr std::int64_t kMostHours = 24 * 366;
constexpr std::pair<std::string_view, std::string_view> kFilters[] = {{"--time-start", "time_start"},
                                                                      {"--time-end", "time_end"},
                                                                      {"--intent-id", "intent_id"},
                                                                      {"--case-id", "case_id"},
                                                                      {"--operator-did", "operator_did"}};

std::string job_id_of(const json::Value& answer) {
  const json::Value* job = answer.find("job");
  return job == nullptr ? std::string() : text_among(*job, {"id", "job_id"});
}

Exit run_create(const Arguments& arguments, Context& context) {
  json::Arena arena;
  json::ObjectBuilder filter(arena);
  for (const auto& [option, member] : kFilters) {
    if (const auto value = arguments.find(option)) filter.add(member, std::string_view(*value));
  }
  paybond::AuditExportRequest request{.filter = filter.done(), .includes = arguments.all("--includes")};
  if (const auto tier = arguments.find("--disclosure-tier")) request.disclosure_tier = *tier;
  request.retention_hours = arguments.number("--retention-hours", 1, kMostHours);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::create_audit_export(connection.gateway(), request);
    show(connection, arguments, context,
         {.command = "audit exports create", .data = answer.root, .id = job_id_of(answer.root)});
    return Exit::done;
  });
}

Exit run_list(const Arguments& arguments, Context& context) {
  const paybond::AuditListOptions options{.limit = arguments.number("--limit", 1, paybond::kMaxAuditPage),
                                          .cursor = arguments.text("--cursor")};
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::list_audit_exports(connection.gateway(), options);
    show_list(connection, arguments, context,
              {.command = "audit exports list",
               .data = answer.root,
               .list = "jobs",
               .columns = {"id", "status", "disclosure_tier", "created_at", "expires_at"},
               .id_members = {"id", "job_id"}});
    return Exit::done;
  });
}

Exit run_get(const Arguments& arguments, Context& context) {
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    const json::Document answer = paybond::get_audit_export(connection.gateway(), arguments.text("JOB"),
                                                            arguments.has("--issue-download"));
    show(connection, arguments, context,
         {.command = "audit exports get", .data = answer.root, .id = job_id_of(answer.root)});
    return Exit::done;
  });
}

Exit run_delete(const Arguments& arguments, Context& context) {
  const std::string job = arguments.text("JOB");
  require_yes(arguments, context, "delete the export " + job);
  return call_paybond(arguments, context, [&](PaybondConnection& connection) {
    paybond::delete_audit_export(connection.gateway(), job);
    json::Arena arena;
    const json::Value data =
        json::ObjectBuilder(arena).add("job_id", std::string_view(job)).add_boolean("deleted", true).done();
    show(connection, arguments, context, {.command = "audit exports delete", .data = data, .id = job});
    return Exit::done;
  });
}

constexpr Argument kJob[] = {{.name = "JOB", .help = "the export's job id"}};
constexpr Option kCreateOptions[] = {
    {.name = "--time-start", .value = "TIME", .help = "what happened at that time or later"},
    {.name = "--time-end", .value = "TIME", .help = "what happened before that time"},
    {.name = "--intent-id", .value = "UUID", .help = "only of this intent"},
    {.name = "--case-id", .value = "ID", .help = "only of this case"},
    {.name = "--operator-did", .value = "DID", .help = "only of this operator"},
    {.name = "--includes",
     .value = "NAME",
     .help = "a part of the pack; may be repeated",
     .repeatable = true},
    {.name = "--disclosure-tier",
     .value = "TIER",
     .help = "how much is disclosed",
     .fallback = paybond::kDefaultDisclosureTier},
    {.name = "--retention-hours", .value = "N", .help = "how long the pack is kept"},
};
constexpr Option kListOptions[] = {
    {.name = "--limit", .value = "N", .help = "how many at most, 1 to 200"},
    {.name = "--cursor", .value = "TEXT", .help = "the next_cursor of the page before"},
};
constexpr Option kGetOptions[] = {
    {.name = "--issue-download", .help = "have a token issued that fetches the pack; it is not shown"}};
constexpr Example kCreateExamples[] = {
    {"paybond audit exports create --retention-hours 24", "a pack of the whole ledger"}};
constexpr Example kListExamples[] = {
    {"paybond audit exports create -o quiet && paybond audit exports list", "the packs there are"}};
constexpr Example kGetExamples[] = {
    {"id=$(paybond audit exports create -o quiet) && paybond audit exports get $id", "how far a pack is"}};
constexpr Example kDeleteExamples[] = {
    {"id=$(paybond audit exports create -o quiet) && paybond audit exports delete $id --yes",
     "delete a pack"}};
constexpr std::string_view kSeeAlso[] = {"paybond audit exports verify"};

}  // namespace

constexpr Command kPaybondExportsCreate{.name = "create",
                                        .summary = "Have a pack made for an auditor",
                                        .options = kCreateOptions,
                                        .examples = kCreateExamples,
                                        .exits = kCallExits,
                                        .see_also = kSeeAlso,
                                        .access = Access::writes,
                                        .reach = Reach::gateway,
                                        .run = run_create};
constexpr Command kPaybondExportsList{.name = "list",
                                      .summary = "List the packs that were made",
                                      .options = kListOptions,
                                      .examples = kListExamples,
                                      .exits = kCallExits,
                                      .see_also = kSeeAlso,
                                      .access = Access::reads,
                                      .reach = Reach::gateway,
                                      .run = run_list};
constexpr Command kPaybondExportsGet{.name = "get",
                                     .summary = "Show how far a pack is",
                                     .arguments = kJob,
                                     .options = kGetOptions,
                                     .examples = kGetExamples,
                                     .exits = kCallExits,
                                     .see_also = kSeeAlso,
                                     .access = Access::reads,
                                     .reach = Reach::gateway,
                                     .run = run_get};
constexpr Command kPaybondExportsDelete{.name = "delete",
                                        .summary = "Delete a pack",
                                        .arguments = kJob,
                                        .examples = kDeleteExamples,
                                        .exits = kCallExits,
                                        .see_also = kSeeAlso,
                                        .access = Access::writes,
                                        .reach = Reach::gateway,
                                        .asks = true,
                                        .run = run_delete};

}  // namespace agentnet::commands
