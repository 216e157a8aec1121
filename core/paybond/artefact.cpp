#include "core/paybond/artefact.hpp"

#include "core/paybond/audit_manifest.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/inclusion.hpp"
#include "core/paybond/mandate.hpp"
#include "core/paybond/protocol_receipt.hpp"
#include "core/paybond/recognition.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

struct KindRules {
  std::string_view kind;
  Family family;
  std::string_view id;  // the member that names the document
  Verdict (*verify)(const Value& document, const ArtefactTrust& trust, std::optional<Tier>& tier);
  std::string (*sign)(const Value& document, const crypto::KeyView& key);  // null: not signed here
};

Verdict verify_receipt_of_agent(const Value& document, const ArtefactTrust& trust,
                                std::optional<Tier>& tier) {
  AgentReceiptVerdict result = verify_agent_receipt(document, {trust.keys, trust.operators}, trust.required);
  if (result.verdict.valid) tier = result.tier;
  return std::move(result.verdict);
}

template <ProtocolReceipt kKind>
Verdict verify_protocol(const Value& document, const ArtefactTrust& trust, std::optional<Tier>&) {
  return verify_protocol_receipt(document, kKind, trust.keys);
}

template <ProtocolReceipt kKind>
std::string sign_protocol(const Value& document, const crypto::KeyView& key) {
  return sign_protocol_receipt(document, kKind, key);
}

constexpr KindRules kKinds[] = {
    {kMandateKind, Family::mandate, "nonce",
     [](const Value& document, const ArtefactTrust& trust, std::optional<Tier>&) {
       return verify_mandate(document, trust.now, trust.keys);
     },
     sign_mandate},
    {kAgentReceiptKind, Family::receipt, "receipt_id", verify_receipt_of_agent,
     [](const Value& document, const crypto::KeyView& key) {
       return seal(canonical_agent_receipt(document), key);
     }},
    {kAuthorizationReceiptKind, Family::receipt, "receipt_id",
     verify_protocol<ProtocolReceipt::authorization>, sign_protocol<ProtocolReceipt::authorization>},
    {kSettlementReceiptKind, Family::receipt, "receipt_id", verify_protocol<ProtocolReceipt::settlement>,
     sign_protocol<ProtocolReceipt::settlement>},
    {kInclusionProofKind, Family::receipt, "receipt_id",
     [](const Value& document, const ArtefactTrust& trust, std::optional<Tier>&) {
       return verify_inclusion(document, trust.keys);
     },
     nullptr},
    {kTreeHeadKind, Family::receipt, "root_hash_sha256_hex",
     [](const Value& document, const ArtefactTrust& trust, std::optional<Tier>&) {
       return verify_tree_head(document, trust.keys);
     },
     sign_tree_head},
    {kRecognitionKind, Family::receipt, "nonce",
     [](const Value& document, const ArtefactTrust& trust, std::optional<Tier>&) {
       return verify_recognition_seal(document, trust.keys);
     },
     nullptr},
    {kAuditManifestKind, Family::audit, "job_id",
     [](const Value& document, const ArtefactTrust& trust, std::optional<Tier>&) {
       return verify_manifest(document, trust.keys);
     },
     sign_manifest},
};

std::string text_of(const Value& document, std::string_view name) {
  const Value* value = document.find(name);
  return value != nullptr && value->is_string() ? std::string(value->text()) : std::string();
}

const KindRules* rules_of(std::string_view kind) {
  for (const KindRules& rules : kKinds) {
    if (rules.kind == kind) return &rules;
  }
  return nullptr;
}

}  // namespace

JudgedArtefact judge_artefact(const Value& document, Family family, const ArtefactTrust& trust) {
  JudgedArtefact judged;
  judged.kind = text_of(document, "kind");
  const KindRules* rules = rules_of(judged.kind);
  if (rules == nullptr || rules->family != family) {
    judged.verdict = Verdict::no("malformed", "kind is none that is judged here");
    return judged;
  }
  judged.id = text_of(document, rules->id);
  judged.key_hex = text_of(document, "signing_public_key_ed25519_hex");
  const Value* head = document.find("tree_head");
  if (head != nullptr && rules->kind == kInclusionProofKind) {
    judged.key_hex = text_of(*head, "signing_public_key_ed25519_hex");
  }
  judged.verdict = rules->verify(document, trust, judged.tier);
  return judged;
}

std::string sign_artefact(const Value& document, const crypto::KeyView& key) {
  const KindRules* rules = rules_of(text_of(document, "kind"));
  if (rules == nullptr || rules->sign == nullptr) {
    bad_field("malformed", "kind", "none that is signed here");
  }
  return rules->sign(document, key);
}

}  // namespace agentnet::paybond
