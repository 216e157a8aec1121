// Intents, asked as clients ask.
#include "core/paybond/intent_arrival.hpp"
#include "core/paybond/routes.hpp"
#include "tests/core/paybond/network_fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::kIntent;
using fixtures::kIntentId;
using fixtures::PaybondNetwork;
using fixtures::Proof;
using fixtures::Terms;

// The body with one member changed after it was signed.
std::string changed(const std::string& body, const std::string& name, const Json& value) {
  Json document = Json::parse(body);
  document[name] = value;
  return document.dump();
}

std::string without(const std::string& body, const std::string& name) {
  Json document = Json::parse(body);
  document.erase(name);
  return document.dump();
}

TEST_CASE("an intent whose signature holds is kept and funded, and comes with a capability") {
  PaybondNetwork net;
  const Answer answer = net.create();
  REQUIRE(answer.said() == "201");
  const Json made = answer.json();
  CHECK(made["intent_id"] == kIntentId);
  CHECK(made["tenant"] == "local");
  CHECK(made["state"] == "funded");
  CHECK(made["funded"] == true);
  CHECK(made["simulated"] == true);
  CHECK(made["settlement_rail"] == "stripe_connect");
  CHECK(made["funding"]["settlement_rail"] == "stripe_connect");
  CHECK(made["amount_cents"] == 20'000);
  CHECK(made["capability_token"].get<std::string>().size() > 100);
  const Json kept = net.intent();
  CHECK(kept["tenant_id"] == "local");
  CHECK(kept["held_cents"] == 20'000);
  CHECK(kept["allowed_tools"] == Json({"travel.book", "travel.plan"}));
  CHECK(kept["terms"] == Json::parse(Terms().body()));
  CHECK(kept["evidence"].is_null());
}

TEST_CASE("every version that signs no policy is verified, and numbers keep their text") {
  for (const unsigned version : {2U, 4U, 6U}) {
    CAPTURE(version);
    PaybondNetwork net;
    Terms terms;
    terms.version = version;
    terms.budget = R"({"max":0.1000,"long":12345678901234567890123})";
    CHECK(net.create(terms).said() == "201");
  }
  PaybondNetwork net;
  for (const unsigned version : {3U, 5U, 7U}) {
    Terms terms;
    terms.version = version;
    CHECK(net.post("/intents", changed(terms.body(), "predicate_dsl", Json::object())).said() ==
          "422 unknown_policy");
  }
  CHECK(net.post("/intents", changed(Terms().body(), "signing_version", 8)).said() ==
        "400 bad_signing_version");
  CHECK(net.post("/intents", changed(Terms().body(), "signing_version", 1)).said() ==
        "400 bad_signing_version");
}

TEST_CASE("whatever of an intent is changed behind its signature, it is refused and nothing is kept") {
  PaybondNetwork net;
  const std::string body = Terms().body();
  const std::pair<const char*, Json> changes[] = {
      {"amount_cents", 20'001},
      {"currency", "eur"},
      {"deadline", "2030-12-31T23:59:58Z"},
      {"budget", Json({{"currency", "usd"}})},
      {"evidence_schema", Json({{"type", "array"}})},
      {"predicate_dsl", Json::parse(R"({"version":1,"root":{"op":"not","clause":{"op":"true"}}})")},
      {"predicate_ref", "r"},
      {"principal_did", "did:web:q.example"},
      {"payee_did", "did:web:w.example"},
      {"intent_id", "550e8400-e29b-41d4-a716-446655440001"},
      {"allowed_tools", Json({"travel.book"})},
      {"principal_pubkey", base64_encode(fixtures::key_of(9).public_key().bytes, Base64::standard)},
      {"signing_version", 4},
  };
  for (const auto& [name, value] : changes) {
    CAPTURE(name);
    std::string forged = changed(body, name, value);
    if (std::string_view(name) == "signing_version")
      forged = changed(forged, "settlement_rail", "stripe_connect");
    CHECK(net.post("/intents", forged).said() == "422 bad_signature");
  }
  Terms foreign;
  foreign.tenant = "rival";
  CHECK(net.create(foreign).said() == "422 bad_signature");
  CHECK(net.ledger_size() == 0);
  CHECK(net.get("/operator/v1/intents").json()["intents"].empty());
  CHECK(net.get("/internal/agentnet/paybond/dids").json()["dids"].empty());
}

TEST_CASE("an intent that is none is refused by name") {
  PaybondNetwork net;
  const std::string body = Terms().body();
  const auto said = [&](const std::string& name, const Json& value) {
    return net.post("/intents", changed(body, name, value)).said();
  };
  CHECK(said("amount_cents", 200.5) == "400 bad_amount");
  CHECK(said("amount_cents", 20'000.0) == "400 bad_amount");
  CHECK(said("amount_cents", -1) == "400 bad_amount");
  CHECK(said("amount_cents", 0) == "400 bad_amount");
  CHECK(said("amount_cents", "20000") == "400 bad_amount");
  CHECK(said("amount_cents", 9'223'372'036'854'775'808U) == "400 amount_overflow");
  CHECK(said("deadline", "2020-01-01T00:00:00Z") == "400 deadline_in_past");
  CHECK(said("deadline", "soon") == "400 bad_deadline");
  CHECK(said("deadline", 5) == "400 bad_field");
  CHECK(said("intent_id", "x") == "400 bad_intent_id");
  CHECK(said("allowed_tools", Json::array()) == "400 bad_tools");
  CHECK(said("allowed_tools", Json({5})) == "400 bad_tools");
  CHECK(said("currency", "") == "400 bad_currency");
  CHECK(said("currency", std::string(kMaxCurrencyBytes + 1, 'x')) == "400 bad_currency");
  CHECK(said("principal_pubkey", "AAAA") == "400 bad_key");
  CHECK(said("principal_signature", "AAAA") == "400 bad_signature");
  CHECK(said("principal_did", "") == "400 bad_did");
  CHECK(said("payee_did", "a\nb") == "400 bad_did");
  CHECK(said("policy_binding", Json::object()) == "400 unknown_field");
  CHECK(said("settlement_rail", "stripe_connect") == "400 unknown_field");
  CHECK(said("payee_pubkey", "AAAA") == "400 unknown_field");
  CHECK(said("surprise", 1) == "400 unknown_field");
  CHECK(net.post("/intents", without(body, "budget")).said() == "400 missing_field");
  CHECK(net.post("/intents", body.substr(0, body.size() - 1) + R"(,"budget":{}})").said() ==
        "400 duplicate_name");
  CHECK(net.post("/intents", "[]").said() == "400 not_an_object");
  CHECK(net.post("/intents", "{").said() == "400 bad_json");
  CHECK(net.post("/intents", std::string(kMaxBodyBytes + 1, ' ')).said() == "413 too_large");
  CHECK(net.ledger_size() == 0);
}

TEST_CASE("what is inside the terms is refused by name, too") {
  PaybondNetwork net;
  Terms terms;
  terms.tools = "[\"" + std::string(kMaxToolBytes, 'x') + "\"]";
  CHECK(net.create(terms).said() == "201");
  terms.tools = "[\"" + std::string(kMaxToolBytes + 1, 'x') + "\"]";
  CHECK(net.create(terms).said() == "400 bad_tools");
  terms = {};
  const std::string body = terms.body();
  const std::size_t place = body.find(R"("max_spend_usd")");
  CHECK(net.post("/intents", body.substr(0, place) + R"("currency":"usd",)" + body.substr(place)).said() ==
        "400 duplicate_name");
  terms.predicate = R"({"version":2,"root":{"op":"true"}})";
  CHECK(net.create(terms).said() == "400 unknown_predicate_version");
  terms.predicate = R"({"version":1,"root":{"op":"magic"}})";
  CHECK(net.create(terms).said() == "400 unknown_predicate_op");
  terms = {};
  terms.schema = R"({"types":"object"})";
  CHECK(net.create(terms).said() == "400 unknown_keyword");
  terms = {};
  const auto nested = [](std::size_t levels) { return std::string(levels, '[') + std::string(levels, ']'); };
  const std::string good = terms.body();
  const auto with_budget = [&](std::size_t levels) {
    return changed(good, "budget", Json::parse(nested(levels)));
  };
  CHECK(net.post("/intents", with_budget(127)).said() ==
        "422 bad_signature");  // read, but not what was signed
  CHECK(net.post("/intents", with_budget(128)).said() == "400 too_deep");
}

TEST_CASE("a DID keeps the key of its first signature") {
  PaybondNetwork net;
  CHECK(net.create().said() == "201");
  Terms terms;
  terms.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  terms.principal_seed = 77;
  CHECK(net.create(terms).said() == "422 wrong_principal_key");
  const Json dids = net.get("/internal/agentnet/paybond/dids").json()["dids"];
  REQUIRE(dids.size() == 1);
  CHECK(dids[0]["did"] == fixtures::kPrincipal);
  CHECK(dids[0]["origin"] == "first_use");
  // With the pin taken away the new key may be pinned.
  CHECK(
      net.ask("DELETE", "/internal/agentnet/paybond/dids/did%3Aweb%3Ap.example", {}, {{"x-api-key", net.key}})
          .said() == "200");
  CHECK(net.create(terms).said() == "201");
}

TEST_CASE("a registered key counts before any signature does") {
  PaybondNetwork net;
  const std::string key = hex_lower(fixtures::key_of(99).public_key().bytes);
  const auto add = [&](const Json& body) {
    return net.post("/internal/agentnet/paybond/dids", body.dump()).said();
  };
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", key}}) == "201");
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", key}}) == "201");
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", std::string(64, '0')}}) == "409 did_pinned");
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", std::string(64, '0')}, {"replace", false}}) ==
        "409 did_pinned");
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", std::string(64, '0')}, {"replace", true}}) ==
        "201");
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", key}, {"replace", 1}}) == "400 bad_field");
  CHECK(add({{"did", fixtures::kPrincipal}, {"public_key_hex", key}, {"replace", true}}) == "201");
  CHECK(net.get("/internal/agentnet/paybond/dids").json()["dids"].size() == 1);
  CHECK(add({{"did", ""}, {"public_key_hex", key}}) == "400 bad_did");
  CHECK(add({{"did", "d"}, {"public_key_hex", "00"}}) == "400 bad_key");
  CHECK(net.create().said() == "422 wrong_principal_key");
  const std::string agent = net.add_key("local", {"paybond.write", "paybond.read", "paybond.settle"});
  CHECK(net.post_as(agent, "/internal/agentnet/paybond/dids", "{}").said() == "403 insufficient_scope");
}

TEST_CASE("an intent is made once; another tenant may use its id") {
  PaybondNetwork net;
  CHECK(net.create().said() == "201");
  CHECK(net.create().said() == "409 intent_exists");
  CHECK(net.ledger_size() == 2);
  Terms rival;
  rival.tenant = "rival";
  CHECK(net.post_as(net.rival, "/intents", rival.body()).said() == "201");
}

TEST_CASE("evidence of the payee is taken once, judged and written down") {
  for (const unsigned version : {1U, 2U}) {
    PaybondNetwork net;
    net.create();
    Proof proof;
    proof.version = version;
    const Answer answer = net.prove(proof);
    REQUIRE(answer.said() == "200");
    const Json taken = answer.json();
    CHECK(taken["intent_id"] == kIntentId);
    CHECK(taken["tenant"] == "local");
    CHECK(taken["state"] == "evidence_submitted");
    CHECK(taken["predicate_passed"] == true);
    CHECK(taken["predicate_evaluation"]["passed"] == true);
    CHECK(net.prove(proof).said() == "409 wrong_state");
    CHECK(net.ledger_size() == 4);
    CHECK(net.intent()["evidence"] == Json::parse(proof.body()));
  }
}

TEST_CASE("evidence that is not the payee's is refused, and the intent stays as it was") {
  PaybondNetwork net;
  net.create();
  const std::string body = Proof().body();
  CHECK(net.post(kIntent + "/evidence", changed(body, "payload", Json::object())).said() ==
        "422 bad_signature");
  CHECK(net.post(kIntent + "/evidence", changed(body, "artifacts", Json({std::string(64, 'a')}))).said() ==
        "422 bad_signature");
  CHECK(net.post(kIntent + "/evidence", changed(body, "submitted_at", "2027-01-01T00:00:01Z")).said() ==
        "422 bad_signature");
  Proof proof;
  proof.tenant = "rival";
  CHECK(net.prove(proof).said() == "422 bad_signature");
  proof = {};
  proof.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  CHECK(net.prove(proof).said() == "422 bad_signature");
  proof = {};
  proof.payee_did = "did:web:other.example";
  CHECK(net.prove(proof).said() == "422 wrong_payee");
  proof = {};
  proof.submitted_at = "2031-01-01T00:00:00Z";
  CHECK(net.prove(proof).said() == "409 deadline_passed");
  CHECK(net.post(kIntent + "/evidence", changed(body, "payload", Json::array())).said() == "400 bad_field");
  CHECK(net.post(kIntent + "/evidence", changed(body, "artifacts", Json({"ab"}))).said() ==
        "400 bad_artifact");
  CHECK(net.post(kIntent + "/evidence", changed(body, "submitted_at", "now")).said() ==
        "400 bad_submitted_at");
  const Json many(std::vector<std::string>(kMaxArtifacts + 1, std::string(64, 'a')));
  CHECK(net.post(kIntent + "/evidence", changed(body, "artifacts", many)).said() == "400 too_many_artifacts");
  CHECK(net.state() == "funded");
  CHECK(net.ledger_size() == 2);
  CHECK(net.get("/internal/agentnet/paybond/dids").json()["dids"].size() == 1);  // the principal's
}

TEST_CASE("the payee's key is the one that the principal signed, or that is pinned") {
  PaybondNetwork net;
  Terms terms;
  terms.version = 6;
  net.create(terms);
  Proof proof;
  proof.payee_seed = 99;
  CHECK(net.prove(proof).said() == "422 wrong_payee_key");
  CHECK(net.prove().said() == "200");
  // Version 2 signs no key of the payee: the pin holds.
  terms = {};
  terms.intent_id = "550e8400-e29b-41d4-a716-446655440001";
  net.create(terms);
  proof.intent_id = terms.intent_id;
  CHECK(net.post("/intents/" + terms.intent_id + "/evidence", proof.body()).said() == "422 wrong_payee_key");
  terms.intent_id = "550e8400-e29b-41d4-a716-446655440002";
  terms.version = 6;
  terms.payee_seed = 99;
  CHECK(net.create(terms).said() == "422 wrong_payee_key");
}

TEST_CASE("a payload that the schema refuses changes nothing, one that the predicate refuses is on record") {
  PaybondNetwork net;
  Terms terms;
  terms.schema = R"({"type":"object","required":["status"]})";
  terms.predicate = R"({"version":1,"root":{"op":"eq","path":["status"],"value":"done"}})";
  net.create(terms);
  Proof proof;
  proof.payload = R"({"other":1})";
  const Answer refused = net.prove(proof);
  CHECK(refused.said() == "422 evidence_schema_mismatch");
  CHECK(refused.json()["error"]["details"]["keyword"] == "required");
  CHECK(net.state() == "funded");
  const Json taken = net.prove().json();
  CHECK(taken["predicate_passed"] == false);
  CHECK(taken["state"] == "evidence_submitted");
  CHECK(net.confirm(R"({"outcome":"release"})").said() == "409 outcome_contradicts_predicate");
  CHECK(net.state() == "evidence_submitted");
  CHECK(net.confirm().json()["state"] == "refunded");
}

TEST_CASE("a key that the predicate needs and the payload lacks is unprocessable") {
  PaybondNetwork net;
  Terms terms;
  terms.predicate = R"({"version":1,"root":{"op":"eq","path":["missing"],"value":1}})";
  net.create(terms);
  CHECK(net.prove().said() == "422 missing_key");
  CHECK(net.state() == "funded");
}

TEST_CASE("a settlement moves the money as the evidence says, once") {
  PaybondNetwork net;
  net.create();
  CHECK(net.confirm().said() == "409 evidence_missing");
  net.prove();
  CHECK(net.confirm(R"({"outcome":"refund"})").said() == "409 outcome_contradicts_predicate");
  CHECK(net.confirm(R"({"outcome":"split"})").said() == "409 not_disputed");
  CHECK(net.confirm(R"({"outcome":"keep"})").said() == "400 bad_outcome");
  CHECK(net.confirm(R"({"payee_cents":5})").said() == "400 bad_field");
  const Json settled = net.confirm(R"({"outcome":"release"})").json();
  CHECK(settled["state"] == "released");
  CHECK(settled["held_cents"] == 0);
  CHECK(settled["payee_cents"] == 20'000);
  CHECK(settled["principal_cents"] == 0);
  CHECK(net.confirm().said() == "409 wrong_state");
  CHECK(net.dispute().said() == "409 wrong_state");
  CHECK(net.ledger_size() == 6);
}

TEST_CASE("a dispute ends as the operator says") {
  PaybondNetwork net;
  net.create();
  CHECK(net.dispute().json()["state"] == "disputed");
  CHECK(net.dispute().said() == "409 wrong_state");
  CHECK(net.prove().said() == "409 wrong_state");
  CHECK(net.confirm().said() == "400 outcome_needed");
  for (const char* cents : {"0", "20000", "20001"})
    CHECK(net.confirm(R"({"outcome":"split","payee_cents":)" + std::string(cents) + "}").said() ==
          "400 bad_amount");
  CHECK(net.confirm(R"({"outcome":"split","payee_cents":1.5})").said() == "400 bad_amount");
  const Json settled = net.confirm(R"({"outcome":"split","payee_cents":1})").json();
  CHECK(settled["state"] == "resolved_split");
  CHECK(settled["payee_cents"] == 1);
  CHECK(settled["principal_cents"] == 19'999);
}

TEST_CASE("behind the deadline nothing happens by itself, and the principal may have the money back") {
  PaybondNetwork net;
  net.create();
  net.pass_deadline();
  CHECK(net.prove().said() == "409 deadline_passed");
  CHECK(net.state() == "funded");
  CHECK(net.confirm(R"({"outcome":"release"})").said() == "409 outcome_contradicts_predicate");
  CHECK(net.confirm().json()["state"] == "refunded");
}

TEST_CASE("an intent of another rail waits until it is funded") {
  PaybondNetwork net;
  Terms terms;
  terms.version = 6;
  terms.rail = "x402_usdc_base";
  const Json made = net.create(terms).json();
  CHECK(made["state"] == "created");
  CHECK(made["funded"] == false);
  CHECK_FALSE(made.contains("capability_token"));
  CHECK(net.prove().said() == "409 wrong_state");
  const Json funded = net.post(kIntent + "/fund", "{}").json();
  CHECK(funded["state"] == "funded");
  CHECK(funded["settlement_rail"] == "x402_usdc_base");
  CHECK(funded.contains("capability_token"));
  CHECK(net.post(kIntent + "/fund", "{}").said() == "200");
  CHECK(net.intent()["held_cents"] == 20'000);
  CHECK(net.ledger_size() == 2);
  net.prove();
  CHECK(net.post(kIntent + "/fund", "{}").said() == "409 wrong_state");
}

TEST_CASE("an intent that is not funded in time is not funded at all") {
  PaybondNetwork net;
  Terms terms;
  terms.version = 6;
  terms.rail = "stripe_mpp";
  net.create(terms);
  net.pass_deadline();
  CHECK(net.post(kIntent + "/fund", "{}").said() == "409 deadline_passed");
  CHECK(net.state() == "created");
}

TEST_CASE("another tenant's intent is found as little as one that is not there") {
  PaybondNetwork net;
  net.create();
  const std::string unknown = "404 unknown_intent";
  const auto ask = [&](const std::string& path, const std::string& body) {
    return net.post_as(net.rival, kIntent + path, body).said();
  };
  Proof proof;
  proof.tenant = "rival";
  CHECK(ask("/evidence", proof.body()) == unknown);
  CHECK(ask("/fund", "{}") == unknown);
  CHECK(ask("/settlement/confirm", "{}") == unknown);
  CHECK(ask("/dispute", "{}") == unknown);
  CHECK(net.get_as(net.rival, "/operator/v1/intents/" + kIntentId).said() == unknown);
  CHECK(net.get("/operator/v1/intents/none").said() == unknown);
  CHECK(net.get("/operator/v1/intents/550E8400-E29B-41D4-A716-446655440000").said() == "200");
  CHECK(net.get_as(net.rival, "/operator/v1/intents").json()["intents"].empty());
  CHECK(net.get_as(net.rival, "/operator/v1/intents?cursor=" + kIntentId).said() == "400 bad_cursor");
  CHECK(net.state() == "funded");
}

TEST_CASE("intents are listed newest first, by state and by pages") {
  PaybondNetwork net;
  Terms terms;
  for (const char* last : {"1", "2", "3"}) {
    terms.intent_id = "550e8400-e29b-41d4-a716-44665544000" + std::string(last);
    net.create(terms);
  }
  const auto ids = [&](const std::string& query) {
    std::string found;
    const Json page = net.get("/harbor/operator/v1/intents" + query).json();
    for (const Json& intent : page["intents"])
      found += intent["intent_id"].get<std::string>().back();
    if (!page["next_cursor"].is_null()) found += "+";
    return found;
  };
  CHECK(ids("") == "321");
  CHECK(ids("?limit=2") == "32+");
  CHECK(ids("?limit=2&cursor=550e8400-e29b-41d4-a716-446655440002") == "1");
  CHECK(ids("?status=funded") == "321");
  CHECK(ids("?status=released").empty());
  for (const char* query : {"?limit=0", "?limit=201", "?status=lost", "?limit=x"})
    CHECK(net.get("/operator/v1/intents" + std::string(query)).said() == "400 bad_parameter");
  CHECK(net.get("/operator/v1/intents?cursor=x").said() == "400 bad_cursor");
}

TEST_CASE("a request that comes again with its key is answered as before, bytes and all") {
  PaybondNetwork net;
  const auto send = [&](const std::string& key, const std::string& target, const std::string& body) {
    return net.ask("POST", target, body, {{"x-api-key", net.key}, {"idempotency-key", key}});
  };
  const std::string body = Terms().body();
  const Answer first = send("k", "/intents", body);
  const Answer again = send(" k ", "/intents", body);
  CHECK(first.status == 201);
  CHECK(again.status == 201);
  CHECK(again.body == first.body);
  CHECK(send("k", "/intents", body + " ").said() == "409 idempotency_key_reused");
  CHECK(send("other", "/intents", body).said() == "409 intent_exists");
  CHECK(net.ledger_size() == 2);
  const Answer proved = send("k", kIntent + "/evidence", Proof().body());  // another path, another scope
  CHECK(proved.said() == "200");
  CHECK(send("k", kIntent + "/evidence", Proof().body()).body == proved.body);
  const Answer settled = send("s", kIntent + "/settlement/confirm", "{}");
  CHECK(send("s", kIntent + "/settlement/confirm", "{}").body == settled.body);
  CHECK(send("s", kIntent + "/settlement/confirm", R"({"outcome":"release"})").said() ==
        "409 idempotency_key_reused");
  CHECK(send(std::string(257, 'k'), "/intents", body).said() == "400 bad_idempotency_key");
  CHECK(send(std::string(256, 'k'), "/intents", body).said() == "409 intent_exists");
}

TEST_CASE("what failed is not remembered, and keys are the tenant's own") {
  PaybondNetwork net;
  const std::string body = Terms().body();
  const auto send = [&](const std::string& who, const std::string& text) {
    return net.ask("POST", "/intents", text, {{"x-api-key", who}, {"idempotency-key", "k"}}).said();
  };
  CHECK(send(net.key, changed(body, "amount_cents", 1)) == "422 bad_signature");
  CHECK(send(net.key, body) == "201");
  Terms rival;
  rival.tenant = "rival";
  CHECK(send(net.rival, rival.body()) == "201");
}

TEST_CASE("a kept answer is forgotten after its time") {
  PaybondNetwork net;
  const auto send = [&](const std::string& text) {
    return net.ask("POST", kIntent + "/fund", text, {{"x-api-key", net.key}, {"idempotency-key", "k"}})
        .said();
  };
  net.create();
  CHECK(send("{}") == "200");
  CHECK(send("{ }") == "409 idempotency_key_reused");
  net.clock.micros += std::chrono::microseconds(std::chrono::hours(25)).count();
  CHECK(send("{ }") == "200");
}

TEST_CASE("what was answered is there when the folder is opened again") {
  const tests::TemporaryFolder temporary;
  std::string ledger;
  std::string key;
  {
    PaybondNetwork net(temporary.path());
    net.create();
    net.prove();
    ledger = net.get("/ledger/v1/events").body;
    key = net.key;
  }
  PaybondNetwork net(temporary.path());
  CHECK(net.key == key);
  CHECK(net.state() == "evidence_submitted");
  CHECK(net.get("/ledger/v1/events").body == ledger);
  CHECK(net.confirm().json()["state"] == "released");
}

}  // namespace
}  // namespace agentnet::paybond
