#include "core/store/page_checks.hpp"

#include <array>
#include <fstream>
#include <random>

#include "tests/core/store/fixtures.hpp"
#include "tests/support/seed.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

using Page = std::array<std::uint8_t, kPageBytes>;

std::string check_of(Page page, std::int64_t offset) {
  seal_page(page, offset);
  return hex_lower(ByteView(page).last(kPageCheckBytes));
}

Page counting_page() {
  Page page{};
  for (std::size_t i = 0; i < page.size(); ++i)
    page[i] = static_cast<std::uint8_t>(i % 251);
  return page;
}

// Everything that a store holds, or the code of the fault that kept it from being read.
std::string read_everything(const std::string& path) {
  try {
    const auto database = open_pairs(path);
    std::string all;
    database->read([&](Connection& connection) {
      for (const char* sql : {"SELECT number, filling FROM lefts", "SELECT number, filling FROM rights",
                              "SELECT number, filling FROM lefts ORDER BY filling DESC"}) {
        Query query = connection.query(sql);
        while (query.next())
          all += query.text(0) + "=" + query.text(1) + ";";
      }
    });
    return all;
  } catch (const Error& error) {
    return error.code();
  }
}

void flip(std::string& content, std::size_t bit) {
  content[bit / 8] = static_cast<char>(content[bit / 8] ^ (1 << (bit % 8)));
}

TEST_CASE("the checksum of a page is what the header says, here of a page of 0 to 250 again and again") {
  // Computed apart from this code, from the description in core/store/page_checks.hpp.
  CHECK(check_of(counting_page(), 0) == "edd27ee1d00ea029");
  CHECK(check_of(counting_page(), 4096) == "bb44804845eaa829");
}

TEST_CASE("a page with any bit flipped has another checksum, and so has one at another place") {
  Page page = counting_page();
  const std::string right = check_of(page, 8192);
  for (std::size_t bit = 0; bit < (kPageBytes - kPageCheckBytes) * 8; ++bit) {
    page[bit / 8] = static_cast<std::uint8_t>(page[bit / 8] ^ (1U << (bit % 8)));
    CHECK(check_of(page, 8192) != right);
    page[bit / 8] = static_cast<std::uint8_t>(page[bit / 8] ^ (1U << (bit % 8)));
  }
  CHECK(check_of(page, 0) != right);
  CHECK(check_of(page, 4096) != right);
}

TEST_CASE("pages in which words were exchanged or repeated have another checksum") {
  Page page = counting_page();
  const std::string right = check_of(page, 0);
  for (std::size_t other = 8; other < kPageBytes - kPageCheckBytes; other += 8) {
    Page swapped = page;
    std::swap_ranges(swapped.begin(), swapped.begin() + 8,
                     swapped.begin() + static_cast<std::ptrdiff_t>(other));
    if (swapped != page) CHECK(check_of(swapped, 0) != right);
  }
}

TEST_CASE("of every single bit of a store that is flipped, it is noticed or changes nothing") {
  constexpr int kSamples = 2000;
  const std::uint64_t seed = tests::test_seed();
  INFO("AGENTNET_SEED=" << seed);
  std::mt19937_64 random(seed);
  const TemporaryFolder folder(tests::memory_folder());
  const std::string path = folder.file("store.db");
  {
    const auto database = open_pairs(path);
    for (int i = 0; i < 40; ++i)
      add_pair(*database, i, std::string(700, static_cast<char>('a' + i % 26)));
  }
  const std::string content = read_file(path);
  REQUIRE(content.size() >= 64 * 1024);
  const std::string right = read_everything(path);
  REQUIRE(right.size() > 10'000);
  int noticed = 0;
  for (int i = 0; i < kSamples; ++i) {
    // All of the header, and samples of the rest.
    const std::size_t bit = i < 800 ? static_cast<std::size_t>(i) : random() % (content.size() * 8);
    CAPTURE(bit);
    std::string damaged = content;
    flip(damaged, bit);
    folder.put("store.db", damaged);
    const std::string result = read_everything(path);
    if (result == right) continue;
    const bool is_named = result == "store_corrupt" || result == "not_a_store" || result == "store_too_new";
    CHECK(is_named);
    ++noticed;
  }
  CHECK(noticed > kSamples / 2);
}

TEST_CASE("a flipped bit of a row is reported as damage when the row is read, and by integrity_check") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  add_pair(*open_pairs(path), 1, "a text that is easy to find");
  std::string content = read_file(path);
  const std::size_t place = content.find("easy to find");
  REQUIRE(place != content.npos);
  flip(content, place * 8);
  folder.put("store.db", content);
  const auto database = open_pairs(path);
  CHECK(fault_of_action([&] { pairs(*database); }) == "failed/store_corrupt");
  CHECK(fault_of_action([&] { integrity(*database); }) == "failed/store_corrupt");
  // A write to a page that cannot be trusted is refused, too.
  CHECK(fault_of_action([&] { add_pair(*database, 2); }) == "failed/store_corrupt");
}

TEST_CASE("a page that lies at another page's place is damage") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  {
    const auto database = open_pairs(path);
    for (int i = 0; i < 20; ++i)
      add_pair(*database, i, std::string(1000, 'x'));
  }
  std::string content = read_file(path);
  const std::string page = content.substr(3 * kPageBytes, kPageBytes);
  content.replace(4 * kPageBytes, kPageBytes, page);
  folder.put("store.db", content);
  const bool is_noticed = read_everything(path) == "store_corrupt";
  CHECK(is_noticed);
}

TEST_CASE("a file that lost its end is damage") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  {
    const auto database = open_pairs(path);
    for (int i = 0; i < 20; ++i)
      add_pair(*database, i, std::string(1000, 'x'));
  }
  const std::string content = read_file(path);
  for (const std::size_t size : {content.size() - 1, content.size() - kPageBytes / 2,
                                 content.size() - kPageBytes, 2 * kPageBytes, kPageBytes}) {
    CAPTURE(size);
    folder.put("store.db", content.substr(0, size));
    const bool is_noticed = read_everything(path) == "store_corrupt";
    CHECK(is_noticed);
  }
}

TEST_CASE("pages that were freed and used again pass") {
  const TemporaryFolder folder;
  for (int round = 0; round < 5; ++round) {
    const auto database = open_pairs(folder.file("store.db"));
    database->write([](Connection& connection) {
      for (int i = 0; i < 100; ++i)
        add_pair(connection, i, std::string(3000, 'x'));
    });
    CHECK(integrity(*database) == "ok");
    database->write([](Connection& connection) {
      connection.run("DELETE FROM lefts WHERE number % 3 <> 0");
      connection.run("DELETE FROM rights");
    });
    CHECK(integrity(*database) == "ok");
    database->write([](Connection& connection) { connection.run("DELETE FROM lefts"); });
  }
  CHECK(integrity(*open_pairs(folder.file("store.db"))) == "ok");
}

}  // namespace
}  // namespace agentnet::store
