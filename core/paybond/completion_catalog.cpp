#include "core/paybond/completion_catalog.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace agentnet::paybond {
namespace {

using Name = std::string_view;
using Kind = EvidenceKind;
using Template = CompletionTemplate;

// Canonical evidence.
constexpr EvidenceField kApi[] = {{"http_status", Kind::whole}, {"vendor_ref_id"}, {"response_digest"}};
constexpr EvidenceField kWebhook[] = {{"webhook_event_id"}, {"event_type"}, {"payload_digest"}};
constexpr EvidenceField kArtifact[] = {{kArtifactField, Kind::texts}, {"operation"}, {"vendor_ref_id"}};
constexpr EvidenceField kCost[] = {{"status"}, {"cost_cents", Kind::whole}};
constexpr EvidenceField kSandbox[] = {{"confirmation_id"}, {"charged_cents", Kind::whole}};
constexpr EvidenceField kTravel[] = {
    {"confirmation_number"}, {"total_cents", Kind::whole}, {"fare_class"}, {"status"}};
constexpr EvidenceField kInvoice[] = {
    {"invoice_number"}, {"payment_reference"}, {"webhook_event_id"}, {"event_type"}, {"payload_digest"}};

// What vendors send for it, where the names differ.
constexpr EvidenceField kStripeCharge[] = {
    {"charge_id", Kind::text, "vendor_ref_id"}, {"http_status", Kind::whole}, {"response_digest"}};
constexpr EvidenceField kStripeWebhook[] = {
    {"stripe_event_id", Kind::text, "webhook_event_id"}, {"event_type"}, {"payload_digest"}};
constexpr EvidenceField kAchApi[] = {
    {"confirmation_number", Kind::text, "vendor_ref_id"}, {"http_status", Kind::whole}, {"response_digest"}};
constexpr EvidenceField kAchWebhook[] = {{"vendor_event_id", Kind::text, "webhook_event_id"},
                                         {"vendor_event_type", Kind::text, "event_type"},
                                         {"payload_digest"}};
constexpr EvidenceField kX402Api[] = {{"vendor_ref_id"}, {"http_status", Kind::whole}, {"response_digest"}};
constexpr EvidenceField kX402Receipt[] = {{"receipt_digest", Kind::text, kArtifactField},
                                          {"resource_url", Kind::text, "vendor_ref_id"},
                                          {"operation"}};
constexpr EvidenceField kX402Saas[] = {{"subscription_id", Kind::text, "vendor_ref_id"},
                                       {"seat_count", Kind::whole},
                                       {"http_status", Kind::whole},
                                       {"response_digest"}};

// Fields of payments. The lists of packs are pieces of these two.
constexpr Name kPayment[] = {"payment_intent_id",
                             "mandate_id",
                             "latest_charge_id",
                             "transfer_id",
                             "refund_id",
                             "stripe_event_id",
                             "payment_session_id",
                             "authorization_id",
                             "x402_payment_session_id",
                             "onchain_transaction_hashes"};
constexpr std::span<const Name> kStripePayment(kPayment, 6);
constexpr std::span<const Name> kSessionPayment(kPayment, 8);
constexpr Name kChargePayment[] = {"payment_intent_id", "payment_session_id", "authorization_id",
                                   "mandate_id"};
constexpr Name kX402Payment[] = {
    "payment_session_id",      "authorization_id",          "capture_id", "void_id",
    "x402_payment_session_id", "onchain_transaction_hashes"};

constexpr Name kChargeQuality[] = {"charge_id", "response_digest"};
constexpr Name kWebhookQuality[] = {"webhook_event_id", "payload_digest"};
constexpr Name kStripeWebhookQuality[] = {"stripe_event_id", "payload_digest"};
constexpr Name kAchApiQuality[] = {"confirmation_number", "response_digest"};
constexpr Name kAchTravelQuality[] = {"fare_class", "total_cents"};
constexpr Name kAchWebhookQuality[] = {"vendor_event_id", "payload_digest"};
constexpr Name kX402ApiQuality[] = {"vendor_ref_id", "response_digest"};
constexpr Name kX402ReceiptQuality[] = {"receipt_digest", "resource_url"};
constexpr Name kCostQuality[] = {"status", "cost_cents"};
constexpr Name kSaasQuality[] = {"subscription_id", "seat_count", "response_digest"};
constexpr Name kX402TravelQuality[] = {"confirmation_number", "fare_class", "total_cents"};
constexpr Name kInvoiceQuality[] = {"invoice_number", "payment_reference", "payload_digest"};

constexpr Name kStripeRail[] = {"stripe_connect"};
constexpr Name kAchRail[] = {"stripe_ach_debit"};
constexpr Name kX402Rails[] = {"x402_usdc_base", "stripe_mpp"};

// Digests of the canonical schemas.
constexpr Name kApiDigest = "95a6b806adf78cab5fbb4f7bb871d1114268620c0d12cf61cfa8405558ea2577";
constexpr Name kWebhookDigest = "b81b781604c053abcb6fbdf2a03d7e4f8fd27ad3e1a84b967c5d80d7071c9364";
constexpr Name kArtifactDigest = "20e4dced0ae235b09c2613cd9fc551f2d85c0ff6781d34c763b57d7222c0d3e0";
constexpr Name kCostDigest = "30a152fec1fa2965578938f26b82c805263f15e324db1be345453dc65598cc9c";
constexpr Name kTravelDigest = "2fb55ee27008a7d59d2df78f80dc144121e54056c71f53c62c90c5f00200dd91";
constexpr Name kInvoiceDigest = "9bc60cfc5ed0a4233d4c6041120ad5af56ace2fb454779563c1e0b01f966ad18";

constexpr Name kJsonSchema = "json_schema";

constexpr CompletionPreset kPresets[] = {
    {.id = "api_response_ok",
     .title = "API response OK",
     .harbor_template = Template::api_response,
     .subject = "http_status",
     .expected = "200",
     .canonical = kApi,
     .recommended_cents = 500},
    {.id = "webhook_confirmed",
     .title = "Webhook confirmed",
     .harbor_template = Template::webhook,
     .subject = "event_type",
     .expected = "payment.succeeded",
     .canonical = kWebhook,
     .recommended_cents = 1000},
    {.id = "artifact_attested",
     .title = "Artifact attested",
     .harbor_template = Template::artifact_hash,
     .subject = "operation",
     .expected = "attested",
     .canonical = kArtifact,
     .recommended_cents = 2500},
    {.id = "cost_and_completion",
     .title = "Cost and completion",
     .harbor_template = Template::budget,
     .subject = "status",
     .expected = "completed",
     .cost = "cost_cents",
     .canonical = kCost,
     .recommended_cents = 100},
    {.id = "sandbox_permissive",
     .title = "Sandbox permissive",
     .canonical = kSandbox,
     .recommended_cents = 100,
     .required = false},
    {.id = "stripe_charge",
     .title = "Stripe charge succeeded",
     .archetype = "api_response_ok",
     .harbor_template = Template::api_response,
     .subject = "http_status",
     .expected = "200",
     .canonical = kApi,
     .vendor = kStripeCharge,
     .quality = kChargeQuality,
     .forbidden = kChargePayment,
     .contract = {"stripe", "2024-10-28.acacia", kJsonSchema,
                  "ed987475f2756ad37dd04e6a9fe6ab6e0ca77fa974d9e142306dcb665c481dd0", kApiDigest},
     .recommended_cents = 500,
     .rails = kStripeRail},
    {.id = "vendor_webhook_confirmed",
     .title = "Vendor webhook confirmed",
     .archetype = "webhook_confirmed",
     .harbor_template = Template::webhook,
     .subject = "event_type",
     .expected = "job.completed",
     .canonical = kWebhook,
     .vendor = kWebhook,
     .quality = kWebhookQuality,
     .forbidden = kSessionPayment,
     .contract = {"generic", "vendor_webhook_v1", kJsonSchema,
                  "734fb59c4ebd0316367ee58936e5d74884c0c6995ffd04d018e38e54101d5026", kWebhookDigest},
     .recommended_cents = 1000},
    {.id = "stripe_webhook_payment",
     .title = "Stripe payment webhook (deprecated)",
     .archetype = "webhook_confirmed",
     .harbor_template = Template::webhook,
     .subject = "event_type",
     .expected = "job.completed",
     .canonical = kWebhook,
     .vendor = kStripeWebhook,
     .quality = kStripeWebhookQuality,
     .forbidden = kStripePayment,
     .contract = {"stripe", "stripe_webhook_legacy_v1", kJsonSchema,
                  "3beb0917385fda70dedcf838dee9dbf6e81b316f30aaf9f615ec46a77277d189", kWebhookDigest},
     .recommended_cents = 1000,
     .rails = kStripeRail,
     .superseded_by = "vendor_webhook_confirmed"},
    {.id = "ach_paid_api_ok",
     .title = "ACH paid API OK",
     .archetype = "api_response_ok",
     .harbor_template = Template::api_response,
     .subject = "http_status",
     .expected = "200",
     .canonical = kApi,
     .vendor = kAchApi,
     .quality = kAchApiQuality,
     .forbidden = kStripePayment,
     .contract = {"generic", "ach_paid_api_v1", kJsonSchema,
                  "3da94a416d36a31864058ace9392c12ca3f43aefba78f1b1829fb90568c9cc39", kApiDigest},
     .recommended_cents = 20000,
     .rails = kAchRail},
    {.id = "ach_travel_booking",
     .title = "ACH travel booking",
     .archetype = "cost_and_completion",
     .harbor_template = Template::budget,
     .subject = "status",
     .expected = "completed",
     .cost = "total_cents",
     .canonical = kTravel,
     .vendor = kTravel,
     .quality = kAchTravelQuality,
     .forbidden = kStripePayment,
     .contract = {"generic", "ach_travel_booking_v1", kJsonSchema, kTravelDigest, kTravelDigest},
     .recommended_cents = 20000,
     .rails = kAchRail},
    {.id = "ach_vendor_webhook",
     .title = "ACH vendor webhook",
     .archetype = "webhook_confirmed",
     .harbor_template = Template::webhook,
     .subject = "event_type",
     .expected = "booking.confirmed",
     .canonical = kWebhook,
     .vendor = kAchWebhook,
     .quality = kAchWebhookQuality,
     .forbidden = kStripePayment,
     .contract = {"generic", "ach_vendor_webhook_v1", kJsonSchema,
                  "0dfacbc0ed9b8436c1a36e4d095d3813ae0ee9b7fbc1b3d46b5a441dd493984f", kWebhookDigest},
     .recommended_cents = 20000,
     .rails = kAchRail},
    {.id = "x402_paid_api_ok",
     .title = "x402 paid API OK",
     .archetype = "api_response_ok",
     .harbor_template = Template::api_response,
     .subject = "http_status",
     .expected = "200",
     .canonical = kApi,
     .vendor = kX402Api,
     .quality = kX402ApiQuality,
     .forbidden = kX402Payment,
     .contract = {"x402", "x402_api_v1", kJsonSchema,
                  "873dfa3000388d1bc0b730872ca2509560ce0346e7c3b1023ba97d5c7f25e1bf", kApiDigest},
     .recommended_cents = 500,
     .rails = kX402Rails},
    {.id = "x402_delivery_receipt",
     .title = "x402 delivery receipt",
     .archetype = "artifact_attested",
     .harbor_template = Template::artifact_hash,
     .subject = "operation",
     .expected = "attested",
     .canonical = kArtifact,
     .vendor = kX402Receipt,
     .quality = kX402ReceiptQuality,
     .forbidden = kX402Payment,
     .contract = {"x402", "x402_receipt_v1", "mapper_version",
                  "04d3de014778e39be771bcc267b742f8fb701ce5c0aa75c27c24a564714e1ae0", kArtifactDigest},
     .recommended_cents = 2500,
     .rails = kX402Rails},
    {.id = "x402_cost_and_completion",
     .title = "x402 cost and completion",
     .archetype = "cost_and_completion",
     .harbor_template = Template::budget,
     .subject = "status",
     .expected = "completed",
     .cost = "cost_cents",
     .canonical = kCost,
     .vendor = kCost,
     .quality = kCostQuality,
     .forbidden = kX402Payment,
     .contract = {"x402", "x402_metered_v1", kJsonSchema, kCostDigest, kCostDigest},
     .recommended_cents = 100,
     .rails = kX402Rails},
    {.id = "x402_saas_api_purchase",
     .title = "x402 SaaS API purchase",
     .archetype = "api_response_ok",
     .harbor_template = Template::api_response,
     .subject = "http_status",
     .expected = "200",
     .canonical = kApi,
     .vendor = kX402Saas,
     .quality = kSaasQuality,
     .forbidden = kX402Payment,
     .contract = {"x402", "x402_saas_api_v1", kJsonSchema,
                  "7b1f5efa6aa2ffa4aa6029ea7dc025107f7bdbe96d20b9d834fb197ff85f842e", kApiDigest},
     .recommended_cents = 2500,
     .rails = kX402Rails},
    {.id = "x402_travel_booking",
     .title = "x402 travel booking",
     .archetype = "cost_and_completion",
     .harbor_template = Template::budget,
     .subject = "status",
     .expected = "completed",
     .cost = "total_cents",
     .canonical = kTravel,
     .vendor = kTravel,
     .quality = kX402TravelQuality,
     .forbidden = kX402Payment,
     .contract = {"x402", "x402_travel_booking_v1", kJsonSchema, kTravelDigest, kTravelDigest},
     .recommended_cents = 20000,
     .rails = kX402Rails},
    {.id = "invoice_payment_confirmed",
     .title = "Invoice payment confirmed",
     .archetype = "webhook_confirmed",
     .harbor_template = Template::webhook,
     .subject = "event_type",
     .expected = "invoice.paid",
     .canonical = kInvoice,
     .vendor = kInvoice,
     .quality = kInvoiceQuality,
     .forbidden = kPayment,
     .contract = {"generic", "invoice_payment_v1", kJsonSchema,
                  "c185be62f1add3fb051604db007f3649137b8141e43efb5c82811db3dcd7678c", kInvoiceDigest},
     .recommended_cents = 50000},
};

constexpr auto ids_of_presets() {
  std::array<Name, std::size(kPresets)> ids;
  for (std::size_t i = 0; i < ids.size(); ++i)
    ids[i] = kPresets[i].id;
  return ids;
}

json::Value kind_schema(Kind kind, json::Arena& arena) {
  json::ObjectBuilder schema(arena);
  if (kind == Kind::texts) {
    schema.add("type", "array").add("items", kind_schema(Kind::text, arena));
  } else {
    schema.add("type", kind == Kind::whole ? "integer" : "string");
  }
  return schema.done();
}

json::Value path_of(Name name, json::Arena& arena) {
  return json::ArrayBuilder(arena).add(json::Value::string(name)).done();
}

}  // namespace

constexpr std::array<std::string_view, 17> kCompletionPresetIds = ids_of_presets();

std::span<const CompletionPreset> completion_presets() {
  return kPresets;
}

const CompletionPreset* find_completion_preset(std::string_view id) {
  const auto* found = std::ranges::find(kPresets, id, &CompletionPreset::id);
  return found == std::end(kPresets) ? nullptr : found;
}

const CompletionPreset& completion_preset(std::string_view id) {
  const CompletionPreset* found = find_completion_preset(id);
  if (found == nullptr) {
    throw Error(Category::usage, "unknown_completion_preset", "unknown completion preset: " + std::string(id),
                "paybond policy templates lists them");
  }
  return *found;
}

std::string_view template_id(CompletionTemplate which) {
  switch (which) {
    case Template::api_response:
      return "api_response_v1";
    case Template::webhook:
      return "webhook_confirmation_v1";
    case Template::artifact_hash:
      return "artifact_hash_v1";
    case Template::budget:
      return "completion_budget_v1";
    case Template::always:
      break;
  }
  return "true_v1";
}

const CompletionPreset* find_template(std::string_view id) {
  for (const CompletionPreset& preset : kPresets) {
    if (!preset.is_vendor_pack() && template_id(preset.harbor_template) == id) return &preset;
  }
  return nullptr;
}

std::string completion_summary(const CompletionPreset& preset) {
  if (preset.harbor_template == Template::always) return "Always passes; for trying things out.";
  std::string text = "Passes when " + std::string(preset.subject) + " is " + std::string(preset.expected);
  if (preset.harbor_template == Template::budget)
    return text + " and " + std::string(preset.cost) + " is at most the intent's amount.";
  if (preset.harbor_template == Template::artifact_hash) text += ", an artifact's hash is there";
  return text + " and the evidence follows its schema.";
}

json::Value evidence_schema(std::span<const EvidenceField> fields, bool required, json::Arena& arena) {
  json::ObjectBuilder properties(arena);
  json::ArrayBuilder names(arena);
  for (const EvidenceField& field : fields) {
    properties.add(field.name, kind_schema(field.kind, arena));
    names.add(json::Value::string(field.name));
  }
  json::ObjectBuilder schema(arena);
  schema.add("type", "object").add("properties", properties.done());
  if (required) schema.add("required", names.done());
  return schema.done();
}

json::Value template_parameters(const CompletionPreset& preset, json::Arena& arena) {
  json::ObjectBuilder parameters(arena);
  const json::Value subject = path_of(preset.subject, arena);
  const json::Value expected = json::Value::string(preset.expected);
  switch (preset.harbor_template) {
    case Template::api_response:
      parameters.add("http_status_path", subject);
      parameters.add("expected_http_status", json::Value::number(json::Kind::integer, preset.expected));
      break;
    case Template::webhook:
      parameters.add("event_type_path", subject).add("expected_event_type", expected);
      break;
    case Template::artifact_hash:
      parameters.add("operation_path", subject).add("expected_operation", expected);
      break;
    case Template::budget:
      parameters.add("status_path", subject).add("expected_status", expected);
      parameters.add("cost_path", path_of(preset.cost, arena));
      break;
    case Template::always:
      break;
  }
  return parameters.done();
}

}  // namespace agentnet::paybond
