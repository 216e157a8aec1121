#include "commands/paybond/agent_files.hpp"

#include <doctest/doctest.h>

#include <sys/stat.h>

#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::fault_of;

struct Folder {
  tests::CommandRun command;
  AgentFiles files{command.context, command.folder.file(".paybond")};

  paybond::AgentRun run(const std::string& id) const {
    return {.run_id = id,
            .tenant_id = "t",
            .intent_id = "i",
            .capability_token = "secret-token",
            .operation = "x",
            .allowed_tools = {},
            .created_at = ""};
  }
};

unsigned mode_of(const std::string& path) {
  struct stat facts {};
  REQUIRE_EQ(::stat(path.c_str(), &facts), 0);
  return facts.st_mode & 0777U;
}

TEST_CASE("a run that was made is read again, by its owner alone") {
  Folder folder;
  folder.files.create(folder.run("a"));
  CHECK_EQ(folder.files.load("a").capability_token, "secret-token");
  CHECK_EQ(mode_of(folder.files.run_path("a")), 0600);
  CHECK_EQ(mode_of(folder.command.folder.file(".paybond")), 0700);
  CHECK_EQ(mode_of(folder.command.folder.file(".paybond/runs")), 0700);
}

TEST_CASE("a run is made once and changed at will") {
  Folder folder;
  folder.files.require_new("a");
  folder.files.create(folder.run("a"));
  CHECK_EQ(fault_of([&] { folder.files.require_new("a"); }), "conflict/exists");
  CHECK_EQ(fault_of([&] { folder.files.create(folder.run("a")); }), "conflict/exists");
  paybond::AgentRun changed = folder.run("a");
  changed.operation = "y";
  folder.files.save(changed);
  CHECK_EQ(folder.files.load("a").operation, "y");
  CHECK_EQ(mode_of(folder.files.run_path("a")), 0600);
}

TEST_CASE("what is not there has a name") {
  Folder folder;
  CHECK_EQ(fault_of([&] { folder.files.load("a"); }), "not_found/unknown_run_id");
  CHECK_EQ(fault_of([&] { folder.files.lock("a"); }), "not_found/unknown_run_id");
  CHECK_EQ(folder.files.trace("a"), "");
}

TEST_CASE("no id leads out of the folder") {
  Folder folder;
  for (const std::string id : {"../a", "a/../../b", "/etc/passwd", "", "."}) {
    CAPTURE(id);
    CHECK_EQ(fault_of([&] { folder.files.load(id); }), "usage/invalid_run_id");
    CHECK_EQ(fault_of([&] { folder.files.lock(id); }), "usage/invalid_run_id");
    CHECK_EQ(fault_of([&] { folder.files.require_new(id); }), "usage/invalid_run_id");
  }
}

TEST_CASE("a file under another name is not that run") {
  Folder folder;
  folder.files.create(folder.run("a"));
  const std::string text = agentnet::tests::read_file(folder.files.run_path("a"));
  folder.command.folder.put(".paybond/runs/b.json", text);
  CHECK_EQ(fault_of([&] { folder.files.load("b"); }), "usage/bad_run");
}

TEST_CASE("a file that is larger than a run can be is not read") {
  Folder folder;
  folder.files.create(folder.run("a"));
  std::string text = agentnet::tests::read_file(folder.files.run_path("a"));
  text.resize(paybond::kMaxRunBytes, ' ');
  folder.command.folder.put(".paybond/runs/a.json", text);
  CHECK_EQ(folder.files.load("a").run_id, "a");
  folder.command.folder.put(".paybond/runs/a.json", text + " ");
  CHECK_EQ(fault_of([&] { folder.files.load("a"); }), "usage/too_large");
}

TEST_CASE("a trace grows beside its run") {
  Folder folder;
  const paybond::AgentRun run = folder.run("a");
  folder.files.create(run);
  for (const std::string_view type : {"tool_selected", "tool_executed"})
    folder.files.append(run, {{.type = type, .run_id = "a", .tool_call_id = "c", .operation = "x"}});
  const json::Document trace = paybond::read_trace(folder.files.trace("a"));
  CHECK_EQ(trace.root.find("trace_events")->items().size(), 2);
  CHECK_EQ(mode_of(folder.files.trace_path("a")), 0600);
  CHECK_EQ(folder.files.trace("a").find("secret-token"), std::string::npos);
}

}  // namespace
}  // namespace agentnet::commands
