#include "core/paybond/ledger_rules.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/paybond/canonical.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kEntryHead = "agentnet paybond ledger entry v1\n";
constexpr std::string_view kCheckpointHead = "agentnet paybond checkpoint v1\n";
constexpr std::size_t kMaxProofHashes = 64;  // a tree of 2^64 leaves has no longer proofs

// Names in alphabetical order, as the canonical form has them; the event is canonical already.
std::string signed_entry(const LedgerEntry& entry) {
  std::string text(kEntryHead);
  text += "{\"event\":" + entry.event;
  text += ",\"issuer_pubkey_hex\":\"" + hex_lower(entry.issuer.bytes);
  text += "\",\"prev_commitment_hex\":\"" + hex_lower(entry.prev_commitment);
  text += "\",\"seq\":" + std::to_string(entry.seq);
  text += ",\"timestamp_unix_nanos\":" + std::to_string(entry.timestamp_unix_nanos) + "}";
  return text;
}

std::string signed_checkpoint(const Checkpoint& head) {
  return std::string(kCheckpointHead) + head.tenant_id + "\n" + std::to_string(head.tree_size) + "\n" +
         hex_lower(head.root) + "\n" + hex_lower(head.last_commitment) + "\n" +
         std::to_string(head.timestamp_unix_nanos) + "\n";
}

// What a reader of entries, checkpoints and proofs meets is Error usage/malformed, which judge() makes a
// verdict.
[[noreturn]] void malformed(std::string_view name) {
  throw Error(Category::usage, "malformed",
              "the member " + std::string(name) + " is missing or of another kind");
}

const json::Value& need(const json::Value& object, std::string_view name) {
  const json::Value* value = object.is_object() ? object.find(name) : nullptr;
  if (value == nullptr) malformed(name);
  return *value;
}

std::string_view text_of(const json::Value& object, std::string_view name) {
  const json::Value& value = need(object, name);
  if (!value.is_string()) malformed(name);
  return value.text();
}

std::int64_t number_of(const json::Value& object, std::string_view name) {
  const auto number = need(object, name).as_int64();
  if (!number || *number < 0) malformed(name);
  return *number;
}

template <typename Array>
Array bytes_from(std::string_view text, std::string_view name) {
  const auto bytes = parse_hex(text);
  Array array{};
  if (!bytes || bytes->size() != array.size()) malformed(name);
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return array;
}

template <typename Array>
Array bytes_of(const json::Value& object, std::string_view name) {
  return bytes_from<Array>(text_of(object, name), name);
}

crypto::MerkleProof proof_of(const json::Value& object) {
  constexpr std::string_view kName = "proof_sha256_hex";
  const json::Value& list = need(object, kName);
  if (!list.is_array() || list.items().size() > kMaxProofHashes) malformed(kName);
  crypto::MerkleProof proof;
  for (const json::Value& item : list.items()) {
    if (!item.is_string()) malformed(kName);
    proof.push_back(bytes_from<crypto::Sha256Digest>(item.text(), kName));
  }
  return proof;
}

Checkpoint read_checkpoint(const json::Value& value) {
  if (text_of(value, "kind") != kCheckpointKind) malformed("kind");
  Checkpoint head;
  head.tenant_id = text_of(value, "tenant_id");
  head.tree_size = static_cast<std::uint64_t>(number_of(value, "tree_size"));
  head.root = bytes_of<crypto::Sha256Digest>(value, "root_hash_sha256_hex");
  head.last_commitment = bytes_of<Digest>(value, "last_entry_commitment_hex");
  head.timestamp_unix_nanos = number_of(value, "timestamp_unix_nanos");
  return head;
}

LedgerEntry read_entry(const json::Value& value) {
  LedgerEntry entry;
  entry.seq = number_of(value, "seq");
  entry.prev_commitment = bytes_of<Digest>(value, "prev_commitment_hex");
  entry.entry_commitment = bytes_of<Digest>(value, "entry_commitment_hex");
  entry.timestamp_unix_nanos = number_of(value, "timestamp_unix_nanos");
  entry.issuer = {bytes_of<decltype(crypto::PublicKey::bytes)>(value, "issuer_pubkey_hex")};
  entry.signature = bytes_of<crypto::Signature>(value, "signature_hex");
  const json::Value& event = need(value, "event");
  thread_local CanonicalWriter writer;
  writer.write(event, entry.event);
  if (!event.is_object() || writer.duplicate()) malformed("event");
  return entry;
}

bool is_one_of(const crypto::PublicKey& key, std::span<const crypto::PublicKey> keys) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

void sign_entry(LedgerEntry& entry, const crypto::SigningKey& harbor) {
  entry.issuer = harbor.public_key();
  const std::string text = signed_entry(entry);
  entry.entry_commitment = crypto::blake3(as_bytes(text));
  entry.signature = harbor.sign(as_bytes(text));
}

json::Value to_json(const LedgerEntry& entry, json::Arena& arena) {
  json::Parser parser;
  return json::ObjectBuilder(arena)
      .add_integer("seq", entry.seq)
      .add("prev_commitment_hex", std::string_view(hex_lower(entry.prev_commitment)))
      .add("entry_commitment_hex", std::string_view(hex_lower(entry.entry_commitment)))
      .add("event", parser.parse(arena.copy(entry.event), arena))
      .add_integer("timestamp_unix_nanos", entry.timestamp_unix_nanos)
      .add("issuer_pubkey_hex", std::string_view(hex_lower(entry.issuer.bytes)))
      .add("signature_hex", std::string_view(hex_lower(entry.signature)))
      .done();
}

json::Value sign_checkpoint(const Checkpoint& head, const crypto::SigningKey& harbor, json::Arena& arena) {
  const crypto::Signature signature = harbor.sign(as_bytes(signed_checkpoint(head)));
  return json::ObjectBuilder(arena)
      .add("kind", kCheckpointKind)
      .add("tenant_id", std::string_view(head.tenant_id))
      .add_integer("tree_size", static_cast<std::int64_t>(head.tree_size))
      .add("root_hash_sha256_hex", std::string_view(hex_lower(head.root)))
      .add("last_entry_commitment_hex", std::string_view(hex_lower(head.last_commitment)))
      .add_integer("timestamp_unix_nanos", head.timestamp_unix_nanos)
      .add("issuer_pubkey_hex", std::string_view(hex_lower(harbor.public_key().bytes)))
      .add("signature_hex", std::string_view(hex_lower(signature)))
      .done();
}

bool LedgerVerifier::is_allowed(const crypto::PublicKey& key) const {
  if (!trusted_.empty()) return is_one_of(key, trusted_);
  return !issuer_ || *issuer_ == key;
}

ExaminedEntry examine_entry(const json::Value& value) {
  ExaminedEntry examined;
  examined.form = judge([&] {
    const LedgerEntry entry = read_entry(value);
    const std::string text = signed_entry(entry);
    examined.tenant_id = text_of(need(value, "event"), "tenant_id");
    examined.seq = entry.seq;
    examined.prev_commitment = entry.prev_commitment;
    examined.entry_commitment = entry.entry_commitment;
    examined.timestamp_unix_nanos = entry.timestamp_unix_nanos;
    examined.issuer = entry.issuer;
    examined.commitment_holds = crypto::blake3(as_bytes(text)) == entry.entry_commitment;
    examined.signature_holds = crypto::verify(entry.issuer, as_bytes(text), entry.signature);
    return Verdict::yes();
  });
  return examined;
}

Verdict LedgerVerifier::add(const ExaminedEntry& entry) {
  if (!entry.form.valid) return entry.form;
  const std::string where = "entry " + std::to_string(entry.seq);
  if (tenant_.empty()) tenant_ = entry.tenant_id;
  if (entry.tenant_id != tenant_) return Verdict::no("wrong_tenant", where + " is of another tenant");
  if (entry.seq != size() + 1)
    return Verdict::no("gap", where + " stands where entry " + std::to_string(size() + 1) + " belongs");
  if (entry.prev_commitment != tip_)
    return Verdict::no("broken_chain", where + " does not follow the entry before it");
  if (entry.timestamp_unix_nanos < last_nanos_)
    return Verdict::no("time_went_back", where + " is older than the entry before it");
  if (!entry.commitment_holds)
    return Verdict::no("commitment_mismatch", where + " is not what its commitment says");
  if (!is_allowed(entry.issuer))
    return Verdict::no("untrusted_key", where + " is of a key that is not trusted");
  if (!entry.signature_holds) return Verdict::no("bad_signature", where + " is not signed by its issuer");
  issuer_ = entry.issuer;
  tip_ = entry.entry_commitment;
  last_nanos_ = entry.timestamp_unix_nanos;
  tree_.append(ledger_leaf(tip_));
  return Verdict::yes();
}

Verdict LedgerVerifier::check(const json::Value& value) const {
  if (Verdict verdict = verify_checkpoint(value, trusted_); !verdict.valid) return verdict;
  return judge([&] {
    const Checkpoint head = read_checkpoint(value);
    const crypto::PublicKey issuer{bytes_of<decltype(crypto::PublicKey::bytes)>(value, "issuer_pubkey_hex")};
    if (!is_allowed(issuer)) return Verdict::no("untrusted_key", "the checkpoint is of another key");
    if (head.tenant_id != tenant_) return Verdict::no("wrong_tenant", "the checkpoint is of another tenant");
    if (head.tree_size != tree_.size()) {
      return Verdict::no("wrong_size", "the checkpoint is of " + std::to_string(head.tree_size) +
                                           " entries, not " + std::to_string(tree_.size()));
    }
    if (head.root != tree_.root() || head.last_commitment != tip_ || head.timestamp_unix_nanos != last_nanos_)
      return Verdict::no("wrong_root", "the checkpoint is of other entries");
    return Verdict::yes();
  });
}

Verdict verify_checkpoint(const json::Value& value, std::span<const crypto::PublicKey> trusted) {
  return judge([&] {
    const Checkpoint head = read_checkpoint(value);
    const crypto::PublicKey issuer{bytes_of<decltype(crypto::PublicKey::bytes)>(value, "issuer_pubkey_hex")};
    const auto signature = bytes_of<crypto::Signature>(value, "signature_hex");
    if (!crypto::verify(issuer, as_bytes(signed_checkpoint(head)), signature))
      return Verdict::no("bad_signature", "the checkpoint is not signed by its issuer");
    if (!trusted.empty() && !is_one_of(issuer, trusted))
      return Verdict::no("untrusted_key", "the checkpoint is of a key that is not trusted");
    return Verdict::yes();
  });
}

Verdict verify_ledger_inclusion(const json::Value& proof, const json::Value& checkpoint) {
  return judge([&] {
    const Checkpoint head = read_checkpoint(checkpoint);
    const auto size = static_cast<std::uint64_t>(number_of(proof, "tree_size"));
    const auto seq = static_cast<std::uint64_t>(number_of(proof, "seq"));
    if (size != head.tree_size || text_of(proof, "tenant_id") != head.tenant_id)
      return Verdict::no("head_mismatch", "proof and checkpoint speak of different trees");
    const auto leaf = ledger_leaf(bytes_of<Digest>(proof, "entry_commitment_hex"));
    if (seq == 0 || !crypto::merkle_verify_inclusion(leaf, seq - 1, size, proof_of(proof), head.root))
      return Verdict::no("not_included", "the proof does not lead from the entry to the root");
    return Verdict::yes();
  });
}

Verdict verify_ledger_consistency(const json::Value& proof, const json::Value& first,
                                  const json::Value& second) {
  return judge([&] {
    const Checkpoint old_head = read_checkpoint(first);
    const Checkpoint new_head = read_checkpoint(second);
    if (static_cast<std::uint64_t>(number_of(proof, "first_size")) != old_head.tree_size ||
        static_cast<std::uint64_t>(number_of(proof, "second_size")) != new_head.tree_size ||
        text_of(proof, "tenant_id") != old_head.tenant_id || old_head.tenant_id != new_head.tenant_id) {
      return Verdict::no("head_mismatch", "proof and checkpoints speak of different trees");
    }
    if (!crypto::merkle_verify_consistency(old_head.tree_size, old_head.root, new_head.tree_size,
                                           new_head.root, proof_of(proof))) {
      return Verdict::no("not_consistent", "the later tree is not the earlier one, grown");
    }
    return Verdict::yes();
  });
}

}  // namespace agentnet::paybond
