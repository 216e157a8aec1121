#include "core/sbn/rules_receipt.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "core/base/bytes.hpp"
#include "core/json/canonical.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kHeadTitle = "agentnet receipt batch v1";
constexpr std::string_view kSubjectType = "smartblock";

std::optional<std::string> text_member(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return std::string(member->text());
}

std::optional<crypto::Sha256Digest> digest_of(std::string_view hex) {
  const auto bytes = parse_hex(hex);
  if (!bytes || bytes->size() != 32) return std::nullopt;
  crypto::Sha256Digest digest{};
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

std::optional<crypto::Sha256Digest> digest_member(const json::Value& object, std::string_view name) {
  const auto text = text_member(object, name);
  return text ? digest_of(*text) : std::nullopt;
}

std::optional<std::uint64_t> count_member(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  const auto number = member == nullptr ? std::nullopt : member->as_int64();
  if (!number || *number < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*number);
}

// The parts of a receipt that are judged; nullopt when one is missing or of a wrong kind.
struct Parsed {
  ReceiptSubject subject;
  BatchHead head;
  std::uint64_t leaf_index = 0;
  crypto::Sha256Digest stated_leaf{};
  crypto::MerkleProof proof;
  std::vector<std::pair<std::string, Bytes>> signatures;  // by key id
};

std::optional<ReceiptSubject> parse_subject(const json::Value& receipt) {
  const auto id = text_member(receipt, "receipt_id");
  const auto tenant = text_member(receipt, "tenant_id");
  const auto subject = text_member(receipt, "subject_id");
  const auto type = text_member(receipt, "subject_type");
  const auto hash = text_member(receipt, "snapchore_hash");
  const auto domain = text_member(receipt, "domain");
  const auto created_at = text_member(receipt, "created_at");
  if (!id || !tenant || !subject || type != kSubjectType || !hash || !domain || !created_at)
    return std::nullopt;
  return ReceiptSubject{*id, *tenant, *subject, *hash, *domain, *created_at};
}

bool parse_lists(const json::Value& attestation, Parsed& parsed) {
  const json::Value* proof = attestation.find("proof");
  const json::Value* signatures = attestation.find("signatures");
  if (proof == nullptr || !proof->is_array() || proof->items().size() > kMaxProofHashes) return false;
  if (signatures == nullptr || !signatures->is_array() || signatures->items().size() > kMaxReceiptSignatures)
    return false;
  for (const json::Value& item : proof->items()) {
    const auto digest = item.is_string() ? digest_of(item.text()) : std::nullopt;
    if (!digest) return false;
    parsed.proof.push_back(*digest);
  }
  for (const json::Value& item : signatures->items()) {
    const auto key_id = text_member(item, "key_id");
    const auto text = text_member(item, "signature");
    const auto bytes = text ? base64_decode(*text, Base64::standard) : std::nullopt;
    if (!key_id || !bytes) return false;
    parsed.signatures.emplace_back(*key_id, *bytes);
  }
  return true;
}

std::optional<Parsed> parse_receipt(const json::Value& receipt) {
  const json::Value* attestation = receipt.find("attestation");
  const auto subject = parse_subject(receipt);
  const auto leaf = digest_member(receipt, "hash");
  if (attestation == nullptr || !subject || !leaf) return std::nullopt;
  const auto batch = text_member(*attestation, "batch_id");
  const auto created_at = text_member(*attestation, "created_at");
  const auto index = count_member(*attestation, "leaf_index");
  const auto size = count_member(*attestation, "tree_size");
  const auto root = digest_member(*attestation, "root");
  if (!batch || !created_at || !index || !size || !root) return std::nullopt;
  Parsed parsed;
  parsed.subject = *subject;
  parsed.stated_leaf = *leaf;
  parsed.head = {*batch, *created_at, *size, *root};
  parsed.leaf_index = *index;
  if (!parse_lists(*attestation, parsed)) return std::nullopt;
  return parsed;
}

// Members outside the leaf that repeat one inside it: a reader may look at either.
bool copies_agree(const json::Value& receipt, const ReceiptSubject& subject) {
  for (const auto& [name, covered] : {std::pair<std::string_view, std::string_view>{"id", subject.receipt_id},
                                      {"project_id", subject.tenant_id}}) {
    const json::Value* copy = receipt.find(name);
    if (copy != nullptr && (!copy->is_string() || copy->text() != covered)) return false;
  }
  return true;
}

// How many different trusted keys signed under their own ids; a key counts once however often it is listed.
std::size_t count_trusted(const Parsed& parsed, std::span<const crypto::PublicKey> trusted) {
  const std::string head = parsed.head.signed_bytes();
  std::set<std::array<std::uint8_t, 32>> signers;
  for (const crypto::PublicKey& key : trusted) {
    const std::string id = validator_id(key);
    for (const auto& [key_id, signature] : parsed.signatures) {
      if (key_id == id && crypto::verify(key, as_bytes(head), signature)) signers.insert(key.bytes);
    }
  }
  return signers.size();
}

}  // namespace

crypto::Sha256Digest receipt_leaf(const ReceiptSubject& subject) {
  json::Arena arena;
  const json::Value entry = json::ObjectBuilder(arena)
                                .add("created_at", subject.created_at)
                                .add("domain", subject.domain)
                                .add("receipt_id", subject.receipt_id)
                                .add("snapchore_hash", subject.snapchore_hash)
                                .add("subject_id", subject.subject_id)
                                .add("subject_type", kSubjectType)
                                .add("tenant_id", subject.tenant_id)
                                .done();
  return crypto::merkle_leaf(as_bytes(json::to_canonical(entry, json::Form::sorted)));
}

std::string BatchHead::signed_bytes() const {
  return std::string(kHeadTitle) + "\n" + batch_id + "\n" + std::to_string(tree_size) + "\n" +
         hex_lower(root) + "\n" + created_at + "\n";
}

std::string validator_id(const crypto::PublicKey& key) {
  return hex_lower(crypto::sha256(key.bytes));
}

std::vector<HeadSignature> sign_head(const BatchHead& head, std::span<const crypto::SigningKey> validators) {
  const std::string bytes = head.signed_bytes();
  std::vector<HeadSignature> signatures;
  for (const crypto::SigningKey& validator : validators)
    signatures.push_back({validator_id(validator.public_key()), validator.sign(as_bytes(bytes))});
  return signatures;
}

json::Value make_receipt(const ReceiptSubject& subject, const BatchHead& head, std::uint64_t leaf_index,
                         std::span<const crypto::Sha256Digest> proof,
                         std::span<const HeadSignature> signatures, json::Arena& arena) {
  json::ArrayBuilder proof_list(arena);
  for (const crypto::Sha256Digest& digest : proof)
    proof_list.add(hex_lower(digest));
  json::ArrayBuilder signature_list(arena);
  for (const HeadSignature& signature : signatures) {
    signature_list.add(json::ObjectBuilder(arena)
                           .add("key_id", signature.key_id)
                           .add("signature", base64_encode(signature.signature, Base64::standard))
                           .done());
  }
  const json::Value attestation = json::ObjectBuilder(arena)
                                      .add("batch_id", head.batch_id)
                                      .add("created_at", head.created_at)
                                      .add_integer("leaf_index", static_cast<std::int64_t>(leaf_index))
                                      .add_integer("tree_size", static_cast<std::int64_t>(head.tree_size))
                                      .add("root", hex_lower(head.root))
                                      .add("proof", proof_list.done())
                                      .add("signatures", signature_list.done())
                                      .done();
  const json::Value empty = json::ObjectBuilder(arena).done();
  return json::ObjectBuilder(arena)
      .add("id", subject.receipt_id)
      .add("receipt_id", subject.receipt_id)
      .add("tenant_id", subject.tenant_id)
      .add("subject_id", subject.subject_id)
      .add("subject_type", kSubjectType)
      .add("signer_id", signatures.empty() ? std::string() : signatures.front().key_id)
      .add("created_at", subject.created_at)
      .add("payload", empty)
      .add("metadata", empty)
      .add("snapchore_hash", subject.snapchore_hash)
      .add("hash", hex_lower(receipt_leaf(subject)))
      .add("status", "attested")
      .add("domain", subject.domain)
      .add("project_id", subject.tenant_id)
      .add("attestation", attestation)
      .done();
}

ReceiptVerdict verify_receipt(const json::Value& receipt, std::span<const crypto::PublicKey> trusted,
                              std::string_view snapchore_hash) {
  ReceiptVerdict verdict;
  const auto refused = [&](const char* reason) {
    verdict.reason = reason;
    return verdict;
  };
  // A member that stands twice would be read one way here and another way elsewhere.
  json::Arena arena;
  std::optional<json::Value> repeated;
  json::without_duplicates(receipt, arena, &repeated);
  const auto parsed = parse_receipt(receipt);
  if (!parsed || repeated) return refused("malformed");
  const crypto::Sha256Digest leaf = receipt_leaf(parsed->subject);
  if (leaf != parsed->stated_leaf || !copies_agree(receipt, parsed->subject)) return refused("hash_mismatch");
  if (!snapchore_hash.empty() && parsed->subject.snapchore_hash != snapchore_hash)
    return refused("hash_mismatch");
  const bool inside = crypto::merkle_verify_inclusion(leaf, parsed->leaf_index, parsed->head.tree_size,
                                                      parsed->proof, parsed->head.root);
  if (!inside) return refused("not_in_batch");
  verdict.trusted_signatures = count_trusted(*parsed, trusted);
  if (verdict.trusted_signatures < kQuorum) return refused("no_quorum");
  verdict.valid = true;
  return verdict;
}

}  // namespace agentnet::sbn
