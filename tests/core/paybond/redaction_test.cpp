#include "core/paybond/redaction.hpp"

#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

Vector redacted(const Vector& value) {
  json::Arena arena;
  const json::Document document = json::parse(value.dump());
  return Vector::parse(json::to_compact(redact(document.root, arena)));
}

TEST_CASE("recorded values are shown as recorded") {
  for (const auto& vector : read_vectors("redaction.json")) {
    CAPTURE(vector.at("id"));
    const std::string function = vector.at("fn");
    const auto& input = vector.at("input");
    const auto& expected = vector.at("result").at("value");
    if (function == "mask_api_key") {
      CHECK_EQ(mask_api_key(input.get<std::string>()), expected.get<std::string>());
    } else if (function == "redact_sensitive_fields") {
      CHECK_EQ(redacted(input), expected);
    } else if (function == "redact_config_value") {
      CHECK_EQ(redact_setting(input.at(0).get<std::string>(), input.at(1).get<std::string>()),
               expected.get<std::string>());
    } else {
      FAIL("unknown function " << function);
    }
  }
}

TEST_CASE("a key shows its id only when that is longer than what is shown") {
  CHECK_EQ(mask_api_key("paybond_sk_live_0123456789ab_zz"), "paybond_sk_live_redacted");
  CHECK_EQ(mask_api_key("paybond_sk_live_0123456789abc_zz"), "paybond_sk_live_01234567...9abc");
  CHECK_EQ(mask_api_key("a_b_c_0123456789abcdef_e"), "paybond_sk_...");
}

TEST_CASE("secrets are found at any depth and in lists") {
  const Vector value = {{"a", {{{"my_token", "x"}}, "ab1.secret"}}, {"deep", {{"x_seed_hex", "00"}}}};
  const std::string shown = redacted(value).dump();
  CHECK_EQ(shown.find("ab1.secret"), std::string::npos);
  CHECK_EQ(shown, R"({"a":[{"my_token":"[redacted]"},"ab1.<redacted>"],"deep":{"x_seed_hex":"[redacted]"}})");
}

}  // namespace
}  // namespace agentnet::paybond
