// What the handlers of the console's routes share: a project that the path or the credential names, and a
// write that is noted in the audit log.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/sbn/projects.hpp"
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {

// One change, inside the store's write.
struct ConsoleWrite {
  store::Connection& connection;
  json::Arena& arena;
  Instant now;
  Random& random;
  const std::string& actor;  // the id of the credential

  // A row of the audit log; `detail` is an object, or null for none. Nothing secret may be in it.
  void note(std::string_view project, std::string_view action, std::string_view target,
            const json::Value& detail = {}) const;
};

// Replies with what `work` makes once it is durable; from then on bounds that it changed hold.
void reply_changed(const Routes& routes, const std::shared_ptr<Call>& call,
                   std::function<json::Value(ConsoleWrite& write)> work);

// The project as it is. Throws Error conflict/project_archived or project_inactive unless it takes changes.
Project require_writable(Project project);

// The project that {project_id} of the path names, or the current one when the path has none. Throws Error
// not_found/unknown_project.
Project project_of(store::Connection& connection, const Call& call, bool in_path = true);

}  // namespace agentnet::sbn
