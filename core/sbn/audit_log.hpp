// Who changed what of a project: a row for each change, never changed or deleted itself.
//
// As in core/auth the functions work on a Connection; note_change is for Database::write, in the same write
// as the change.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"
#include "core/store/connection.hpp"

namespace agentnet::sbn {

struct AuditEntry {
  std::int64_t number = 0;  // counts up over all projects
  Instant at;
  std::string actor;   // the id of the credential
  std::string action;  // "key.created"
  std::string target;  // the id of what was changed
  std::string detail;  // a JSON object; nothing in it is secret
};

void note_change(store::Connection& connection, std::string_view project, const AuditEntry& entry);
// The newest first; those before a number when it is above 0.
void list_changes(store::Connection& connection, std::string_view project, std::int64_t before,
                  std::int64_t limit, const std::function<void(const AuditEntry&)>& take);
// The same of one target.
void list_changes_of(store::Connection& connection, std::string_view project, std::string_view target,
                     std::int64_t limit, const std::function<void(const AuditEntry&)>& take);

// {"id", "type", "created_at", "actor", "target", "detail"}.
json::Value audit_row(const AuditEntry& entry, json::Arena& arena);

}  // namespace agentnet::sbn
