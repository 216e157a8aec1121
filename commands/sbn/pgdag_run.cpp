// sbn pgdag run
#include <signal.h>

#include <optional>

#include "commands/sbn/connection.hpp"
#include "commands/sbn/payload.hpp"
#include "commands/sbn/pgdag_runner.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

using sbn::pgdag::DagTemplate;
using sbn::pgdag::ProofArtifact;
using sbn::pgdag::Replay;
using sbn::pgdag::RunRecord;
using sbn::pgdag::RunResult;
using sbn::pgdag::RunStatus;

constexpr std::int64_t kMostParallel = 64;
constexpr std::int64_t kLongestStep = 7 * 24 * 3600;  // seconds
constexpr std::size_t kMaxInputsBytes = 16 * 1024 * 1024;
constexpr std::string_view kDefaultActor = "sbn.pgdag";

[[noreturn]] void refuse(const char* code, const std::string& message, const std::string& hint = {}) {
  throw Error(Category::usage, code, message, hint);
}

// The template, checked as a whole before anything runs.
DagTemplate sound_template(const json::Value& value, const std::string& name) {
  return naming(name, [&] {
    DagTemplate dag = DagTemplate::from_json(value);
    sbn::pgdag::require_sound(dag);
    return dag;
  });
}

RunRecord new_record(const Arguments& arguments, Context& context) {
  const auto file = arguments.find("TEMPLATE");
  if (!file) refuse("no_template", "a template is needed, or --resume RUN");
  if (arguments.has("--event")) refuse("event_without_run", "--event goes with --resume");
  const InputText input = read_input(*file, context);
  const json::Document source = parse_input(input);
  const DagTemplate dag = sound_template(source.root, input.name);
  RunRecord record;
  record.commands = step_commands(dag, arguments.all("--step"), {});
  json::Arena arena;
  record.dag = json::to_compact(dag.to_json(arena));
  if (const auto inputs = arguments.find("--inputs")) {
    const Payload payload(*inputs, context);
    record.inputs = json::to_compact(payload.value);
  }
  if (record.inputs.size() > kMaxInputsBytes) refuse("too_large", "the inputs are larger than 16 MiB");
  record.run_id = arguments.find("--run-id").value_or("run-" + sbn::pgdag::short_id(context.random));
  if (!sbn::pgdag::is_record_run_id(record.run_id))
    refuse("bad_run_id", "a run id has 1 to 128 letters, digits and . _ : -");
  record.profile = *sbn::pgdag::profile_of(arguments.find("--kernel").value_or("0.14.0"));
  record.actor = arguments.find("--actor").value_or(std::string(kDefaultActor));
  record.slot_id = "local-" + sbn::pgdag::short_id(context.random);
  record.started_at = record.updated_at = context.clock.now();
  return record;
}

// What cannot be said of a run that was begun already.
void refuse_beginnings(const Arguments& arguments) {
  for (const char* name : {"TEMPLATE", "--inputs", "--actor", "--run-id", "--kernel"}) {
    if (arguments.has(name))
      refuse("resumed_already_has", std::string(name) + " stands in the record of the run that is resumed");
  }
}

RunRecord resumed_record(const Arguments& arguments, const std::string& run, const Context& context) {
  refuse_beginnings(arguments);
  RunRecord record = read_record(run, context);
  const auto event = arguments.find("--event");
  if (record.status == "complete") {
    throw Error(Category::conflict, "run_complete", "the run " + record.run_id + " is complete");
  }
  if (event && record.waits() == nullptr)
    throw Error(Category::conflict, "no_wait", "no step of the run waits for an event");
  if (!event && record.waits() != nullptr) {
    throw Error(Category::pending, "waiting", "a step of the run waits for an event: " + record.waits()->text,
                "give it with --event JSON");
  }
  const json::Document dag = json::parse(record.dag);
  record.commands = step_commands(sound_template(dag.root, run), arguments.all("--step"), record.commands);
  record.forget_failures();
  if (event) {
    const Payload payload(*event, context);
    record.add_event(json::to_compact(payload.value));
  }
  record.status = sbn::pgdag::kRunning;
  record.completed_at.reset();
  record.final_outputs = "null";
  record.merkle_root_hash.clear();
  return record;
}

// Each proof as a sealed block of the network; its receipt and its block then stand in the proof. Neither is
// covered by the proof hash.
void seal_in_network(Connection& connection, const RunRecord& record, ProofArtifact& proof) {
  json::Arena arena;
  json::ObjectBuilder payload(arena);
  for (const json::Member& member : proof.to_json(sbn::pgdag::Profile::v0_12_2, arena).members()) {
    if (member.name.text() != "block_ref") payload.add(member);
  }
  payload.add("run_id", std::string_view(record.run_id));
  sbn::SealOptions options;
  options.domain = json::parse(record.dag).root.find("domain")->text();
  if (options.domain.empty()) options.domain = record.domain;
  options.metadata = json::ObjectBuilder(arena)
                         .add("source", "pgdag_runtime")
                         .add("step_id", std::string_view(proof.step_id))
                         .done();
  const json::Document answer = connection.client().seal(payload.done(), options);
  proof.receipt_id = first_text(answer.root, {"receipt_id"});
  const std::string block = first_text(answer.root, {"smartblock_record_id", "id", "block_id"});
  if (!block.empty()) proof.block_ref = block;
}

Exit exit_of(const RunResult& result, StopSignals& signals) {
  switch (result.status) {
    case RunStatus::complete:
      return Exit::done;
    case RunStatus::waiting:
      return Exit::pending;
    case RunStatus::interrupted:
      return signals.received() == SIGINT ? Exit::interrupted : Exit::terminated;
    case RunStatus::failed:
    case RunStatus::partial:
      break;
  }
  return Exit::failed;
}

// Says which steps failed, and how. The code is what stands before the first colon of the error.
void complain(const RunResult& result, Context& context) {
  for (const ProofArtifact& proof : result.proofs) {
    if (proof.status != sbn::pgdag::ProofStatus::failed) continue;
    const std::string text = RunResult::node_result(proof).error.value_or("step_failed: it failed");
    const std::size_t colon = std::min(text.find(": "), text.size());
    const Format format = context.sink.format();
    context.diagnostics.error(
        {Category::failed,
         text.substr(0, colon),
         "the step '" + proof.step_id + "' failed: " + text.substr(std::min(colon + 2, text.size())),
         "`sbn pgdag run --resume " + result.run_id + "` does it again",
         {{"step", proof.step_id}, {"run_id", result.run_id}}},
        format == Format::json || format == Format::jsonl);
  }
}

void deliver_result(const RunResult& result, const std::string& path, Context& context) {
  json::Arena arena;
  const json::Value all =
      json::with_member(result.to_json(arena), "record", json::Value::string(path), arena);
  const json::Value brief = json::ObjectBuilder(arena)
                                .add("run_id", std::string_view(result.run_id))
                                .add("status", status_name(result.status))
                                .add_integer("steps", static_cast<std::int64_t>(result.proofs.size()))
                                .add("merkle_root_hash", std::string_view(result.merkle_root_hash))
                                .add("record", std::string_view(path))
                                .done();
  context.sink.result({all, {}, result.run_id, false, brief});
}

// What would run, without running it.
Exit deliver_plan(const RunRecord& record, Context& context) {
  json::Arena arena;
  json::ObjectBuilder commands(arena);
  for (const auto& [step, command] : record.commands)
    commands.add(arena.copy(step), std::string_view(command));
  context.sink.default_to(Format::json);
  context.sink.result({json::ObjectBuilder(arena)
                           .add_boolean("dry_run", true)
                           .add("run_id", std::string_view(record.run_id))
                           .add_integer("done", record.steps)
                           .add("commands", commands.done())
                           .done(),
                       {},
                       record.run_id});
  return Exit::done;
}

// A resumed run is read anew under the lock: whoever held it may have gone on with it.
std::unique_ptr<FileLock> take_record(RunRecord& record, const std::string& path, const Arguments& arguments,
                                      Context& context) {
  if (const auto run = arguments.find("--resume")) {
    auto lock = context.files.lock(path);
    record = resumed_record(arguments, *run, context);
    return lock;
  }
  context.files.make_private_folder(runs_folder(context));
  try {
    context.files.create_private(path, record.write());
  } catch (const Error& error) {
    if (error.category() != Category::conflict) throw;
    throw Error(Category::conflict, "run_exists", "there is a run " + record.run_id + " already",
                "go on with it: --resume " + record.run_id);
  }
  return context.files.lock(path);
}

// The faults of a record that is to be gone on with.
void require_sound_record(const Replay& replay, const std::string& path) {
  if (replay.faults().empty()) return;
  const sbn::pgdag::RecordFault& fault = replay.faults().front();
  throw Error(Category::verification, "record_broken",
              path + " does not hold at '" + fault.where + "': " + fault.what);
}

Exit run_run(const Arguments& arguments, Context& context) {
  StopSignals signals;
  const auto resumed = arguments.find("--resume");
  RunRecord record = resumed ? resumed_record(arguments, *resumed, context) : new_record(arguments, context);
  const std::string path = record_path(resumed.value_or(record.run_id), context);
  RunnerOptions options{path};
  options.parallel = static_cast<std::size_t>(arguments.number("--parallel", 1, kMostParallel).value_or(1));
  if (const auto seconds = arguments.number("--step-timeout", 1, kLongestStep))
    options.step_timeout = std::chrono::seconds(*seconds);
  if (context.dry_run) return deliver_plan(record, context);

  std::optional<Connection> connection;
  if (arguments.has("--seal")) {
    connection.emplace(arguments, context);
    options.seal_in_network = [&](ProofArtifact& proof) { seal_in_network(*connection, record, proof); };
  }
  const auto lock = take_record(record, path, arguments, context);
  Replay replay(record, context.clock, context.random);
  require_sound_record(replay, path);
  PgdagRunner runner(record, replay, options, signals, context);
  const RunResult result = runner.run();
  deliver_result(result, path, context);
  complain(result, context);
  return exit_of(result, signals);
}

constexpr std::string_view kKernels[] = {"0.12.2", "0.14.0"};
constexpr Argument kArguments[] = {{.name = "TEMPLATE",
                                    .help = "JSON, a file, or - for standard input",
                                    .completes = Completes::files,
                                    .optional = true}};
constexpr Option kOptions[] = {
    {.name = "--inputs", .value = "JSON", .help = "what the run begins with: a JSON object, a file, or -"},
    {.name = "--step",
     .value = "NAME=COMMAND",
     .help = "the program of a step, *=COMMAND of every other one; builtin:pass does nothing",
     .repeatable = true},
    {.name = "--parallel", .value = "N", .help = "how many steps may run at once, 1 to 64", .fallback = "1"},
    {.name = "--step-timeout",
     .value = "SECONDS",
     .help = "kill a step, and all it started, after that time"},
    {.name = "--actor",
     .value = "NAME",
     .help = "who runs it; every proof covers it",
     .fallback = "sbn.pgdag"},
    {.name = "--run-id", .value = "ID", .help = "the run's name", .fallback = "a new one"},
    {.name = "--kernel",
     .value = "RELEASE",
     .help = "whose rules the proofs follow; 0.12.2 forwards no outputs",
     .fallback = "0.14.0",
     .choices = kKernels},
    {.name = "--resume", .value = "RUN", .help = "go on with a run: its id or its record"},
    {.name = "--event", .value = "JSON", .help = "with --resume: the event that a step waits for"},
    {.name = "--seal", .help = "also seal each step in the network, which leaves receipts"},
};
constexpr Example kExamples[] = {
    {R"(sbn pgdag run '{"name": "t", "nodes": ["a", "b"]}' --inputs '{"n": 2}' --step a='jq -c "{m: (.n * 2)}"' --step b=builtin:pass)",
     "run two programs one after the other"},
    {R"(sbn pgdag run '{"name": "t", "nodes": ["a"]}' --step '*=builtin:pass' --seal -f json)",
     "leave a receipt for each step"}};
constexpr Exit kExits[] = {Exit::not_found,    Exit::auth,        Exit::refused,
                           Exit::conflict,     Exit::unreachable, Exit::pending,
                           Exit::verification, Exit::interrupted, Exit::terminated};
constexpr std::string_view kSeeAlso[] = {"sbn pgdag verify", "sbn pgdag validate", "sbn pgdag show"};

}  // namespace

constexpr Command kSbnPgdagRun{
    .name = "run",
    .summary = "Run a workflow, or go on with one",
    .description =
        "A template is {\"name\", \"nodes\": [{\"id\", \"metadata\": {\"command\"}}], \"edges\": "
        "[{\"source\", \"target\"}]}; ids alone, and pairs for edges, will do. Without edges the steps run "
        "in "
        "their order.\n\n"
        "A step is run by /bin/sh. It gets a JSON object on standard input: the inputs, what the steps "
        "before it printed, and the hashes of their proofs. It prints a JSON object, and ends with 0. "
        "{\"wait_for\": {\"event_type\", \"event_key\", \"partial_outputs\"}} alone says that it waits; the "
        "command then ends with 8, and --resume RUN --event JSON goes on: the event joins the inputs and the "
        "step is run again. PGDAG_RUN_ID and PGDAG_STEP_ID say what is run; variables whose names say that "
        "they hold a secret are not passed on.\n\n"
        "The record of the run, runs/ID.json in the state folder, is written after each step, so a run that "
        "failed, was interrupted or killed can be resumed: steps that are sealed are not run again.",
    .arguments = kArguments,
    .options = kOptions,
    .examples = kExamples,
    .exits = kExits,
    .see_also = kSeeAlso,
    .access = Access::writes,
    .reach = Reach::network,
    .run = run_run};

}  // namespace agentnet::commands
