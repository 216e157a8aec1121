#include "core/paybond/intent_arrival.hpp"

#include <algorithm>

#include "core/json/write.hpp"
#include "core/paybond/evidence.hpp"
#include "core/paybond/evidence_rules.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/fields.hpp"
#include "core/paybond/intent.hpp"
#include "core/paybond/key_registry.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kIntentFields[] = {
    "allowed_tools",   "amount_cents",   "budget",        "currency",         "deadline",
    "evidence_schema", "intent_id",      "payee_did",     "payee_pubkey",     "policy_binding",
    "predicate_dsl",   "predicate_ref",  "principal_did", "principal_pubkey", "principal_signature",
    "settlement_rail", "signing_version"};
constexpr std::string_view kEvidenceFields[] = {"payload",      "artifacts",       "payee_did",
                                                "payee_pubkey", "payee_signature", "submitted_at"};

const json::Value& need(const json::Value& body, std::string_view name) {
  const json::Value* value = body.find(name);
  if (value == nullptr) {
    throw Error(Category::usage, "missing_field", "the body lacks the field '" + std::string(name) + "'", {},
                {{"field", std::string(name)}});
  }
  return *value;
}

Digest part_digest(const json::Value& body, std::string_view name) {
  return in_field(name, [&] {
    thread_local CanonicalWriter writer;
    std::string text;
    writer.write(need(body, name), text);
    // The kit would sign the last of two; whoever reads the body might see the first.
    if (writer.duplicate()) {
      throw Error(Category::usage, "duplicate_name",
                  "the name '" + std::string(writer.duplicate()->text()) + "' stands twice");
    }
    return crypto::blake3(as_bytes(text));
  });
}

Instant read_instant(const char* code, std::string_view field, const std::optional<std::string>& normal) {
  const auto instant = normal ? parse_iso(*normal) : std::nullopt;
  if (!instant) bad_field(code, field, "not an instant of RFC 3339");
  return *instant;
}

Bytes read_signature(std::string_view field, std::string_view text) {
  auto bytes = base64_decode(text, Base64::standard);
  if (!bytes || bytes->size() != sizeof(crypto::Signature))
    bad_field("bad_signature", field, "not 64 bytes in base64");
  return std::move(*bytes);
}

std::vector<std::string> read_tools(const json::Value& body) {
  const json::Value& list = need(body, "allowed_tools");
  if (list.is_array() && list.items().size() > kMaxTools)
    bad_field("bad_tools", "allowed_tools", "more than " + std::to_string(kMaxTools) + " tools");
  std::vector<std::string> tools = normalise_tools(list);
  for (const std::string& tool : tools) {
    if (tool.size() > kMaxToolBytes)
      bad_field("bad_tools", "allowed_tools",
                "a tool has more than " + std::to_string(kMaxToolBytes) + " bytes");
  }
  return tools;
}

std::string read_currency(const Fields& fields) {
  const std::string_view text = fields.text("currency");
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (text.empty() || text.size() > kMaxCurrencyBytes || !std::all_of(text.begin(), text.end(), is_visible))
    bad_field("bad_currency", "currency", "not 1 to 16 printable ASCII characters");
  return std::string(text);
}

const IntentVersion& read_version(const Fields& fields) {
  const IntentVersion& version = intent_version(fields.u32("signing_version"));
  if (version.policy) {
    throw Error(Category::refused, "unknown_policy",
                "the intent is bound to a managed policy, and this network has none",
                "sign it with version 2 or 6",
                {{"signing_version", static_cast<std::int64_t>(version.number)}});
  }
  return version;
}

// A member that the version does not sign, and that would be taken for signed.
void refuse_unsigned(const json::Value& body, std::string_view name) {
  if (const json::Value* value = body.find(name); value != nullptr && !value->is_null())
    bad_field("unknown_field", name, "not signed in this version");
}

bool signature_holds(const ArrivedIntent& intent, const IntentTerms& terms, IntentVersion version,
                     ByteView signature, Bytes& signing_bytes) {
  signing_bytes = intent_signing_bytes(terms, version);
  if (crypto::verify(intent.principal_key, signing_bytes, signature)) return true;
  constexpr unsigned kWrittenInBoth = 4;  // releases 0.6 to 0.10 wrote it in the older encoding
  if (version.number != kWrittenInBoth) return false;
  version.encoding = Bincode::one;
  signing_bytes = intent_signing_bytes(terms, version);
  return crypto::verify(intent.principal_key, signing_bytes, signature);
}

}  // namespace

crypto::PublicKey read_public_key(std::string_view field, std::string_view text) {
  const auto bytes = base64_decode(text, Base64::standard);
  if (!bytes || bytes->size() != sizeof(crypto::PublicKey::bytes))
    bad_field("bad_key", field, "not 32 bytes in base64");
  return crypto::PublicKey::from_raw(*bytes);
}

ArrivedIntent read_intent(const json::Value& body, std::string_view tenant_id, Instant now) {
  const Fields fields(body, "the intent", kIntentFields);
  const IntentVersion& version = read_version(fields);
  ArrivedIntent intent;
  intent.signing_version = version.number;
  intent.principal_did = fields.text("principal_did");
  intent.payee_did = fields.text("payee_did");
  check_did("principal_did", intent.principal_did);
  check_did("payee_did", intent.payee_did);
  intent.principal_key = read_public_key("principal_pubkey", fields.text("principal_pubkey"));
  const Bytes signature = read_signature("principal_signature", fields.text("principal_signature"));
  intent.amount_cents = fields.cents("amount_cents");
  if (intent.amount_cents <= 0) bad_field("bad_amount", "amount_cents", "not above 0");
  intent.currency = read_currency(fields);
  intent.tools = read_tools(body);
  const auto intent_id = parse_uuid(fields.text("intent_id"));
  if (!intent_id) bad_field("bad_intent_id", "intent_id", "not a UUID");
  intent.intent_id = uuid_text(*intent_id);
  const auto deadline = normalise_timestamp(fields.text("deadline"));
  intent.deadline = read_instant("bad_deadline", "deadline", deadline);
  if (intent.deadline <= now) bad_field("deadline_in_past", "deadline", "not in the future");
  if (const json::Value* binding = body.find("policy_binding"); binding != nullptr && !binding->is_null())
    bad_field("unknown_field", "policy_binding", "not signed in this version");
  const std::string_view predicate_ref = fields.text_or_empty("predicate_ref");
  if (predicate_ref.size() > kMaxPredicateRefBytes)
    bad_field("bad_field", "predicate_ref", "more than " + std::to_string(kMaxPredicateRefBytes) + " bytes");
  intent.settlement_rail = kSimulatedRail;
  if (version.rail) {
    intent.settlement_rail = normalise_rail(fields.text("settlement_rail"));
  } else {
    refuse_unsigned(body, "settlement_rail");
  }
  if (version.payee_key) {
    intent.payee_key = read_public_key("payee_pubkey", fields.text("payee_pubkey"));
  } else {
    refuse_unsigned(body, "payee_pubkey");
  }
  IntentTerms terms{
      .tenant_id = tenant_id,
      .intent_id = *intent_id,
      .principal_did = intent.principal_did,
      .payee_did = intent.payee_did,
      .amount_cents = intent.amount_cents,
      .currency = intent.currency,
      .deadline = *deadline,
      .budget = part_digest(body, "budget"),
      .evidence_schema = part_digest(body, "evidence_schema"),
      .predicate = part_digest(body, "predicate_dsl"),
      .predicate_ref = predicate_ref,
      .allowed_tools = tools_digest(intent.tools),
      .settlement_rail = version.rail ? std::string_view(intent.settlement_rail) : std::string_view(),
      .policy_template_id = {},
      .policy_version_seq = 0,
      .policy_content = {},
      .payee_key = intent.payee_key.value_or(crypto::PublicKey{})};
  Bytes signing_bytes;
  if (!signature_holds(intent, terms, version, signature, signing_bytes)) {
    throw Error(Category::verification, "bad_signature",
                "principal_signature is not one of principal_pubkey over this intent and tenant");
  }
  check_terms(need(body, "predicate_dsl"), need(body, "evidence_schema"));
  intent.terms = crypto::blake3(signing_bytes);
  intent.body = json::to_compact(body);
  return intent;
}

ArrivedEvidence read_evidence(const json::Value& body, std::string_view tenant_id,
                              std::string_view intent_id) {
  const Fields fields(body, "the evidence", kEvidenceFields);
  ArrivedEvidence evidence;
  evidence.payee_did = fields.text("payee_did");
  check_did("payee_did", evidence.payee_did);
  evidence.payee_key = read_public_key("payee_pubkey", fields.text("payee_pubkey"));
  const Bytes signature = read_signature("payee_signature", fields.text("payee_signature"));
  const auto submitted_at = normalise_timestamp(fields.text("submitted_at"));
  evidence.submitted_at = read_instant("bad_submitted_at", "submitted_at", submitted_at);
  if (!need(body, "payload").is_object()) bad_field("bad_field", "payload", "not a JSON object");
  evidence.payload = part_digest(body, "payload");
  const std::vector<std::string_view> artifacts = fields.texts("artifacts");
  if (artifacts.size() > kMaxArtifacts)
    bad_field("too_many_artifacts", "artifacts", "more than " + std::to_string(kMaxArtifacts));
  std::vector<Digest> digests;
  for (const std::string_view artifact : artifacts)
    digests.push_back(read_artifact(artifact, digests.size()));
  evidence.artifacts = artifacts_digest(digests);
  evidence.artifact_count = digests.size();
  const auto uuid = parse_uuid(intent_id);
  if (!uuid) throw Error(Category::not_found, "unknown_intent", "there is no such intent");
  const EvidenceTerms terms{.tenant_id = tenant_id,
                            .intent_id = *uuid,
                            .payee_did = evidence.payee_did,
                            .payload = evidence.payload,
                            .artifacts = evidence.artifacts,
                            .submitted_at = *submitted_at};
  // The body does not say which version it was signed in; the versions' first bytes keep them apart. A check
  // costs more than all the rest, so the version that the evidence before had comes first.
  thread_local unsigned likely = kMostEvidenceVersion;
  static_assert(kLeastEvidenceVersion + 1 == kMostEvidenceVersion);
  for (const unsigned version : {likely, kLeastEvidenceVersion + kMostEvidenceVersion - likely}) {
    if (!crypto::verify(evidence.payee_key, evidence_signing_bytes(terms, version), signature)) continue;
    likely = version;
    evidence.signing_version = version;
    evidence.body = json::to_compact(body);
    return evidence;
  }
  throw Error(Category::verification, "bad_signature",
              "payee_signature is not one of payee_pubkey over this evidence, intent and tenant");
}

}  // namespace agentnet::paybond
