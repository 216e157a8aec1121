// Recognition proofs on the requests that change intents.
#include "core/paybond/recognition.hpp"
#include "tests/core/paybond/network_fixtures.hpp"

namespace agentnet::paybond {
namespace {

using fixtures::Answer;
using fixtures::Json;
using fixtures::kIntent;
using fixtures::PaybondNetwork;
using fixtures::Proof;
using fixtures::Terms;

// A confirm request with a proof, which a test changes before it is made.
struct Shown {
  std::string key_id = "Agent-1";
  std::string purpose{kConfirmPurpose};
  std::string tenant = "local";
  std::string path = kIntent + "/settlement/confirm";
  std::string body = "{}";
  std::string nonce = {};  // empty: the purpose
  std::uint8_t seed = 64;
  std::chrono::seconds age{60};

  std::string header(const PaybondNetwork& net) const {
    const Instant issued = net.clock.now() - age;
    return recognition_header(sign_recognition({.key_id = key_id,
                                                .purpose = purpose,
                                                .tenant_id = tenant,
                                                .method = "POST",
                                                .path = path,
                                                .body = body,
                                                .issued_at = issued,
                                                .expires_at = issued + std::chrono::minutes(5),
                                                .nonce = nonce.empty() ? purpose : nonce},
                                               fixtures::key_of(seed)));
  }
};

Answer ask(PaybondNetwork& net, const std::string& path, const std::string& body, const std::string& header) {
  return net.ask("POST", path, body, {{"x-api-key", net.key}, {std::string(kRecognitionHeader), header}});
}

Answer confirm(PaybondNetwork& net, const Shown& shown) {
  return ask(net, kIntent + "/settlement/confirm", "{}", shown.header(net));
}

TEST_CASE("a proof for the request is taken, and its key is pinned to the agent") {
  PaybondNetwork net;
  net.create();
  Shown create;
  create.purpose = kEvidencePurpose;
  create.path = kIntent + "/evidence";
  create.body = "whatever: the evidence is signed itself";
  REQUIRE(ask(net, create.path, Proof().body(), create.header(net)).said() == "200");
  CHECK(confirm(net, {}).said() == "200");
}

TEST_CASE("a proof for another request, tenant or time is refused and nothing changes") {
  PaybondNetwork net;
  net.create();
  net.prove();
  const auto with = [&net](auto change) {
    Shown shown;
    change(shown);
    return confirm(net, shown).said();
  };
  CHECK(with([](Shown& shown) { shown.body = R"({"outcome":"refund"})"; }) == "422 wrong_request");
  CHECK(with([](Shown& shown) { shown.path = kIntent + "/fund"; }) == "422 wrong_request");
  CHECK(with([](Shown& shown) { shown.purpose = kFundPurpose; }) == "422 wrong_audience");
  CHECK(with([](Shown& shown) { shown.tenant = "rival"; }) == "422 wrong_audience");
  CHECK(with([](Shown& shown) { shown.age = std::chrono::minutes(6); }) == "422 expired");
  CHECK(with([](Shown& shown) { shown.age = std::chrono::minutes(-1); }) == "422 not_yet_valid");
  CHECK(ask(net, kIntent + "/settlement/confirm", "{}", "no proof!").said() == "400 bad_recognition_proof");
  CHECK(ask(net, kIntent + "/settlement/confirm", "{}", "e30").said() == "400 bad_recognition_proof");
  CHECK(net.state() == "evidence_submitted");
}

TEST_CASE("another key for an agent that is known is refused") {
  PaybondNetwork net;
  net.create();
  Shown fund;
  fund.purpose = kFundPurpose;
  fund.path = kIntent + "/fund";
  REQUIRE(ask(net, fund.path, "{}", fund.header(net)).said() == "200");
  net.prove();
  Shown other;
  other.seed = 99;
  CHECK(confirm(net, other).said() == "422 wrong_agent_key");
  CHECK(net.state() == "evidence_submitted");
  CHECK(confirm(net, {}).said() == "200");
}

TEST_CASE("a proof that was changed does not hold") {
  PaybondNetwork net;
  net.create();
  net.prove();
  Json proof = Json::parse(as_text(base64_decode(Shown().header(net), Base64::url).value()));
  proof["nonce"] = "another";
  CHECK(ask(net, kIntent + "/settlement/confirm", "{}", recognition_header(proof.dump())).said() ==
        "422 digest_mismatch");
}

// --- proofs that come again

Answer confirm_with_key(PaybondNetwork& net, const std::string& header, const std::string& idempotency_key,
                        const std::string& body = "{}") {
  return net.ask("POST", kIntent + "/settlement/confirm", body,
                 {{"x-api-key", net.key},
                  {std::string(kRecognitionHeader), header},
                  {"idempotency-key", idempotency_key}});
}

Shown fund_with(const std::string& nonce) {
  Shown fund;
  fund.purpose = kFundPurpose;
  fund.path = kIntent + "/fund";
  fund.nonce = nonce;
  return fund;
}

// Says "200" and changes nothing that another one could not, so that proofs can be used up.
std::string fund(PaybondNetwork& net, const std::string& header) {
  return ask(net, kIntent + "/fund", "{}", header).said();
}

TEST_CASE("a proof counts once") {
  PaybondNetwork net;
  net.create();
  const std::string header = fund_with("n").header(net);
  CHECK(fund(net, header) == "200");
  CHECK(fund(net, header) == "422 replayed_proof");
  CHECK(fund(net, fund_with("m").header(net)) == "200");
}

TEST_CASE("the same nonce under another layout, time or purpose is the same nonce") {
  PaybondNetwork net;
  net.create();
  const std::string header = fund_with("n").header(net);
  CHECK(fund(net, header) == "200");
  Json proof = Json::parse(as_text(base64_decode(header, Base64::url).value()));
  proof["nonce"] = " n ";  // which is signed without blanks
  CHECK(fund(net, recognition_header(proof.dump())) == "422 replayed_proof");
  Shown later = fund_with("n");
  later.age = std::chrono::seconds(30);
  CHECK(fund(net, later.header(net)) == "422 replayed_proof");
  net.prove();
  Shown other;
  other.nonce = "n";
  CHECK(confirm(net, other).said() == "422 replayed_proof");
  CHECK(net.state() == "evidence_submitted");
}

TEST_CASE("nonces of other keys and tenants are other nonces") {
  PaybondNetwork net;
  net.create();
  CHECK(fund(net, fund_with("n").header(net)) == "200");
  Shown other = fund_with("n");
  other.key_id = "agent-2";
  other.seed = 99;
  CHECK(fund(net, other.header(net)) == "200");
  Shown rival = fund_with("n");
  rival.tenant = "rival";
  // There is no such intent in the other tenant, which is not the proof's fault.
  const Answer answer =
      net.ask("POST", kIntent + "/fund", "{}",
              {{"x-api-key", net.rival}, {std::string(kRecognitionHeader), rival.header(net)}});
  CHECK(answer.said() == "404 unknown_intent");
}

TEST_CASE("a request that comes again with its idempotency-key is answered again") {
  PaybondNetwork net;
  net.create();
  net.prove();
  const std::string header = Shown().header(net);
  const Answer first = confirm_with_key(net, header, "k");
  CHECK(first.said() == "200");
  CHECK(confirm_with_key(net, header, "k").body == first.body);
  CHECK(confirm_with_key(net, header, "other").said() == "422 replayed_proof");
}

TEST_CASE("a request that failed leaves its proof as it was") {
  PaybondNetwork net;
  net.create();
  const std::string header = Shown().header(net);
  CHECK(confirm(net, {}).status == 409);
  net.prove();
  CHECK(ask(net, kIntent + "/settlement/confirm", "{}", header).said() == "200");
}

TEST_CASE("a proof is known until it has run out, and then it has") {
  PaybondNetwork net;
  net.create();
  const std::string header = fund_with("n").header(net);  // good for four more minutes
  CHECK(fund(net, header) == "200");
  net.clock.micros += 239'000'000;
  CHECK(fund(net, header) == "422 replayed_proof");
  net.clock.micros += 1'000'000;
  CHECK(fund(net, header) == "422 expired");
}

TEST_CASE("requests without a proof are as they were") {
  PaybondNetwork net;
  net.create();
  for (int i = 0; i < 3; ++i)
    CHECK(net.post(kIntent + "/fund", "{}").said() == "200");
}

}  // namespace
}  // namespace agentnet::paybond
