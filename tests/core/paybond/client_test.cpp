#include "core/paybond/client.hpp"

#include "core/paybond/client_audit.hpp"
#include "core/paybond/client_fraud.hpp"
#include "core/paybond/client_funding.hpp"
#include "core/paybond/client_guardrails.hpp"
#include "core/paybond/client_keys.hpp"
#include "core/paybond/client_ledger.hpp"
#include "core/paybond/client_protocol.hpp"
#include "core/paybond/client_signal.hpp"
#include "core/paybond/client_spend.hpp"
#include "core/paybond/client_verify.hpp"
#include "core/paybond/refusal.hpp"
#include "tests/core/paybond/client_fixtures.hpp"

namespace agentnet::paybond {
namespace {

constexpr const char* kIntent = "550e8400-e29b-41d4-a716-446655440000";
constexpr const char* kAudit = "660e8400-e29b-41d4-a716-446655440001";
constexpr const char* kMismatch = "verification/tenant_binding_mismatch";
constexpr const char* kBadResponse = "unreachable/bad_response";

// A client of tenant t, or of none, and the network that it talks to.
struct Desk {
  ScriptedTransport network;
  StoppedClock clock;
  Client client;

  explicit Desk(const std::string& tenant = "t", Side side = Side::gateway)
      : client(network, {.side = side,
                         .tenant_id = tenant,
                         .bearer = [] { return std::string("key"); },
                         .request_id = "r",
                         .attempts = clock.attempts()}) {}

  std::string fault(const std::string& body, const std::function<void(Client&)>& call, int status = 200) {
    network.answer(status, body);
    return fault_of([&] { call(client); });
  }
};

std::string fault(const std::string& body, const std::function<void(Client&)>& call) {
  return Desk().fault(body, call);
}

std::string sent(const std::string& body, const std::function<void(Client&)>& call) {
  Desk desk;
  CHECK(desk.fault(body, call) == "");
  return desk.network.last();
}

TEST_CASE("calls carry the tenant, the credential and the request's id") {
  Desk desk;
  CHECK(desk.fault(R"({"tenant_id": "t"})", [](Client& c) { get_ledger_tip(c); }) == "");
  const http::Headers& headers = desk.network.sent[0].headers;
  CHECK(headers.get("x-tenant-id") == "t");
  CHECK(headers.get("authorization") == "Bearer key");
  CHECK(headers.get("x-request-id") == "r");
  CHECK(headers.count("content-type") == 0);
  CHECK(desk.network.last() == "GET /harbor/ledger/v1/tip ");
  Desk direct("t", Side::harbor);
  direct.fault(R"({"tenant_id": "t"})", [](Client& c) { get_ledger_tip(c); });
  CHECK(direct.network.last() == "GET /ledger/v1/tip ");
}

TEST_CASE("a blank idempotency key is not sent, another one trimmed") {
  for (const auto& [key, count] : {std::pair{"  ", 0}, {" k ", 1}}) {
    Desk desk;
    desk.network.answer(200, "{}");
    desk.client.ask({.method = "POST", .target = "/x", .body = "{}", .idempotency_key = key});
    CHECK(desk.network.sent[0].headers.count("idempotency-key") == static_cast<std::size_t>(count));
    if (count > 0) CHECK(desk.network.sent[0].headers.get("idempotency-key") == "k");
  }
}

TEST_CASE("an error has the code and message of its body, in any shape, and the category of its status") {
  const auto error_of = [](int status, const std::string& body) {
    return refusal({status, {}, body}, "<base>", "/x", "PAYBOND_API_KEY");
  };
  CHECK(error_of(400, R"({"error": {"code": "c", "message": "m", "harbor_code": "h"}})").code() == "c");
  CHECK(detail_of(error_of(400, R"({"error": {"code": "c", "harbor_code": "h"}})"), "harbor_code") == "h");
  CHECK(error_of(400, R"({"error": "c", "message": "m"})").code() == "c");
  CHECK(error_of(400, R"({"code": "c", "message": "m"})").message() == "<base>: m");
  CHECK(error_of(400, R"({"title": "m", "detail": "d"})").message() == "<base>: d");
  CHECK(error_of(400, "<html>").code() == "http_400");
  CHECK(error_of(401, "").hint().find("PAYBOND_API_KEY") != std::string::npos);
  for (const auto& [status, category] :
       std::initializer_list<std::pair<int, Category>>{{400, Category::refused},
                                                       {401, Category::auth},
                                                       {402, Category::policy},
                                                       {403, Category::auth},
                                                       {404, Category::not_found},
                                                       {409, Category::conflict},
                                                       {410, Category::not_found},
                                                       {422, Category::refused},
                                                       {429, Category::policy},
                                                       {500, Category::unreachable},
                                                       {501, Category::refused},
                                                       {503, Category::unreachable}}) {
    CHECK(error_of(status, "").category() == category);
  }
}

TEST_CASE("of an answer only the first bytes are quoted") {
  for (const std::size_t size : {kMaxQuotedBytes, kMaxQuotedBytes + 1}) {
    const Error error = refusal({400, {}, std::string(size, 'x')}, "<base>", "/x", "");
    CHECK(detail_of(error, "body_text").size() == kMaxQuotedBytes);
  }
}

std::string verdict(const std::string& members) {
  return R"({"tenant": "t", "intent_id": ")" + std::string(kIntent) + R"(", "audit_id": ")" + kAudit + "\"" +
         members + "}";
}
void verify(Client& client) {
  verify_capability(client, {.intent_id = kIntent, .token = "cap", .operation = "op"});
}

TEST_CASE("only the JSON values true and false are an allow") {
  CHECK(fault(verdict(R"(, "allow": true)"), verify) == "");
  CHECK(fault(verdict(R"(, "allow": false)"), verify) == "");
  for (const char* other : {R"(, "allow": "true")", R"(, "allow": 1)", R"(, "allow": null)", ""})
    CHECK(fault(verdict(other), verify) == kBadResponse);
}

TEST_CASE("a verdict about somebody else is refused and not asked for again") {
  for (const auto& [from, to] :
       {std::pair<std::string, std::string>{"\"t\"", "\"T\""}, {"550e8400", "550e8401"}}) {
    std::string body = verdict(R"(, "allow": true)");
    body.replace(body.find(from), from.size(), to);
    Desk desk;
    CHECK(desk.fault(body, verify) == kMismatch);
    CHECK(desk.network.sent.size() == 1);
  }
}

TEST_CASE("a verdict may spell its ids in other ways, but must have them") {
  std::string body = verdict(R"(, "allow": true)");
  body.replace(body.find(kIntent), 36, "550E8400E29B41D4A716446655440000");
  CHECK(fault(body, verify) == "");
  CHECK(fault(R"({"allow": true})", verify) == kBadResponse);
  CHECK(fault(verdict(R"(, "allow": true, "decision_id": "x")"), verify) == kBadResponse);
  body = verdict(R"(, "allow": true)");
  body.replace(body.find(kAudit), 36, "zzz");
  CHECK(fault(body, verify) == kBadResponse);
}

TEST_CASE("a denial may wait for an approval") {
  const auto needs = [](const std::string& members) {
    Desk desk;
    desk.network.answer(200, verdict(R"(, "allow": false, )" + members));
    return verify_capability(desk.client, {.intent_id = kIntent, .token = "c", .operation = "o"})
        .approval_required;
  };
  CHECK(needs(R"("code": "approval_required")"));
  CHECK(needs(R"("reason_codes": ["x", "anomaly_new_vendor"])"));
  CHECK_FALSE(needs(R"("code": "budget", "reason_codes": ["x"])"));
}

TEST_CASE("ids that are no UUIDs are refused before anything is sent") {
  for (const char* id : {"", "x", "550e8400-e29b-41d4-a716-44665544000", "../verify"}) {
    Desk desk;
    CHECK(desk.fault("{}", [&](Client& c) { confirm_settlement(c, id); }) == "usage/bad_intent_id");
    CHECK(desk.network.sent.empty());
  }
}

TEST_CASE("evidence must be answered for its tenant and intent, letter by letter") {
  const auto submit = [](Client& c) { submit_evidence(c, kIntent, "{}"); };
  const std::string id(kIntent);
  CHECK(fault(R"({"tenant": "t", "intent_id": ")" + id + "\"}", submit) == "");
  CHECK(fault(R"({"tenant": "u", "intent_id": ")" + id + "\"}", submit) == kMismatch);
  CHECK(fault(R"({"tenant": "t", "intent_id": "550E8400-E29B-41D4-A716-446655440000"})", submit) ==
        kMismatch);
  CHECK(fault("{}", submit) == kMismatch);
}

TEST_CASE("mutations through a gateway carry the proof that is made for them") {
  Desk desk;
  std::string seen;
  const MutationOptions options{.proof = [&](auto purpose, auto method, auto path, auto body) {
    seen =
        std::string(purpose) + " " + std::string(method) + " " + std::string(path) + " " + std::string(body);
    return std::string(R"({"a":1})");
  }};
  desk.network.answer(200, "{}");
  confirm_settlement(desk.client, kIntent, R"({"outcome": "release"})", options);
  CHECK(seen == "harbor.intent.settlement.confirm POST /harbor/intents/" + std::string(kIntent) +
                    R"(/settlement/confirm {"outcome":"release"})");
  CHECK(desk.network.sent[0].headers.get("x-paybond-agent-recognition-proof") == "eyJhIjogMX0");
}

TEST_CASE("funding is answered by 200, 202 and 402, each with all it needs") {
  const std::string whole = R"({"intent_id": ")" + std::string(kIntent) +
                            R"(", "tenant": "t", "state": "open", "settlement_rail": "x402_usdc_base", )"
                            R"("currency": "usd", "amount_cents": 5, "funded": false})";
  const auto fund = [](Client& c) { fund_intent(c, kIntent); };
  for (const int status : {200, 202, 402})
    CHECK(Desk().fault(whole, fund, status) == "");
  CHECK(Desk().fault(whole, fund, 201) == kBadResponse);
  CHECK(Desk().fault("{}", fund, 409) == "conflict/http_409");
  for (const char* part : {R"("open")", R"("x402_usdc_base")", R"("usd")", "5", "false"}) {
    std::string body = whole;
    const std::string member(part);
    body.replace(body.find(": " + member) + 2, member.size(), "\"\"");
    CHECK(fault(body, fund) == kBadResponse);
  }
}

TEST_CASE("the ledger's pages have 1 to 256 events") {
  for (const auto& [asked, page] : {std::pair{0, 1}, {1, 1}, {256, 256}, {257, 256}}) {
    CHECK(sent(R"({"tenant_id": "t"})", [&](Client& c) { get_ledger_events(c, 0, asked); }) ==
          "GET /harbor/ledger/v1/events?after_seq=0&limit=" + std::to_string(page) + " ");
  }
  CHECK(fault("{}", [](Client& c) { get_ledger_events(c, -1); }) == "usage/bad_number");
  CHECK(fault(R"({"tenant_id": "u"})", [](Client& c) { get_ledger_events(c); }) == kMismatch);
  CHECK(fault("{}", [](Client& c) { get_ledger_tip(c); }) == kMismatch);
}

TEST_CASE("an unknown operator is none, an operator that is gone is an error") {
  Desk desk;
  desk.network.answer(404, "{}");
  CHECK_FALSE(get_operator_explanation(desk.client, "did:x"));
  CHECK(desk.fault(
            "{}", [](Client& c) { get_operator_explanation(c, "did:x"); }, 410) == "not_found/http_410");
  CHECK(desk.fault(
            "{}", [](Client& c) { get_portfolio_summary(c); }, 404) == "not_found/http_404");
}

TEST_CASE("an unbound client takes answers without names, but no wrong ones") {
  const auto read = [](Client& c) { get_operator_review_status(c, "did:x"); };
  CHECK(Desk("").fault("{}", read) == "");
  CHECK(Desk("").fault(R"({"tenant_id": "any", "operator_did": "did:x"})", read) == "");
  CHECK(Desk("").fault(R"({"operator_did": "did:y"})", read) == kMismatch);
  CHECK(fault("{}", read) == kMismatch);
}

TEST_CASE("what changes fraud's records is sent once") {
  Desk desk;
  CHECK(desk.fault(
            "{}", [](Client& c) { set_fraud_release_gate_mode(c, "off"); }, 503) == "unreachable/http_503");
  CHECK(desk.network.sent.size() == 1);
  CHECK(fault("{}", [](Client& c) { get_fraud_metrics(c, "1y"); }) == "usage/bad_window");
}

TEST_CASE("an admin's calls are what the kit's command line sends") {
  CHECK(sent("{}", [](Client& c) { list_keys(c); }) == "GET /v1/admin/api-keys?limit=50 ");
  CHECK(sent("{}", [](Client& c) { create_key(c, {.name = "n", .role = "r"}); }) ==
        R"(POST /v1/admin/api-keys {"service_account_name":"n","service_account_role":"r","label":"",)"
        R"("key_kind":"standard","mcp_scopes":[]})");
  CHECK(fault("{}", [](Client& c) { create_key(c, {.name = "n", .role = "r", .scopes = {"s"}}); }) ==
        "usage/bad_scope");
  CHECK(sent("{}", [](Client& c) { rotate_key(c, "a/b"); }) == "POST /v1/admin/api-keys/a%2Fb/rotate ");
  CHECK(sent("", [](Client& c) { revoke_key(c, "k"); }) == "DELETE /v1/admin/api-keys/k ");
  CHECK(sent("{}", [](Client& c) { preflight_spend(c, {.intent_id = "i", .operation = "o"}); }) ==
        R"(POST /v1/spend/preflight {"intent_id":"i","operation":"o","requested_spend_cents":0})");
  CHECK(sent("{}", [](Client& c) { find_agent_receipt(c, "i/1", "c 1"); }) ==
        "GET /protocol/v2/agent-receipts?intent_id=i%2F1&tool_call_id=c%201 ");
  CHECK(sent(R"({"job": {"tenant_realm_id": "t"}})", [](Client& c) { get_audit_export(c, "j", true); }) ==
        "GET /v1/compliance/audit-exports/j?issue_download=1 ");
  CHECK(fault("{}", [](Client& c) { complete_spend_decision(c, kAudit, "spent"); }) == "usage/bad_outcome");
  CHECK(fault("{}", [](Client& c) { complete_spend_decision(c, "x", "consumed"); }) ==
        "usage/bad_decision_id");
}

TEST_CASE("bodies go out as the kit's HTTP library writes them") {
  CHECK(as_sent(R"({ "b" : 1.50, "a" : [1e16, 0.00001, -0.0, 1E2], "c" : "é\u0001/" })") ==
        R"({"b":1.5,"a":[1e+16,1e-05,-0.0,100.0],"c":"é\u0001/"})");
  CHECK(as_sent("12345678901234567890123") == "12345678901234567890123");
}

}  // namespace
}  // namespace agentnet::paybond
