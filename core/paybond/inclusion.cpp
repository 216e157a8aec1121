#include "core/paybond/inclusion.hpp"

#include "core/crypto/merkle.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/field.hpp"
#include "core/paybond/shape.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kProofKinds[] = {kInclusionProofKind};
constexpr std::string_view kHeadKinds[] = {kTreeHeadKind};
constexpr std::string_view kAlgorithms[] = {kSealAlgorithm};
constexpr std::size_t kMaxPath = 64;  // hashes: one for each doubling of a tree of 64-bit size

constexpr Field kHead[] = {
    {.name = "kind", .rule = Rule::text, .choices = kHeadKinds},
    {.name = "schema_version", .rule = Rule::integer},
    {.name = "tenant_id", .rule = Rule::text},
    {.name = "tree_size", .rule = Rule::integer, .least = 0},
    {.name = "root_hash_sha256_hex", .rule = Rule::hex32},
    {.name = "issued_at", .rule = Rule::text},
    {.name = "signing_algorithm", .rule = Rule::text, .choices = kAlgorithms},
};
constexpr Field kProof[] = {
    {.name = "kind", .rule = Rule::text, .choices = kProofKinds},
    {.name = "schema_version", .rule = Rule::integer},
    {.name = "tenant_id", .rule = Rule::text},
    {.name = "receipt_id", .rule = Rule::text},
    {.name = "message_digest_sha256_hex", .rule = Rule::hex32},
    {.name = "leaf_hash_sha256_hex", .rule = Rule::hex32},
    {.name = "leaf_index", .rule = Rule::integer, .least = 0},
    {.name = "tree_size", .rule = Rule::integer, .least = 1},
    {.name = "root_hash_sha256_hex", .rule = Rule::hex32},
};

// The normal form of a document by its table, schema_version 1.
json::Document normalise(const json::Value& document, std::span<const Field> fields, std::string& text) {
  text.clear();
  write_shape(document, fields, Escapes::plain, text);
  json::Document normal = json::parse(text);
  if (normal.root.find("schema_version")->as_int64() != 1) {
    bad_field("malformed", "schema_version", "only 1 is supported");
  }
  return normal;
}

crypto::Sha256Digest digest_of(std::string_view digits) {
  const auto bytes = parse_hex(digits);
  crypto::Sha256Digest digest{};
  if (!bytes || bytes->size() != digest.size()) {
    bad_field("malformed", "audit_path_sha256_hex", "not 64 hexadecimal digits");
  }
  std::copy(bytes->begin(), bytes->end(), digest.begin());
  return digest;
}

crypto::MerkleProof path_of(const json::Value& proof) {
  const json::Value* path = proof.find("audit_path_sha256_hex");
  if (path == nullptr || !path->is_array() || path->items().size() > kMaxPath) {
    bad_field("malformed", "audit_path_sha256_hex", "not an array of at most 64 hashes");
  }
  crypto::MerkleProof hashes;
  for (const json::Value& hash : path->items())
    hashes.push_back(digest_of(hash.is_string() ? hash.text() : std::string_view()));
  return hashes;
}

bool same(const json::Value& a, const json::Value& b, std::string_view name) {
  return a.find(name)->text() == b.find(name)->text();
}

}  // namespace

// The algorithm is among the members that are hashed, and the seal brings it.
std::string sign_tree_head(const json::Value& head, const crypto::KeyView& key) {
  json::Arena arena;
  std::string canonical;
  normalise(json::with_member(head, "signing_algorithm", json::Value::string(kSealAlgorithm), arena), kHead,
            canonical);
  const json::Document sealed = json::parse(seal(canonical, key));
  return json::to_compact(json::without_duplicates(sealed.root, arena));
}

Verdict verify_tree_head(const json::Value& head, std::span<const crypto::PublicKey> trusted) {
  return judge([&] {
    std::string canonical;
    normalise(head, kHead, canonical);
    return check_seal(head, canonical, trusted);
  });
}

Verdict verify_inclusion(const json::Value& proof, std::span<const crypto::PublicKey> trusted) {
  return judge([&] {
    std::string text;
    const json::Document normal = normalise(proof, kProof, text);
    const json::Value& said = normal.root;
    const json::Value* head = proof.find("tree_head");
    if (head == nullptr) bad_field("malformed", "tree_head", "missing");
    Verdict verdict = verify_tree_head(*head, trusted);
    if (!verdict.valid) return verdict;
    const json::Document tree = normalise(*head, kHead, text);
    for (const char* const name : {"tenant_id", "tree_size", "root_hash_sha256_hex"}) {
      if (!same(said, tree.root, name)) {
        return Verdict::no("head_mismatch", std::string(name) + " is not that of the tree head");
      }
    }
    const crypto::Sha256Digest leaf =
        crypto::merkle_leaf(digest_of(said.find("message_digest_sha256_hex")->text()));
    if (hex_lower(leaf) != said.find("leaf_hash_sha256_hex")->text()) {
      return Verdict::no("leaf_mismatch", "leaf_hash_sha256_hex is not of this receipt's digest");
    }
    const auto index = static_cast<std::uint64_t>(said.find("leaf_index")->as_int64().value());
    const auto size = static_cast<std::uint64_t>(said.find("tree_size")->as_int64().value());
    const bool included = crypto::merkle_verify_inclusion(
        leaf, index, size, path_of(proof), digest_of(said.find("root_hash_sha256_hex")->text()));
    return included ? verdict : Verdict::no("not_included", "the path does not lead to the root");
  });
}

}  // namespace agentnet::paybond
