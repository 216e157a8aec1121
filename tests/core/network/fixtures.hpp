// What the tests of the network's rooms share: a whole local network in memory, asked through its router as
// clients ask it, and two tenants in it.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/auth/api_key.hpp"
#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/http/transport.hpp"
#include "core/json/parse.hpp"
#include "core/network/local_network.hpp"
#include "core/sbn/rules_receipt.hpp"

namespace agentnet::network::fixtures {

using Json = nlohmann::ordered_json;

// 2026-11-23T01:20:00Z, and a millisecond later each time it is asked; any thread may ask.
struct CountingClock final : Clock {
  static constexpr std::int64_t kStart = 1'795'396'800'000'000;
  mutable std::atomic<std::int64_t> micros = kStart;
  Instant now() const override { return Instant(std::chrono::microseconds(micros.fetch_add(1000))); }
};

// "category/code" of the Error that `action` throws; "" for none.
template <typename Action>
std::string fault_of(Action action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return std::string(category_name(error.category())) + "/" + error.code();
  }
}

inline std::string fault_of(const std::exception_ptr& fault) {
  return fault_of([&] {
    if (fault) std::rethrow_exception(fault);
  });
}

struct Answer {
  int status = 0;
  std::string body;

  Json json() const { return Json::parse(body); }
  // "404 unknown_hash"; of a good answer the status alone.
  std::string said() const {
    const std::string number = std::to_string(status);
    if (status < 400) return number;
    const Json read = json();
    CHECK(read.size() == 1);
    CHECK(read["error"].contains("message"));
    CHECK(read["error"]["details"].is_object());
    return number + " " + read["error"]["code"].get<std::string>();
  }
};

inline std::string text_of(const Secret& secret) {
  return std::string(as_text(secret.expose()));
}

// Whether an object anywhere in the text has a name twice.
inline bool has_duplicates(std::string_view text) {
  const json::Document document = json::parse(text);
  json::Arena arena;
  std::optional<json::Value> found;
  json::without_duplicates(document.root, arena, &found);
  return found.has_value();
}

// Requests are made with the local tenant's key unless others are named.
class TestNetwork {
 public:
  CountingClock clock;
  SystemRandom random;
  RealFilesystem files;
  std::unique_ptr<LocalNetwork> network;
  std::string key;    // of the local tenant
  std::string rival;  // of another one

  explicit TestNetwork(const std::string& folder = {})
      : network(LocalNetwork::open({folder, folder.empty()}, files, clock, random)),
        key(text_of(network->credentials().sbn_key)) {
    network->database().write([&](store::Connection& connection) {
      if (!auth::find_tenant(connection, "rival")) auth::add_tenant(connection, "rival", "", clock.now());
    });
    rival = add_key("rival", {"*"});
  }

  std::string add_key(const std::string& tenant, const std::vector<std::string>& scopes) {
    std::string made;
    network->database().write([&](store::Connection& connection) {
      const auth::ApiKeyOptions options{.mode = auth::KeyMode::live, .label = "test", .scopes = scopes};
      made = text_of(auth::add_api_key(connection, tenant, options, clock.now(), random).key);
    });
    return made;
  }

  Answer ask(const std::string& method, const std::string& target, const std::string& body,
             const http::Headers& headers) {
    const http::Response response =
        http::LocalTransport(network->router()).send({method, target, headers, body});
    return {response.status, response.body};
  }
  Answer get(const std::string& target) { return get_as(key, target); }
  Answer get_as(const std::string& who, const std::string& target) {
    return ask("GET", target, {}, {{"x-api-key", who}});
  }
  Answer post(const std::string& target, const std::string& body) { return post_as(key, target, body); }
  Answer post_as(const std::string& who, const std::string& target, const std::string& body) {
    return ask("POST", target, body, {{"x-api-key", who}});
  }
  Answer put(const std::string& target, const std::string& body) {
    return ask("PUT", target, body, {{"x-api-key", key}});
  }

  // The block of a payload that is sealed now.
  Json seal(const std::string& payload, const std::string& more = "") { return seal_as(key, payload, more); }
  Json seal_as(const std::string& who, const std::string& payload, const std::string& more = "") {
    const Answer answer = post_as(who, "/internal/snapchore/seal", "{\"payload\":" + payload + more + "}");
    REQUIRE(answer.said() == "200");
    return answer.json();
  }

  // What the network's validators say of a receipt: "" when it holds, else why it does not.
  std::string receipt_fault(const Json& receipt, const std::string& hash = {}) {
    const std::string text = receipt.dump();
    const json::Document document = json::parse(text);
    const std::vector<crypto::PublicKey> keys = network->validator_keys();
    return sbn::verify_receipt(document.root, keys, hash).reason;
  }
};

// Who may call a route: nobody without a credential, nobody whose scopes do not cover the wanted one, and
// whoever has just that one. `wanted` empty: any credential.
inline void check_guarded(TestNetwork& net, const std::string& method, const std::string& target,
                          const std::string& wanted, const std::string& body = {}) {
  CAPTURE(method);
  CAPTURE(target);
  CHECK(net.ask(method, target, body, {}).said() == "401 missing_credential");
  CHECK(net.ask(method, target, body, {{"x-api-key", "sbn_live_" + std::string(40, 'x')}}).said() ==
        "401 invalid_credential");
  CHECK(net.ask(method, target, body, {{"x-api-key", net.key}, {"X-Tenant-ID", "rival"}}).said() ==
        "403 forbidden");
  const auto said_to = [&](const std::vector<std::string>& scopes) {
    return net.ask(method, target, body, {{"Authorization", "Bearer " + net.add_key("local", scopes)}})
        .said();
  };
  const auto may = [&](const std::vector<std::string>& scopes) {
    const std::string said = said_to(scopes);
    return !said.starts_with("401") && !said.starts_with("403");
  };
  CHECK(may({"*"}));
  if (wanted.empty()) {
    CHECK(may({"nothing.at.all"}));
    return;
  }
  const std::vector<std::string> all = {"receipts.read", "snapchore.capture", "snapchore.seal", "slots.write",
                                        "attest.write"};
  const bool covered_by_attest =
      wanted == "snapchore.capture" || wanted == "snapchore.seal" || wanted == "slots.write";
  for (const std::string& scope : all) {
    CAPTURE(scope);
    if (scope == wanted || (scope == "attest.write" && covered_by_attest)) {
      CHECK(may({scope}));
    } else {
      CHECK(said_to({scope}) == "403 insufficient_scope");
    }
  }
}

}  // namespace agentnet::network::fixtures
