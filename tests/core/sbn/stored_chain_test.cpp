#include "core/sbn/stored_chain.hpp"

#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::fault_of;

const Instant kNow = *parse_iso("2026-11-23T12:00:00Z");
const std::string kHash(64, 'a');

struct Chains {
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());

  template <typename Work>
  auto write(Work work) {
    decltype(work(std::declval<store::Connection&>())) result;
    database->write([&](store::Connection& connection) { result = work(connection); });
    return result;
  }
  StoredChain create(const std::string& id, const std::string& tenant = "a") {
    return write([&](auto& connection) { return create_chain(connection, tenant, id, kNow); });
  }
  ChainEntry append(const std::string& id, const ChainAddition& addition) {
    return write([&](auto& connection) {
      StoredChain chain = require_chain(connection, "a", id);
      return append_to_chain(connection, chain, addition, kNow);
    });
  }
  ChainEntry append(const std::string& id, const std::string& hash) {
    return append(id, ChainAddition{.block_hash = hash});
  }
  void run(std::string_view sql) {
    write([&](store::Connection& connection) { return connection.run(sql); });
  }
  StoredChain chain(const std::string& id) {
    return write([&](auto& connection) { return require_chain(connection, "a", id); });
  }
  std::vector<StoredEntry> entries(const std::string& id, std::int64_t first = 0, std::int64_t limit = 1000) {
    return write([&](auto& connection) {
      std::vector<StoredEntry> found;
      read_chain(connection, require_chain(connection, "a", id), first, limit,
                 [&](const StoredEntry& entry) { found.push_back(entry); });
      return found;
    });
  }
  ChainVerdict verify(const std::string& id) {
    return write(
        [&](auto& connection) { return verify_chain(connection, require_chain(connection, "a", id)); });
  }
};

TEST_CASE("a chain id has 1 to 200 printable ASCII characters and no spaces") {
  for (const std::string& good :
       {std::string("a"), std::string("!~/..%"), std::string(kMaxChainIdBytes, 'x')})
    CHECK(is_chain_id(good));
  for (const std::string& bad :
       {std::string(), std::string("a b"), std::string("a\n"), std::string("\x7f"),
        std::string("caf\xc3\xa9"), std::string(1, '\0'), std::string(kMaxChainIdBytes + 1, 'x')}) {
    CHECK_FALSE(is_chain_id(bad));
    CHECK(fault_of([&] { Chains().create(bad); }) == "usage/bad_chain_id");
  }
}

TEST_CASE("an empty chain may be made again, one with entries not") {
  Chains chains;
  const StoredChain made = chains.create("c");
  CHECK(made.length == 0);
  CHECK_FALSE(made.head_hash);
  CHECK(chains.create("c").number == made.number);
  chains.append("c", kHash);
  CHECK(fault_of([&] { chains.create("c"); }) == "conflict/chain_exists");
  CHECK(chains.chain("c").length == 1);
}

TEST_CASE("chains of two tenants may have the same name and have nothing else in common") {
  Chains chains;
  chains.create("c");
  const StoredChain other = chains.create("c", "b");
  chains.append("c", kHash);
  CHECK(chains.write([&](auto& connection) { return require_chain(connection, "b", "c"); }).length == 0);
  CHECK(other.number != chains.chain("c").number);
  CHECK(fault_of([&] {
          chains.write([](auto& connection) { return require_chain(connection, "third", "c"); });
        }) == "not_found/unknown_chain");
}

TEST_CASE("entries are linked to each other and kept as they are given") {
  Chains chains;
  chains.create("c");
  const ChainEntry first = chains.append("c", kHash);
  const ChainEntry second = chains.append("c", {.block_hash = "any text",
                                                .event_type = "noted",
                                                .block_id = "block-2",
                                                .metadata = R"({"n":123456789012345678901234567890})"});
  CHECK(first.index == 0);
  CHECK_FALSE(first.previous_chain_hash);
  CHECK(first.event_type == "block_sealed");
  CHECK(second.previous_chain_hash == first.chain_hash);
  CHECK(second.timestamp == "2026-11-23T12:00:00+00:00");
  const std::vector<StoredEntry> stored = chains.entries("c");
  REQUIRE(stored.size() == 2);
  CHECK(stored[0].metadata == "{}");
  CHECK_FALSE(stored[0].entry.block_id);
  CHECK(stored[1].entry.block_id == "block-2");
  CHECK(stored[1].entry.block_hash == "any text");
  CHECK(stored[1].metadata == R"({"n":123456789012345678901234567890})");
  CHECK(stored[1].entry.previous_chain_hash == first.chain_hash);
  CHECK(chains.chain("c").head_hash == second.chain_hash);
}

TEST_CASE("a stored chain is one that the rule of version 1 takes for whole") {
  Chains chains;
  chains.create("c");
  for (int i = 0; i < 5; ++i)
    chains.append("c", kHash + std::to_string(i));
  std::vector<ChainEntry> entries;
  for (const StoredEntry& stored : chains.entries("c"))
    entries.push_back(stored.entry);
  CHECK(entries.size() == 5);
  CHECK_FALSE(first_fault(entries));
}

TEST_CASE("texts of an entry have limits") {
  Chains chains;
  chains.create("c");
  const std::string longest(kMaxChainTextBytes, 'x');
  const std::string longer = longest + "x";
  const auto refusal = [&](const ChainAddition& addition) {
    return fault_of([&] { chains.append("c", addition); });
  };
  CHECK(refusal({.block_hash = longest, .event_type = longest, .block_id = longest}) == "");
  CHECK(refusal({.block_hash = "h", .event_type = "", .block_id = ""}) == "");
  CHECK(refusal({.block_hash = ""}) == "usage/bad_entry");
  CHECK(refusal({.block_hash = longer}) == "usage/bad_entry");
  CHECK(refusal({.block_hash = "h", .event_type = longer}) == "usage/bad_entry");
  CHECK(refusal({.block_hash = "h", .block_id = longer}) == "usage/bad_entry");
  CHECK(refusal({.block_hash = "\xff"}) == "usage/bad_entry");
  CHECK(refusal({.block_hash = "h", .event_type = "\xed\xa0\x80"}) == "usage/bad_entry");
  CHECK(chains.chain("c").length == 2);
}

TEST_CASE("a part of a chain knows the hash before it") {
  Chains chains;
  chains.create("c");
  for (int i = 0; i < 5; ++i)
    chains.append("c", kHash);
  const std::vector<StoredEntry> all = chains.entries("c");
  const std::vector<StoredEntry> part = chains.entries("c", 2, 2);
  REQUIRE(part.size() == 2);
  CHECK(part[0].entry.index == 2);
  CHECK(part[0].entry.previous_chain_hash == all[1].entry.chain_hash);
  CHECK(part[1].entry.chain_hash == all[3].entry.chain_hash);
  CHECK(chains.entries("c", 5).empty());
  CHECK(chains.entries("c", 1'000'000).empty());
}

TEST_CASE("chains are listed in the order in which they were made, by pages") {
  Chains chains;
  for (const char* id : {"z", "a", "m"})
    chains.create(id);
  chains.create("other", "b");
  const auto page = [&](std::int64_t limit, std::int64_t offset) {
    return chains.write([&](auto& connection) {
      std::string ids;
      list_chains(connection, "a", limit, offset, [&](const StoredChain& chain) { ids += chain.chain_id; });
      return ids;
    });
  };
  CHECK(page(10, 0) == "zam");
  CHECK(page(1, 1) == "a");
  CHECK(page(10, 3).empty());
}

TEST_CASE("a whole chain verifies, an empty one too") {
  Chains chains;
  chains.create("c");
  CHECK(chains.verify("c").valid);
  CHECK(chains.verify("c").length == 0);
  chains.append("c", kHash);
  chains.append("c", kHash);
  const ChainVerdict verdict = chains.verify("c");
  CHECK(verdict.valid);
  CHECK(verdict.length == 2);
  CHECK_FALSE(verdict.break_at);
}

TEST_CASE("whatever is changed behind the chain's back is found, at its place") {
  struct Change {
    const char* sql;
    std::int64_t break_at;
  };
  for (const Change& change :
       std::initializer_list<Change>{{"UPDATE sbn_chain_entries SET block_hash = 'x' WHERE place = 1", 1},
                                     {"UPDATE sbn_chain_entries SET event_type = 'x' WHERE place = 2", 2},
                                     {"UPDATE sbn_chain_entries SET timestamp = 'x' WHERE place = 0", 0},
                                     {"UPDATE sbn_chain_entries SET chain_hash = 'x' WHERE place = 1", 1},
                                     {"DELETE FROM sbn_chain_entries WHERE place = 0", 0},
                                     {"DELETE FROM sbn_chain_entries WHERE place = 1", 1},
                                     {"DELETE FROM sbn_chain_entries WHERE place = 3", 3},
                                     {"UPDATE sbn_chains SET length = 3", 4},
                                     {"UPDATE sbn_chains SET head_hash = NULL", 4},
                                     {"UPDATE sbn_chains SET head_hash = 'x'", 4}}) {
    CAPTURE(change.sql);
    Chains chains;
    chains.create("c");
    for (int i = 0; i < 4; ++i)
      chains.append("c", kHash);
    chains.run(change.sql);
    const ChainVerdict verdict = chains.verify("c");
    CHECK_FALSE(verdict.valid);
    REQUIRE(verdict.break_at);
    CHECK(*verdict.break_at == change.break_at);
  }
}

}  // namespace
}  // namespace agentnet::sbn
