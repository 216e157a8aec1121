// Evidence that somebody else signed: receipts of other protocols as evidence of the completion presets
// artifact_attested and x402_delivery_receipt (wire reference paybond 12).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::paybond {

struct AttestedEvidence {
  std::vector<std::string> artifact_blake3_hex;  // digests, each once
  std::string operation;                         // "attested"; "pending" for what is not done yet
  std::string vendor_ref_id;
};
// {"artifact_blake3_hex", "operation", "vendor_ref_id"}. Texts lie in `evidence`, which must outlive the
// value.
json::Value attested_value(const AttestedEvidence& evidence, json::Arena& arena);

// --- MCP records (SEP-2828)
//
// A tool's server signs a decision before, and an outcome after the call:
//
//   decision   {…, "backLink": {"attestationDigest"}, SIGNATURE}
//   outcome    {…, "backLink": {"attestationDigest"}, "outcomeDerived": {"decisionDigest", "status",
//               "resultCommitment"}, SIGNATURE}
//
// SIGNATURE is ed25519_signature_hex or signature, and signing_public_key_ed25519_hex, in the record or in
// its member issuerAsserted or receiptAsserted, which come first. It is Ed25519 over the SHA-256 of the
// record's canonical JSON (json/canonical.hpp, sorted) without the signature's members there and in these
// two. The records are a pair when their attestationDigests are one, and decisionDigest is the SHA-256 of the
// decision.
//
// The key comes with the record: that a signature holds says that nobody changed the record since, not whose
// it is.

// Throws Error usage/bad_record for records that lack what is above; verification: signature_invalid,
// records_not_a_pair.
AttestedEvidence evidence_of_mcp_records(const json::Value& decision, const json::Value& outcome);

}  // namespace agentnet::paybond
