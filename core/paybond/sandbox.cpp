#include "core/paybond/sandbox.hpp"

#include "core/crypto/sha256.hpp"
#include "core/json/write.hpp"
#include "core/paybond/evidence.hpp"
#include "core/paybond/intent.hpp"
#include "core/paybond/intent_arrival.hpp"

namespace agentnet::paybond {
namespace {

constexpr unsigned kIntentSigningVersion = 6;  // signs the payee's key, too
constexpr unsigned kEvidenceSigningVersion = 2;

crypto::SigningKey key_of(std::string_view role, std::string_view tenant_id,
                          const crypto::SigningKey& harbor) {
  const std::string text =
      "agentnet paybond sandbox v1\n" + std::string(role) + "\n" + std::string(tenant_id);
  const crypto::Sha256Digest seed = crypto::sha256(harbor.sign(as_bytes(text)));
  return crypto::SigningKey::from_seed(Secret(seed));
}

}  // namespace

std::string sandbox_intent(const SandboxRequest& request, std::string_view tenant_id,
                           const crypto::SigningKey& harbor, Instant now) {
  json::Arena arena;
  const std::string budget =
      json::to_compact(json::ObjectBuilder(arena)
                           .add("currency", std::string_view(request.currency))
                           .add_integer("max_spend_cents", request.requested_spend_cents)
                           .done());
  const std::string tools =
      json::to_compact(json::ArrayBuilder(arena).add(std::string_view(request.operation)).done());
  const std::string deadline = iso_zulu(now + kSandboxLife);
  const IntentInput input{.tenant_id = tenant_id,
                          .intent_id = request.intent_id,
                          .principal_did = kSandboxPrincipal,
                          .payee_did = kSandboxPayee,
                          .amount_cents = request.requested_spend_cents,
                          .currency = request.currency,
                          .deadline_rfc3339 = deadline,
                          .budget_json = budget,
                          .evidence_schema_json = request.evidence_schema,
                          .predicate_json = request.predicate,
                          .predicate_ref = request.predicate_ref,
                          .allowed_tools_json = tools,
                          .settlement_rail = kSimulatedRail,
                          .policy_template_id = {},
                          .policy_version_seq = 0,
                          .policy_content_digest_hex = {}};
  return IntentSigner()
      .sign(input, intent_version(kIntentSigningVersion), key_of("principal", tenant_id, harbor),
            key_of("payee", tenant_id, harbor).public_key())
      .body;
}

std::string sandbox_evidence(std::string_view intent_id, std::string_view payload_json,
                             const std::vector<std::string_view>& artifacts, std::string_view tenant_id,
                             const crypto::SigningKey& harbor, Instant now) {
  const std::string submitted_at = iso_zulu(now);
  const EvidenceInput input{.tenant_id = tenant_id,
                            .intent_id = intent_id,
                            .payee_did = kSandboxPayee,
                            .payload_json = payload_json,
                            .artifacts_hex = artifacts,
                            .submitted_at_rfc3339 = submitted_at};
  return EvidenceSigner().sign(input, kEvidenceSigningVersion, key_of("payee", tenant_id, harbor)).body;
}

}  // namespace agentnet::paybond
