#include "core/store/migrations.hpp"

#include <filesystem>
#include <thread>

#include "tests/core/store/fixtures.hpp"

namespace agentnet::store {
namespace {

using namespace fixtures;

// Three made-up versions: a table, a column more, and a table that is rebuilt while another refers to it.
constexpr Migration kVersions[] = {
    {1,
     "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
     "CREATE TABLE letters (person INTEGER NOT NULL REFERENCES people (id), text TEXT NOT NULL)"},
    {2, "ALTER TABLE people ADD COLUMN town TEXT NOT NULL DEFAULT 'nowhere'"},
    {3,
     "CREATE TABLE people_3 (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, town TEXT NOT NULL"
     " DEFAULT 'nowhere');"
     "INSERT INTO people_3 SELECT id, upper(name), town FROM people;"
     "DROP TABLE people;"
     "ALTER TABLE people_3 RENAME TO people"}};

using Steps = std::span<const Migration>;

std::unique_ptr<Database> open_version(const std::string& path, std::size_t version) {
  return Database::open({.path = path}, Steps(kVersions).first(version));
}

std::string people(Database& database, const char* column) {
  std::string all;
  database.read([&](Connection& connection) {
    Query query = connection.query(std::string("SELECT ") + column + " FROM people ORDER BY id");
    while (query.next())
      all += query.text(0) + ";";
  });
  return all;
}

void add_people(Database& database) {
  database.write([](Connection& connection) {
    connection.run("INSERT INTO people (id, name) VALUES (1, 'ann'), (2, 'bob')");
    connection.run("INSERT INTO letters (person, text) VALUES (1, 'hello')");
  });
}

TEST_CASE("a store of every older version is brought to the newest with its rows") {
  for (std::size_t version = 1; version <= 3; ++version) {
    CAPTURE(version);
    const TemporaryFolder folder;
    const std::string path = folder.file("store.db");
    {
      const auto old = open_version(path, version);
      CHECK(old->schema_version() == static_cast<int>(version));
      add_people(*old);
    }
    const auto database = open_version(path, 3);
    CHECK(database->schema_version() == 3);
    CHECK(people(*database, "name") == (version == 3 ? "ann;bob;" : "ANN;BOB;"));
    CHECK(people(*database, "(SELECT count(*) FROM letters WHERE person = people.id)") == "1;0;");
    if (version < 3) CHECK(people(*database, "town") == "nowhere;nowhere;");
  }
}

TEST_CASE("a store in memory gets the newest schema") {
  const auto database = open_version({}, 3);
  CHECK(database->schema_version() == 3);
  CHECK(people(*database, "name").empty());
}

TEST_CASE("without any steps there is a store of version 0") {
  const auto database = Database::open({}, {});
  CHECK(database->schema_version() == 0);
}

TEST_CASE("steps that do not count 1, 2, 3 are refused before a file is made") {
  const TemporaryFolder folder;
  const std::vector<std::vector<Migration>> wrong = {{{0, "SELECT 1"}},
                                                     {{2, "SELECT 1"}},
                                                     {{1, "SELECT 1"}, {3, "SELECT 1"}},
                                                     {{1, "SELECT 1"}, {1, "SELECT 1"}}};
  for (const auto& steps : wrong) {
    const Error error = error_of([&] { Database::open({.path = folder.file("store.db")}, steps); });
    CHECK(error.code() == "store");
    CHECK_FALSE(std::filesystem::exists(folder.file("store.db")));
  }
}

TEST_CASE("a step that fails leaves the store at the version before it, says which, and can be mended") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  add_people(*open_version(path, 1));
  const std::vector<Migration> broken = {
      kVersions[0], kVersions[1], {3, "CREATE TABLE half (x); INSERT INTO nowhere VALUES (1)"}};
  const Error error = error_of([&] { Database::open({.path = path}, broken); });
  CHECK(error.message().find("schema step 3") != std::string::npos);
  {
    const auto database = open_version(path, 2);
    CHECK(database->schema_version() == 2);
    CHECK(numbers(*database, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'") ==
          std::set<std::int64_t>{0});
  }
  CHECK(people(*open_version(path, 3), "name") == "ANN;BOB;");
}

TEST_CASE("a step that leaves a row referring to none is a conflict") {
  const TemporaryFolder folder;
  const std::string path = folder.file("store.db");
  add_people(*open_version(path, 2));
  const std::vector<Migration> broken = {kVersions[0], kVersions[1], {3, "DELETE FROM people WHERE id = 1"}};
  CHECK(fault_of_action([&] { Database::open({.path = path}, broken); }) == "conflict/constraint");
  CHECK(people(*open_version(path, 2), "name") == "ann;bob;");
}

TEST_CASE("foreign keys are in force after a migration") {
  const auto database = open_version({}, 3);
  const auto orphan = [](Connection& connection) {
    connection.run("INSERT INTO letters (person, text) VALUES (99, 'x')");
  };
  CHECK(fault_of_action([&] { database->write(orphan); }) == "conflict/constraint");
}

TEST_CASE("a step cannot end its transaction") {
  const std::vector<Migration> steps = {{1, "CREATE TABLE t (x); COMMIT; CREATE TABLE u (x)"}};
  CHECK(fault_of_action([&] { Database::open({}, steps); }) == "failed/store");
}

TEST_CASE("several that migrate one store at once do each step once") {
  for (int round = 0; round < 5; ++round) {
    const TemporaryFolder folder;
    const std::string path = folder.file("store.db");
    add_people(*open_version(path, 1));
    std::vector<std::thread> threads;
    for (int i = 0; i < 6; ++i)
      threads.emplace_back([&] { CHECK(open_version(path, 3)->schema_version() == 3); });
    for (std::thread& thread : threads)
      thread.join();
    CHECK(people(*open_version(path, 3), "name") == "ANN;BOB;");
  }
}

TEST_CASE("a file that an earlier build of this program wrote opens with its rows") {
  // tests/vectors/store/letters_v1.db: version 1 of the schema above, with what add_people() adds.
  const TemporaryFolder folder;
  const std::string path = folder.put("store.db", read_file(TEST_DATA "/vectors/store/letters_v1.db"));
  const auto database = open_version(path, 3);
  CHECK(people(*database, "name") == "ANN;BOB;");
  CHECK(people(*database, "(SELECT text FROM letters WHERE person = people.id)") == "hello;;");
  CHECK(integrity(*database) == "ok");
}

}  // namespace
}  // namespace agentnet::store
