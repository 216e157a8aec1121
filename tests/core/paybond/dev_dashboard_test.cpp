#include "core/paybond/dev_dashboard.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

// The page's routes over a log that the test writes.
class Dashboard {
 public:
  Dashboard() {
    add_dashboard_routes(
        router_, [this] { return log; }, false);
  }

  http::Response ask(const std::string& method, const std::string& target) {
    http::Response answer;
    router_.handle({.method = method, .target = target, .headers = {}, .body = {}},
                   [&](http::Response response) { answer = std::move(response); });
    return answer;
  }

  std::string log;

 private:
  http::Router router_;
};

TEST_CASE("the page, its parts and the page of a run are there, and guarded") {
  Dashboard dashboard;
  for (const std::string target : {"/", "/runs/some-run", "/page.js", "/page.css", "/api/events"}) {
    CAPTURE(target);
    const http::Response answer = dashboard.ask("GET", target);
    CHECK_EQ(answer.status, 200);
    CHECK_FALSE(answer.body.empty());
    CHECK_NE(answer.headers.get("Content-Security-Policy").find("default-src 'none'"),
             std::string_view::npos);
    CHECK_EQ(answer.headers.get("Content-Security-Policy").find("unsafe"), std::string_view::npos);
    CHECK_EQ(answer.headers.get("X-Content-Type-Options"), "nosniff");
    CHECK_EQ(answer.headers.get("X-Frame-Options"), "DENY");
    CHECK_EQ(answer.headers.get("Cache-Control"), "no-store");
    CHECK_EQ(answer.headers.get("Referrer-Policy"), "no-referrer");
  }
}

TEST_CASE("the page holds no markup that comes from an event") {
  Dashboard dashboard;
  CHECK_EQ(dashboard.ask("GET", "/page.js").body.find("innerHTML"), std::string::npos);
  CHECK_EQ(dashboard.ask("GET", "/runs/%3Cscript%3E").body.find("<script>"), std::string::npos);
}

TEST_CASE("events are those of the log as it is now") {
  Dashboard dashboard;
  CHECK_EQ(dashboard.ask("GET", "/api/events").body, R"({"events":[],"has_credentials":false})");
  dashboard.log = "{\"id\": \"a\", \"text\": \"<b>\"}\nbroken\n";
  CHECK_EQ(dashboard.ask("GET", "/api/events").body,
           R"({"events":[{"id":"a","text":"<b>"}],"has_credentials":false})");
}

TEST_CASE("other methods and paths are refused") {
  Dashboard dashboard;
  for (const std::string method : {"POST", "PUT", "DELETE"}) {
    CHECK_EQ(dashboard.ask(method, "/api/events").status, 405);
    CHECK_EQ(dashboard.ask(method, "/").status, 405);
  }
  for (const std::string target : {"/runs", "/runs/", "/runs/a/b", "/api", "/x"})
    CHECK_EQ(dashboard.ask("GET", target).status, 404);
  CHECK_EQ(dashboard.ask("HEAD", "/").status, 200);
}

TEST_CASE("a log that cannot be read is a fault of the answer and not of the server") {
  http::Router router;
  add_dashboard_routes(
      router, []() -> std::string { throw Error(Category::usage, "too_large", "the log is too large"); },
      true);
  int status = 0;
  router.handle({.method = "GET", .target = "/api/events", .headers = {}, .body = {}},
                [&](const http::Response& response) { status = response.status; });
  CHECK_EQ(status, 413);
}

}  // namespace
}  // namespace agentnet::paybond
