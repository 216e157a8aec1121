#include "core/paybond/completion_evidence.hpp"

#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

// What `work` makes of the report on evidence written as JSON; "" is "not given".
template <typename Work>
std::string judged(const std::string& preset, const std::string& vendor, const std::string& canonical,
                   const FrozenContract& frozen, const Work& work) {
  json::Arena arena;
  const json::Document sent = json::parse(vendor.empty() ? "null" : vendor);
  const json::Document given = json::parse(canonical.empty() ? "null" : canonical);
  return work(check_completion(completion_preset(preset), sent.root, given.root, frozen, arena), arena);
}

std::string report_on(const std::string& preset, const std::string& vendor, const std::string& canonical,
                      const FrozenContract& frozen = {}) {
  return judged(preset, vendor, canonical, frozen, [](const CompletionReport& report, json::Arena& arena) {
    return json::to_compact(report_value(report, arena));
  });
}

std::string drift_of(const std::string& preset, const std::string& vendor, const std::string& canonical,
                     const FrozenContract& frozen = {}) {
  return judged(preset, vendor, canonical, frozen, [](const CompletionReport& report, json::Arena&) {
    std::string kinds;
    for (const std::string_view kind : report.drift_kinds)
      kinds += (kinds.empty() ? "" : " ") + std::string(kind);
    CHECK_EQ(report.ok(), kinds.empty());
    return kinds;
  });
}

std::string canonical_of(const std::string& preset, const std::string& vendor) {
  return Vector::parse(report_on(preset, vendor, "")).at("canonical_payload").dump();
}

TEST_CASE("recorded evidence is judged as recorded") {
  for (const Vector& vector : read_vectors("completion_evidence.json")) {
    CAPTURE(vector.at("id"));
    std::string vendor;
    std::string canonical;
    std::string version;
    std::string vendor_digest;
    std::string canonical_digest;
    for (const auto& [name, value] : vector.at("args").items()) {
      if (value.is_null()) continue;
      if (name == "vendor_payload") {
        vendor = value.dump();
      } else if (name == "canonical_payload") {
        canonical = value.dump();
      } else if (name == "frozen_vendor_api_version") {
        version = value;
      } else if (name == "frozen_vendor_schema_digest_hex") {
        vendor_digest = value;
      } else if (name == "frozen_canonical_schema_digest_hex") {
        canonical_digest = value;
      } else {
        FAIL("unknown argument " << name);
      }
    }
    const FrozenContract frozen{version, vendor_digest, canonical_digest};
    const auto judge = [&] { return report_on(vector.at("preset_id"), vendor, canonical, frozen); };
    if (vector.at("result").at("ok") == false) {
      CHECK_THROWS_AS(judge(), Error);
    } else {
      CHECK_EQ(Vector::parse(judge()), vector.at("result").at("value"));
    }
  }
}

TEST_CASE("evidence that is as it should be has no drift") {
  CHECK_EQ(drift_of("cost_and_completion", "", R"({"status":"completed","cost_cents":5})"), "");
  CHECK_EQ(drift_of("stripe_charge", R"({"charge_id":"c","http_status":200,"response_digest":"d"})", ""), "");
  // 200.0 is a whole number in JSON Schema.
  CHECK_EQ(drift_of("cost_and_completion", "", R"({"status":"","cost_cents":5.0})"), "");
  CHECK_EQ(drift_of("sandbox_permissive", "", "{}"), "");
}

TEST_CASE("a fraction, a boolean and a number beyond all doubles are no whole numbers") {
  for (const char* cents : {"5.5", "true", "1e400", "null", "[]"}) {
    CAPTURE(cents);
    CHECK_EQ(drift_of("cost_and_completion", "", R"({"status":"","cost_cents":)" + std::string(cents) + "}"),
             "type_mismatch");
  }
  CHECK_EQ(drift_of("cost_and_completion", "", R"({"status":"","cost_cents":1e300})"), "");
}

TEST_CASE("missing fields and mismatches come in the order of the kit's messages") {
  const auto drift_with = [](const std::string& cents) {
    return drift_of("cost_and_completion", "", R"({"cost_cents":")" + cents + "\"}");
  };
  const std::string mismatch_first = "type_mismatch missing_field";
  const std::string missing_first = "missing_field type_mismatch";
  CHECK_EQ(drift_with("1"), mismatch_first);
  CHECK_EQ(drift_with("s"), mismatch_first);
  CHECK_EQ(drift_with("status"), missing_first);
  CHECK_EQ(drift_with("status "), mismatch_first);
  CHECK_EQ(drift_with("t"), missing_first);
  CHECK_EQ(drift_with("é"), missing_first);
  // In double quotes, or with a backslash, as Python would write them.
  CHECK_EQ(drift_with("it's"), mismatch_first);
  CHECK_EQ(drift_with("\\\\"), mismatch_first);
  CHECK_EQ(drift_with("\xE2\x80\x8B"), mismatch_first);
  CHECK_EQ(drift_with("z\\\""), missing_first);
  CHECK_EQ(drift_of("cost_and_completion", "", R"({"status":5})"), missing_first);
}

TEST_CASE("an artifact's hashes are texts in a list") {
  CHECK_EQ(drift_of("artifact_attested", "",
                    R"({"artifact_blake3_hex":["a",1],"operation":"o","vendor_ref_id":"r"})"),
           "type_mismatch");
  CHECK_EQ(
      drift_of("artifact_attested", R"({"artifact_blake3_hex":"a","operation":"o","vendor_ref_id":"r"})", ""),
      "type_mismatch");
  CHECK_EQ(
      drift_of("artifact_attested", "", R"({"artifact_blake3_hex":[],"operation":"o","vendor_ref_id":"r"})"),
      "");
}

TEST_CASE("vendor evidence is mapped, and fields that are not mapped stay") {
  CHECK_EQ(canonical_of("stripe_charge", R"({"x":1,"charge_id":"c","http_status":200})"),
           R"({"x":1,"vendor_ref_id":"c","http_status":200})");
  CHECK_EQ(canonical_of("x402_delivery_receipt", R"({"receipt_digest":"a","operation":"o"})"),
           R"({"artifact_blake3_hex":["a"],"operation":"o"})");
  CHECK_EQ(canonical_of("x402_delivery_receipt", R"({"receipt_digest":null})"),
           R"({"artifact_blake3_hex":[null]})");
  CHECK_EQ(canonical_of("stripe_charge", R"({"artifact_blake3_hex":"a"})"),
           R"({"artifact_blake3_hex":["a"]})");
}

TEST_CASE("of two values for one name the later counts, at the place of the first") {
  CHECK_EQ(canonical_of("stripe_charge", R"({"charge_id":"a","http_status":1,"vendor_ref_id":"b"})"),
           R"({"vendor_ref_id":"b","http_status":1})");
  CHECK_EQ(canonical_of("stripe_charge", R"({"charge_id":"a","charge_id":"b"})"), R"({"vendor_ref_id":"b"})");
  CHECK_EQ(drift_of("cost_and_completion", "", R"({"status":1,"cost_cents":1,"status":"s"})"), "");
}

TEST_CASE("canonical evidence that was given is not made of the vendor's") {
  const auto report = Vector::parse(
      report_on("stripe_charge", R"({"charge_id":"c","http_status":200,"response_digest":"d"})", "{}"));
  CHECK_EQ(report.at("canonical_payload").dump(), "{}");
  CHECK_EQ(report.at("vendor_schema_ok"), true);
  CHECK_EQ(report.at("canonical_schema_ok"), false);
}

TEST_CASE("a pack misses vendor evidence, an archetype canonical evidence") {
  CHECK_EQ(report_on("stripe_charge", "", ""),
           R"({"preset_id":"stripe_charge","vendor_schema_ok":false,"canonical_schema_ok":true,)"
           R"("quality_fields_missing":[],"forbidden_fields_present":[],"pack_stale":false,)"
           R"("drift_kinds":["missing_field"],"canonical_payload":null})");
  CHECK_EQ(drift_of("sandbox_permissive", "", ""), "missing_field");
}

TEST_CASE("a field that proves quality may be empty but not null") {
  const auto missing = [](const std::string& vendor) {
    return Vector::parse(report_on("stripe_charge", vendor, "")).at("quality_fields_missing").dump();
  };
  CHECK_EQ(missing(R"({"charge_id":"","response_digest":null})"), R"(["response_digest"])");
  CHECK_EQ(missing("{}"), R"(["charge_id","response_digest"])");
  CHECK_EQ(missing(R"({"charge_id":false,"response_digest":0})"), "[]");
}

TEST_CASE("forbidden fields are named in the order of the evidence, the vendor's first") {
  const auto report =
      Vector::parse(report_on("stripe_charge", R"({"mandate_id":null,"payment_session_id":1})",
                              R"({"payment_intent_id":"","mandate_id":1})"));
  CHECK_EQ(report.at("forbidden_fields_present").dump(),
           R"(["mandate_id","payment_session_id","payment_intent_id"])");
  CHECK_EQ(report.at("vendor_schema_ok"), false);
  CHECK_EQ(report.at("canonical_schema_ok"), false);
  // Only at the top, and not of an archetype.
  CHECK_EQ(Vector::parse(report_on("stripe_charge", R"({"a":{"mandate_id":1}})", ""))
               .at("forbidden_fields_present")
               .dump(),
           "[]");
  CHECK_EQ(drift_of("sandbox_permissive", "", R"({"mandate_id":1})"), "");
}

TEST_CASE("a pack is stale by version or either digest, and then its vendor schema does not count") {
  const VendorContract& now = completion_preset("stripe_charge").contract;
  const std::string bad = R"({"charge_id":"c","response_digest":"d","http_status":"x"})";
  const std::string good = R"({"charge_id":"c","response_digest":"d","http_status":1})";
  CHECK_EQ(drift_of("stripe_charge", good, "", {.api_version = "1999"}), "pack_stale");
  CHECK_EQ(drift_of("stripe_charge", good, "", {.vendor_schema_digest = "00"}), "pack_stale");
  CHECK_EQ(drift_of("stripe_charge", good, "", {.canonical_schema_digest = now.schema_digest}), "pack_stale");
  CHECK_EQ(drift_of("stripe_charge", good, "", {now.api_version, now.schema_digest, now.canonical_digest}),
           "");
  CHECK_EQ(drift_of("stripe_charge", good, "", {"", "", ""}), "");
  const auto report = Vector::parse(report_on("stripe_charge", bad, "", {.api_version = "1999"}));
  CHECK_EQ(report.at("vendor_schema_ok"), true);
  CHECK_EQ(report.at("canonical_schema_ok"), false);
  CHECK_EQ(drift_of("api_response_ok", "", "{}", {.api_version = "1999"}), "missing_field");
}

TEST_CASE("evidence that is no object is a mismatch, and cannot be mapped") {
  CHECK_EQ(drift_of("cost_and_completion", "", "[1]"), "type_mismatch");
  CHECK_EQ(drift_of("cost_and_completion", "5", ""), "type_mismatch");
  CHECK_EQ(drift_of("stripe_charge", "", "\"x\""), "type_mismatch missing_field");
  CHECK_EQ(error_code([] { report_on("stripe_charge", "[1]", ""); }), "bad_evidence");
}

TEST_CASE("a report is good when nothing drifted") {
  json::Arena arena;
  const json::Document evidence = json::parse(R"({"status":"failed","cost_cents":1})");
  const CompletionPreset& preset = completion_preset("cost_and_completion");
  CHECK(check_completion(preset, {}, evidence.root, {}, arena).ok());
  CHECK_FALSE(check_completion(preset, {}, {}, {}, arena).ok());
}

}  // namespace
}  // namespace agentnet::paybond
