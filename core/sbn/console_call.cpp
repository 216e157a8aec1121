#include "core/sbn/console_call.hpp"

#include "core/json/write.hpp"
#include "core/sbn/audit_log.hpp"

namespace agentnet::sbn {

void ConsoleWrite::note(std::string_view project, std::string_view action, std::string_view target,
                        const json::Value& detail) const {
  note_change(connection, project,
              {.number = 0,
               .at = now,
               .actor = actor,
               .action = std::string(action),
               .target = std::string(target),
               .detail = detail.is_null() ? "{}" : json::to_compact(detail)});
}

void reply_changed(const Routes& routes, const std::shared_ptr<Call>& call,
                   std::function<json::Value(ConsoleWrite& write)> work) {
  Service& service = routes.service;
  reply_written(
      routes, call,
      [&service, call, work = std::move(work)](store::Connection& connection, json::Arena& arena) {
        ConsoleWrite write{connection, arena, service.clock().now(), service.random(),
                           call->caller.credential_id};
        return work(write);
      },
      [&service] { service.bounds().refresh(); });
}

Project require_writable(Project project) {
  if (project.is_writable()) return project;
  const std::string status(project.status());
  throw Error(Category::conflict, "project_" + status, "the project is " + status + " and takes no changes",
              {}, {{"project_id", project.id}});
}

Project project_of(store::Connection& connection, const Call& call, bool in_path) {
  if (!in_path) return current_project(connection, call.caller);
  return require_project(connection, call.tenant(), call.exchange->path_value("project_id"));
}

}  // namespace agentnet::sbn
