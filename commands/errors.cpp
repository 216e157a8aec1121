#include "commands/errors.hpp"

#include "commands/diagnostics.hpp"
#include "commands/exit.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {

json::Value error_value(const Error& error, json::Arena& arena, std::optional<std::int64_t> line) {
  json::ObjectBuilder details(arena);
  if (line) details.add_integer("line", *line);
  for (const Detail& detail : error.details()) {
    if (line && detail.name == "line") continue;  // within its line, a bulk document is always on line 1
    if (const auto* number = std::get_if<std::int64_t>(&detail.value)) {
      details.add_integer(arena.copy(detail.name), *number);
    } else {
      details.add(arena.copy(detail.name),
                  std::string_view(without_keys(std::get<std::string>(detail.value))));
    }
  }
  json::ObjectBuilder body(arena);
  body.add("code", error.code());
  body.add("category", category_name(error.category()));
  body.add("message", without_keys(error.message()));
  body.add_optional("hint", error.hint().empty() ? std::nullopt : std::optional(without_keys(error.hint())));
  body.add("details", details.done());
  body.add("request_id", json::Value());
  body.add_integer("exit_code", static_cast<int>(exit_for(error.category())));
  return json::ObjectBuilder(arena).add("error", body.done()).done();
}

std::string error_line(const Error& error, std::optional<std::int64_t> line) {
  json::Arena arena;
  return json::to_compact(error_value(error, arena, line), json::Text::ascii) + "\n";
}

}  // namespace agentnet::commands
