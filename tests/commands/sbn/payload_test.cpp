// Objects that commands are given to send.
#include "commands/sbn/payload.hpp"

#include <doctest/doctest.h>

#include "core/json/write.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::CommandRun;
using tests::fault_of;
using tests::with;

TEST_CASE("a payload is an object, its numbers as they were written") {
  const CommandRun run(R"({"n":1.50,"n":1.0})");
  CHECK(json::to_compact(Payload("-", run.context).value) == R"({"n":1.0})");
  CHECK(json::to_compact(Payload(R"({"n":1.50})", run.context).value) == R"({"n":1.50})");
}

TEST_CASE("what is no object is refused") {
  const CommandRun run("1");
  CHECK(fault_of([&] { Payload("-", run.context); }) == "usage/not_an_object");
  CHECK(fault_of([&] { Payload("[{}]", run.context); }) == "usage/not_an_object");
  CHECK(fault_of([&] { Payload("none.json", run.context); }) == "usage/bad_input");
}

TEST_CASE("an option that was not given is null, one that was is an object") {
  const CommandRun run;
  const auto read = [&](const char* text) {
    return json::to_compact(object_option(with({{"--x", {text}}}), "--x", run.context).root);
  };
  CHECK(object_option({}, "--x", run.context).root.is_null());
  CHECK(read("{}") == "{}");
  CHECK(read(R"({"a":1,"a":2})") == R"({"a":2})");
  CHECK(fault_of([&] { (void)read("[]"); }) == "usage/not_an_object");
  CHECK(fault_of([&] { (void)read("{"); }).starts_with("usage/"));
}

TEST_CASE("a fault in an option names the option") {
  const CommandRun run;
  try {
    (void)object_option(with({{"--x", {"none.json"}}}), "--x", run.context);
    FAIL("nothing was thrown");
  } catch (const Error& fault) {
    CHECK(fault.message().starts_with("--x: "));
  }
}

}  // namespace
}  // namespace agentnet::commands
