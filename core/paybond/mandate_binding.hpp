// Mandates that are bound to intents, and the receipts about them (protocol_receipt.hpp).
//
// A mandate may pay for an intent of its tenant when its signature holds, it has not expired, its tools and
// its rails cover the intent's, and its ceiling reaches the amount in the same currency. Binding is written
// on the ledger (protocol_mandate_bound) and makes an authorization receipt; once the intent is settled,
// there is a settlement receipt, too, whose id is the intent's. Both are signed by Harbor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/paybond/harbor.hpp"

namespace agentnet::paybond {

struct MandateBinding {
  std::string intent_id;
  std::string receipt_id;             // of the authorization receipt: 64 hexadecimal digits
  std::string authorization_receipt;  // signed, one line of JSON
};

struct MandateImport {
  const json::Value& signed_mandate;
  std::string_view intent_id;
  const json::Value* transport_binding = nullptr;  // null: that of ap2
};

// The same mandate again changes nothing. Throws Error verification with the reasons of verify_mandate;
// usage/malformed; not_found/unknown_intent; conflict: mandate_bound (another one is), wrong_state (the
// intent is settled); policy: wrong_mandate_tenant, mandate_exceeded (amount, currency, tool or rail).
MandateBinding bind_mandate(const HarborCall& call, const MandateImport& import);

// The authorization receipt of that id, or the settlement receipt of a settled intent that has a mandate; as
// one line of JSON. nullopt: there is none in this tenant.
std::optional<std::string> find_protocol_receipt(const HarborCall& call, std::string_view receipt_id);

}  // namespace agentnet::paybond
