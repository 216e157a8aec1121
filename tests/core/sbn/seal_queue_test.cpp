#include "core/sbn/seal_queue.hpp"

#include <future>
#include <mutex>
#include <set>
#include <thread>

#include "core/sbn/rules_receipt.hpp"
#include "core/sbn/run_steps.hpp"
#include "core/sbn/stored_chain.hpp"
#include "tests/core/network/fixtures.hpp"
#include "tests/core/store/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::CountingClock;
using network::fixtures::fault_of;
using store::fixtures::Blocker;

// A queue over a store in memory.
struct Seals {
  SystemRandom random;
  CountingClock clock;
  std::vector<crypto::SigningKey> validators;
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());
  std::unique_ptr<SealQueue> queue;
  std::atomic<int> blocks = 0;

  Seals() {
    for (int i = 0; i < 3; ++i)
      validators.push_back(crypto::SigningKey::generate(random));
    queue = std::make_unique<SealQueue>(*database, validators, clock, random);
  }
  ~Seals() { database->close(); }
  Seals(const Seals&) = delete;
  Seals& operator=(const Seals&) = delete;

  SealGroup group(std::size_t count, const std::string& tenant = "a") {
    SealGroup group{tenant, {}};
    for (std::size_t i = 0; i < count; ++i) {
      const std::string id = "block-" + std::to_string(++blocks);
      group.seals.push_back({0, tenant, std::string(kSourceSeal), std::string(64, 'a'), "general",
                             clock.now(), id, "event", "{}"});
    }
    return group;
  }
  std::future<SealOutcome> push(SealGroup group) {
    const auto promise = std::make_shared<std::promise<SealOutcome>>();
    queue->push(std::move(group), [promise](SealOutcome outcome) { promise->set_value(std::move(outcome)); });
    return promise->get_future();
  }
  void create_chain(const std::string& id) {
    database->write(
        [&](store::Connection& connection) { sbn::create_chain(connection, "a", id, clock.now()); });
  }
  std::int64_t number(std::string_view sql) {
    std::int64_t found = 0;
    database->read([&](store::Connection& connection) {
      store::Query query = connection.query(sql);
      if (query.next()) found = query.integer(0);
    });
    return found;
  }
  // Looks each seal of an outcome up, and its receipt.
  void check_written(const SealOutcome& outcome) {
    std::vector<crypto::PublicKey> keys;
    for (const crypto::SigningKey& validator : validators)
      keys.push_back(validator.public_key());
    REQUIRE_FALSE(outcome.fault);
    database->read([&](store::Connection& connection) {
      for (const LedgerEntry& seal : outcome.seals) {
        const auto found = find_entry(connection, seal.tenant_id, seal.seq);
        REQUIRE(found);
        CHECK(found->block_id == seal.block_id);
        json::Arena arena;
        const auto receipt = find_receipt(connection, seal.tenant_id, receipt_id(seal.block_id), arena);
        REQUIRE(receipt);
        CHECK(receipt->find("attestation")->find("batch_id")->text() == outcome.batch_id);
        CHECK(verify_receipt(*receipt, keys, seal.hash).reason == "");
      }
    });
  }
  // Nothing is half there: batches cover the seals exactly, and each is metered.
  void check_consistent() {
    const std::int64_t seals = number("SELECT COUNT(*) FROM sbn_ledger");
    CHECK(number("SELECT SUM(tree_size) FROM sbn_batches") == seals);
    CHECK(number("SELECT SUM(amount) FROM sbn_usage") == seals);
    CHECK(number("SELECT COUNT(*) FROM sbn_ledger l WHERE NOT EXISTS (SELECT 1 FROM sbn_batches b WHERE "
                 "b.first_seq <= l.seq AND l.seq < b.first_seq + b.tree_size)") == 0);
  }
};

TEST_CASE("a group is answered with its places and the ids of receipts that verify") {
  Seals seals;
  const SealOutcome outcome = seals.push(seals.group(3)).get();
  REQUIRE(outcome.seals.size() == 3);
  CHECK(outcome.seals[0].block_id == "block-1");
  CHECK(outcome.seals[2].seq == outcome.seals[0].seq + 2);
  seals.check_written(outcome);
  seals.check_consistent();
}

TEST_CASE("groups that wait at the same time share one batch, in the order in which they came") {
  Seals seals;
  Blocker blocker(*seals.database);
  std::vector<std::future<SealOutcome>> answers;
  for (int i = 0; i < 10; ++i)
    answers.push_back(seals.push(seals.group(2, i % 2 == 0 ? "a" : "b")));
  blocker.release();
  std::set<std::string> batches;
  std::vector<std::int64_t> places;
  for (auto& answer : answers) {
    const SealOutcome outcome = answer.get();
    seals.check_written(outcome);
    for (const LedgerEntry& seal : outcome.seals)
      places.push_back(seal.seq - seals.number("SELECT MIN(first_seq) FROM sbn_batches"));
    batches.insert(outcome.batch_id);
  }
  for (std::size_t i = 0; i < places.size(); ++i)
    CHECK(places[i] == static_cast<std::int64_t>(i));
  CHECK(batches.size() == 1);
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_batches") == 1);
  CHECK(seals.number("SELECT amount FROM sbn_usage WHERE tenant_id = 'b'") == 10);
  seals.check_consistent();
}

TEST_CASE("groups from many threads are all answered, and what they hold is there") {
  constexpr int kThreads = 6;
  constexpr int kEach = 40;
  Seals seals;
  std::mutex mutex;
  std::vector<SealOutcome> outcomes;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        SealOutcome outcome = seals.push(seals.group(static_cast<std::size_t>(1 + (t + i) % 3))).get();
        const std::lock_guard hold(mutex);
        outcomes.push_back(std::move(outcome));
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(outcomes.size() == kThreads * kEach);
  for (const SealOutcome& outcome : outcomes)
    seals.check_written(outcome);
  seals.check_consistent();
}

TEST_CASE("seals beyond one batch go into the next") {
  Seals seals;
  Blocker blocker(*seals.database);
  std::vector<std::future<SealOutcome>> answers;
  for (const std::size_t count :
       {std::size_t{1}, kMaxBatchSeals, kMaxBatchSeals - 1, std::size_t{1}, std::size_t{1}})
    answers.push_back(seals.push(seals.group(count)));
  blocker.release();
  std::vector<SealOutcome> outcomes;
  for (auto& answer : answers)
    outcomes.push_back(answer.get());
  for (const std::size_t i : {0U, 3U, 4U})
    seals.check_written(outcomes[i]);
  CHECK(outcomes[1].seals.size() == kMaxBatchSeals);
  CHECK(outcomes[2].seals.size() == kMaxBatchSeals - 1);
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_batches") == 4);
  CHECK(seals.number("SELECT MAX(tree_size) FROM sbn_batches") == kMaxBatchSeals);
  CHECK(outcomes[2].batch_id == outcomes[3].batch_id);
  seals.check_consistent();
}

TEST_CASE("a group with a chain is appended to it in order, in the same commit") {
  Seals seals;
  seals.create_chain("c");
  SealGroup group = seals.group(3);
  group.chain_id = "c";
  for (std::size_t i = 0; i < 3; ++i)
    group.seals[i].hash = std::string(64, static_cast<char>('a' + i));
  const SealOutcome outcome = seals.push(std::move(group)).get();
  seals.check_written(outcome);
  seals.database->read([&](store::Connection& connection) {
    const StoredChain chain = require_chain(connection, "a", "c");
    CHECK(verify_chain(connection, chain).valid);
    std::size_t at = 0;
    read_chain(connection, chain, 0, 100, [&](const StoredEntry& stored) {
      CHECK(stored.entry.block_hash == outcome.seals[at].hash);
      CHECK(stored.entry.block_id == outcome.seals[at].block_id);
      CHECK(stored.entry.event_type == "block_sealed");
      ++at;
    });
    CHECK(at == 3);
  });
}

TEST_CASE("a group for an unknown chain, or another tenant's, harms none of those beside it") {
  Seals seals;
  seals.create_chain("c");
  Blocker blocker(*seals.database);
  auto before = seals.push(seals.group(2));
  SealGroup lost = seals.group(2);
  lost.chain_id = "nowhere";
  auto unknown = seals.push(std::move(lost));
  lost = seals.group(1, "b");
  lost.chain_id = "c";
  auto foreign = seals.push(std::move(lost));
  auto after = seals.push(seals.group(1));
  blocker.release();
  CHECK(fault_of(unknown.get().fault) == "not_found/unknown_chain");
  CHECK(fault_of(foreign.get().fault) == "not_found/unknown_chain");
  seals.check_written(before.get());
  seals.check_written(after.get());
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_ledger") == 3);
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_chain_entries") == 0);
  seals.check_consistent();
}

TEST_CASE("of two groups that are the same step of a run one is written, and the other is told") {
  Seals seals;
  Blocker blocker(*seals.database);
  const auto step = [&](std::int64_t first, std::size_t lines) {
    SealGroup group = seals.group(lines);
    group.step = RunStep{"run", first, static_cast<std::int64_t>(lines), {}};
    return seals.push(std::move(group));
  };
  auto first = step(1, 2);
  auto again = step(1, 2);
  auto next = step(3, 1);
  blocker.release();
  seals.check_written(first.get());
  CHECK(fault_of(again.get().fault) == "conflict/wrong_step");
  seals.check_written(next.get());
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_ledger") == 3);
  seals.check_consistent();
}

TEST_CASE("a step of no lines does not stand in the way of the step with lines, nor of other groups") {
  Seals seals;
  Blocker blocker(*seals.database);
  const auto step = [&](std::size_t lines) {
    SealGroup group = seals.group(lines);
    group.step = RunStep{"run", 1, static_cast<std::int64_t>(lines), {}};
    return seals.push(std::move(group));
  };
  auto empty = step(0);
  auto empty_again = step(0);
  auto beside = seals.push(seals.group(1));
  auto real = step(2);
  blocker.release();
  CHECK(fault_of(empty.get().fault) == "");
  CHECK(fault_of(empty_again.get().fault) == "");
  CHECK(fault_of(beside.get().fault) == "");
  CHECK(fault_of(real.get().fault) == "");
  seals.database->read(
      [&](store::Connection& connection) { CHECK(durable_lines(connection, "a", "run") == 2); });
}

TEST_CASE("a group without seals is answered, and makes no batch") {
  Seals seals;
  const SealOutcome outcome = seals.push(seals.group(0)).get();
  CHECK_FALSE(outcome.fault);
  CHECK(outcome.seals.empty());
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_batches") == 0);
}

TEST_CASE("when the write itself fails every group of it is told, nothing of it is there, and work goes on") {
  Seals seals;
  Blocker blocker(*seals.database);
  auto good = seals.push(seals.group(2));
  SealGroup twice = seals.group(1);
  twice.seals[0].block_id = "block-1";
  auto bad = seals.push(std::move(twice));
  blocker.release();
  CHECK(fault_of(good.get().fault) == "conflict/constraint");
  CHECK(fault_of(bad.get().fault) == "conflict/constraint");
  CHECK(seals.number("SELECT COUNT(*) FROM sbn_ledger") == 0);
  seals.check_written(seals.push(seals.group(1)).get());
  seals.check_consistent();
}

TEST_CASE("what an answer pushes is written, too") {
  Seals seals;
  std::promise<SealOutcome> second;
  seals.queue->push(seals.group(1), [&](const SealOutcome& outcome) {
    CHECK_FALSE(outcome.fault);
    seals.queue->push(seals.group(1), [&](const SealOutcome& next) { second.set_value(next); });
  });
  seals.check_written(second.get_future().get());
  seals.check_consistent();
}

TEST_CASE(
    "a store that is closed answers every group: those it has yet to write with their seals, later ones with "
    "the fault") {
  Seals seals;
  std::vector<std::future<SealOutcome>> answers;
  {
    Blocker blocker(*seals.database);
    for (int i = 0; i < 5; ++i)
      answers.push_back(seals.push(seals.group(1)));
    std::thread closing([&] { seals.database->close(); });
    blocker.release();
    closing.join();
  }
  for (auto& answer : answers) {
    REQUIRE(answer.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    CHECK(fault_of(answer.get().fault) == "");
  }
  for (int i = 0; i < 2; ++i) {
    auto late = seals.push(seals.group(1));
    REQUIRE(late.wait_for(std::chrono::seconds(0)) == std::future_status::ready);
    CHECK(fault_of(late.get().fault) == "failed/store_closed");
  }
}

TEST_CASE("a store that is closed while many threads push leaves nobody waiting") {
  for (int round = 0; round < 10; ++round) {
    Seals seals;
    std::atomic<int> written = 0;
    std::atomic<int> refused = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (;;) {
          const std::string fault = fault_of(seals.push(seals.group(1)).get().fault);
          if (fault == "") {
            ++written;
            continue;
          }
          CHECK(fault == "failed/store_closed");
          ++refused;
          return;
        }
      });
    }
    while (written < 20)
      std::this_thread::yield();
    seals.database->close();
    for (std::thread& thread : threads)
      thread.join();
    CHECK(refused == 4);
  }
}

}  // namespace
}  // namespace agentnet::sbn
