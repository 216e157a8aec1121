#include "core/store/migrations.hpp"

#include "core/base/error.hpp"
#include "core/store/session.hpp"

namespace agentnet::store {
namespace {

void run_step(Session& session, const Migration& migration, int known_version) {
  session.begin();
  session.check_version(known_version);
  // Whoever had the lock before may have done this step.
  if (session.schema_version() < migration.version) {
    session.run_script(migration.sql);
    session.check_foreign_keys();
    session.set_schema_version(migration.version);
  }
  session.commit();
}

}  // namespace

int newest_version(std::span<const Migration> migrations) {
  int version = 0;
  for (const Migration& migration : migrations) {
    if (migration.version != ++version) {
      throw Error(Category::failed, "store", "the steps of the schema must count 1, 2, 3");
    }
  }
  return version;
}

void migrate(Session& session, std::span<const Migration> migrations) {
  const int newest = newest_version(migrations);
  if (session.schema_version() >= newest) return;
  session.set_foreign_keys(false);
  for (const Migration& migration : migrations) {
    try {
      run_step(session, migration, newest);
    } catch (const Error& fault) {
      session.roll_back();
      throw Error(fault.category(), fault.code(),
                  "schema step " + std::to_string(migration.version) + ": " + fault.message(), fault.hint(),
                  fault.details());
    }
  }
  session.set_foreign_keys(true);
}

}  // namespace agentnet::store
