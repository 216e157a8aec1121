// The page that shows trial runs, and the JSON behind it.
//
//   GET /             the page; also /runs/RUN, which shows that run alone
//   GET /page.js, /page.css
//   GET /api/events   {"events": [event], "has_credentials": false}, the events of dev_log.hpp
//
// The page is nothing but these: its policy lets it load and call nothing else, it cannot be framed, and what
// it shows of an event it sets as text. Other methods are 405; the server looks at Host and Origin.
#pragma once

#include <functional>
#include <string>

#include "core/http/router.hpp"

namespace agentnet::paybond {

// `events` gives the text of the dev-trace file and may be called by any thread; an Error it throws is the
// answer. It must outlive the router's last exchange.
void add_dashboard_routes(http::Router& router, std::function<std::string()> events, bool has_credentials);

}  // namespace agentnet::paybond
