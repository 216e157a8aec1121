#include "core/paybond/intent.hpp"

#include <algorithm>
#include <array>

#include "core/json/write.hpp"
#include "core/paybond/body.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::array<IntentVersion, 6> kVersions = {{
    {2, Bincode::one, false, false, false},
    {3, Bincode::one, false, true, false},
    {4, Bincode::two, true, false, false},
    {5, Bincode::two, true, true, false},
    {6, Bincode::two, true, false, true},
    {7, Bincode::two, true, true, true},
}};

constexpr std::array<std::string_view, 5> kRails = {"stripe_connect", "stripe_ach_debit", "stripe_mpp",
                                                    "adyen_manual_capture", "x402_usdc_base"};

Digest policy_digest(std::string_view text) {
  constexpr std::string_view kField = "policy_content_digest_hex";
  const auto bytes = parse_hex(trim_white_space(text));
  Digest digest{};
  if (!bytes) bad_field("bad_policy_digest", kField, "not in hexadecimal digits");
  if (bytes->size() != digest.size()) bad_field("bad_policy_digest", kField, "not 32 bytes");
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

std::string policy_binding(const IntentInput& input) {
  std::string text = R"({"template_id":)";
  json::write_string(input.policy_template_id, text);
  return text + R"(,"version_seq":)" + std::to_string(input.policy_version_seq) + "}";
}

}  // namespace

const IntentVersion& intent_version(unsigned number) {
  if (number < kLeastIntentVersion || number > kMostIntentVersion) {
    throw Error(Category::usage, "bad_signing_version",
                "intents have the signing versions 2 to 7, not " + std::to_string(number));
  }
  return kVersions[number - kLeastIntentVersion];
}

Bytes intent_signing_bytes(const IntentTerms& terms, const IntentVersion& version) {
  BincodeWriter out(version.encoding);
  out.u8(static_cast<std::uint8_t>(version.number))
      .text(terms.tenant_id)
      .uuid(terms.intent_id)
      .text(terms.principal_did)
      .text(terms.payee_did)
      .i64(terms.amount_cents)
      .text(terms.currency)
      .text(terms.deadline)
      .raw(terms.budget)
      .raw(terms.evidence_schema)
      .raw(terms.predicate)
      .text(terms.predicate_ref)
      .raw(terms.allowed_tools);
  if (version.rail) out.text(terms.settlement_rail);
  if (version.policy) {
    out.text(terms.policy_template_id).u32(terms.policy_version_seq).raw(terms.policy_content);
  }
  if (version.payee_key) out.raw(terms.payee_key.bytes);
  return std::move(out).done();
}

std::vector<std::string> normalise_tools(const json::Value& tools) {
  constexpr std::string_view kField = "allowed_tools";
  if (!tools.is_array()) bad_field("bad_tools", kField, "not a JSON array of strings");
  if (tools.items().empty()) bad_field("bad_tools", kField, "the array has no element");
  std::vector<std::string> names;
  names.reserve(tools.items().size());
  for (const json::Value& tool : tools.items()) {
    if (!tool.is_string()) bad_field("bad_tools", kField, "an element is not a string");
    names.push_back(lower_ascii(trim_white_space(tool.text())));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Digest tools_digest(const std::vector<std::string>& normalised) {
  std::string text;
  for (const std::string& name : normalised) {
    text += text.empty() ? '[' : ',';
    json::write_string(name, text);
  }
  return crypto::blake3(as_bytes(text += ']'));
}

std::string_view normalise_rail(std::string_view rail) {
  const std::string_view trimmed = trim_white_space(rail);
  if (std::find(kRails.begin(), kRails.end(), trimmed) != kRails.end()) return trimmed;
  bad_field("bad_rail", "settlement_rail",
            "one of stripe_connect, stripe_ach_debit, stripe_mpp, adyen_manual_capture, x402_usdc_base");
}

Digest IntentSigner::digest_part(std::string_view name, std::string_view text, std::string& canonical) {
  canonical.clear();
  in_field(name, [&] { writer_.write(parser_.parse(text, arena_), canonical); });
  return crypto::blake3(as_bytes(canonical));
}

// Everything that is signed but the payee's key; fills the canonical texts on its way.
IntentTerms IntentSigner::read_terms(const IntentInput& input, const IntentVersion& version) {
  IntentTerms terms{
      .tenant_id = input.tenant_id,
      .intent_id = {},
      .principal_did = input.principal_did,
      .payee_did = input.payee_did,
      .amount_cents = input.amount_cents,
      .currency = input.currency,
      .deadline = {},
      .budget = digest_part("budget_json", input.budget_json, budget_),
      .evidence_schema = digest_part("evidence_schema_json", input.evidence_schema_json, evidence_schema_),
      .predicate = digest_part("predicate_json", input.predicate_json, predicate_),
      .predicate_ref = input.predicate_ref,
      .allowed_tools = {},
      .settlement_rail = {},
      .policy_template_id = input.policy_template_id,
      .policy_version_seq = input.policy_version_seq,
      .policy_content = {},
      .payee_key = {}};
  tools_.clear();
  in_field("allowed_tools_json", [&] {
    const json::Value tools = parser_.parse(input.allowed_tools_json, arena_);
    terms.allowed_tools = tools_digest(normalise_tools(tools));
    writer_.write(tools, tools_);
  });
  const auto intent_id = parse_uuid(trim_white_space(input.intent_id));
  if (!intent_id) bad_field("bad_intent_id", "intent_id", "not a UUID");
  terms.intent_id = *intent_id;
  auto deadline = normalise_timestamp(input.deadline_rfc3339);
  if (!deadline) bad_field("bad_deadline", "deadline_rfc3339", "not an instant of RFC 3339");
  terms.deadline = std::move(*deadline);
  if (version.rail) terms.settlement_rail = normalise_rail(input.settlement_rail);
  if (version.policy) terms.policy_content = policy_digest(input.policy_content_digest_hex);
  return terms;
}

std::string IntentSigner::body(const IntentInput& input, const IntentTerms& terms,
                               const IntentVersion& version, const crypto::PublicKey& principal,
                               const crypto::Signature& signature) const {
  constexpr std::size_t kRestOfBody = 700;
  Body body(budget_.size() + evidence_schema_.size() + predicate_.size() + tools_.size() + kRestOfBody);
  body.raw("allowed_tools", tools_)
      .raw("amount_cents", std::to_string(input.amount_cents))
      .raw("budget", budget_)
      .text("currency", input.currency)
      .text("deadline", input.deadline_rfc3339)  // as the caller wrote it
      .raw("evidence_schema", evidence_schema_)
      .text("intent_id", uuid_text(terms.intent_id))
      .text("payee_did", input.payee_did);
  if (version.payee_key) body.base64("payee_pubkey", terms.payee_key.bytes);
  body.raw("policy_binding", version.policy ? policy_binding(input) : "null");
  if (!version.policy) body.raw("predicate_dsl", predicate_);
  // One of white space alone is signed and not sent; so does the original.
  if (!trim_white_space(input.predicate_ref).empty()) body.text("predicate_ref", input.predicate_ref);
  body.text("principal_did", input.principal_did)
      .base64("principal_pubkey", principal.bytes)
      .base64("principal_signature", signature);
  if (version.rail) body.text("settlement_rail", terms.settlement_rail);
  return body.raw("signing_version", std::to_string(version.number)).done();
}

SignedIntent IntentSigner::sign(const IntentInput& input, const IntentVersion& version,
                                const crypto::KeyView& principal,
                                const std::optional<crypto::PublicKey>& payee) {
  arena_.reset();
  IntentTerms terms = read_terms(input, version);
  if (version.payee_key) {
    if (!payee) bad_field("bad_payee_key", "payee_seed_hex", "this version signs the payee's public key");
    terms.payee_key = *payee;
  }
  SignedIntent made{.body = {}, .signing_bytes = intent_signing_bytes(terms, version), .signature = {}};
  made.signature = principal.sign(made.signing_bytes);
  made.body = body(input, terms, version, principal.public_key(), made.signature);
  return made;
}

}  // namespace agentnet::paybond
