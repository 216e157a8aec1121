#include "core/sbn/ledger.hpp"

#include "core/sbn/schema.hpp"
#include "core/store/database.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::fault_of;

const Instant kNoon = *parse_iso("2026-11-23T12:00:00Z");
const std::string kHash(64, 'a');

// A store with the network's tables.
struct Ledger {
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());

  std::int64_t add(LedgerEntry entry) {
    std::int64_t seq = 0;
    database->write([&](store::Connection& connection) { seq = add_to_ledger(connection, entry); });
    return seq;
  }
  template <typename Work>
  auto read(Work work) {
    decltype(work(std::declval<store::Connection&>())) result;
    database->read([&](store::Connection& connection) { result = work(connection); });
    return result;
  }
  std::vector<std::int64_t> list(const LedgerFilter& filter, std::string_view tenant = "a") {
    return read([&](store::Connection& connection) {
      std::vector<std::int64_t> seqs;
      list_ledger(connection, tenant, filter, [&](const LedgerEntry& entry) { seqs.push_back(entry.seq); });
      return seqs;
    });
  }
};

LedgerEntry seal_of(const std::string& hash, const std::string& block, const std::string& tenant = "a") {
  return {0, tenant, std::string(kSourceSeal), hash, "general", kNoon, block, "event", "{}"};
}

LedgerEntry capture_of(const std::string& hash, const std::string& tenant = "a") {
  return {0, tenant, std::string(kSourceCapture), hash, "general", kNoon, {}, {}, {}};
}

TEST_CASE("an entry comes back as it was written") {
  Ledger ledger;
  LedgerEntry entry = seal_of(kHash, "block-1");
  entry.domain = "ops.caf\xc3\xa9";
  entry.body = R"({"payload":{"n":123456789012345678901234567890}})";
  entry.seq = ledger.add(entry);
  const auto found = ledger.read([&](auto& connection) { return find_entry(connection, "a", entry.seq); });
  REQUIRE(found);
  CHECK(found->seq == entry.seq);
  CHECK(found->tenant_id == "a");
  CHECK(found->source == "seal");
  CHECK(found->hash == kHash);
  CHECK(found->domain == entry.domain);
  CHECK(found->created_at == kNoon);
  CHECK(found->block_id == "block-1");
  CHECK(found->block_type == "event");
  CHECK(found->body == entry.body);
}

TEST_CASE("places in the ledger count up by one") {
  Ledger ledger;
  const std::int64_t first = ledger.add(seal_of(kHash, "block-1"));
  CHECK(ledger.add(capture_of(kHash)) == first + 1);
  CHECK(ledger.add(seal_of(kHash, "block-2", "b")) == first + 2);
}

TEST_CASE("a block id is taken once among all tenants, and captures have none") {
  Ledger ledger;
  ledger.add(seal_of(kHash, "block-1"));
  CHECK(fault_of([&] { ledger.add(seal_of(kHash, "block-1")); }) == "conflict/constraint");
  CHECK(fault_of([&] { ledger.add(seal_of(kHash, "block-1", "b")); }) == "conflict/constraint");
  ledger.add(capture_of(kHash));
  ledger.add(capture_of(kHash));
}

TEST_CASE("a hash is found as its newest seal, else as a capture") {
  Ledger ledger;
  const auto find = [&] {
    return ledger.read([&](auto& connection) { return find_hash(connection, "a", kHash); });
  };
  CHECK_FALSE(find());
  const std::int64_t capture = ledger.add(capture_of(kHash));
  CHECK(find()->seq == capture);
  ledger.add(seal_of(kHash, "block-1"));
  const std::int64_t second = ledger.add(seal_of(kHash, "block-2"));
  const std::int64_t late_capture = ledger.add(capture_of(kHash));
  CHECK(find()->seq == second);
  CHECK(ledger.read([&](auto& connection) { return find_capture(connection, "a", kHash); })->seq ==
        late_capture);
}

TEST_CASE("hashes that share their first bytes, are short or are none are kept apart") {
  Ledger ledger;
  const std::string alike = kHash.substr(0, 63) + "b";
  std::vector<std::string> texts = {kHash, alike, "a", "", "not a hash", std::string(16, 'z'), "\xff\xfe"};
  for (const std::string& text : texts)
    ledger.add(capture_of(text));
  for (const std::string& text : texts) {
    CAPTURE(text);
    const auto found = ledger.read([&](auto& connection) { return find_hash(connection, "a", text); });
    REQUIRE(found);
    CHECK(found->hash == text);
  }
  CHECK_FALSE(ledger.read([&](auto& connection) { return find_hash(connection, "a", "b"); }));
}

TEST_CASE("no function shows what is another tenant's") {
  Ledger ledger;
  const std::int64_t seq = ledger.add(seal_of(kHash, "block-1", "b"));
  CHECK_FALSE(ledger.read([&](auto& connection) { return find_hash(connection, "a", kHash); }));
  CHECK_FALSE(ledger.read([&](auto& connection) { return find_capture(connection, "a", kHash); }));
  CHECK_FALSE(ledger.read([&](auto& connection) { return find_block(connection, "a", "block-1"); }));
  CHECK_FALSE(ledger.read([&](auto& connection) { return find_entry(connection, "a", seq); }));
  CHECK(ledger.list({}).empty());
  LedgerFilter by_hash;
  by_hash.hash = kHash;
  CHECK(ledger.list(by_hash).empty());
  CHECK(ledger.list(by_hash, "b") == std::vector{seq});
}

TEST_CASE("a list begins with the newest and has pages") {
  Ledger ledger;
  std::vector<std::int64_t> seqs;
  for (int i = 0; i < 5; ++i)
    seqs.push_back(ledger.add(seal_of(kHash, "block-" + std::to_string(i))));
  const auto page = [&](std::int64_t limit, std::int64_t offset) {
    LedgerFilter filter;
    filter.limit = limit;
    filter.offset = offset;
    return ledger.list(filter);
  };
  CHECK(page(2, 0) == std::vector{seqs[4], seqs[3]});
  CHECK(page(2, 3) == std::vector{seqs[1], seqs[0]});
  CHECK(page(10, 4) == std::vector{seqs[0]});
  CHECK(page(10, 5).empty());
  CHECK(page(0, 0).empty());
}

TEST_CASE("a list can be narrowed by source, domain, hash and time, all at once, before it is paged") {
  Ledger ledger;
  LedgerEntry entry = seal_of(kHash, "block-1");
  entry.domain = "ops.deploy";
  const std::int64_t deploy = ledger.add(entry);
  entry = seal_of(std::string(64, 'b'), "block-2");
  entry.domain = "opsx";
  entry.created_at = kNoon + std::chrono::microseconds(1);
  const std::int64_t late = ledger.add(entry);
  const std::int64_t capture = ledger.add(capture_of(kHash));
  LedgerFilter filter;
  filter.domain = "ops.*";
  CHECK(ledger.list(filter) == std::vector{deploy});
  filter.offset = 1;
  CHECK(ledger.list(filter).empty());
  filter = {};
  filter.since = kNoon + std::chrono::microseconds(1);
  CHECK(ledger.list(filter) == std::vector{late});
  filter.since = kNoon;
  CHECK(ledger.list(filter) == std::vector{capture, late, deploy});
  filter.hash = kHash;
  CHECK(ledger.list(filter) == std::vector{capture, deploy});
  filter.source = kSourceCapture;
  CHECK(ledger.list(filter) == std::vector{capture});
  filter.domain = "opsx";
  CHECK(ledger.list(filter).empty());
}

TEST_CASE("a domain filter that ends in .* takes the domain and all below it, any other only the same") {
  CHECK(domain_matches("a", "a"));
  CHECK(domain_matches("a.b", "a.b"));
  CHECK_FALSE(domain_matches("a.b", "a"));
  CHECK(domain_matches("a", "a.*"));
  CHECK(domain_matches("a.b", "a.*"));
  CHECK(domain_matches("a.b.c", "a.*"));
  CHECK_FALSE(domain_matches("ab", "a.*"));
  CHECK_FALSE(domain_matches("b.a", "a.*"));
  CHECK_FALSE(domain_matches("a.b", "a.b.*.c"));
  CHECK_FALSE(domain_matches("x", "*"));
}

TEST_CASE("what is metered adds up by tenant, month and operation") {
  Ledger ledger;
  const Instant december = *parse_iso("2026-12-01T00:00:00Z");
  ledger.database->write([&](store::Connection& connection) {
    meter(connection, "a", "seal", 2, kNoon);
    meter(connection, "a", "seal", 3, kNoon);
    meter(connection, "a", "capture", 1, kNoon);
    meter(connection, "a", "seal", 10, december);
    meter(connection, "b", "seal", 100, kNoon);
  });
  const auto usage = [&](std::string_view month) {
    return ledger.read([&](store::Connection& connection) {
      std::string text;
      list_usage(connection, "a", month, [&](const Usage& each) {
        text += each.operation + "=" + std::to_string(each.amount) + ";";
      });
      return text;
    });
  };
  CHECK(usage("2026-11") == "capture=1;seal=5;");
  CHECK(usage("2026-12") == "seal=10;");
  CHECK(usage("2027-01").empty());
  CHECK(usage("") == "capture=1;seal=15;");
}

TEST_CASE("a month ends with its last microsecond") {
  CHECK(month_of(*parse_iso("2026-11-30T23:59:59.999999Z")) == "2026-11");
  CHECK(month_of(*parse_iso("2026-12-01T00:00:00Z")) == "2026-12");
}

}  // namespace
}  // namespace agentnet::sbn
