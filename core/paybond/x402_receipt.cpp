#include "core/paybond/x402_receipt.hpp"

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/blake3.hpp"
#include "core/json/canonical.hpp"
#include "core/paybond/text.hpp"
#include "core/paybond/x402_signature.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;
using Names = std::initializer_list<std::string_view>;

constexpr std::string_view kFundingMembers[] = {
    "payment_session_id",      "authorization_id",          "capture_id", "void_id",
    "x402_payment_session_id", "onchain_transaction_hashes"};
constexpr std::string_view kFundingEvent = "authorization_succeeded";

// The first of these members that is a text with something in it.
std::string_view text_of(const Value& object, Names names) {
  for (const std::string_view name : names) {
    const Value* member = object.find(name);
    if (member != nullptr && member->is_string() && !member->text().empty()) return member->text();
  }
  return {};
}

const Value* object_of(const Value* object, std::string_view name) {
  const Value* member = object == nullptr ? nullptr : object->find(name);
  return member != nullptr && member->is_object() ? member : nullptr;
}

// Money that was reserved or taken is no proof that something was delivered.
void refuse_funding(const Value& input) {
  for (const std::string_view name : kFundingMembers) {
    if (input.find(name) != nullptr) {
      throw Error(Category::usage, "funding_artifact",
                  std::string(name) + " tells of a payment, which is no evidence of a delivery");
    }
  }
  if (text_of(input, {"event_type", "eventType", "type"}) != kFundingEvent) return;
  throw Error(Category::usage, "funding_artifact",
              "an authorization tells of a payment, which is no evidence of a delivery");
}

bool is_signed(const Value* object) {
  return object != nullptr && !text_of(*object, {"format"}).empty() &&
         !text_of(*object, {"signature"}).empty();
}

const Value& signed_receipt(const Value& input) {
  const Value* extensions = object_of(&input, "extensions");
  const Value* extension = object_of(extensions, "offer-receipt");
  if (extension == nullptr) extension = object_of(extensions, "offerReceipt");
  const Value* const candidates[] = {extension, object_of(extension, "receipt"),
                                     object_of(object_of(extension, "info"), "receipt"),
                                     object_of(&input, "receipt"), &input};
  for (const Value* candidate : candidates) {
    if (is_signed(candidate)) return *candidate;
  }
  bad_receipt("no receipt with a format and a signature is in it");
}

// What of a receipt counts, in canonical JSON.
std::string canonical_terms(const Value& receipt) {
  const std::string_view network = text_of(receipt, {"network"});
  const std::string_view payer = text_of(receipt, {"payer"});
  const std::string_view resource = text_of(receipt, {"resourceUrl", "resource_url"});
  const std::string_view transaction = text_of(receipt, {"transaction", "txHash", "tx_hash"});
  const Value* issued = receipt.find("issuedAt");
  if (issued == nullptr) issued = receipt.find("issued_at");
  if (network.empty() || payer.empty() || resource.empty() || issued == nullptr || !issued->as_int64())
    bad_receipt("a receipt says resourceUrl, payer, network, and issuedAt in whole seconds");
  json::Arena arena;
  json::ObjectBuilder terms(arena);
  terms.add("issuedAt", *issued).add("network", network).add("payer", payer).add("resourceUrl", resource);
  if (!transaction.empty()) terms.add("transaction", transaction);
  return json::to_canonical(terms.done(), json::Form::sorted);
}

AttestedEvidence evidence_of(const Value& receipt) {
  const std::string terms = canonical_terms(receipt);
  return {{hex_lower(crypto::blake3(as_bytes(terms)))},
          "attested",
          std::string(text_of(receipt, {"resourceUrl", "resource_url"}))};
}

}  // namespace

AttestedEvidence evidence_of_x402_receipt(const Value& input, std::string_view expected_signer) {
  const std::string_view signer = trim_white_space(expected_signer);
  if (signer.empty())
    throw Error(Category::usage, "missing_signer", "a receipt brings its own key: say whose it must be");
  if (!input.is_object()) bad_receipt("it is not an object");
  refuse_funding(input);
  const Value& receipt = signed_receipt(input);
  const std::string_view format = text_of(receipt, {"format"});
  const std::string_view signature = text_of(receipt, {"signature"});
  if (format == "jws") return evidence_of(verified_jws(signature, signer).root);
  if (format != "eip712") bad_receipt("its format is neither jws nor eip712");
  const Value* payload = object_of(&receipt, "payload");
  if (payload == nullptr) bad_receipt("a receipt signed as eip712 has a payload");
  require_eip712(*payload, signature, signer);
  return evidence_of(*payload);
}

}  // namespace agentnet::paybond
