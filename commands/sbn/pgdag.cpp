#include "commands/sbn/pgdag.hpp"

#include "commands/input.hpp"
#include "core/network/places.hpp"

namespace agentnet::commands {

std::string runs_folder(const Context& context) {
  return network::state_folder(context.environment) + "/runs";
}

std::string record_path(const std::string& run, const Context& context) {
  if (run.find('/') != run.npos || run.ends_with(".json")) return run;
  if (!sbn::pgdag::is_record_run_id(run)) {
    throw Error(Category::usage, "bad_run_id",
                "'" + printable(run) + "' is no id of a run: 1 to 128 letters, digits and . _ : -");
  }
  return runs_folder(context) + "/" + run + ".json";
}

sbn::pgdag::RunRecord read_record(const std::string& run, const Context& context) {
  const std::string path = record_path(run, context);
  std::string text;
  try {
    text = context.files.read(path, sbn::pgdag::kMaxRecordBytes);
  } catch (const Error& error) {
    if (error.category() != Category::not_found) throw;
    throw Error(Category::not_found, "unknown_run", "there is no run '" + run + "'",
                "`sbn pgdag list` says which there are", {{"file", path}});
  }
  return naming(path, [&] { return sbn::pgdag::RunRecord::read(text); });
}

namespace {

constexpr const Command* kCommands[] = {&kSbnPgdagRun,      &kSbnPgdagVerify, &kSbnPgdagGraph,
                                        &kSbnPgdagValidate, &kSbnPgdagList,   &kSbnPgdagShow};

}  // namespace

constexpr Command kSbnPgdag{
    .name = "pgdag",
    .summary = "Run workflows whose steps are programs, with a proof of each step",
    .description =
        "A template names steps and says what comes before what. Each step is a program that gets JSON and "
        "prints JSON; it is sealed with a proof that covers what went in and what came out. The record of a "
        "run can be checked offline by whoever has it.",
    .children = kCommands,
};

}  // namespace agentnet::commands
