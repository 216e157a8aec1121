#include "core/paybond/completion_catalog.hpp"

#include <set>

#include "core/json/write.hpp"
#include "core/paybond/digest.hpp"
#include "core/paybond/schema.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

// Those whose published vendor schema has no remarks on its fields, so that its digest follows from the rows.
const std::set<std::string_view> kWithoutRemarks = {"ach_travel_booking", "ach_vendor_webhook",
                                                    "x402_cost_and_completion", "x402_travel_booking"};

std::string digest_of_rows(std::span<const EvidenceField> fields) {
  json::Arena arena;
  return hex_lower(digest_of(evidence_schema(fields, true, arena)));
}

TEST_CASE("the catalogue's schemas have the published digests") {
  int proven = 0;
  for (const CompletionPreset& preset : completion_presets()) {
    CAPTURE(preset.id);
    if (!preset.is_vendor_pack()) continue;
    CHECK_EQ(digest_of_rows(preset.canonical), preset.contract.canonical_digest);
    if (kWithoutRemarks.contains(preset.id))
      CHECK_EQ(digest_of_rows(preset.vendor), preset.contract.schema_digest);
    CHECK_EQ(preset.contract.schema_digest.size(), 64U);
    ++proven;
  }
  CHECK_EQ(proven, 12);
}

TEST_CASE("a pack has the canonical fields of its archetype, or says its own") {
  for (const CompletionPreset& preset : completion_presets()) {
    CAPTURE(preset.id);
    if (!preset.is_vendor_pack()) {
      CHECK(preset.contract.api_version.empty());
      CHECK_EQ(find_template(template_id(preset.harbor_template)), &preset);
      continue;
    }
    const CompletionPreset& archetype = completion_preset(preset.archetype);
    CHECK_FALSE(archetype.is_vendor_pack());
    CHECK_EQ(archetype.harbor_template, preset.harbor_template);
    CHECK_EQ(archetype.subject, preset.subject);
    CHECK_FALSE(preset.contract.api_version.empty());
  }
}

TEST_CASE("every vendor field leads to a canonical one or is the vendor's alone") {
  for (const CompletionPreset& preset : completion_presets()) {
    CAPTURE(preset.id);
    std::set<std::string_view> canonical;
    std::set<std::string_view> reached;
    std::set<std::string_view> vendor;
    for (const EvidenceField& field : preset.canonical)
      CHECK(canonical.insert(field.name).second);
    for (const EvidenceField& field : preset.vendor) {
      CHECK(vendor.insert(field.name).second);
      reached.insert(field.canonical.empty() ? field.name : field.canonical);
      if (!field.canonical.empty()) CHECK(canonical.contains(field.canonical));
    }
    for (const std::string_view field : preset.quality)
      CHECK(vendor.contains(field));
    if (!preset.is_vendor_pack()) continue;
    for (const std::string_view field : canonical)
      CHECK(reached.contains(field));
  }
}

TEST_CASE("presets are found by id, and no other is") {
  CHECK_EQ(completion_presets().size(), kCompletionPresetIds.size());
  for (const std::string_view id : kCompletionPresetIds)
    CHECK_EQ(completion_preset(id).id, id);
  for (const char* id : {"", "nope", "STRIPE_CHARGE", " stripe_charge"}) {
    CHECK_EQ(find_completion_preset(id), nullptr);
    CHECK_EQ(error_code([&] { completion_preset(id); }), "unknown_completion_preset");
  }
}

TEST_CASE("a deprecated preset names one that is not") {
  for (const CompletionPreset& preset : completion_presets()) {
    if (!preset.superseded_by.empty()) CHECK(completion_preset(preset.superseded_by).superseded_by.empty());
  }
}

TEST_CASE("parameters are those of the preset's template") {
  const auto parameters = [](std::string_view id) {
    json::Arena arena;
    return json::to_compact(template_parameters(completion_preset(id), arena));
  };
  CHECK_EQ(parameters("stripe_charge"), R"({"http_status_path":["http_status"],"expected_http_status":200})");
  CHECK_EQ(parameters("webhook_confirmed"),
           R"({"event_type_path":["event_type"],"expected_event_type":"payment.succeeded"})");
  CHECK_EQ(parameters("x402_delivery_receipt"),
           R"({"operation_path":["operation"],"expected_operation":"attested"})");
  CHECK_EQ(parameters("ach_travel_booking"),
           R"({"status_path":["status"],"expected_status":"completed","cost_path":["total_cents"]})");
  CHECK_EQ(parameters("sandbox_permissive"), "{}");
}

TEST_CASE("every schema of the catalogue is one that evidence can be held against") {
  for (const CompletionPreset& preset : completion_presets()) {
    json::Arena arena;
    CHECK_NOTHROW(Schema(evidence_schema(preset.canonical, preset.required, arena)));
    CHECK_NOTHROW(Schema(evidence_schema(preset.vendor, true, arena)));
  }
}

TEST_CASE("a summary says what the preset asks for") {
  CHECK_EQ(completion_summary(completion_preset("ach_travel_booking")),
           "Passes when status is completed and total_cents is at most the intent's amount.");
  CHECK_EQ(completion_summary(completion_preset("sandbox_permissive")),
           "Always passes; for trying things out.");
}

}  // namespace
}  // namespace agentnet::paybond
