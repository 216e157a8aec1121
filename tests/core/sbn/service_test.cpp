#include "core/sbn/service.hpp"

#include <future>
#include <set>

#include "core/sbn/rules_receipt.hpp"
#include "core/sbn/run_steps.hpp"
#include "core/sbn/stored_chain.hpp"
#include "tests/core/network/fixtures.hpp"
#include "tests/support/faulty_disk.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::CountingClock;
using network::fixtures::fault_of;
using network::fixtures::Json;
using tests::FaultyDisk;
using Fault = FaultyDisk::Fault;

// The service over a store, with the same validators each time.
struct Network {
  CountingClock clock;
  SystemRandom random;
  std::vector<crypto::SigningKey> validators;
  std::unique_ptr<store::Database> database;
  std::unique_ptr<Service> service;

  explicit Network(const std::string& path = {})
      : database(store::Database::open({.path = path}, network::schema())) {
    for (std::uint8_t number = 1; number <= 3; ++number)
      validators.push_back(crypto::SigningKey::from_seed(Secret(Bytes(32, number))));
    service = std::make_unique<Service>(*database, validators, clock, random);
  }
  ~Network() { database->close(); }
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  LedgerEntry prepare(const std::string& payload, SealRequest request = {}) {
    const json::Document document = json::parse(payload);
    request.payload = document.root;
    return service->prepare("a", request);
  }
  std::string refusal(const std::string& payload, const SealRequest& request = {}) {
    return fault_of([&] { prepare(payload, request); });
  }
  SealOutcome seal(SealGroup group) {
    std::promise<SealOutcome> promise;
    service->seal(std::move(group), [&](SealOutcome outcome) { promise.set_value(std::move(outcome)); });
    return promise.get_future().get();
  }
};

std::string nested(std::size_t levels, const std::string& inside = "1") {
  return std::string(levels, '[') + inside + std::string(levels, ']');
}

// --- preparing

TEST_CASE("a prepared seal is a block whose hash holds, with a new id each time") {
  Network net;
  const LedgerEntry first = net.prepare(R"({"a":1})");
  const LedgerEntry second = net.prepare(R"({"a":1})");
  CHECK(first.block_id != second.block_id);
  CHECK(first.source == "seal");
  CHECK(first.domain == "general");
  CHECK(first.block_type == "event");
  const Json block = Json::parse(first.body);
  CHECK(block["id"] == first.block_id);
  CHECK(block["payload"] == Json::parse(R"({"a":1})"));
  CHECK(block["snapchore_hash"] == first.hash);
  CHECK(block["created_at"] == iso_offset(first.created_at));
  json::Arena arena;
  const json::Document document = json::parse(first.body);
  CHECK(net.service->verify_block(document.root, arena).valid);
}

TEST_CASE("a block that was changed does not verify") {
  Network net;
  json::Arena arena;
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, Json>>{
           {"payload", {{"a", 2}}}, {"domain", "other"}, {"type", "meta"}, {"metadata", {{"m", 1}}}}) {
    CAPTURE(name);
    Json block = Json::parse(net.prepare(R"({"a":1})").body);
    block[name] = value;
    const json::Document document = json::parse(block.dump());
    CHECK(net.service->verify_block(document.root, arena).reasons ==
          std::vector<std::string>{"hash_mismatch"});
  }
}

TEST_CASE("a payload is kept as it was sent: huge integers, odd numbers, the order of names") {
  Network net;
  const std::string payload = R"({"z":123456789012345678901234567890123,"a":-0,"e":"\u00e9","n":1})";
  const LedgerEntry seal = net.prepare(payload);
  CHECK(seal.body.find(R"("payload":{"z":123456789012345678901234567890123,"a":-0,"e":"é","n":1})") !=
        std::string::npos);
}

TEST_CASE("of names that stand twice in a payload the last counts, in the block and in its hash") {
  Network net;
  const LedgerEntry seal = net.prepare(R"({"a":1,"b":{"c":1,"c":2},"a":3})");
  CHECK_FALSE(network::fixtures::has_duplicates(seal.body));
  CHECK(seal.body.find(R"("payload":{"a":3,"b":{"c":2}})") != std::string::npos);
}

TEST_CASE("what cannot be sealed is refused by name") {
  Network net;
  for (const char* payload : {"[]", "1", "\"text\"", "null", "true"}) {
    CAPTURE(payload);
    CHECK(net.refusal(payload) == "usage/bad_payload");
  }
  SealRequest request;
  request.block_type = "Event";
  CHECK(net.refusal("{}", request) == "usage/bad_block_type");
  request = {};
  request.domain = "";
  CHECK(net.refusal("{}", request) == "usage/bad_domain");
  request.domain = std::string(kMaxDomainBytes, 'd');
  CHECK(net.refusal("{}", request) == "");
  request.domain += "d";
  CHECK(net.refusal("{}", request) == "usage/bad_domain");
  request = {};
  request.metadata = json::Value::boolean(true);
  CHECK(net.refusal("{}", request) == "usage/bad_metadata");
  request = {};
  request.metrics = json::Value::string("text");
  CHECK(net.refusal("{}", request) == "usage/bad_metrics");
}

TEST_CASE("a domain that is no UTF-8 is refused") {
  SealRequest request;
  request.domain = "caf\xe9";
  CHECK(Network().refusal("{}", request) == "usage/bad_domain");
}

TEST_CASE("a block may be of each of its types") {
  Network net;
  CHECK(block_types().size() == 5);
  for (const std::string_view type : block_types()) {
    SealRequest request;
    request.block_type = type;
    CHECK(net.refusal("{}", request) == "");
  }
}

TEST_CASE("a payload is as deep as its hash allows") {
  Network net;
  // The root of what is hashed is the block, so a payload has one level less than a document.
  CHECK(net.refusal("{\"a\":" + nested(48) + "}") == "");
  CHECK(net.refusal("{\"a\":" + nested(49) + "}") == "usage/too_deep");
}

TEST_CASE("a hash leaves the volatile keys out that it is told to") {
  const json::Document document = json::parse(R"({"a":1,"run":7})");
  const json::Document other = json::parse(R"({"a":1,"run":8})");
  CHECK(Service::hash(document.root, {}) != Service::hash(other.root, {}));
  CHECK(Service::hash(document.root, {"run"}) == Service::hash(other.root, {"run"}));
}

TEST_CASE("a capture is noted once and metered each time, by tenant") {
  Network net;
  const std::string hash(64, 'a');
  for (const char* tenant : {"a", "a", "b"})
    net.database->write(
        [&](store::Connection& connection) { net.service->note_capture(connection, tenant, hash); });
  net.database->read([&](store::Connection& connection) {
    int rows = 0;
    list_ledger(connection, "a", {}, [&](const LedgerEntry&) { ++rows; });
    CHECK(rows == 1);
    list_usage(connection, "a", "", [&](const Usage& usage) { CHECK(usage.amount == 2); });
    CHECK(find_capture(connection, "b", hash));
  });
}

// --- a disk that fails

// What a run of the workload below was told.
struct Told {
  std::vector<LedgerEntry> seals;       // acknowledged
  std::vector<std::string> chained;     // hashes that are acknowledged to be on the chain, in order
  std::optional<std::int64_t> lines{};  // of the run that are acknowledged
  std::set<std::string> faults;
};

class Workload {
 public:
  Told told;

  void run(const std::string& path) {
    for (int round = 0; round < 2; ++round) {
      std::unique_ptr<Network> net;
      if (!attempt([&] { net = std::make_unique<Network>(path); })) continue;
      attempt([&] {
        net->database->write([&](store::Connection& connection) { create_chain_once(connection, *net); });
      });
      seal(*net, 2, "");
      seal(*net, 2, "c");
      append(*net);
      seal_step(*net);
    }
  }

 private:
  // 3,000 bytes of payload, so that a commit takes several pages.
  SealGroup group(Network& net, std::size_t count) {
    SealGroup group{"a", {}};
    for (std::size_t i = 0; i < count; ++i)
      group.seals.push_back(net.prepare("{\"filling\":\"" + std::string(3000, 'f') + "\"}"));
    return group;
  }
  void seal(Network& net, std::size_t count, const std::string& chain) {
    SealGroup seals = group(net, count);
    seals.chain_id = chain;
    take(net.seal(std::move(seals)), !chain.empty());
  }
  void append(Network& net) {
    const std::string hash(64, 'e');
    const bool done = attempt([&] {
      net.database->write([&](store::Connection& connection) {
        StoredChain chain = require_chain(connection, "a", "c");
        append_to_chain(connection, chain, {.block_hash = hash}, net.clock.now());
      });
    });
    if (done) told.chained.push_back(hash);
  }
  void seal_step(Network& net) {
    SealGroup seals = group(net, 2);
    const std::int64_t first = told.lines.value_or(0) + 1;
    seals.step = RunStep{"run", first, 2, {}};
    if (take(net.seal(std::move(seals)), false)) told.lines = first + 1;
  }
  bool take(const SealOutcome& outcome, bool chained) {
    const bool done = attempt([&] {
      if (outcome.fault) std::rethrow_exception(outcome.fault);
    });
    for (const LedgerEntry& entry : outcome.seals) {
      told.seals.push_back(entry);
      if (chained) told.chained.push_back(entry.hash);
    }
    return done;
  }
  static void create_chain_once(store::Connection& connection, Network& net) {
    if (!find_chain(connection, "a", "c")) create_chain(connection, "a", "c", net.clock.now());
  }
  template <typename Action>
  bool attempt(Action action) {
    const std::string fault = fault_of(action);
    if (!fault.empty()) told.faults.insert(fault);
    return fault.empty();
  }
};

std::int64_t number(store::Connection& connection, std::string_view sql) {
  store::Query query = connection.query(sql);
  return query.next() ? query.integer(0) : -1;
}

void check_seals(store::Connection& connection, const Network& net, const Told& told) {
  std::vector<crypto::PublicKey> keys;
  for (const crypto::SigningKey& validator : net.validators)
    keys.push_back(validator.public_key());
  for (const LedgerEntry& seal : told.seals) {
    const auto found = find_block(connection, "a", seal.block_id);
    REQUIRE(found);
    CHECK(found->body == seal.body);
    json::Arena arena;
    const auto receipt = receipt_of(connection, *found, arena);
    REQUIRE(receipt);
    CHECK(verify_receipt(*receipt, keys, seal.hash).reason == "");
  }
  const std::int64_t seals = number(connection, "SELECT COUNT(*) FROM sbn_ledger WHERE source = 'seal'");
  CHECK(number(connection, "SELECT COALESCE(SUM(tree_size), 0) FROM sbn_batches") == seals);
  CHECK(number(connection, "SELECT COALESCE(SUM(amount), 0) FROM sbn_usage") == seals);
  CHECK(number(connection,
               "SELECT COUNT(*) FROM sbn_ledger l WHERE NOT EXISTS (SELECT 1 FROM sbn_batches b WHERE "
               "b.first_seq <= l.seq AND l.seq < b.first_seq + b.tree_size)") == 0);
}

void check_chain(store::Connection& connection, const Told& told) {
  const auto chain = find_chain(connection, "a", "c");
  if (!chain) {
    CHECK(told.chained.empty());
    return;
  }
  CHECK(verify_chain(connection, *chain).valid);
  std::size_t matched = 0;
  read_chain(connection, *chain, 0, 1000, [&](const StoredEntry& stored) {
    if (matched < told.chained.size() && stored.entry.block_hash == told.chained[matched]) ++matched;
    if (stored.entry.block_id) CHECK(find_block(connection, "a", *stored.entry.block_id));
  });
  CHECK(matched == told.chained.size());
}

void check_survivors(const std::string& path, const Told& told) {
  Network net(path);
  net.database->read([&](store::Connection& connection) {
    store::Query integrity = connection.query("PRAGMA integrity_check");
    REQUIRE(integrity.next());
    CHECK(integrity.text(0) == "ok");
    check_seals(connection, net, told);
    check_chain(connection, told);
    CHECK(durable_lines(connection, "a", "run") >= told.lines.value_or(0));
  });
  SealGroup group{"a", {net.prepare("{}")}};
  CHECK_FALSE(net.seal(std::move(group)).fault);
}

TEST_CASE("the workload without faults is acknowledged whole") {
  const tests::TemporaryFolder folder(tests::memory_folder());
  Workload workload;
  workload.run(folder.file("store.db"));
  CHECK(workload.told.faults.empty());
  CHECK(workload.told.seals.size() == 12);
  CHECK(workload.told.chained.size() == 6);
  CHECK(workload.told.lines == 4);
  check_survivors(folder.file("store.db"), workload.told);
}

TEST_CASE(
    "a disk that fails at any write of seals and appends loses nothing acknowledged and leaves nothing "
    "half") {
  FaultyDisk disk;
  int operations = 0;
  {
    const tests::TemporaryFolder folder(tests::memory_folder());
    disk.heal();
    Workload().run(folder.file("store.db"));
    operations = disk.operations();
  }
  REQUIRE(operations > 100);
  const std::set<std::string> allowed = {"failed/store_io", "failed/disk_full", "not_found/unknown_chain",
                                         "conflict/wrong_step"};
  for (const Fault fault : {Fault::io_error, Fault::disk_full}) {
    for (int n = 1; n <= operations; ++n) {
      // Each point fails once with the one fault and for good with the other.
      const bool lasting = (n % 2 == 0) == (fault == Fault::io_error);
      CAPTURE(static_cast<int>(fault));
      CAPTURE(lasting);
      CAPTURE(n);
      const tests::TemporaryFolder folder(tests::memory_folder());
      disk.fail_at(n, fault, lasting);
      Workload workload;
      workload.run(folder.file("store.db"));
      CHECK(disk.has_failed());
      disk.heal();
      for (const std::string& each : workload.told.faults) {
        CAPTURE(each);
        CHECK(allowed.contains(each));
      }
      check_survivors(folder.file("store.db"), workload.told);
    }
  }
}

}  // namespace
}  // namespace agentnet::sbn
