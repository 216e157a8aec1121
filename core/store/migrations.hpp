// Bringing a file to the schema that this program knows.
#pragma once

#include <span>
#include <string_view>

namespace agentnet::store {

class Session;

// One step of the schema: what brings a store of version N-1 to version N.
struct Migration {
  int version;           // from 1, ascending without gaps
  std::string_view sql;  // statements separated by ';', without transactions of their own
};

// The version after the last of them; 0 when there are none. Throws Error failed/store when they do not count
// 1, 2, 3.
int newest_version(std::span<const Migration> migrations);

// Runs those that the store has not had yet, each in one transaction together with the new version number, so
// that a store is always of one version or the next. Another process may do the same at the same time.
// Foreign keys are not enforced statement by statement, since tables are rebuilt this way, but checked before
// each commit. Throws Error with the category and code of the fault and a message that says which step
// failed; the store is then of the version before that step.
void migrate(Session& session, std::span<const Migration> migrations);

}  // namespace agentnet::store
