#include "core/store/connection.hpp"

#include <limits>

#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

constexpr Migration kSchema[] = {
    {1,
     "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, size REAL, data BLOB,"
     " CHECK (size IS NULL OR size >= 0));"
     "CREATE TABLE parts (thing INTEGER NOT NULL REFERENCES things (id),"
     " later INTEGER REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)"}};

// Runs `work` as a write to a new store in memory.
template <typename Work>
void with_connection(Work work) {
  Database::open({}, kSchema)->write(work);
}

const std::string& detail(const Error& error, std::string_view name) {
  for (const Detail& detail : error.details()) {
    if (detail.name == name) return std::get<std::string>(detail.value);
  }
  throw std::runtime_error("no such detail");
}

TEST_CASE("every kind of value comes back as it was bound") {
  with_connection([](Connection& connection) {
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    const std::string text("a\0ż", 4);
    const Bytes data = {0, 255, 10};
    Query query = connection.query("SELECT ?, ?, ?, ?, ?, ?", {kLeast, 0.1, text, data, nullptr, 7});
    REQUIRE(query.next());
    CHECK(query.integer(0) == kLeast);
    CHECK(query.real(1) == 0.1);
    CHECK(query.text(2) == text);
    CHECK(query.bytes(3) == data);
    CHECK(query.is_null(4));
    CHECK(query.integer(5) == 7);
    CHECK_FALSE(query.next());
  });
}

TEST_CASE("an empty text and empty bytes are not NULL, whatever they point to") {
  with_connection([](Connection& connection) {
    Query query = connection.query("SELECT ?, ?, ?", {std::string_view(), ByteView(), ""});
    REQUIRE(query.next());
    for (int column = 0; column < 3; ++column) {
      CHECK_FALSE(query.is_null(column));
      CHECK(query.text(column).empty());
      CHECK(query.bytes(column).empty());
    }
  });
}

TEST_CASE("an optional value is bound when it is there and NULL when it is not") {
  with_connection([](Connection& connection) {
    const std::optional<std::string> there = "text";
    const std::optional<std::int64_t> absent;
    Query query = connection.query("SELECT ?, ?", {there, absent});
    REQUIRE(query.next());
    CHECK(query.text(0) == "text");
    CHECK(query.is_null(1));
    CHECK(query.integer(1) == 0);
    CHECK(query.real(1) == 0);
    CHECK(query.text(1).empty());
  });
}

TEST_CASE("a query keeps copies of what it was given") {
  with_connection([](Connection& connection) {
    std::string text = "before";
    Query query = connection.query("SELECT ?", {text});
    text = "after!";
    REQUIRE(query.next());
    CHECK(query.text(0) == "before");
  });
}

TEST_CASE("a finished query has no rows and no columns, also when asked again") {
  with_connection([](Connection& connection) {
    Query query = connection.query("SELECT 1 WHERE 0");
    CHECK_FALSE(query.next());
    CHECK_FALSE(query.next());
    CHECK(query.integer(0) == 0);
    CHECK(query.text(0).empty());
    CHECK(query.is_null(0));
  });
}

TEST_CASE("a query can be moved and goes on where it was") {
  with_connection([](Connection& connection) {
    Query first = connection.query("SELECT 1 UNION ALL SELECT 2 ORDER BY 1");
    REQUIRE(first.next());
    Query second = std::move(first);
    REQUIRE(second.next());
    CHECK(second.integer(0) == 2);
  });
}

TEST_CASE("run says how many rows it changed itself, and 0 for what changes none") {
  with_connection([](Connection& connection) {
    CHECK(connection.run("INSERT INTO things (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')") == 3);
    CHECK(connection.last_row_id() == 3);
    CHECK(connection.run("CREATE TABLE more (x)") == 0);
    CHECK(connection.run("SELECT * FROM things") == 0);
    CHECK(connection.run("UPDATE things SET size = 1 WHERE id > ?", {1}) == 2);
    CHECK(connection.run("DELETE FROM things WHERE id = 9") == 0);
  });
}

TEST_CASE("the same SQL can run inside itself") {
  with_connection([](Connection& connection) {
    const char* sql = "SELECT 1 UNION SELECT 2 UNION SELECT 3";
    int seen = 0;
    Query outer = connection.query(sql);
    while (outer.next()) {
      Query inner = connection.query(sql);
      while (inner.next())
        seen += static_cast<int>(outer.integer(0) * inner.integer(0));
    }
    CHECK(seen == 36);
  });
}

TEST_CASE("nothing that was bound before is left in a statement that is used again") {
  with_connection([](Connection& connection) {
    connection.run("INSERT INTO things (name, size) VALUES (?, ?)", {"a", 1.5});
    connection.run("INSERT INTO things (name, size) VALUES (?, ?)", {"b", nullptr});
    Query query = connection.query("SELECT size FROM things WHERE name = ?", {"b"});
    REQUIRE(query.next());
    CHECK(query.is_null(0));
  });
}

TEST_CASE("each kind of broken constraint is a conflict that says which") {
  const std::vector<std::pair<const char*, const char*>> cases = {
      {"unique", "INSERT INTO things (name) VALUES ('one')"},
      {"primary_key", "INSERT INTO things (id, name) VALUES (1, 'two')"},
      {"not_null", "INSERT INTO things (name) VALUES (NULL)"},
      {"check", "INSERT INTO things (name, size) VALUES ('two', -1)"},
      {"foreign_key", "INSERT INTO parts (thing) VALUES (99)"},
  };
  for (const auto& [kind, sql] : cases) {
    CAPTURE(kind);
    with_connection([kind = kind, sql = sql](Connection& connection) {
      connection.run("INSERT INTO things (id, name) VALUES (1, 'one')");
      const Error error = error_of([&] { connection.run(sql); });
      CHECK(error.category() == Category::conflict);
      CHECK(error.code() == "constraint");
      CHECK(detail(error, "constraint") == kind);
      // The transaction goes on after it.
      CHECK(connection.run("INSERT INTO things (name) VALUES ('two')") == 1);
    });
  }
}

TEST_CASE("a deferred foreign key that is never fulfilled is a conflict of its write alone") {
  const auto database = Database::open({}, kSchema);
  const Error error = error_of([&] {
    database->write([](Connection& connection) {
      connection.run("INSERT INTO things (id, name) VALUES (1, 'one')");
      connection.run("INSERT INTO parts (thing, later) VALUES (1, 2)");
    });
  });
  CHECK(detail(error, "constraint") == "foreign_key");
  database->write([](Connection& connection) {
    connection.run("INSERT INTO things (id, name) VALUES (1, 'one')");
    connection.run("INSERT INTO parts (thing, later) VALUES (1, 2)");
    connection.run("INSERT INTO things (id, name) VALUES (2, 'two')");
  });
}

TEST_CASE("a message names neither the SQL nor a value") {
  with_connection([](Connection& connection) {
    const auto check = [](const Error& error) {
      for (const char* word : {"things", "name", "canary", "SELEC", "INSERT"})
        CHECK(error.message().find(word) == std::string::npos);
    };
    connection.run("INSERT INTO things (name) VALUES (?)", {"canary"});
    check(error_of([&] { connection.run("INSERT INTO things (name) VALUES (?)", {"canary"}); }));
    check(error_of([&] { connection.run("SELEC canary"); }));
    check(error_of([&] { connection.query("SELECT canary FROM things"); }));
  });
}

TEST_CASE("wrong SQL, two statements, none, and a wrong number of values are faults of the store") {
  with_connection([](Connection& connection) {
    for (const char* sql : {"SELEC 1", "SELECT * FROM nowhere", "SELECT 1; SELECT 2", "", " ", "-- nothing",
                            "SELECT \"no such column\"", "SELECT ?"}) {
      CAPTURE(sql);
      CHECK(fault_of_action([&] { connection.run(sql); }) == "failed/store");
    }
    CHECK(fault_of_action([&] { connection.run("SELECT ?", {1, 2}); }) == "failed/store");
  });
}

TEST_CASE("transactions, other files and settings are the store's own") {
  with_connection([](Connection& connection) {
    for (const char* sql :
         {"BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT part", "RELEASE part", "ROLLBACK TO part",
          "ATTACH ':memory:' AS other", "DETACH main", "PRAGMA synchronous = 0", "PRAGMA user_version = 9",
          "PRAGMA foreign_keys = 0", "PRAGMA journal_mode = DELETE", "VACUUM INTO 'copy'"}) {
      CAPTURE(sql);
      CHECK(fault_of_action([&] { connection.run(sql); }) == "failed/store");
    }
    Query version = connection.query("PRAGMA user_version");
    REQUIRE(version.next());
    CHECK(version.integer(0) == 1);
  });
}

TEST_CASE("a query that is still open when its write ends makes the write fail") {
  const auto database = open_pairs();
  std::optional<Query> left;
  const std::string fault = fault_of_action([&] {
    database->write([&](Connection& connection) {
      add_pair(connection, 1);
      left.emplace(connection.query("SELECT number FROM lefts"));
    });
  });
  left.reset();
  CHECK(fault == "failed/store");
  CHECK(pairs(*database).empty());
}

}  // namespace
}  // namespace agentnet::store
