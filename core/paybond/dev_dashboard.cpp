#include "core/paybond/dev_dashboard.hpp"

#include "core/json/write.hpp"
#include "core/paybond/dev_log.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>paybond: trial runs</title>
<link rel="stylesheet" href="/page.css">
<script src="/page.js" defer></script>
</head>
<body>
<h1>Trial runs</h1>
<p id="state">waiting for the first answer</p>
<main id="runs"></main>
</body>
</html>
)";

constexpr std::string_view kStyle =
    R"(body { font: 16px/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; }
article { border: 1px solid #bbb; border-radius: 6px; margin: 1rem 0; padding: 0.5rem 1rem; }
h2 { font-size: 1rem; }
.authorize { color: #850; }
.evidence { color: #057; }
)";

// Texts of events go in by textContent alone, so none of them is ever markup.
constexpr std::string_view kScript = R"("use strict";
const asked = location.pathname.startsWith("/runs/") ? decodeURIComponent(location.pathname.slice(6)) : null;
const element = (name, text, kind) => {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
};
const phases = ["tool", "authorize", "result", "evidence"];
const show = (event) => {
  const box = document.createElement("article");
  box.append(element("h2", `${event.preset} · ${event.operation} · ${event.sandbox_lifecycle_status}`));
  box.append(element("p", `run ${event.run_id}, intent ${event.intent_id}, ${event.recorded_at}`));
  const list = document.createElement("ol");
  for (const step of event.steps || []) {
    list.append(element("li", step.label, phases.includes(step.phase) ? step.phase : ""));
  }
  box.append(list);
  return box;
};
let last = "";
const look = async () => {
  try {
    const text = await (await fetch("/api/events")).text();
    if (text !== last) {
      last = text;
      const events = JSON.parse(text).events.filter((each) => asked === null || each.run_id === asked);
      document.getElementById("state").textContent = `${events.length} shown, the newest first`;
      document.getElementById("runs").replaceChildren(...events.reverse().map(show));
    }
  } catch (fault) {
    document.getElementById("state").textContent = `no answer: ${fault}`;
  }
  setTimeout(look, 2000);
};
look();
)";

constexpr std::string_view kContentPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

http::Response guarded(std::string_view type, std::string_view body) {
  return {200,
          {{"Content-Type", std::string(type)},
           {"Cache-Control", "no-store"},
           {"Content-Security-Policy", std::string(kContentPolicy)},
           {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()"},
           {"Referrer-Policy", "no-referrer"},
           {"X-Content-Type-Options", "nosniff"},
           {"X-Frame-Options", "DENY"}},
          std::string(body)};
}

http::Handler fixed(std::string_view type, std::string_view body) {
  return
      [type, body](const std::shared_ptr<http::Exchange>& exchange) { exchange->reply(guarded(type, body)); };
}

}  // namespace

void add_dashboard_routes(http::Router& router, std::function<std::string()> events, bool has_credentials) {
  const http::Handler page = fixed("text/html; charset=utf-8", kPage);
  router.add("GET", "/", page);
  router.add("GET", "/runs/{run_id}", page);
  router.add("GET", "/page.js", fixed("text/javascript; charset=utf-8", kScript));
  router.add("GET", "/page.css", fixed("text/css; charset=utf-8", kStyle));
  router.add("GET", "/api/events",
             [events = std::move(events), has_credentials](const std::shared_ptr<http::Exchange>& exchange) {
               json::Arena arena;
               const std::string text = events();
               const json::Value answer = json::ObjectBuilder(arena)
                                              .add("events", read_dev_events(text, arena))
                                              .add_boolean("has_credentials", has_credentials)
                                              .done();
               exchange->reply(guarded("application/json; charset=utf-8", json::to_compact(answer)));
             });
}

}  // namespace agentnet::paybond
