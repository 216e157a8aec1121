#include "core/store/statement_cache.hpp"

#include <sqlite3.h>

#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

class Memory {
 public:
  Memory() { REQUIRE(sqlite3_open(":memory:", &handle_) == SQLITE_OK); }
  ~Memory() { CHECK(sqlite3_close(handle_) == SQLITE_OK); }  // refuses while a statement is left
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
};

TEST_CASE("a statement that was given back is taken again for the same text, white space behind it aside") {
  const Memory memory;
  StatementCache cache(memory.handle());
  sqlite3_stmt* first = cache.take("SELECT 1;");
  cache.give_back(first);
  for (const char* sql : {"SELECT 1;", "SELECT 1; \n\t", "SELECT 1;  "}) {
    sqlite3_stmt* again = cache.take(sql);
    CHECK(again == first);
    cache.give_back(again);
  }
  CHECK(cache.idle() == 1);
  CHECK(cache.in_use() == 0);
}

TEST_CASE("a statement in use is not handed out twice") {
  const Memory memory;
  StatementCache cache(memory.handle());
  sqlite3_stmt* first = cache.take("SELECT 1");
  sqlite3_stmt* second = cache.take("SELECT 1");
  CHECK(first != second);
  CHECK(cache.in_use() == 2);
  cache.give_back(first);
  cache.give_back(second);
  CHECK(cache.idle() == 2);
}

TEST_CASE("texts that end in a comment or a semicolon do not pile up") {
  const Memory memory;
  StatementCache cache(memory.handle());
  for (int i = 0; i < 10; ++i) {
    for (const char* sql : {"SELECT 1 -- why", "SELECT 2 /* why */", "SELECT 3;", " SELECT 4 "})
      cache.give_back(cache.take(sql));
  }
  CHECK(cache.idle() == 4);
}

TEST_CASE("idle statements are kept up to the limit and start over past it") {
  const Memory memory;
  StatementCache cache(memory.handle());
  sqlite3_stmt* held = cache.take("SELECT 'held'");
  for (std::size_t i = 0; i < kMaxIdleStatements; ++i)
    cache.give_back(cache.take("SELECT " + std::to_string(i)));
  CHECK(cache.idle() == kMaxIdleStatements);
  cache.give_back(cache.take("SELECT 'one more'"));
  CHECK(cache.idle() == 1);
  CHECK(sqlite3_step(held) == SQLITE_ROW);
  cache.give_back(held);
}

TEST_CASE("a text that is no statement, or more than one, is refused and leaves nothing behind") {
  const Memory memory;
  StatementCache cache(memory.handle());
  for (const char* sql : {"", "  ", ";", "-- why", "SELECT 1; SELECT 2", "SELECT 1; x", "SELEC"}) {
    CAPTURE(sql);
    CHECK(fault_of_action([&] { cache.take(sql); }) == "failed/store");
  }
  CHECK(cache.in_use() == 0);
  CHECK(cache.idle() == 0);
}

}  // namespace
}  // namespace agentnet::store
