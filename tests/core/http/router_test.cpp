#include "core/http/router.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <thread>

using namespace agentnet;
using namespace agentnet::http;

namespace {

// What a router answers to one request, and how often.
struct Asked {
  Response response;
  int replies = 0;

  std::string code() const { return nlohmann::json::parse(response.body)["error"]["code"]; }
};

Asked ask(const Router& router, const std::string& method, const std::string& target) {
  Asked asked;
  router.handle({method, target, {}, {}}, [&](Response response) {
    asked.response = std::move(response);
    ++asked.replies;
  });
  return asked;
}

Handler says(const std::string& text) {
  return [text](const std::shared_ptr<Exchange>& exchange) { exchange->reply({200, {}, text}); };
}

Handler says_value(const std::string& name) {
  return [name](const std::shared_ptr<Exchange>& exchange) {
    exchange->reply({200, {}, exchange->path_value(name)});
  };
}

Handler throws(const Error& error) {
  return [error](const std::shared_ptr<Exchange>&) { throw error; };
}

std::string code_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.code();
  }
  return "";
}

}  // namespace

TEST_CASE("a request reaches the handler of its method and path") {
  Router router;
  router.add("GET", "/", says("root"));
  router.add("GET", "/a", says("get a"));
  router.add("POST", "/a", says("post a"));
  router.add("GET", "/a/b", says("get a b"));
  CHECK(ask(router, "GET", "/").response.body == "root");
  CHECK(ask(router, "GET", "/a?x=/a/b").response.body == "get a");
  CHECK(ask(router, "POST", "/a").response.body == "post a");
  CHECK(ask(router, "GET", "/a/b").response.body == "get a b");
  CHECK(ask(router, "GET", "/a/b").replies == 1);
}

TEST_CASE("an unknown path answers 404") {
  Router router;
  router.add("GET", "/a/{id}", says("a"));
  for (const char* target : {"/", "/a", "/a/", "/a/b/", "/a/b/c", "//a/b", "/A/b", "*", "a/b", ""}) {
    CAPTURE(target);
    const Asked asked = ask(router, "GET", target);
    CHECK(asked.response.status == 404);
    CHECK(asked.code() == "no_such_path");
    CHECK(asked.replies == 1);
  }
}

TEST_CASE("another method on a known path answers 405 with the methods that it has") {
  Router router;
  router.add("POST", "/a/{id}", says("post"));
  router.add("GET", "/a/b", says("get"));
  const Asked asked = ask(router, "DELETE", "/a/b");
  CHECK(asked.response.status == 405);
  CHECK(asked.response.headers.get("Allow") == "GET, HEAD, POST");
  CHECK(asked.code() == "method_not_allowed");
  CHECK(ask(router, "GET", "/a/c").response.headers.get("Allow") == "POST");
}

TEST_CASE("a literal segment is preferred, and a wrong turn is taken back") {
  Router router;
  router.add("GET", "/a/{id}", says_value("id"));
  router.add("GET", "/a/new", says("literal"));
  router.add("GET", "/a/{id}/log", says_value("id"));
  router.add("GET", "/a/new/top", says("top"));
  router.add("POST", "/a/{id}", says("post"));
  CHECK(ask(router, "GET", "/a/new").response.body == "literal");
  CHECK(ask(router, "GET", "/a/other").response.body == "other");
  CHECK(ask(router, "GET", "/a/new/log").response.body == "new");
  CHECK(ask(router, "GET", "/a/new/top").response.body == "top");
  CHECK(ask(router, "POST", "/a/new").response.body == "post");
}

TEST_CASE("named segments arrive decoded, each under its own route's name") {
  Router router;
  router.add("GET", "/c/{chain}/at/{place}", [](const std::shared_ptr<Exchange>& exchange) {
    exchange->reply({200, {}, exchange->path_value("chain") + "|" + exchange->path_value("place")});
  });
  router.add("PUT", "/c/{other}/at/{where}", says_value("where"));
  CHECK(ask(router, "GET", "/c/a%20b%2Fc/at/%C3%BC").response.body == "a b/c|\xC3\xBC");
  CHECK(ask(router, "PUT", "/c/1/at/2").response.body == "2");
  const Asked broken = ask(router, "GET", "/c/%/at/1");
  CHECK(broken.response.status == 400);
  CHECK(broken.code() == "bad_target");
}

TEST_CASE("asking for a segment that the route does not name is a fault of ours") {
  Router router;
  router.add("GET", "/{id}", says_value("name"));
  CHECK(ask(router, "GET", "/a").response.status == 500);
}

TEST_CASE("HEAD is answered by the GET route, without the body and with its length") {
  Router router;
  router.add("GET", "/a", says("four"));
  router.add("POST", "/b", says("post"));
  const Asked asked = ask(router, "HEAD", "/a");
  CHECK(asked.response.status == 200);
  CHECK(asked.response.body.empty());
  CHECK(asked.response.headers.get("Content-Length") == "4");
  CHECK(ask(router, "HEAD", "/b").response.status == 405);
}

TEST_CASE("a route cannot be claimed twice, whatever its segments are called") {
  Router router;
  router.add("GET", "/a/{id}", says("1"));
  router.add("POST", "/a/{id}", says("2"));
  CHECK(code_of([&] { router.add("GET", "/a/{name}", says("3")); }) == "route_taken");
  CHECK(code_of([&] { router.add("GET", "a", says("3")); }) == "bad_pattern");
  CHECK(code_of([&] { router.add("", "/a", says("3")); }) == "bad_pattern");
  CHECK(router.routes() == std::vector<std::string>{"GET /a/{id}", "POST /a/{id}"});
}

TEST_CASE("query parameters: the last one counts, numbers are checked") {
  Router router;
  router.add("GET", "/a", [](const std::shared_ptr<Exchange>& exchange) {
    const std::int64_t limit = exchange->query_number("limit", 20, 1, 100);
    exchange->reply({200, {}, exchange->query("name").value_or("none") + " " + std::to_string(limit)});
  });
  CHECK(ask(router, "GET", "/a").response.body == "none 20");
  CHECK(ask(router, "GET", "/a?name=x&limit=1&name=y+z&limit=100").response.body == "y z 100");
  for (const char* bad : {"0", "101", "", "1.5", "+1", " 1", "1x", "99999999999999999999", "0x10"}) {
    CAPTURE(bad);
    const Asked asked = ask(router, "GET", "/a" + Query().add("limit", bad).text());
    CHECK(asked.response.status == 400);
    CHECK(asked.code() == "bad_parameter");
  }
}

TEST_CASE("each category of fault has its status") {
  const auto status = [](Category category, const char* code) {
    return status_of(Error(category, code, "m"));
  };
  CHECK(status(Category::usage, "bad_json") == 400);
  CHECK(status(Category::usage, "too_large") == 413);
  CHECK(status(Category::usage, "unprocessable") == 422);
  CHECK(status(Category::not_found, "x") == 404);
  CHECK(status(Category::auth, "x") == 401);
  CHECK(status(Category::auth, "forbidden") == 403);
  CHECK(status(Category::refused, "x") == 422);
  CHECK(status(Category::conflict, "x") == 409);
  CHECK(status(Category::policy, "x") == 403);
  CHECK(status(Category::policy, "rate_limited") == 429);
  CHECK(status(Category::policy, "quota_exceeded") == 429);
  CHECK(status(Category::pending, "x") == 202);
  CHECK(status(Category::unreachable, "x") == 503);
  CHECK(status(Category::verification, "x") == 422);
  CHECK(status(Category::failed, "x") == 500);
  CHECK(status(Category::failed, "not_implemented") == 501);
}

TEST_CASE("an Error that a handler throws is the answer, with its details") {
  Router router;
  router.add("GET", "/a",
             throws(Error(Category::conflict, "taken", "the name \"\xFF\" is taken", "",
                          {{"offset", std::int64_t{12}}, {"field", std::string("name")}})));
  const Asked asked = ask(router, "GET", "/a");
  CHECK(asked.response.status == 409);
  const auto error = nlohmann::json::parse(asked.response.body)["error"];
  CHECK(error["message"] == "the name \"\uFFFD\" is taken");
  CHECK(error["details"] == nlohmann::json{{"offset", 12}, {"field", "name"}});
}

TEST_CASE("a 401 names the way to authenticate") {
  CHECK(write_error(Error(Category::auth, "no_credential", "m")).headers.get("WWW-Authenticate") == "Bearer");
  CHECK_FALSE(write_error(Error(Category::auth, "forbidden", "m")).headers.find("WWW-Authenticate"));
}

TEST_CASE("what a fault of ours says stays here and goes to the fault log") {
  Router router;
  std::vector<std::string> logged;
  router.set_fault_log([&](const Request& request, const Error& error) {
    logged.push_back(request.target + " " + error.message());
  });
  router.add("GET", "/a",
             throws(Error(Category::failed, "disk_full", "/home/me/secret", "", {{"path", "/home"}})));
  router.add("GET", "/b", [](const std::shared_ptr<Exchange>&) { throw std::runtime_error("/home/me"); });
  router.add("GET", "/c", throws(Error(Category::usage, "bad_json", "yours")));
  const Asked a = ask(router, "GET", "/a");
  CHECK(a.response.status == 500);
  CHECK(a.code() == "disk_full");
  CHECK(a.response.body.find("home") == std::string::npos);
  const Asked b = ask(router, "GET", "/b");
  CHECK(b.response.status == 500);
  CHECK(b.code() == "internal");
  CHECK(b.response.body.find("home") == std::string::npos);
  CHECK(ask(router, "GET", "/c").response.status == 400);
  CHECK(logged == std::vector<std::string>{"/a /home/me/secret", "/b /home/me"});
}

TEST_CASE("a route writes its faults in the shape of its own wire") {
  Router router;
  const ErrorWriter teapot = [](const Error& error) { return Response{418, {}, error.code()}; };
  router.add("GET", "/a", throws(Error(Category::usage, "own", "m")), teapot);
  CHECK(ask(router, "GET", "/a").response.status == 418);
  CHECK(ask(router, "GET", "/a").response.body == "own");
}

TEST_CASE("only the first answer counts") {
  Router router;
  router.add("GET", "/a", [](const std::shared_ptr<Exchange>& exchange) {
    exchange->reply({201, {}, "first"});
    exchange->reply({202, {}, "second"});
    exchange->fail(Error(Category::usage, "third", "m"));
    throw Error(Category::usage, "fourth", "m");
  });
  const Asked asked = ask(router, "GET", "/a");
  CHECK(asked.response.status == 201);
  CHECK(asked.replies == 1);
}

TEST_CASE("of many threads that answer, one is heard") {
  Router router;
  std::shared_ptr<Exchange> kept;
  router.add("GET", "/a", [&](const std::shared_ptr<Exchange>& exchange) { kept = exchange; });
  std::atomic<int> replies = 0;
  router.handle({"GET", "/a", {}, {}}, [&](Response) { ++replies; });
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] { kept->reply({200, {}, "x"}); });
  for (std::thread& thread : threads)
    thread.join();
  CHECK(replies == 1);
}

TEST_CASE("an exchange that is dropped answers 500") {
  Router router;
  router.add("GET", "/a", [](const std::shared_ptr<Exchange>&) {});
  const Asked asked = ask(router, "GET", "/a");
  CHECK(asked.response.status == 500);
  CHECK(asked.code() == "no_answer");
  CHECK(asked.replies == 1);
}

TEST_CASE("an exchange outlives its router, and says whether it was given up") {
  std::shared_ptr<Exchange> kept;
  int status = 0;
  std::weak_ptr<Exchange> seen;
  {
    Router router;
    router.set_fault_log([](const Request&, const Error&) {});
    router.add("GET", "/a", [&](const std::shared_ptr<Exchange>& exchange) { kept = exchange; });
    seen = router.handle({"GET", "/a", {}, {}}, [&](Response response) { status = response.status; });
  }
  CHECK_FALSE(kept->abandoned());
  if (const auto taken = seen.lock()) taken->abandon();
  CHECK(kept->abandoned());
  kept->answer([]() -> Response { throw std::runtime_error("late"); });
  CHECK(status == 500);
  kept.reset();
  CHECK(seen.expired());
}

TEST_CASE("a 429 says when to come again, if the fault knows") {
  const Error knows(Category::policy, "rate_limited", "m", {}, {{"retry_after", std::int64_t{30}}});
  CHECK(write_error(knows).headers.get("Retry-After") == "30");
  CHECK(write_error(Error(Category::policy, "rate_limited", "m")).headers.count("Retry-After") == 0);
  const Error other(Category::policy, "refused", "m", {}, {{"retry_after", std::int64_t{30}}});
  CHECK(write_error(other).headers.count("Retry-After") == 0);
}

TEST_CASE("an answer is looked at once, whether it is good or a fault") {
  Router router;
  std::vector<int> seen;
  const auto watch = [&](const Response& response) { seen.push_back(response.status); };
  router.add("GET", "/good", [&](const std::shared_ptr<Exchange>& exchange) {
    exchange->watch(watch);
    exchange->reply({201, {}, "x"});
    exchange->reply({202, {}, "y"});
  });
  router.add("GET", "/bad", [&](const std::shared_ptr<Exchange>& exchange) {
    exchange->watch(watch);
    throw Error(Category::not_found, "gone", "m");
  });
  CHECK(ask(router, "GET", "/good").response.body == "x");
  CHECK(ask(router, "GET", "/bad").code() == "gone");
  CHECK(seen == std::vector<int>{201, 404});
}

TEST_CASE("an answer that is held is given by whoever holds it, once") {
  Router router;
  std::function<void()> release;
  router.add("GET", "/a", [&](const std::shared_ptr<Exchange>& exchange) {
    exchange->hold(
        [&](const Response& response, const Reply& give) { release = [response, give] { give(response); }; });
    exchange->reply({201, {}, "x"});
    exchange->reply({202, {}, "y"});
  });
  int replies = 0;
  Response given;
  router.handle({"GET", "/a", {}, {}}, [&](Response response) {
    given = std::move(response);
    ++replies;
  });
  CHECK(replies == 0);
  release();
  CHECK(replies == 1);
  CHECK(given.status == 201);
}

TEST_CASE("a late answer is what the work returns or throws") {
  Router router;
  std::vector<std::shared_ptr<Exchange>> kept;
  router.add("GET", "/a", [&](const std::shared_ptr<Exchange>& exchange) { kept.push_back(exchange); });
  std::vector<int> statuses;
  for (int i = 0; i < 2; ++i)
    router.handle({"GET", "/a", {}, {}}, [&](Response response) { statuses.push_back(response.status); });
  CHECK(statuses.empty());
  kept[0]->answer([] { return Response{204, {}, {}}; });
  kept[1]->answer([]() -> Response { throw Error(Category::not_found, "gone", "m"); });
  CHECK(statuses == std::vector<int>{204, 404});
}
