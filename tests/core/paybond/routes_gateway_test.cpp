// Who a key is, and Harbor's access tokens, asked as clients ask.
#include "core/paybond/access_token.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::PaybondNetwork;

const std::string kExchange = "/v1/auth/harbor-access";
const std::string kPrincipal = "/v1/auth/principal";

std::string token_of(PaybondNetwork& net) {
  return net.post(kExchange, "").json()["access_token"];
}

Answer with_bearer(PaybondNetwork& net, const std::string& bearer, const std::string& tenant = {},
                   const std::string& target = kPrincipal) {
  http::Headers headers{{"authorization", "Bearer " + bearer}};
  if (!tenant.empty()) headers.add("x-tenant-id", tenant);
  return net.ask("GET", target, {}, headers);
}

TEST_CASE("the local network's own key has the form that Paybond's clients know") {
  PaybondNetwork net;
  CHECK(net.key.starts_with("paybond_sk_sandbox_"));
  CHECK(net.key.size() == std::string("paybond_sk_sandbox_").size() + 32 + 1 + 64);
}

TEST_CASE("a key is exchanged for a token that speaks for the same tenant") {
  PaybondNetwork net;
  const Json made = net.post(kExchange, "").json();
  CHECK(made["tenant_id"] == "local");
  CHECK(made["expires_in"] == kAccessTokenLife.count());
  CHECK(made["token_type"] == "Bearer");
  const Json who = with_bearer(net, made["access_token"]).json();
  CHECK(who["tenant_id"] == "local");
  CHECK(who["environment"] == "sandbox");
  CHECK(who["service_account_role"] == "operator");
  CHECK(who["tenant_uuid"].get<std::string>().size() == 36);
  CHECK(who == with_bearer(net, net.key).json());
}

TEST_CASE("a token is not exchanged, and does not open another network") {
  PaybondNetwork net;
  const std::string token = token_of(net);
  CHECK(net.ask("POST", kExchange, {}, {{"authorization", "Bearer " + token}}).said() ==
        "401 invalid_credential");
  CHECK(with_bearer(net, token, {}, "/internal/snapchore/stats").said() == "401 invalid_credential");
}

TEST_CASE("a token ends with its time and with its key") {
  PaybondNetwork net;
  const std::string token = token_of(net);
  net.clock.micros += std::chrono::microseconds(kAccessTokenLife).count();
  CHECK(with_bearer(net, token).said() == "401 expired_token");
  const std::string fresh = token_of(net);
  CHECK(with_bearer(net, fresh).said() == "200");
  const Json listed = net.get("/internal/snapchore/api-keys").json();
  for (const Json& key : listed["keys"])
    net.post("/internal/snapchore/api-keys/" + key["id"].get<std::string>() + "/revoke", "");
  CHECK(with_bearer(net, fresh).said() == "401 revoked_credential");
}

TEST_CASE("a token that was changed is none") {
  PaybondNetwork net;
  const std::string token = token_of(net);
  for (const std::size_t place : {std::size_t{0}, token.size() / 2, token.size() - 3}) {
    std::string forged = token;
    forged[place] = forged[place] == 'A' ? 'B' : 'A';
    CHECK(with_bearer(net, forged).said() == "401 invalid_credential");
  }
  for (const char* text : {"x", "a.b.c", "paybond_sk_live_x", "paybond_sk_"})
    CHECK(with_bearer(net, text).said() == "401 invalid_credential");
}

TEST_CASE("x-tenant-id is compared and decides nothing") {
  PaybondNetwork net;
  const std::string token = token_of(net);
  CHECK(with_bearer(net, token, "local").said() == "200");
  CHECK(with_bearer(net, token, "rival").said() == "401 tenant_mismatch");
  CHECK(with_bearer(net, net.key, "rival").said() == "401 tenant_mismatch");
}

TEST_CASE("every route asks for a credential that has its scope") {
  PaybondNetwork net;
  const std::string nothing = net.add_key("local", {"nothing.at.all"});
  const std::string reader = net.add_key("local", {"paybond.read"});
  const std::string agent = net.add_key("local", {"paybond.write"});
  const struct {
    const char* method;
    std::string target;
    const char* wanted;
  } routes[] = {{"POST", "/intents", "write"},
                {"POST", "/harbor/intents", "write"},
                {"POST", fixtures::kIntent + "/fund", "write"},
                {"POST", fixtures::kIntent + "/evidence", "write"},
                {"POST", fixtures::kIntent + "/settlement/confirm", "settle"},
                {"POST", fixtures::kIntent + "/dispute", "settle"},
                {"GET", "/operator/v1/intents", "read"},
                {"GET", "/operator/v1/intents/x", "read"},
                {"POST", "/verify", "write"},
                {"POST", "/v1/spend/preflight", "read"},
                {"POST", "/v1/spend/decisions/x/complete", "write"},
                {"GET", "/ledger/v1/tip", "read"},
                {"GET", "/ledger/v1/events", "read"},
                {"GET", "/ledger/v1/authority", "read"},
                {"GET", "/ledger/v1/merkle/latest", "read"},
                {"GET", "/reputation/x", "read"},
                {"GET", "/signal/v1/portfolio/summary", "read"}};
  for (const auto& route : routes) {
    CAPTURE(route.target);
    const std::string body = std::string(route.method) == "POST" ? "{}" : "";
    const auto said = [&](const std::string& key) {
      return net.ask(route.method, route.target, body, {{"x-api-key", key}}).said();
    };
    CHECK(net.ask(route.method, route.target, body, {}).said() == "401 missing_credential");
    CHECK(said(nothing) == "403 insufficient_scope");
    CHECK((said(reader) == "403 insufficient_scope") == (std::string(route.wanted) != "read"));
    CHECK((said(agent) == "403 insufficient_scope") == (std::string(route.wanted) != "write"));
    CHECK(said(net.key) != "403 insufficient_scope");
  }
  CHECK(net.get_as(nothing, kPrincipal).said() == "200");
}

TEST_CASE("an Authorization of the scheme Payment is not for the gateway") {
  PaybondNetwork net;
  net.create();
  const http::Headers headers{{"authorization", "Bearer " + net.key}, {"authorization", "Payment tok"}};
  CHECK(net.ask("POST", fixtures::kIntent + "/fund", "{}", headers).said() == "200");
  CHECK(net.ask("POST", fixtures::kIntent + "/fund", "{}", {{"authorization", "Payment tok"}}).said() ==
        "401 missing_credential");
}

TEST_CASE("endpoints that are not served say so, to whoever may ask") {
  PaybondNetwork net;
  for (const char* target : {"/v1/admin/settlement/config", "/v1/admin/plaid/bank-accounts",
                             "/v1/admin/shopify/payments/sessions/s"}) {
    CHECK(net.get(target).said() == "501 not_implemented");
    CHECK(net.ask("GET", target, {}, {}).said() == "401 missing_credential");
  }
}

}  // namespace
}  // namespace agentnet::paybond
