// Which program a step runs, what it may see, and what came of it.
#include "commands/sbn/pgdag_steps.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

using sbn::pgdag::DagTemplate;

const json::Document kSource =
    json::parse(R"({"name":"t","nodes":["a","b",{"id":"c","metadata":{"command":"own"}}]})");

std::string code_of(const std::vector<std::string>& options,
                    const std::map<std::string, std::string>& before = {}) {
  try {
    step_commands(DagTemplate::from_json(kSource.root), options, before);
  } catch (const Error& error) {
    return error.code();
  }
  return "nothing";
}

sbn::pgdag::StepOutcome printed(const std::string& output, int code = 0) {
  static json::Arena arena;
  return outcome_of({ChildEnd::exited, code, output, "tail\n"}, arena);
}

std::string error_of(const sbn::pgdag::StepOutcome& outcome) {
  return outcome.error.value_or("no error");
}

TEST_CASE("an option wins over the record, the record over the template, and * is for the rest") {
  const DagTemplate dag = DagTemplate::from_json(kSource.root);
  const auto commands = step_commands(dag, {"a=x=y", "*=rest"}, {{"c", "recorded"}});
  CHECK(commands.at("a") == "x=y");
  CHECK(commands.at("b") == "rest");
  CHECK(commands.at("c") == "recorded");
  CHECK(step_commands(dag, {"*=rest"}, {}).at("c") == "own");
  CHECK(step_commands(dag, {"*=rest", "c=said"}, {{"c", "recorded"}}).at("c") == "said");
}

TEST_CASE("what names no step, or no command, is refused") {
  CHECK(code_of({"*=x"}) == "nothing");
  CHECK(code_of({"a=x"}) == "no_command");
  CHECK(code_of({"a=x", "b=", "c=x"}) == "no_command");
  CHECK(code_of({"*=x", "zz=x"}) == "unknown_step");
  CHECK(code_of({"*=x", "nothing"}) == "bad_step");
  CHECK(code_of({"*=x", "=x"}) == "bad_step");
  CHECK(code_of({"*=builtin:zz"}) == "unknown_builtin");
  CHECK(code_of({"*=builtin:pass"}) == "nothing");
}

TEST_CASE("variables with secrets in them are not passed on") {
  const Environment environment({{"PATH", "p"},
                                 {"KEYBOARD", "k"},
                                 {"SBN_API_KEY", "s"},
                                 {"SBN_BASE_URL", "s"},
                                 {"AGENTNET_STATE_DIR", "s"},
                                 {"GITHUB_TOKEN", "s"},
                                 {"AWS_SECRET_ACCESS", "s"},
                                 {"PASSWORD", "s"}});
  std::vector<std::string> variables = environment_of_steps(environment);
  std::sort(variables.begin(), variables.end());
  CHECK(variables == std::vector<std::string>{"KEYBOARD=k", "PATH=p"});
}

TEST_CASE("one JSON object is what a step returned") {
  CHECK(json::to_compact(printed("{\"a\": 1}\n").outputs) == R"({"a":1})");
  CHECK(json::to_compact(printed(R"({"a":1,"a":2})").outputs) == R"({"a":2})");
  CHECK(error_of(printed("{}")) == "no error");
}

TEST_CASE("everything else is a failure with a name") {
  CHECK(error_of(printed("{}", 3)) == "step_failed: exit status 3: tail");
  CHECK(error_of(printed("")).starts_with("step_bad_output: it printed no JSON: "));
  CHECK(error_of(printed("[]")).starts_with("step_bad_output: it printed no JSON object"));
  CHECK(error_of(printed("{}{}")).starts_with("step_bad_output: "));
  CHECK(error_of(printed("{\"a\": \"\xff\"}")).starts_with("step_bad_output: "));
  json::Arena arena;
  CHECK(error_of(outcome_of({ChildEnd::signaled, 9, "{}", ""}, arena)) == "step_killed: signal 9 ended it");
  CHECK(error_of(outcome_of({ChildEnd::timed_out, 9, "{}", ""}, arena)) ==
        "step_timeout: it did not end in time");
  CHECK(error_of(outcome_of({ChildEnd::printed_too_much, 9, "{}", ""}, arena))
            .starts_with("step_too_large: it printed more than 16777216 bytes"));
}

TEST_CASE("wait_for alone says that a step waits; beside other members it is a member") {
  const auto waits = printed(R"({"wait_for":{"event_type":"approval","partial_outputs":{"half":1}}})");
  REQUIRE(waits.event);
  CHECK(waits.event->event_type == "approval");
  CHECK(waits.event->partial_outputs == R"({"half":1})");
  CHECK_FALSE(printed(R"({"wait_for":{"event_type":"approval"},"a":1})").event);
  CHECK(error_of(printed(R"({"wait_for":{}})")).starts_with("step_bad_output: "));
  CHECK(
      error_of(printed(R"({"wait_for":{"event_type":"a","metadata":[]}})")).starts_with("step_bad_output: "));
}

TEST_CASE("the end of standard error drives no terminal") {
  json::Arena arena;
  const auto outcome = outcome_of({ChildEnd::exited, 1, "", "\x1b[31mred"}, arena);
  CHECK(error_of(outcome).find('\x1b') == std::string::npos);
}

}  // namespace
}  // namespace agentnet::commands
