#include "core/paybond/completion_template.hpp"

#include "core/json/write.hpp"
#include "core/paybond/predicate.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

// Whether the preset's own predicate passes on this evidence, with its recommended amount.
bool passes(std::string_view id, const std::string& evidence, std::int64_t amount = 100) {
  json::Arena arena;
  const CompletionPreset& preset = completion_preset(id);
  const Predicate predicate(
      template_predicate(preset.harbor_template, template_parameters(preset, arena), arena));
  const Schema schema(evidence_schema(preset.canonical, preset.required, arena));
  const json::Document payload = json::parse(evidence);
  Fuel fuel;
  return predicate
      .evaluate({.payload = payload.root, .amount_cents = amount, .evidence_schema = &schema}, fuel)
      .passed;
}

std::string fault_of(CompletionTemplate which, const std::string& parameters) {
  return error_code([&] {
    json::Arena arena;
    const json::Document given = json::parse(parameters);
    template_predicate(which, given.root, arena);
  });
}

TEST_CASE("a status that is expected passes when the schema holds") {
  CHECK(passes("api_response_ok", R"({"http_status":200,"vendor_ref_id":"v","response_digest":"d"})"));
  CHECK_FALSE(passes("api_response_ok", R"({"http_status":500,"vendor_ref_id":"v","response_digest":"d"})"));
  CHECK_FALSE(passes("api_response_ok", R"({"http_status":200,"vendor_ref_id":5,"response_digest":"d"})"));
  CHECK_EQ(error_code([] { passes("api_response_ok", "{}"); }), "missing_key");
}

TEST_CASE("an event passes when it is the expected one") {
  const std::string rest = R"(,"webhook_event_id":"w","payload_digest":"d"})";
  CHECK(passes("vendor_webhook_confirmed", R"({"event_type":"job.completed")" + rest));
  CHECK_FALSE(passes("vendor_webhook_confirmed", R"({"event_type":"payment.succeeded")" + rest));
}

TEST_CASE("an artifact passes with a hash and not without one") {
  const std::string rest = R"(,"operation":"attested","vendor_ref_id":"r"})";
  CHECK(passes("artifact_attested", R"({"artifact_blake3_hex":["a"])" + rest));
  CHECK_FALSE(passes("artifact_attested", R"({"artifact_blake3_hex":[])" + rest));
}

TEST_CASE("a cost passes up to the amount") {
  CHECK(passes("cost_and_completion", R"({"status":"completed","cost_cents":100})", 100));
  CHECK_FALSE(passes("cost_and_completion", R"({"status":"completed","cost_cents":101})", 100));
  CHECK_FALSE(passes("cost_and_completion", R"({"status":"failed","cost_cents":1})", 100));
  CHECK(passes("ach_travel_booking", R"({"status":"completed","total_cents":5})", 5));
}

TEST_CASE("the template that always passes does") {
  CHECK(passes("sandbox_permissive", "{}"));
  CHECK(passes("sandbox_permissive", "[]"));
}

TEST_CASE("every preset has a predicate that is one") {
  for (const CompletionPreset& preset : completion_presets()) {
    CAPTURE(preset.id);
    json::Arena arena;
    CHECK_NOTHROW(
        Predicate(template_predicate(preset.harbor_template, template_parameters(preset, arena), arena)));
  }
}

TEST_CASE("parameters that are missing, foreign or of another kind are told apart") {
  using enum CompletionTemplate;
  CHECK_EQ(fault_of(api_response, R"({"http_status_path":["a"],"expected_http_status":201})"), "");
  CHECK_EQ(fault_of(api_response, R"({"http_status_path":["a"]})"), "missing_parameter");
  CHECK_EQ(fault_of(api_response, R"({"expected_http_status":1})"), "missing_parameter");
  CHECK_EQ(fault_of(api_response, R"({"http_status_path":["a"],"expected_http_status":"200"})"),
           "bad_parameter");
  CHECK_EQ(fault_of(api_response, R"({"http_status_path":"a","expected_http_status":1})"), "bad_parameter");
  CHECK_EQ(fault_of(api_response, R"({"http_status_path":[],"expected_http_status":1})"), "bad_parameter");
  CHECK_EQ(fault_of(api_response, R"({"http_status_path":[1],"expected_http_status":1})"), "bad_parameter");
  CHECK_EQ(fault_of(webhook, R"({"event_type_path":["a"],"expected_event_type":1})"), "bad_parameter");
  CHECK_EQ(fault_of(budget, R"({"status_path":["a"],"expected_status":"x"})"), "missing_parameter");
  CHECK_EQ(fault_of(always, R"({"status_path":["a"]})"), "unknown_parameter");
  CHECK_EQ(fault_of(always, R"({"":1})"), "unknown_parameter");
  CHECK_EQ(fault_of(always, "[]"), "bad_parameter");
}

TEST_CASE("a path has at most as many names as a predicate's") {
  const auto with_names = [](std::size_t count) {
    const std::string path = repeated("\"a\",", count - 1) + "\"a\"";
    return fault_of(CompletionTemplate::webhook,
                    R"({"expected_event_type":"x","event_type_path":[)" + path + "]}");
  };
  CHECK_EQ(with_names(kMaxPathKeys), "");
  CHECK_EQ(with_names(kMaxPathKeys + 1), "bad_parameter");
}

}  // namespace
}  // namespace agentnet::paybond
