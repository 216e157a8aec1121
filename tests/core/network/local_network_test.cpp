#include "core/network/local_network.hpp"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <future>
#include <set>
#include <sstream>
#include <thread>

#include "core/sbn/batches.hpp"
#include "core/sbn/run_steps.hpp"
#include "core/sbn/stored_chain.hpp"
#include "tests/core/network/fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::network {
namespace {

using fixtures::fault_of;
using fixtures::Json;
using fixtures::TestNetwork;
using tests::TemporaryFolder;

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("a network in memory touches no folder and ends with its object") {
  const TemporaryFolder temporary;
  fixtures::CountingClock clock;
  SystemRandom random;
  const RealFilesystem files;
  const auto network = LocalNetwork::open({temporary.file("state"), true}, files, clock, random);
  CHECK_FALSE(exists(temporary.file("state")));
  CHECK(network->validator_keys().size() == kValidators);
}

TEST_CASE("the folder of a network and all in it are its owner's alone") {
  const TemporaryFolder temporary;
  const std::string folder = temporary.file("deep/state");
  TestNetwork net(folder);
  net.seal("{}");
  CHECK(mode_of(folder) == 0700);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    CAPTURE(entry.path().string());
    CHECK(mode_of(entry.path()) == 0600);
    ++files;
  }
  CHECK(files >= 6);
}

TEST_CASE("what a network sealed it has again when it is opened again, with the same key and validators") {
  const TemporaryFolder temporary;
  std::string key;
  Json block;
  {
    TestNetwork net(temporary.path());
    key = net.key;
    block = net.seal(R"({"a":1})");
  }
  TestNetwork net(temporary.path());
  CHECK(net.key == key);
  const Json receipt = net.get("/receipts/" + block["receipt_id"].get<std::string>()).json();
  CHECK(net.receipt_fault(receipt, block["hash"]) == "");
}

TEST_CASE("credentials that are gone, or whose key was revoked, are made anew; the data stays") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  std::string first;
  {
    TestNetwork net(folder.path);
    first = net.key;
    net.seal("{}");
  }
  std::filesystem::remove(folder.credentials());
  std::string second;
  {
    TestNetwork net(folder.path);
    second = net.key;
    CHECK(second != first);
    CHECK(net.get("/internal/snapchore/blocks").json()["count"] == 1);
    const Json keys = net.get("/internal/snapchore/api-keys").json()["keys"];
    CHECK(keys.size() == 4);  // of two networks each
    for (const Json& each : keys)
      net.post("/internal/snapchore/api-keys/" + each["id"].get<std::string>() + "/revoke", "");
  }
  TestNetwork net(folder.path);
  CHECK(net.key != second);
  CHECK(net.get("/internal/snapchore/blocks").json()["count"] == 1);
}

TEST_CASE("credentials that are damaged are not replaced") {
  const TemporaryFolder temporary;
  { TestNetwork net(temporary.path()); }
  temporary.put("credentials.json", "{}");
  CHECK(fault_of([&] { TestNetwork net(temporary.path()); }) == "failed/bad_state");
  CHECK(tests::read_file(temporary.file("credentials.json")) == "{}");
}

TEST_CASE("processes that make the same folder at the same time agree on its keys") {
  constexpr int kProcesses = 4;
  constexpr int kRounds = 8;
  for (int round = 0; round < kRounds; ++round) {
    const TemporaryFolder temporary;
    const std::string folder = temporary.file("state");
    int starts[2];
    int ends[2];
    REQUIRE(::pipe(starts) == 0);
    REQUIRE(::pipe(ends) == 0);
    std::vector<pid_t> children;
    for (int i = 0; i < kProcesses; ++i) {
      const pid_t child = ::fork();
      REQUIRE(child >= 0);
      if (child == 0) {
        ::close(starts[1]);
        char none = 0;
        if (::read(starts[0], &none, 1) != 0) ::_exit(1);
        std::string said;
        try {
          fixtures::CountingClock clock;
          SystemRandom random;
          const auto network = LocalNetwork::open({folder, false}, RealFilesystem(), clock, random);
          said = fixtures::text_of(network->credentials().sbn_key);
          for (const crypto::PublicKey& validator : network->validator_keys())
            said += " " + hex_lower(validator.bytes);
        } catch (const std::exception& fault) {
          said = fault.what();
        }
        said += "\n";
        ::_exit(::write(ends[1], said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
      }
      children.push_back(child);
    }
    for (const int descriptor : {starts[0], starts[1], ends[1]})
      ::close(descriptor);  // which lets them go
    std::string all;
    char part[4096];
    for (ssize_t count; (count = ::read(ends[0], part, sizeof part)) > 0;)
      all.append(part, static_cast<std::size_t>(count));
    ::close(ends[0]);
    for (const pid_t child : children) {
      int status = 0;
      REQUIRE(::waitpid(child, &status, 0) == child);
      CHECK(WIFEXITED(status));
    }
    std::set<std::string> different;
    std::istringstream lines(all);
    int count = 0;
    for (std::string line; std::getline(lines, line); ++count)
      different.insert(line);
    CHECK(count == kProcesses);
    CHECK(different.size() == 1);
  }
}

// Calls `before` with the name of each file that is written privately, before it is.
struct WatchedFiles final : Filesystem {
  RealFilesystem real;
  std::function<void(const std::string& name)> before;

  void told(const std::string& path) const { before(path.substr(path.rfind('/') + 1)); }
  std::string read(const std::string& path, std::size_t limit) const override {
    return real.read(path, limit);
  }
  void replace(const std::string& path, std::string_view content) const override {
    real.replace(path, content);
  }
  void create(const std::string& path, std::string_view content) const override {
    real.create(path, content);
  }
  void replace_private(const std::string& path, std::string_view content) const override {
    told(path);
    real.replace_private(path, content);
  }
  void create_private(const std::string& path, std::string_view content) const override {
    told(path);
    real.create_private(path, content);
  }
  bool others_may_read(const std::string& path) const override { return real.others_may_read(path); }
  std::vector<std::string> list(const std::string& folder, std::size_t limit) const override {
    return real.list(folder, limit);
  }
  void make_folder(const std::string& path) const override { real.make_folder(path); }
  void make_private_folder(const std::string& path) const override { real.make_private_folder(path); }
  std::unique_ptr<FileLock> lock(const std::string& path) const override { return real.lock(path); }
};

TEST_CASE("who comes to make the folder while another makes it waits, and takes what the other made") {
  const TemporaryFolder temporary;
  const LocalNetworkOptions options{temporary.path(), false};
  fixtures::CountingClock clock;
  SystemRandom random;
  std::promise<void> late_at_door;
  std::promise<void> first_inside;
  std::promise<void> late_done;
  WatchedFiles first_files;
  first_files.before = [&](const std::string& name) {
    if (name != "validator-1.pem") return;
    first_inside.set_value();
    late_done.get_future().wait_for(
        std::chrono::milliseconds(300));  // longer than it takes who does not wait
  };
  WatchedFiles late_files;
  late_files.before = [&](const std::string& name) {
    if (name != "setup.lock") return;
    late_at_door.set_value();
    first_inside.get_future().wait();
  };
  std::string late_keys;
  const auto keys_of = [](const LocalNetwork& network) {
    std::string keys = fixtures::text_of(network.credentials().sbn_key);
    for (const crypto::PublicKey& validator : network.validator_keys())
      keys += " " + hex_lower(validator.bytes);
    return keys;
  };
  std::thread late([&] {
    late_keys = keys_of(*LocalNetwork::open(options, late_files, clock, random));
    late_done.set_value();
  });
  late_at_door.get_future().wait();
  const std::string first_keys = keys_of(*LocalNetwork::open(options, first_files, clock, random));
  late.join();
  CHECK(late_keys == first_keys);
  CHECK(keys_of(*LocalNetwork::open(options, RealFilesystem(), clock, random)) == first_keys);
}

TEST_CASE("two networks on one folder see each other's seals, and each other's receipts verify") {
  const TemporaryFolder temporary;
  TestNetwork first(temporary.path());
  TestNetwork second(temporary.path());
  CHECK(first.key == second.key);
  const Json block = first.seal("{}");
  const Json receipt = second.get("/receipts/" + block["receipt_id"].get<std::string>()).json();
  CHECK(second.receipt_fault(receipt, block["hash"]) == "");
  second.seal("{}");
  CHECK(first.get("/internal/snapchore/blocks").json()["count"] == 2);
  CHECK(first.post("/internal/snapchore/reconcile", "").json()["status"] == "consistent");
}

TEST_CASE("requests from many threads are all answered, and what they sealed is there") {
  constexpr int kThreads = 6;
  constexpr int kEach = 25;
  const TemporaryFolder temporary(tests::memory_folder());
  TestNetwork net(temporary.path());
  net.post("/internal/snapchore/chain", R"({"chain_id":"c"})");
  std::atomic<int> faults = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string target =
            t % 2 == 0 ? "/internal/snapchore/seal" : "/internal/agentnet/seals?chain_id=c";
        const std::string body = t % 2 == 0 ? R"({"payload":{}})" : "{}";
        if (net.post(target, body).status != 200) ++faults;
        if (net.get("/internal/snapchore/blocks?limit=1").status != 200) ++faults;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(faults == 0);
  CHECK(
      net.post("/internal/snapchore/reconcile", "").json() ==
      Json({{"status", "consistent"}, {"checked", kThreads * kEach}, {"unattested", 0}, {"reconciled", 0}}));
  const Json verdict = net.post("/internal/snapchore/chain/c/verify", "").json();
  CHECK(verdict["valid"] == true);
  CHECK(verdict["length"] == kThreads / 2 * kEach);
}

TEST_CASE("a network whose store is closed answers every request") {
  TestNetwork net;
  net.network->database().close();
  for (const char* path : {"/internal/snapchore/stats", "/internal/snapchore/blocks", "/receipts/x"})
    CHECK(net.get(path).status == 500);
  CHECK(net.post("/internal/snapchore/seal", R"({"payload":{}})").status == 500);
  CHECK(net.post("/internal/snapchore/capture", R"({"payload":{}})").status == 500);
}

// --- the schema

TEST_CASE("the steps of the schema count up from one") {
  CHECK(store::newest_version(schema()) == static_cast<int>(schema().size()));
}

// A store as version 2 of the schema made it, and what is known to be in it.
struct OldStore {
  TemporaryFolder temporary;
  std::string path = temporary.put("network.db", tests::read_file(TEST_DATA "/vectors/store/network_v2.db"));
  Json known = Json::parse(tests::read_file(TEST_DATA "/vectors/store/network_v2.json"));
};

TEST_CASE("a store of version 2 opens, and all that is known to be in it is found") {
  OldStore old;
  const auto database = store::Database::open({.path = old.path}, schema());
  CHECK(database->schema_version() == store::newest_version(schema()));
  std::vector<crypto::PublicKey> keys;
  for (const Json& hex : old.known["validators"]) {
    crypto::PublicKey key{};
    const Bytes bytes = parse_hex(hex.get<std::string>()).value();
    REQUIRE(bytes.size() == key.bytes.size());
    std::copy(bytes.begin(), bytes.end(), key.bytes.begin());
    keys.push_back(key);
  }
  database->read([&](store::Connection& connection) {
    CHECK(auth::find_tenant(connection, "local"));
    for (const Json& block : old.known["blocks"]) {
      const auto seal = sbn::find_block(connection, "local", block["id"].get<std::string>());
      REQUIRE(seal);
      CHECK(seal->hash == block["hash"]);
      json::Arena arena;
      const auto receipt =
          sbn::find_receipt(connection, "local", block["receipt_id"].get<std::string>(), arena);
      REQUIRE(receipt);
      CHECK(sbn::verify_receipt(*receipt, keys, seal->hash).reason == "");
    }
    CHECK(sbn::find_capture(connection, "local", old.known["capture"].get<std::string>()));
    const auto chain = sbn::require_chain(connection, "local", old.known["chain_id"].get<std::string>());
    CHECK(chain.head_hash == old.known["head_hash"].get<std::string>());
    CHECK(sbn::verify_chain(connection, chain).valid);
    CHECK(sbn::durable_lines(connection, "local", old.known["run_id"].get<std::string>()) ==
          old.known["durable_lines"]);
  });
}

TEST_CASE("a store of version 2 goes on being used") {
  OldStore old;
  TestNetwork net(old.temporary.path());
  const std::size_t before = net.get("/internal/snapchore/blocks").json()["count"];
  CHECK(before == old.known["blocks"].size());
  net.seal("{}");
  CHECK(net.get("/internal/snapchore/blocks").json()["count"] == before + 1);
  CHECK(net.post("/internal/snapchore/reconcile", "").json()["status"] == "consistent");
}

TEST_CASE("a store of a later version is refused and left as it was") {
  OldStore old;
  {
    // user_version is at bytes 60 to 63 of a SQLite file, big endian; the page's checksum is not looked at
    // before it.
    std::fstream file(old.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(63);
    file.put(static_cast<char>(schema().size() + 1));
  }
  const std::string before = tests::read_file(old.path);
  CHECK(fault_of([&] { TestNetwork net(old.temporary.path()); }) == "failed/store_too_new");
  CHECK(tests::read_file(old.path) == before);
  CHECK_FALSE(exists(old.temporary.file("credentials.json")));
}

}  // namespace
}  // namespace agentnet::network
