// What is to be signed, as a JSON object with the names of the kit's signing calls.
//
//   intent    tenant_id, intent_id, principal_did, payee_did, amount_cents, currency, deadline_rfc3339,
//             budget_json, evidence_schema_json, predicate_json, allowed_tools_json; predicate_ref may be
//             left out; settlement_rail where the version signs it; policy_template_id, policy_version_seq
//             and policy_content_digest_hex where it signs these
//             principal_seed_hex, payee_seed_hex unless the keys are given otherwise
//   evidence  tenant_id, intent_id, payee_did, payload_json, artifacts_hex, submitted_at_rfc3339
//             secret_seed_hex unless the key is given otherwise
//
// The members that end in _json are texts that hold JSON. A member `id` may be there and does not count.
// Every other name is refused, also one that another version signs: what a caller gives must be covered.
#pragma once

#include <optional>

#include "core/json/value.hpp"
#include "core/paybond/evidence.hpp"
#include "core/paybond/intent.hpp"

namespace agentnet::paybond {

struct IntentRequest {
  IntentInput input;
  std::optional<std::string_view> principal_seed_hex;
  std::optional<std::string_view> payee_seed_hex;
};

struct EvidenceRequest {
  EvidenceInput input;
  std::optional<std::string_view> secret_seed_hex;
};

// Views lie where the object lies. Throw Error usage: what Fields throws, and bad_tools, bad_amount and the
// like only when signed.
IntentRequest read_intent_request(const json::Value& object, const IntentVersion& version);
EvidenceRequest read_evidence_request(const json::Value& object);

}  // namespace agentnet::paybond
