#include "core/paybond/capability.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

struct Issued {
  SystemRandom random;
  crypto::SigningKey harbor = crypto::SigningKey::generate(random);
  CapabilityGrant grant{.tenant_id = "local",
                        .intent_id = "i",
                        .tools = {"a", "b"},
                        .budget_cents = 100,
                        .currency = "usd",
                        .issued_at = Instant(std::chrono::microseconds(1)),
                        .expires_at = Instant(std::chrono::microseconds(9))};
  std::string token = mint_capability(grant, harbor, random);

  std::optional<Capability> read(const std::string& text) const {
    return read_capability(text, harbor.public_key());
  }
};

// The JSON inside a token, and back.
nlohmann::ordered_json opened(const std::string& token) {
  const Bytes bytes = base64_decode(token, Base64::standard).value();
  return nlohmann::ordered_json::parse(as_text(bytes));
}
std::string closed(const nlohmann::ordered_json& document) {
  return base64_encode(as_bytes(document.dump()), Base64::standard);
}

TEST_CASE("a token says what it was made for") {
  const Issued issued;
  const auto read = issued.read(issued.token);
  REQUIRE(read);
  CHECK_EQ(read->grant.tenant_id, "local");
  CHECK_EQ(read->grant.intent_id, "i");
  CHECK_EQ(read->grant.tools, issued.grant.tools);
  CHECK_EQ(read->grant.currency, "usd");
  CHECK(read->grant.expires_at == issued.grant.expires_at);
  REQUIRE_EQ(read->budgets.size(), 1);
  CHECK_EQ(read->budgets[0].budget_cents, 100);
}

TEST_CASE("a token of another key, or one that was changed anywhere, is none") {
  Issued issued;
  const Issued other;
  CHECK_FALSE(other.read(issued.token));
  const auto document = opened(issued.token);
  for (const char* name : {"claims", "next", "sig"}) {
    auto forged = document;
    std::string text = forged["blocks"][0][name];
    text[text.size() / 2] = text[text.size() / 2] == '1' ? '2' : '1';
    forged["blocks"][0][name] = text;
    CAPTURE(name);
    CHECK_FALSE(issued.read(closed(forged)));
  }
  auto forged = document;
  forged["key"] = std::string(64, 'a');
  CHECK_FALSE(issued.read(closed(forged)));
  forged = document;
  forged["v"] = 2;
  CHECK_FALSE(issued.read(closed(forged)));
  forged = document;
  forged["blocks"] = nlohmann::ordered_json::array();
  CHECK_FALSE(issued.read(closed(forged)));
  for (const char* text : {"", "Cg==", "e30=", "not base64"})
    CHECK_FALSE(issued.read(text));
  CHECK_FALSE(issued.read(std::string(kMaxCapabilityBytes + 4, 'A')));
}

TEST_CASE("an attenuated token allows less, whatever its block asks for") {
  Issued issued;
  const std::string weaker = attenuate_capability(
      issued.token,
      {.tools = {{"B", "c"}}, .budget_cents = 1'000, .expires_at = Instant(std::chrono::microseconds(99))},
      issued.random);
  const auto read = issued.read(weaker);
  REQUIRE(read);
  CHECK_EQ(read->grant.tools, std::vector<std::string>{"b"});
  CHECK(read->grant.expires_at == issued.grant.expires_at);
  REQUIRE_EQ(read->budgets.size(), 2);
  CHECK_EQ(read->budgets[0].budget_cents, 100);
  CHECK_EQ(read->budgets[1].budget_cents, 1'000);
}

TEST_CASE("a block cannot be taken away, exchanged or put in between") {
  Issued issued;
  const auto first = opened(attenuate_capability(issued.token, {.budget_cents = 1}, issued.random));
  const auto second = opened(attenuate_capability(issued.token, {.budget_cents = 2}, issued.random));
  auto forged = first;
  forged["blocks"].erase(1);
  CHECK_FALSE(issued.read(closed(forged)));  // the key is of the block that is gone
  forged = first;
  forged["blocks"][0] = opened(mint_capability(issued.grant, issued.harbor, issued.random))["blocks"][0];
  CHECK_FALSE(issued.read(closed(forged)));
  forged = first;
  forged["blocks"].insert(forged["blocks"].begin() + 1, second["blocks"][1]);
  CHECK_FALSE(issued.read(closed(forged)));
  CHECK(issued.read(closed(first)));
}

TEST_CASE("a later block says limits and nothing else") {
  Issued issued;
  // Its key is in the token, so its holder can sign whatever he likes.
  auto document = opened(issued.token);
  const auto next = crypto::SigningKey::from_seed(Secret(hex(document["key"])));
  const auto last = crypto::SigningKey::generate(issued.random);
  for (const char* claims :
       {R"({"tenant_id":"rival"})", R"({"budget_cents":-1})", R"({"budget_cents":1.5})", R"({"tools":[]})",
        R"({"expires_at":"x"})", R"({"budget_cents":1,"budget_cents":2})", "[]"}) {
    CAPTURE(claims);
    auto forged = document;
    const std::string key = hex_lower(last.public_key().bytes);
    const std::string text = "agentnet paybond capability v1\n" + key + "\n" + claims;
    forged["blocks"].push_back(
        {{"claims", claims}, {"next", key}, {"sig", hex_lower(next.sign(as_bytes(text)))}});
    forged["key"] = hex_lower(last.expose_seed());
    CHECK_FALSE(issued.read(closed(forged)));
  }
}

TEST_CASE("a capability is attenuated up to a number of blocks, by something") {
  Issued issued;
  std::string token = issued.token;
  for (std::size_t blocks = 1; blocks < kMaxCapabilityBlocks; ++blocks)
    token = attenuate_capability(token, {.budget_cents = 1}, issued.random);
  CHECK(issued.read(token));
  const auto code = [&](const std::string& text, const Attenuation& by) {
    return error_code([&] { attenuate_capability(text, by, issued.random); });
  };
  CHECK_EQ(code(token, {.budget_cents = 1}), "bad_capability");
  CHECK_EQ(code(issued.token, {}), "bad_capability");
  CHECK_EQ(code(issued.token, {.budget_cents = -1}), "bad_capability");
  CHECK_EQ(code("Cg==", {.budget_cents = 1}), "bad_capability");
}

}  // namespace
}  // namespace agentnet::paybond
