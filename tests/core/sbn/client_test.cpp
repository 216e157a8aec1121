#include "core/sbn/client.hpp"

#include "core/json/write.hpp"
#include "tests/core/network/fixtures.hpp"

namespace agentnet::sbn {
namespace {

using network::fixtures::Json;
using network::fixtures::TestNetwork;

// Answers what it is told to and keeps what it was sent.
struct Recorder final : http::Transport {
  std::vector<http::Request> sent;
  std::vector<http::Response> answers;  // the last one stays

  http::Response send(const http::Request& request) override {
    sent.push_back(request);
    if (answers.empty()) return http::json_response(200, "{}");
    http::Response answer = answers.front();
    if (answers.size() > 1) answers.erase(answers.begin());
    return answer;
  }
  std::string name() const override { return "the recorder"; }
  std::string last() const { return sent.back().method + " " + sent.back().target + " " + sent.back().body; }
};

ClientOptions without_waiting() {
  ClientOptions options;
  options.sleep = [](std::chrono::milliseconds) {};
  return options;
}

Error refusal_of(int status, const std::string& body, ClientOptions options = without_waiting()) {
  Recorder recorder;
  recorder.answers = {{status, {}, body}};
  try {
    Client(recorder, std::move(options)).stats();
  } catch (const Error& error) {
    return error;
  }
  FAIL("nothing was thrown");
  return Error(Category::failed, "", "");
}

std::string detail(const Error& error, const std::string& name) {
  for (const Detail& each : error.details()) {
    if (each.name != name) continue;
    const auto* number = std::get_if<std::int64_t>(&each.value);
    return number != nullptr ? std::to_string(*number) : std::get<std::string>(each.value);
  }
  return "absent";
}

TEST_CASE("requests are those of the official client, to the byte of their bodies") {
  Recorder recorder;
  Client client(recorder, without_waiting());
  const json::Document payload = json::parse(R"({"event":"signup","n":1})");
  const auto sent = [&](const auto& call) {
    call();
    return recorder.last();
  };
  const std::string base = "/internal/snapchore/";
  CHECK(sent([&] { client.capture(payload.root); }) ==
        "POST " + base + R"(capture {"payload": {"event": "signup", "n": 1}})");
  CHECK(sent([&] { client.capture(payload.root, {"run"}); }) ==
        "POST " + base + R"(capture {"payload": {"event": "signup", "n": 1}, "volatile_keys": ["run"]})");
  CHECK(sent([&] { client.verify("abc", payload.root); }) ==
        "POST " + base + R"(verify {"expected_hash": "abc", "payload": {"event": "signup", "n": 1}})");
  CHECK(sent([&] { client.seal(payload.root, {.domain = "d"}); }) ==
        "POST " + base +
            R"(seal {"domain": "d", "block_type": "event", "payload": {"event": "signup", "n": 1}})");
  CHECK(sent([&] { client.verify_block(payload.root); }) ==
        "POST " + base + R"(block/verify {"block": {"event": "signup", "n": 1}})");
  CHECK(sent([&] { client.discover("a/b"); }) == "GET " + base + "discover/a%2Fb ");
  CHECK(sent([&] { client.discover_recent(); }) == "GET " + base + "discover?limit=20 ");
  CHECK(sent([&] {
          client.discover_recent(
              {.limit = 5, .offset = 2, .since = "2026", .source = "seal", .domain = "a.*"});
        }) == "GET " + base + "discover?limit=5&offset=2&since=2026&source=seal&domain=a.%2A ");
  CHECK(sent([&] { client.list_blocks(7); }) == "GET " + base + "blocks?limit=7 ");
  CHECK(sent([&] { client.get_block("x"); }) == "GET " + base + "blocks/x ");
  CHECK(sent([&] { client.stats(); }) == "GET " + base + "stats ");
  CHECK(sent([&] { client.usage(); }) == "GET " + base + "usage ");
  CHECK(sent([&] { client.reconcile(); }) == "POST " + base + "reconcile {}");
  CHECK(sent([&] { client.create_chain(); }) == "POST " + base + "chain {}");
  CHECK(sent([&] { client.create_chain("c"); }) == "POST " + base + R"(chain {"chain_id": "c"})");
  CHECK(sent([&] { client.append_to_chain("c d", "h"); }) ==
        "POST " + base + R"(chain/c%20d/append {"block_hash": "h", "event_type": "block_sealed"})");
  CHECK(sent([&] { client.get_chain("c"); }) == "GET " + base + "chain/c ");
  CHECK(sent([&] { client.verify_chain("c"); }) == "POST " + base + "chain/c/verify {}");
  CHECK(sent([&] { client.list_chains(); }) == "GET " + base + "chains ");
  CHECK(sent([&] { client.create_api_key("ci", "test", "pro"); }) ==
        "POST " + base + R"(api-keys {"name": "ci", "mode": "test", "plan": "pro"})");
  CHECK(sent([&] { client.list_api_keys(); }) == "GET " + base + "api-keys ");
  CHECK(sent([&] { client.revoke_api_key("k"); }) == "POST " + base + "api-keys/k/revoke {}");
  CHECK(sent([&] { client.get_receipt("rcpt_1"); }) == "GET /receipts/rcpt_1 ");
  CHECK(sent([&] { client.list_receipts({.project_id = "p", .hash = "h"}); }) ==
        "GET " + base + "receipts/discover?limit=20&project_id=p&hash=h ");
  CHECK(sent([&] { client.read_run("r", 3); }) == "GET /internal/agentnet/seals/r?line=3 ");
}

TEST_CASE("headers say who asks; what is empty is not sent") {
  Recorder recorder;
  ClientOptions options = without_waiting();
  Client(recorder, options).stats();
  for (const char* name : {"X-Tenant-ID", "X-Request-ID", "Idempotency-Key", "Content-Type", "x-api-key"})
    CHECK(recorder.sent.back().headers.count(name) == 0);
  CHECK(recorder.sent.back().headers.get("User-Agent").starts_with("agentnet/"));
  options.authorize = [](http::Headers& headers) { headers.add("x-api-key", "k"); };
  options.tenant_id = "t";
  options.request_id = "r";
  options.idempotency_key = "i";
  Client client(recorder, options);
  client.reconcile();
  CHECK(recorder.sent.back().headers.get("x-api-key") == "k");
  CHECK(recorder.sent.back().headers.get("X-Tenant-ID") == "t");
  CHECK(recorder.sent.back().headers.get("X-Request-ID") == "r");
  CHECK(recorder.sent.back().headers.get("Idempotency-Key") == "i");
  CHECK(recorder.sent.back().headers.get("Content-Type") == "application/json");
  client.reconcile();
  CHECK(recorder.sent.back().headers.get("Idempotency-Key") == "i-2");
  client.stats();
  CHECK(recorder.sent.back().headers.count("Idempotency-Key") == 0);
}

TEST_CASE("the credential is made anew for each attempt") {
  Recorder recorder;
  recorder.answers = {{503, {}, ""}, {500, {}, ""}, http::json_response(200, "{}")};
  int made = 0;
  ClientOptions options = without_waiting();
  options.authorize = [&](http::Headers& headers) { headers.add("x-api-key", std::to_string(++made)); };
  Client(recorder, options).stats();
  REQUIRE(recorder.sent.size() == 3);
  CHECK(recorder.sent[2].headers.get("x-api-key") == "3");
}

TEST_CASE("an answer of status 400 and more is an Error of the category that the status calls for") {
  for (const auto& [status, category] :
       std::initializer_list<std::pair<int, Category>>{{400, Category::refused},
                                                       {401, Category::auth},
                                                       {402, Category::policy},
                                                       {403, Category::auth},
                                                       {404, Category::not_found},
                                                       {405, Category::refused},
                                                       {409, Category::conflict},
                                                       {413, Category::refused},
                                                       {422, Category::refused},
                                                       {429, Category::policy},
                                                       {500, Category::unreachable},
                                                       {501, Category::refused},
                                                       {503, Category::unreachable},
                                                       {599, Category::unreachable}}) {
    CAPTURE(status);
    const Error error = refusal_of(status, "");
    CHECK(error.category() == category);
    CHECK(error.code() == "http_" + std::to_string(status));
    CHECK(detail(error, "status") == std::to_string(status));
    CHECK(error.message().starts_with("the recorder: "));
  }
}

TEST_CASE("what an error says is read from each shape of body") {
  struct Shape {
    const char* body;
    const char* code;
    const char* message;
  };
  for (const Shape& shape : std::initializer_list<Shape>{
           {R"({"error":{"code":"c","message":"m","details":{"a":1}}})", "c", "m"},
           {R"({"error":"c","detail":"d","message":"m","details":{"a":1}})", "c", "d"},
           {R"({"error":"c","message":"m"})", "c", "m"},
           {R"({"message":"m","detail":"d"})", "http_404", "m"},
           {R"({"detail":"d"})", "http_404", "d"},
           {R"({"detail":[{"loc":["x"]}]})", "http_404", R"([{"loc":["x"]}])"},
           {R"({"error":{"code":"","message":""}})", "http_404", "Not Found"},
           {R"({"error":null})", "http_404", "Not Found"},
           {"<html>", "http_404", "Not Found"},
           {"[1]", "http_404", "Not Found"},
           {"", "http_404", "Not Found"}}) {
    CAPTURE(shape.body);
    const Error error = refusal_of(404, shape.body);
    CHECK(error.code() == shape.code);
    CHECK(error.message() == std::string("the recorder: ") + shape.message);
    if (std::string(shape.body).find("details") != std::string::npos) CHECK(detail(error, "a") == "1");
  }
}

TEST_CASE("an auth error says where the credential came from") {
  ClientOptions options = without_waiting();
  CHECK(refusal_of(401, "", options).hint().find("no credential was sent") != std::string::npos);
  options.credential_origin = "SBN_API_KEY";
  CHECK(refusal_of(403, "", options).hint() == "the credential came from SBN_API_KEY");
  CHECK(refusal_of(404, "", options).hint().empty());
}

TEST_CASE("a good answer that is no JSON is unreachable/bad_response") {
  Recorder recorder;
  recorder.answers = {{200, {}, "<html>"}};
  Client client(recorder, without_waiting());
  CHECK(network::fixtures::fault_of([&] { client.stats(); }) == "unreachable/bad_response");
  CHECK(network::fixtures::fault_of([&] { client.reconcile(); }) == "unreachable/bad_response");
}

TEST_CASE("numbers of an answer keep their text, and what Python writes is read") {
  Recorder recorder;
  recorder.answers = {{200, {}, R"({"n":123456789012345678901234567890,"x":NaN,"s":"\ud800"})"}};
  const json::Document answer = Client(recorder, without_waiting()).stats();
  CHECK(answer.root.find("n")->text() == "123456789012345678901234567890");
}

TEST_CASE("against the local network a seal is found again with its receipt, its chain and its run") {
  TestNetwork net;
  http::LocalTransport transport(net.network->router());
  ClientOptions options = without_waiting();
  options.authorize = [&](http::Headers& headers) { headers.add("x-api-key", net.key); };
  Client client(transport, options);
  const auto text = [](const json::Document& document, std::string_view name) {
    const json::Value* member = document.root.find(name);
    REQUIRE(member != nullptr);
    return std::string(member->text());
  };
  client.create_chain("c");
  const json::Document payload = json::parse(R"({"a":1})");
  const json::Document block = client.seal(payload.root, {.domain = "ops", .chain_id = "c"});
  const std::string hash = text(block, "hash");
  CHECK(text(client.discover(hash), "block_id") == text(block, "id"));
  CHECK(client.verify_block(block.root).root.find("valid")->as_boolean());
  CHECK(client.verify_chain("c").root.find("valid")->as_boolean());
  CHECK(client.get_chain("c").root.find("length")->as_int64() == 1);
  const json::Document receipt = client.get_receipt(text(block, "receipt_id"));
  CHECK(verify_receipt(receipt.root, net.network->validator_keys(), hash).valid);
  CHECK(client.seal_lines("?run_id=r", "{}\n{}\n").size() > 2);
  CHECK(client.read_run("r", 1).root.find("durable_lines")->as_int64() == 2);
  CHECK(network::fixtures::fault_of([&] { client.discover("0"); }) == "not_found/unknown_hash");
  CHECK(network::fixtures::fault_of([&] { client.send("GET", "/api/reality/facts"); }) ==
        "refused/not_implemented");
}

TEST_CASE("a request without a credential is told so") {
  TestNetwork net;
  http::LocalTransport transport(net.network->router());
  CHECK(network::fixtures::fault_of([&] { Client(transport, without_waiting()).stats(); }) ==
        "auth/missing_credential");
}

}  // namespace
}  // namespace agentnet::sbn
