#include "core/paybond/agent_receipt.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "core/base/unicode_text.hpp"
#include "core/json/parse.hpp"
#include "core/paybond/agent_receipt_fields.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::array<std::string_view, 3> kTierNames = {"operational", "primary", "attested"};
constexpr std::string_view kMandateAttestation = "agent_mandate_v1";

// The text of a member of a normalised object; empty when it was omitted.
std::string_view text_in(const Value* object, std::string_view name) {
  const Value* value = object == nullptr ? nullptr : object->find(name);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

// A mandate that the authorization names must be among the attestations.
void check_mandate(const Value& receipt) {
  const Value* authorization = receipt.find("authorization");
  const std::string_view digest = text_in(authorization, "mandate_digest_sha256_hex");
  const std::string_view reference = text_in(authorization, "mandate_reference_id");
  if (digest.empty()) {
    if (!reference.empty()) bad_field("malformed", "authorization.mandate_reference_id", "names no mandate");
    return;
  }
  const Value& attestations = *receipt.find("external_attestations");
  if (attestations.is_array()) {
    for (const Value& attestation : attestations.items()) {
      if (text_in(&attestation, "kind") != kMandateAttestation ||
          text_in(&attestation, "digest_sha256_hex") != digest)
        continue;
      if (!reference.empty() && reference != text_in(&attestation, "reference_id")) {
        bad_field("malformed", "authorization.mandate_reference_id", "not that of the attestation");
      }
      return;
    }
  }
  bad_field("malformed", "authorization.mandate_digest_sha256_hex", "no attestation is of this mandate");
}

void check_continuity(const Value& receipt) {
  const Value* continuity = receipt.find("continuity");
  if (continuity == nullptr) return;
  const bool is_first = continuity->find("sequence_number")->as_int64() == 1;
  const bool has_previous = continuity->find("prev_message_digest_sha256_hex") != nullptr;
  if (is_first == has_previous) {
    bad_field("malformed", "continuity.prev_message_digest_sha256_hex",
              is_first ? "the first receipt of a run has none before it" : "missing");
  }
  const Value* execution = receipt.find("execution");
  if (execution != nullptr && text_in(execution, "run_id") != text_in(continuity, "run_id")) {
    bad_field("malformed", "continuity.run_id", "not the run_id of the execution");
  }
}

void check_scope(const Value& receipt) {
  const std::string_view intent = text_in(receipt.find("references"), "intent_id");
  std::string id(intent);
  if (text_in(&receipt, "scope") == "action") {
    const Value* execution = receipt.find("execution");
    if (execution == nullptr) bad_field("malformed", "execution", "missing");
    if (receipt.find("outcome")->find("settlement_outcome") != nullptr) {
      bad_field("malformed", "outcome.settlement_outcome", "only an intent ends with one");
    }
    id = action_receipt_id(intent, text_in(execution, "tool_call_id"));
  }
  if (text_in(&receipt, "receipt_id") != id) {
    bad_field("malformed", "receipt_id", "not that of this intent and call");
  }
}

// Empty when the receipt is of the tier primary, else what it lacks.
std::string lack_for_primary(const Value& receipt) {
  const Value* evidence = receipt.find("evidence");
  if (evidence == nullptr) return "there is no evidence";
  if (text_in(evidence, "payee_signature_digest_sha256_hex").empty()) {
    return "evidence.payee_signature_digest_sha256_hex is missing";
  }
  const Value* merchant = receipt.find("merchant");
  if (merchant != nullptr && text_in(merchant, "payee_did") != text_in(evidence, "payee_did")) {
    return "evidence.payee_did is not merchant.payee_did";
  }
  const Value* payment = receipt.find("payment");
  if (payment != nullptr &&
      text_in(payment, "intent_id") != text_in(receipt.find("references"), "intent_id")) {
    return "payment.intent_id is not references.intent_id";
  }
  return {};
}

// The operator's signature over the receipt's digest, whoever the operator's key is.
Verdict check_attestation(const Value& attestation, const Value& normal, std::string_view canonical) {
  const auto bad = [](const char* what) { return Verdict::no("bad_attestation", what); };
  const Value* agent = normal.find("authorization")->find("agent");
  if (strip(text_in(&attestation, "operator_did")) != text_in(agent, "operator_did")) {
    return bad("operator_attestation.operator_did is not authorization.agent.operator_did");
  }
  const crypto::Sha256Digest digest = crypto::sha256(as_bytes(canonical));
  const std::string said = lower_ascii(strip(text_in(&attestation, "message_digest_sha256_hex")));
  if (said != hex_lower(digest)) return bad("the operator signed another digest");
  const auto holds = verify_hex(digest, text_in(&attestation, "signing_public_key_ed25519_hex"),
                                text_in(&attestation, "ed25519_signature_hex"));
  return holds.value_or(false) ? Verdict::yes() : bad("the operator's signature does not hold");
}

struct Reached {
  Tier tier = Tier::operational;
  std::string lack;  // for the next tier
};

Reached reached_tier(const Value& receipt, const Value& normal, const ReceiptTrust& trust) {
  std::string lack = lack_for_primary(normal);
  if (!lack.empty()) return {Tier::operational, std::move(lack)};
  const Value* attestation = receipt.find("operator_attestation");
  if (attestation == nullptr || attestation->is_null()) {
    return {Tier::primary, "there is no operator_attestation"};
  }
  if (!is_trusted(text_in(attestation, "signing_public_key_ed25519_hex"), trust.operators)) {
    return {Tier::primary, "the operator's key is not a trusted one"};
  }
  return {Tier::attested, {}};
}

}  // namespace

std::string_view tier_name(Tier tier) {
  return kTierNames[static_cast<std::size_t>(tier)];
}

std::optional<Tier> tier_named(std::string_view name) {
  const auto found = std::find(kTierNames.begin(), kTierNames.end(), name);
  if (found == kTierNames.end()) return std::nullopt;
  return static_cast<Tier>(found - kTierNames.begin());
}

std::string action_receipt_id(std::string_view intent_id, std::string_view tool_call_id) {
  return crypto::sha256_hex(std::string(intent_id) + '\0' + std::string(tool_call_id));
}

std::string canonical_agent_receipt(const Value& receipt) {
  // An intent's receipt has no execution, even if the document has one.
  const Value* scope = receipt.find("scope");
  const bool terminal =
      scope != nullptr && scope->is_string() && lower_ascii(strip(scope->text())) == "intent_terminal";
  std::vector<Field> fields(std::begin(kAgentReceipt), std::end(kAgentReceipt));
  if (terminal) std::erase_if(fields, [](const Field& field) { return field.name == "execution"; });
  std::string canonical;
  write_shape(receipt, fields, Escapes::plain, canonical);
  const json::Document normal = json::parse(canonical);
  if (normal.root.find("schema_version")->as_int64() != 1) {
    bad_field("malformed", "schema_version", "only 1 is supported");
  }
  check_mandate(normal.root);
  check_scope(normal.root);
  check_continuity(normal.root);
  return canonical;
}

AgentReceiptVerdict verify_agent_receipt(const Value& receipt, const ReceiptTrust& trust, Tier required) {
  AgentReceiptVerdict result;
  result.verdict = judge([&] {
    const std::string canonical = canonical_agent_receipt(receipt);
    Verdict verdict = check_seal(receipt, canonical, trust.gateways);
    if (!verdict.valid) return verdict;
    const json::Document normal = json::parse(canonical);
    const Value* attestation = receipt.find("operator_attestation");
    if (attestation != nullptr && !attestation->is_null()) {
      verdict = check_attestation(*attestation, normal.root, canonical);
      if (!verdict.valid) return verdict;
    }
    Reached reached = reached_tier(receipt, normal.root, trust);
    result.tier = reached.tier;
    if (reached.tier < required) return Verdict::no("tier_not_reached", std::move(reached.lack));
    return verdict;
  });
  return result;
}

Verdict verify_continuity(std::span<const Value> receipts) {
  struct Last {
    std::int64_t number;
    std::string digest;
  };
  std::map<std::string, Last> runs;
  return judge([&] {
    for (const Value& receipt : receipts) {
      const std::string canonical = canonical_agent_receipt(receipt);
      const json::Document normal = json::parse(canonical);
      const Value* continuity = normal.root.find("continuity");
      if (continuity == nullptr) continue;
      const std::int64_t number = continuity->find("sequence_number")->as_int64().value();
      Last& last = runs.try_emplace(std::string(text_in(continuity, "run_id")), Last{0, {}}).first->second;
      if (number != last.number + 1) {
        return Verdict::no("broken_chain", "a receipt has the number " + std::to_string(number) + " where " +
                                               std::to_string(last.number + 1) + " follows");
      }
      if (text_in(continuity, "prev_message_digest_sha256_hex") != last.digest) {
        return Verdict::no("broken_chain",
                           "receipt " + std::to_string(number) + " names another receipt before it");
      }
      last = {number, crypto::sha256_hex(canonical)};
    }
    return Verdict::yes();
  });
}

}  // namespace agentnet::paybond
