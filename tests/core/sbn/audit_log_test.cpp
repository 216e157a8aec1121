#include "core/sbn/audit_log.hpp"

#include "core/json/write.hpp"
#include "tests/core/sbn/console_fixtures.hpp"

namespace agentnet::sbn {
namespace {

using fixtures::ConsoleStore;
using fixtures::kNow;

struct Log : ConsoleStore {
  void note(const std::string& project, const std::string& action, const std::string& target) {
    write([&](auto& connection) {
      note_change(connection, project, {0, kNow, "key_1", action, target, R"({"a":1})"});
      return 0;
    });
  }
  std::string read(const std::string& project, std::int64_t before = 0, std::int64_t limit = 100) {
    return write([&](auto& connection) {
      std::string actions;
      list_changes(connection, project, before, limit,
                   [&](const AuditEntry& entry) { actions += entry.action + " "; });
      return actions;
    });
  }
};

TEST_CASE("changes are listed the newest first, those of the project only") {
  Log log;
  for (const char* action : {"one", "two", "three"})
    log.note("a", action, "t");
  log.note("b", "other", "t");
  CHECK(log.read("a") == "three two one ");
  CHECK(log.read("b") == "other ");
  CHECK(log.read("a", 0, 2) == "three two ");
  CHECK(log.read("a", 3) == "two one ");
  CHECK(log.read("a", 1).empty());
}

TEST_CASE("the changes of one target are found among the others") {
  Log log;
  log.note("a", "key.created", "k1");
  log.note("a", "key.created", "k2");
  log.note("b", "key.created", "k1");
  log.note("a", "key.revoked", "k1");
  const std::string found = log.write([](auto& connection) {
    std::string actions;
    list_changes_of(connection, "a", "k1", 10, [&](const AuditEntry& entry) {
      actions += entry.action + " ";
      CHECK(entry.at == kNow);
      CHECK(entry.actor == "key_1");
    });
    return actions;
  });
  CHECK(found == "key.revoked key.created ");
}

TEST_CASE("an entry as JSON says who, what and when") {
  json::Arena arena;
  CHECK(json::to_compact(audit_row({7, kNow, "key_1", "key.created", "k", R"({"label":"ci"})"}, arena)) ==
        R"({"id":7,"type":"key.created","created_at":"2026-11-23T12:00:00+00:00","actor":"key_1",)"
        R"("target":"k","detail":{"label":"ci"}})");
}

}  // namespace
}  // namespace agentnet::sbn
