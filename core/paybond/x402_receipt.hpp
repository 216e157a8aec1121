// Receipts of x402's offer-receipt extension: a server's signed word that a payer got a resource.
//
// The receipt is {"format": "jws" or "eip712", "signature", "payload"}, alone, in a member "receipt", or in
// extensions."offer-receipt" or offerReceipt, there also in "receipt" or "info"."receipt". It says
//
//   {"version": 1, "network", "resourceUrl", "payer", "issuedAt": seconds, "transaction": text or nothing}
//
//   jws      a compact JWS whose header holds its key as "jwk": EdDSA with Ed25519, or ES256
//   eip712   65 bytes in hexadecimal digits behind 0x, r s v: secp256k1 over the typed data "Receipt" in the
//            domain {"name": "x402 receipt", "version": "1", "chainId": 1}
//
// Each brings its own key, so whoever reads one must say whose it has to be: an address of 0x and 40 digits,
// or the RFC 7638 thumbprint of the JWK, or x of an Ed25519 one.
#pragma once

#include "core/paybond/attested_evidence.hpp"

namespace agentnet::paybond {

// The artefact is BLAKE3 of the canonical JSON of resourceUrl, payer, network, issuedAt and transaction.
// Throws Error usage: bad_receipt; funding_artifact for what tells of a payment and not of a delivery;
// missing_signer. verification: signature_invalid, signer_mismatch.
AttestedEvidence evidence_of_x402_receipt(const json::Value& input, std::string_view expected_signer);

}  // namespace agentnet::paybond
