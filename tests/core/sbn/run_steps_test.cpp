#include "core/sbn/run_steps.hpp"

#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::fault_of;

const Instant kNow = *parse_iso("2026-11-23T12:00:00Z");

struct Runs {
  SystemRandom random;
  crypto::SigningKey validator = crypto::SigningKey::generate(random);
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());
  int blocks = 0;

  // A step whose lines are good ('.') or faulty ('x').
  std::string step(const std::string& run, std::int64_t first_line, const std::string& lines,
                   const std::string& tenant = "a") {
    return fault_of([&] {
      database->write(
          [&](store::Connection& connection) { write(connection, run, first_line, lines, tenant); });
    });
  }
  std::int64_t durable(const std::string& run, const std::string& tenant = "a") {
    std::int64_t lines = 0;
    database->read([&](store::Connection& connection) { lines = durable_lines(connection, tenant, run); });
    return lines;
  }
  // The answers: block ids, or faults in brackets.
  std::string answers(const std::string& run, std::int64_t line, const std::string& tenant = "a") {
    std::string text;
    database->read([&](store::Connection& connection) {
      for (const LineAnswer& answer : answers_from(connection, tenant, run, line)) {
        text += answer.fault.empty() ? answer.seal.block_id + " " : "[" + answer.fault + "] ";
      }
    });
    return text;
  }

 private:
  void write(store::Connection& connection, const std::string& run, std::int64_t first_line,
             const std::string& lines, const std::string& tenant) {
    RunStep step{run, first_line, static_cast<std::int64_t>(lines.size()), {}};
    std::vector<LedgerEntry> seals;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (lines[i] == 'x') {
        step.faults += std::to_string(i) + " fault of " + std::to_string(i) + "\n";
        continue;
      }
      const std::string id = "b" + std::to_string(++blocks);
      seals.push_back(
          {0, tenant, std::string(kSourceSeal), std::string(64, 'a'), "general", kNow, id, "event", "{}"});
    }
    require_next_step(connection, tenant, step);
    for (LedgerEntry& seal : seals)
      seal.seq = add_to_ledger(connection, seal);
    const std::int64_t first_seq = seals.empty() ? 0 : seals.front().seq;
    if (!seals.empty()) add_batch(connection, seals, first_seq, std::span(&validator, 1), kNow, random);
    add_step(connection, tenant, step, first_seq);
  }
};

TEST_CASE("a run's id has 1 to 64 letters, digits and hyphens") {
  CHECK(is_run_id("a"));
  CHECK(is_run_id("AZaz09-"));
  CHECK(is_run_id(std::string(kMaxRunIdBytes, 'x')));
  for (const std::string& bad : {std::string(), std::string("a b"), std::string("a_b"), std::string("a/b"),
                                 std::string("\xc3\xa9"), std::string(kMaxRunIdBytes + 1, 'x')})
    CHECK_FALSE(is_run_id(bad));
}

TEST_CASE("steps follow each other line by line, and any other is refused with what is durable") {
  Runs runs;
  CHECK(runs.durable("r") == 0);
  CHECK(runs.step("r", 2, ".") == "conflict/wrong_step");
  CHECK(runs.step("r", 1, "...") == "");
  CHECK(runs.durable("r") == 3);
  CHECK(runs.step("r", 1, "...") == "conflict/wrong_step");
  CHECK(runs.step("r", 3, ".") == "conflict/wrong_step");
  CHECK(runs.step("r", 5, ".") == "conflict/wrong_step");
  CHECK(runs.step("r", 4, ".x") == "");
  CHECK(runs.durable("r") == 5);
}

TEST_CASE("the refusal of a step carries the number of durable lines") {
  Runs runs;
  runs.step("r", 1, "..");
  try {
    runs.database->read([](store::Connection& connection) {
      require_next_step(connection, "a", {"r", 9, 1, ""});
    });
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    REQUIRE(error.details().size() == 1);
    CHECK(error.details()[0].name == "durable_lines");
    CHECK(std::get<std::int64_t>(error.details()[0].value) == 2);
  }
}

TEST_CASE("the answers of a step can be had again from any of its lines, faults in their places") {
  Runs runs;
  CHECK(runs.step("r", 1, "x..x.") == "");
  CHECK(runs.step("r", 6, ".x") == "");
  CHECK(runs.answers("r", 1) == "[fault of 0] b1 b2 [fault of 3] b3 ");
  CHECK(runs.answers("r", 3) == "b2 [fault of 3] b3 ");
  CHECK(runs.answers("r", 4) == "[fault of 3] b3 ");
  CHECK(runs.answers("r", 5) == "b3 ");
  CHECK(runs.answers("r", 6) == "b4 [fault of 1] ");
  CHECK(runs.answers("r", 7) == "[fault of 1] ");
  CHECK(runs.answers("r", 8).empty());
  CHECK(runs.answers("other", 1).empty());
}

TEST_CASE("a step in which every line is faulty has no seals and is durable") {
  Runs runs;
  CHECK(runs.step("r", 1, "xx") == "");
  CHECK(runs.durable("r") == 2);
  CHECK(runs.answers("r", 1) == "[fault of 0] [fault of 1] ");
  CHECK(runs.step("r", 3, ".") == "");
  CHECK(runs.answers("r", 3) == "b1 ");
}

TEST_CASE("a step of no lines leaves no trace, however often it is sent") {
  Runs runs;
  CHECK(runs.step("r", 1, "") == "");
  CHECK(runs.step("r", 1, "") == "");
  CHECK(runs.durable("r") == 0);
  CHECK(runs.step("r", 1, "..") == "");
  CHECK(runs.step("r", 3, "") == "");
  CHECK(runs.step("r", 3, ".") == "");
  CHECK(runs.durable("r") == 3);
  CHECK(runs.answers("r", 3) == "b3 ");
}

TEST_CASE("runs of two tenants with the same id have nothing to do with each other") {
  Runs runs;
  CHECK(runs.step("r", 1, "..") == "");
  CHECK(runs.durable("r", "b") == 0);
  CHECK(runs.answers("r", 1, "b").empty());
  CHECK(runs.step("r", 1, ".", "b") == "");
  CHECK(runs.durable("r") == 2);
}

}  // namespace
}  // namespace agentnet::sbn
