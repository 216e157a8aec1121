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
                                                .nonce = "n"},
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

}  // namespace
}  // namespace agentnet::paybond
