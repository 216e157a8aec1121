#include "commands/patience.hpp"

#include <doctest/doctest.h>

#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using std::chrono::milliseconds;
using tests::fault_of;
using tests::with;

milliseconds read(const std::string& text, milliseconds least = milliseconds(0)) {
  return seconds_of(with({{"--interval", {text}}}), "--interval", least, milliseconds(7));
}

TEST_CASE("seconds are read to the millisecond") {
  CHECK(read("2") == milliseconds(2000));
  CHECK(read("0.25") == milliseconds(250));
  CHECK(read("0") == milliseconds(0));
  CHECK(seconds_of(with({}), "--interval", milliseconds(0), milliseconds(7)) == milliseconds(7));
}

TEST_CASE("seconds have limits") {
  const std::string most = std::to_string(kMostPatience.count() / 1000);
  CHECK(read(most) == kMostPatience);
  CHECK(read("0.1", milliseconds(100)) == milliseconds(100));
  for (const char* text : {"86401", "-1", "", "1s", "nan", "inf", "0x1", "1e3", " 1"}) {
    INFO(text);
    CHECK(fault_of([&] { read(text); }) == "usage/bad_number");
  }
  CHECK(fault_of([] { read("0.099", milliseconds(100)); }) == "usage/bad_number");
}

TEST_CASE("a time is shown without needless digits") {
  CHECK(shown_seconds(milliseconds(2000)) == "2 s");
  CHECK(shown_seconds(milliseconds(500)) == "0.5 s");
}

TEST_CASE("a signal ends a wait, and says which it was") {
  StopsHeldBack stops;
  ::raise(SIGINT);
  CHECK(wait_for(milliseconds(60'000)) == SIGINT);
  ::raise(SIGTERM);
  CHECK(wait_for(milliseconds(60'000)) == SIGTERM);
  CHECK(wait_for(milliseconds(1)) == 0);
  stops.release();
  stops.hold();
  ::raise(SIGINT);
  CHECK(wait_for(milliseconds(60'000)) == SIGINT);
}

}  // namespace
}  // namespace agentnet::commands
