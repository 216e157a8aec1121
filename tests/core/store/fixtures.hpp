// What the tests of the store share: a schema of pairs, and ways to look into a store.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "core/base/error.hpp"
#include "core/store/database.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::store::fixtures {

using tests::read_file;
using tests::TemporaryFolder;

// A write adds a number to both tables; one without the other is a write that was torn apart.
inline constexpr Migration kPairs[] = {{1,
                                        "CREATE TABLE lefts (number INTEGER PRIMARY KEY, filling TEXT);"
                                        "CREATE TABLE rights (number INTEGER PRIMARY KEY, filling TEXT)"}};

inline std::unique_ptr<Database> open_pairs(const std::string& path = {}) {
  return Database::open({.path = path}, kPairs);
}

inline void add_pair(Connection& connection, std::int64_t number, std::string_view filling = "x") {
  connection.run("INSERT INTO lefts (number, filling) VALUES (?, ?)", {number, filling});
  connection.run("INSERT INTO rights (number, filling) VALUES (?, ?)", {number, filling});
}

inline void add_pair(Database& database, std::int64_t number, std::string_view filling = "x") {
  database.write([&](Connection& connection) { add_pair(connection, number, filling); });
}

inline std::set<std::int64_t> numbers(Database& database, const char* sql) {
  std::set<std::int64_t> found;
  database.read([&](Connection& connection) {
    Query query = connection.query(sql);
    while (query.next())
      found.insert(query.integer(0));
  });
  return found;
}

// The numbers in the store. Fails the test when a pair is torn.
inline std::set<std::int64_t> pairs(Database& database) {
  std::set<std::int64_t> lefts = numbers(database, "SELECT number FROM lefts");
  const std::set<std::int64_t> rights = numbers(database, "SELECT number FROM rights");
  CHECK(lefts == rights);
  return lefts;
}

inline std::string integrity(Database& database) {
  std::string report;
  database.read([&](Connection& connection) {
    Query query = connection.query("PRAGMA integrity_check");
    while (query.next())
      report += query.text(0);
  });
  return report;
}

// "category/code" of an exception, "" for none.
inline std::string fault_name(const std::exception_ptr& fault) {
  if (!fault) return "";
  try {
    std::rethrow_exception(fault);
  } catch (const Error& error) {
    return std::string(category_name(error.category())) + "/" + error.code();
  } catch (const std::exception& other) {
    return other.what();
  }
}

// The same of what `action` throws.
template <typename Action>
std::string fault_of_action(Action action) {
  try {
    action();
    return "";
  } catch (...) {
    return fault_name(std::current_exception());
  }
}

// The Error that `action` must throw.
template <typename Action>
Error error_of(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  FAIL("no Error was thrown");
  return Error(Category::failed, "", "");
}

// Keeps the writer's thread busy until release(), so that what is handed over meanwhile becomes one group.
// `before_next` is called after it, before the group begins.
class Blocker {
 public:
  explicit Blocker(
      Database& database, std::function<void()> before_next = [] {}) {
    database.write_later(
        [this](Connection&) {
          started_.set_value();
          go_on_.get_future().wait();
        },
        [before_next = std::move(before_next)](std::exception_ptr) { before_next(); });
    started_.get_future().wait();
  }
  void release() { go_on_.set_value(); }

 private:
  std::promise<void> started_;
  std::promise<void> go_on_;
};

}  // namespace agentnet::store::fixtures
