// sbn pgdag validate, verify, list, show
#include <algorithm>

#include "commands/input.hpp"
#include "commands/sbn/connection.hpp"
#include "commands/sbn/pgdag.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

using sbn::pgdag::DagTemplate;
using sbn::pgdag::RecordFault;
using sbn::pgdag::Replay;
using sbn::pgdag::RunRecord;

constexpr std::size_t kMaxListedRuns = 100'000;

Exit run_validate(const Arguments& arguments, Context& context) {
  const InputText input = read_input(arguments.text("TEMPLATE"), context);
  const json::Document source = parse_input(input);
  const DagTemplate dag = naming(input.name, [&] { return DagTemplate::from_json(source.root); });
  const auto problems = sbn::pgdag::problems_of(dag);
  json::Arena arena;
  json::ArrayBuilder list(arena);
  for (const auto& problem : problems) {
    list.add(json::ObjectBuilder(arena)
                 .add("code", std::string_view(problem.code))
                 .add("message", std::string_view(problem.message))
                 .done());
  }
  const json::Value answer = json::ObjectBuilder(arena)
                                 .add_boolean("valid", problems.empty())
                                 .add("name", std::string_view(dag.name))
                                 .add_integer("nodes", static_cast<std::int64_t>(dag.nodes.size()))
                                 .add_integer("edges", static_cast<std::int64_t>(dag.edges.size()))
                                 .add("problems", list.done())
                                 .done();
  context.sink.result({answer, {}, problems.empty() ? "true" : "false"});
  if (problems.empty()) return Exit::done;
  for (const auto& problem : problems)
    context.diagnostics.warn(problem.code, input.name + ": " + printable(problem.message));
  return Exit::usage;
}

Exit run_verify(const Arguments& arguments, Context& context) {
  const RunRecord record = read_record(arguments.text("RUN"), context);
  Replay replay(record, context.clock, context.random);
  const std::vector<RecordFault>& faults = replay.check_end();
  json::Arena arena;
  json::ArrayBuilder list(arena);
  for (const RecordFault& fault : faults) {
    list.add(json::ObjectBuilder(arena)
                 .add("where", std::string_view(fault.where))
                 .add("what", std::string_view(fault.what))
                 .done());
  }
  const json::Value answer = json::ObjectBuilder(arena)
                                 .add_boolean("valid", faults.empty())
                                 .add("run_id", std::string_view(record.run_id))
                                 .add("status", std::string_view(record.status))
                                 .add_integer("steps", record.steps)
                                 .add("merkle_root_hash", std::string_view(record.merkle_root_hash))
                                 .add("head_hash", std::string_view(record.head_hash))
                                 .add("faults", list.done())
                                 .done();
  context.sink.result({answer, {}, faults.empty() ? "true" : "false"});
  for (const RecordFault& fault : faults)
    context.diagnostics.warn("record_broken", printable(fault.where) + ": " + fault.what);
  return faults.empty() ? Exit::done : Exit::verification;
}

constexpr std::string_view kColumns[] = {"run_id", "template_name", "status", "steps", "updated_at"};

json::Value summary_of(const RunRecord& record, json::Arena& arena) {
  const json::Document dag = json::parse(record.dag);
  const json::Value* name = dag.root.find("name");
  return json::ObjectBuilder(arena)
      .add(kColumns[0], std::string_view(record.run_id))
      .add(kColumns[1], name != nullptr && name->is_string() ? name->text() : std::string_view())
      .add(kColumns[2], std::string_view(record.status))
      .add_integer(kColumns[3], record.steps)
      .add(kColumns[4], std::string_view(iso_offset(record.updated_at)))
      .add("started_at", std::string_view(iso_offset(record.started_at)))
      .add("merkle_root_hash", std::string_view(record.merkle_root_hash))
      .done();
}

std::vector<std::string> record_files(const Context& context) {
  try {
    return context.files.list(runs_folder(context), kMaxListedRuns);
  } catch (const Error& error) {
    if (error.category() != Category::not_found) throw;
    return {};
  }
}

// A file that is no record is passed over with a warning: the others are still worth listing.
Exit run_list(const Arguments&, Context& context) {
  const std::string folder = runs_folder(context);
  context.sink.begin_rows();
  for (const std::string& file : record_files(context)) {
    if (!file.ends_with(".json")) continue;
    std::optional<RunRecord> record;
    try {
      record = read_record(folder + "/" + file, context);
    } catch (const Error& error) {
      context.diagnostics.warn(error.code(), error.message());
      continue;
    }
    json::Arena arena;
    const json::Value row = summary_of(*record, arena);
    context.sink.row({row,
                      {},
                      record->run_id,
                      false,
                      pick(row, {kColumns[0], kColumns[1], kColumns[2], kColumns[3], kColumns[4]}, arena)});
  }
  context.sink.end_rows();
  return Exit::done;
}

Exit run_show(const Arguments& arguments, Context& context) {
  const RunRecord record = read_record(arguments.text("RUN"), context);
  const std::string text = record.write();
  const json::Document whole = json::parse(text);
  json::Arena arena;
  context.sink.result({whole.root, {}, record.run_id, false, summary_of(record, arena)});
  return Exit::done;
}

constexpr Argument kTemplate[] = {
    {.name = "TEMPLATE", .help = "JSON, a file, or - for standard input", .completes = Completes::files}};
constexpr Argument kRun[] = {
    {.name = "RUN", .help = "the run's id, or the file of its record", .completes = Completes::files}};

#define RUN_ONE R"($(sbn pgdag run '{"name": "t", "nodes": ["a"]}' --step a=builtin:pass -f quiet))"
constexpr Example kValidateExamples[] = {
    {R"(sbn pgdag validate '{"name": "t", "nodes": ["a", "b"], "edges": [["a", "b"]]}')",
     "say whether a template can run to its end"}};
constexpr Example kVerifyExamples[] = {{"sbn pgdag verify " RUN_ONE, "check a run without any network"}};
constexpr Example kListExamples[] = {
    {R"(sbn pgdag run '{"name": "t", "nodes": ["a"]}' --step a=builtin:pass && sbn pgdag list)",
     "list the runs of this user"}};
constexpr Example kShowExamples[] = {{"sbn pgdag show " RUN_ONE " -f json", "print the record of a run"}};
#undef RUN_ONE
constexpr Exit kVerifyExits[] = {Exit::not_found, Exit::verification};
constexpr Exit kShowExits[] = {Exit::not_found};
constexpr std::string_view kSeeAlso[] = {"sbn pgdag run", "sbn pgdag verify"};

}  // namespace

constexpr Command kSbnPgdagValidate{
    .name = "validate",
    .summary = "Say whether a template can run: cycles, unknown ends of edges, duplicate ids",
    .arguments = kTemplate,
    .examples = kValidateExamples,
    .see_also = kSeeAlso,
    .run = run_validate};
constexpr Command kSbnPgdagVerify{
    .name = "verify",
    .summary = "Check the record of a run offline",
    .description =
        "Every fingerprint, proof hash and entry hash is computed again from the inputs and outputs that the "
        "record holds, in the recorded order, and at the end the Merkle root and the final outputs. Exit "
        "status 9, and where, when something does not hold. That the programs would print the same again is "
        "not checked: they are not run.",
    .arguments = kRun,
    .examples = kVerifyExamples,
    .exits = kVerifyExits,
    .see_also = kSeeAlso,
    .access = Access::reads,
    .run = run_verify};
constexpr Command kSbnPgdagList{.name = "list",
                                .summary = "List the runs of this user",
                                .examples = kListExamples,
                                .see_also = kSeeAlso,
                                .access = Access::reads,
                                .run = run_list};
constexpr Command kSbnPgdagShow{.name = "show",
                                .summary = "Print the record of a run",
                                .arguments = kRun,
                                .examples = kShowExamples,
                                .exits = kShowExits,
                                .see_also = kSeeAlso,
                                .access = Access::reads,
                                .run = run_show};

}  // namespace agentnet::commands
