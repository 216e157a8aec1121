// Shell commands as children: bytes in and out, limits, and that nothing is left running.
#include "core/base/child_process.hpp"

#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

namespace agentnet {
namespace {

ChildResult run(const std::string& command, std::string input = {}, ChildLimits limits = {}) {
  ::signal(SIGPIPE, SIG_IGN);  // as the programs do
  ChildPool pool({"PATH=/usr/bin:/bin"}, limits);
  pool.start(7, command, std::move(input));
  auto ended = pool.wait(-1);
  REQUIRE(ended);
  CHECK(ended->key == 7);
  CHECK(pool.running() == 0);
  return std::move(ended->result);
}

// Whether a process that was sent SIGKILL is gone, or dead and only not yet waited for.
bool ends(pid_t process) {
  for (int i = 0; i < 2'000; ++i) {
    const std::string stat = tests::read_file("/proc/" + std::to_string(process) + "/stat");
    if (stat.empty() || stat.find(") Z ") != stat.npos) return true;
    ::usleep(1'000);
  }
  return false;
}

TEST_CASE("a command gets its input and its environment, and nothing else") {
  CHECK(run("cat", "hello").output == "hello");
  CHECK(run("cat").output.empty());
  const std::string variables = run("env").output;
  CHECK(variables.find("PATH=/usr/bin:/bin") != variables.npos);
  CHECK(variables.find("HOME=") == variables.npos);
}

TEST_CASE("more than a pipe holds goes in and out at once") {
  const std::string large(1'000'000, 'x');
  CHECK((run("cat", large).output == large));
  CHECK(run("exec <&-; sleep 0.1", large).code == 0);  // does not read it
}

TEST_CASE("how it ended is said, with the end of its standard error") {
  const ChildResult failed = run("echo out; echo err >&2; exit 3");
  CHECK(failed.end == ChildEnd::exited);
  CHECK(failed.code == 3);
  CHECK(failed.output == "out\n");
  CHECK(failed.error_tail == "err\n");
  const ChildResult killed = run("kill -9 $$");
  CHECK(killed.end == ChildEnd::signaled);
  CHECK(killed.code == SIGKILL);
  CHECK(run("yes | head -c 100000 >&2").error_tail.size() == kChildErrorTail);
}

TEST_CASE("output may be as long as the limit and no longer") {
  const ChildLimits limits{.most_output = 1'000};
  CHECK(run("head -c 1000 /dev/zero", {}, limits).end == ChildEnd::exited);
  CHECK(run("head -c 1001 /dev/zero", {}, limits).end == ChildEnd::printed_too_much);
  CHECK(run("yes", {}, limits).end == ChildEnd::printed_too_much);
}

TEST_CASE("one that takes too long is killed with all it started") {
  const ChildResult result =
      run("sleep 100 & echo $!; sleep 100", {}, {.timeout = std::chrono::milliseconds(300)});
  CHECK(result.end == ChildEnd::timed_out);
  const auto background = static_cast<pid_t>(std::stol(result.output));
  CHECK(ends(background));
}

TEST_CASE("what runs in the background does not hold up the end") {
  CHECK(run("sleep 100 & echo done").output == "done\n");
}

TEST_CASE("several run at once, and waiting ends when there is something else to do") {
  ChildPool pool({"PATH=/usr/bin:/bin"}, {});
  pool.start(1, "sleep 100", {});
  pool.start(2, "echo two", {});
  const auto ended = pool.wait(-1);
  REQUIRE(ended);
  CHECK(ended->key == 2);
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  REQUIRE(::write(ends[1], "x", 1) == 1);
  CHECK_FALSE(pool.wait(ends[0]));
  CHECK(pool.running() == 1);
  pool.kill_all();
  CHECK(pool.running() == 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace agentnet
