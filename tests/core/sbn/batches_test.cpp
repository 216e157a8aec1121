#include "core/sbn/batches.hpp"

#include <set>

#include "core/base/bytes.hpp"
#include "core/json/write.hpp"
#include "core/sbn/rules_receipt.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Json;

const Instant kNow = *parse_iso("2026-11-23T12:00:00.5Z");

crypto::SigningKey key_of(std::uint8_t number) {
  return crypto::SigningKey::from_seed(Secret(Bytes(32, number)));
}

// A store in which batches of seals are written, signed by three validators.
struct Book {
  SystemRandom random;
  std::vector<crypto::SigningKey> validators;
  std::unique_ptr<store::Database> database = store::Database::open({}, network::schema());
  int blocks = 0;

  Book() {
    for (std::uint8_t number = 1; number <= 3; ++number)
      validators.push_back(key_of(number));
  }

  LedgerEntry next_seal(const std::string& tenant = "a") {
    const std::string id = "block-" + std::to_string(++blocks);
    return {0, tenant, std::string(kSourceSeal), std::string(64, 'a'), "general", kNow, id, "event", "{}"};
  }
  // Writes so many seals as one batch.
  std::vector<LedgerEntry> write_batch(std::size_t count, const std::string& tenant = "a") {
    std::vector<LedgerEntry> seals;
    for (std::size_t i = 0; i < count; ++i)
      seals.push_back(next_seal(tenant));
    database->write([&](store::Connection& connection) {
      for (LedgerEntry& seal : seals)
        seal.seq = add_to_ledger(connection, seal);
      add_batch(connection, seals, seals.front().seq, validators, kNow, random);
    });
    return seals;
  }
  LedgerEntry write_unattested() {
    LedgerEntry seal = next_seal();
    database->write([&](store::Connection& connection) { seal.seq = add_to_ledger(connection, seal); });
    return seal;
  }
  // As JSON; null for none.
  Json receipt(const LedgerEntry& seal) {
    return read([&](auto& connection, auto& arena) { return receipt_of(connection, seal, arena); });
  }
  Json receipt_by_id(const std::string& id, const std::string& tenant = "a") {
    return read([&](auto& connection, auto& arena) { return find_receipt(connection, tenant, id, arena); });
  }
  std::string fault(const Json& receipt, const std::string& hash = {}) {
    std::vector<crypto::PublicKey> keys;
    for (const crypto::SigningKey& validator : validators)
      keys.push_back(validator.public_key());
    const std::string text = receipt.dump();
    return verify_receipt(json::parse(text).root, keys, hash).reason;
  }

 private:
  template <typename Work>
  Json read(Work work) {
    std::string text = "null";
    database->read([&](store::Connection& connection) {
      json::Arena arena;
      const std::optional<json::Value> value = work(connection, arena);
      if (value) text = json::to_compact(*value);
    });
    return Json::parse(text);
  }
};

TEST_CASE("the receipts of batches of every small size verify, each for its own seal only") {
  Book book;
  for (std::size_t size = 1; size <= 17; ++size) {
    const std::vector<LedgerEntry> seals = book.write_batch(size);
    std::set<std::string> ids;
    for (const LedgerEntry& seal : seals) {
      CAPTURE(size);
      CAPTURE(seal.block_id);
      const Json receipt = book.receipt(seal);
      CHECK(book.fault(receipt) == "");
      CHECK(book.fault(receipt, seal.hash) == "");
      CHECK(book.fault(receipt, std::string(64, 'b')) == "hash_mismatch");
      CHECK(receipt["subject_id"] == seal.block_id);
      CHECK(receipt["tenant_id"] == "a");
      CHECK(receipt["created_at"] == "2026-11-23T12:00:00.500000+00:00");
      CHECK(receipt["receipt_id"] == receipt_id(seal.block_id));
      CHECK(book.receipt_by_id(receipt["receipt_id"]) == receipt);
      ids.insert(receipt["receipt_id"].get<std::string>());
    }
    CHECK(ids.size() == size);
  }
}

TEST_CASE("the largest batch has receipts for its first and its last seal") {
  Book book;
  const std::vector<LedgerEntry> seals = book.write_batch(kMaxBatchSeals);
  CHECK(book.fault(book.receipt(seals.front())) == "");
  CHECK(book.fault(book.receipt(seals.back())) == "");
  CHECK(book.receipt(seals.back())["attestation"]["proof"].size() == 12);
}

TEST_CASE("a receipt in which anything that is covered was changed does not verify") {
  Book book;
  const std::vector<LedgerEntry> seals = book.write_batch(5);
  const Json receipt = book.receipt(seals[2]);
  for (const char* name : {"receipt_id", "tenant_id", "subject_id", "subject_type", "snapchore_hash",
                           "domain", "created_at", "hash"}) {
    CAPTURE(name);
    Json changed = receipt;
    changed[name] = "f" + receipt[name].get<std::string>().substr(1);
    if (changed == receipt) changed[name] = "e" + receipt[name].get<std::string>().substr(1);
    CHECK(book.fault(changed) != "");
  }
  const auto changed_attestation = [&](const char* name, const Json& value) {
    Json changed = receipt;
    changed["attestation"][name] = value;
    return book.fault(changed);
  };
  CHECK(changed_attestation("leaf_index", 3) == "not_in_batch");
  CHECK(changed_attestation("root", std::string(64, '0')) == "not_in_batch");
  CHECK(changed_attestation("proof", Json::array()) == "not_in_batch");
  CHECK(changed_attestation("batch_id", "another") == "no_quorum");
  CHECK(changed_attestation("created_at", "2026-11-23T12:00:01+00:00") == "no_quorum");
  CHECK(changed_attestation("signatures", Json::array()) == "no_quorum");
  Json one_signature = receipt;
  one_signature["attestation"]["signatures"] = {receipt["attestation"]["signatures"][0]};
  CHECK(book.fault(one_signature) == "no_quorum");
}

TEST_CASE("a receipt of one seal does not pass with the proof of another") {
  Book book;
  const std::vector<LedgerEntry> seals = book.write_batch(4);
  Json mixed = book.receipt(seals[0]);
  mixed["attestation"] = book.receipt(seals[1])["attestation"];
  CHECK(book.fault(mixed) == "not_in_batch");
}

TEST_CASE("a seal that no batch covers has no receipt, before, between and behind batches") {
  Book book;
  const LedgerEntry before = book.write_unattested();
  CHECK(book.receipt(before).is_null());
  book.write_batch(2);
  const LedgerEntry between = book.write_unattested();
  const std::vector<LedgerEntry> second = book.write_batch(1);
  const LedgerEntry behind = book.write_unattested();
  CHECK(book.receipt(before).is_null());
  CHECK(book.receipt(between).is_null());
  CHECK(book.receipt(behind).is_null());
  CHECK(book.fault(book.receipt(second.front())) == "");
}

TEST_CASE("a receipt is found under its own id only, and by its own tenant only") {
  Book book;
  const LedgerEntry seal = book.write_batch(3)[1];
  const std::string id = receipt_id(seal.block_id);
  CHECK(id == "rcpt_block-2");
  CHECK_FALSE(book.receipt_by_id(id).is_null());
  CHECK(book.receipt_by_id(id, "b").is_null());
  for (const char* other :
       {"", "rcpt_", "rcpt_block-9", "RCPT_block-2", "block-2", "rcpt_block-2 ", "rcpt_rcpt_block-2"}) {
    CAPTURE(other);
    CHECK(book.receipt_by_id(other).is_null());
  }
}

TEST_CASE("a leaf that was worked out beforehand is the one that the batch would work out") {
  Book book;
  std::vector<LedgerEntry> seals = {book.next_seal(), book.next_seal()};
  seals[0].leaf = leaf_of(seals[0]);
  book.database->write([&](store::Connection& connection) {
    for (LedgerEntry& seal : seals)
      seal.seq = add_to_ledger(connection, seal);
    add_batch(connection, seals, seals.front().seq, book.validators, kNow, book.random);
  });
  CHECK(book.fault(book.receipt(seals[0])) == "");
  CHECK(book.fault(book.receipt(seals[1])) == "");
  LedgerEntry other = seals[0];
  other.domain = "other";
  CHECK(leaf_of(other) != leaf_of(seals[0]));
}

TEST_CASE("tenants that share a batch see their own receipts only") {
  Book book;
  std::vector<LedgerEntry> seals = {book.next_seal("a"), book.next_seal("b")};
  book.database->write([&](store::Connection& connection) {
    for (LedgerEntry& seal : seals)
      seal.seq = add_to_ledger(connection, seal);
    add_batch(connection, seals, seals.front().seq, book.validators, kNow, book.random);
  });
  const std::string of_b = receipt_id(seals[1].block_id);
  CHECK(book.receipt_by_id(of_b, "a").is_null());
  CHECK(book.fault(book.receipt_by_id(of_b, "b")) == "");
}

TEST_CASE("a seal is found by the leaf that is its receipt's hash, in whichever batch, by its own tenant") {
  Book book;
  book.write_batch(3);
  const std::vector<LedgerEntry> seals = book.write_batch(5);
  const auto find = [&](const std::string& hash, const std::string& tenant = "a") {
    std::string found;
    book.database->read([&](store::Connection& connection) {
      if (const auto seal = find_leaf(connection, tenant, hash)) found = seal->block_id;
    });
    return found;
  };
  for (const LedgerEntry& seal : seals) {
    const std::string leaf = hex_lower(leaf_of(seal));
    CHECK(book.receipt(seal)["hash"] == leaf);
    CHECK(find(leaf) == seal.block_id);
    CHECK(find(leaf, "b").empty());
  }
  // The end of one leaf and the beginning of the next are no leaf.
  const std::string across =
      hex_lower(leaf_of(seals[0])).substr(32) + hex_lower(leaf_of(seals[1])).substr(0, 32);
  for (const std::string& other : {std::string(), std::string("x"), std::string(64, '0'), across,
                                   hex_lower(leaf_of(seals[0])).substr(0, 62)})
    CHECK(find(other).empty());
}

TEST_CASE("a time-ordered id has the form of RFC 9562, and sorts by its millisecond") {
  struct Fixed final : Random {
    std::uint8_t byte = 0xff;
    void fill(std::span<std::uint8_t> bytes) override { std::fill(bytes.begin(), bytes.end(), byte); }
  } random;
  const Instant now{std::chrono::milliseconds(0x0123456789ab)};
  CHECK(uuid7(now, random) == "01234567-89ab-7fff-bfff-ffffffffffff");
  random.byte = 0;
  CHECK(uuid7(now, random) == "01234567-89ab-7000-8000-000000000000");
  CHECK(uuid7(now + std::chrono::milliseconds(1), random) > uuid7(now, random));
}

TEST_CASE("a reader that goes through several batches makes the receipts that each alone would get") {
  Book book;
  std::vector<LedgerEntry> seals;
  for (const std::size_t count : {5U, 1U, 3U}) {
    const auto batch = book.write_batch(count);
    seals.insert(seals.end(), batch.begin(), batch.end());
  }
  const LedgerEntry unattested = book.write_unattested();
  book.database->read([&](store::Connection& connection) {
    ReceiptReader reader(connection);
    for (const auto order : {0, 1}) {
      if (order == 1) std::reverse(seals.begin(), seals.end());
      for (const LedgerEntry& seal : seals) {
        json::Arena arena;
        const auto receipt = reader.receipt_of(seal, arena);
        REQUIRE(receipt);
        CHECK(json::to_compact(*receipt) == json::to_compact(*receipt_of(connection, seal, arena)));
      }
      json::Arena arena;
      CHECK(!reader.receipt_of(unattested, arena));
    }
  });
}

}  // namespace
}  // namespace agentnet::sbn
