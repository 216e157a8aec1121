#include "core/sbn/batches.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/sbn/rules_receipt.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::string_view kReceiptPrefix = "rcpt_";
constexpr std::size_t kLeafBytes = sizeof(crypto::Sha256Digest);

ReceiptSubject subject_of(const LedgerEntry& seal) {
  return {receipt_id(seal.block_id),  seal.tenant_id, seal.block_id, seal.hash, seal.domain,
          iso_offset(seal.created_at)};
}

crypto::Sha256Digest digest_from(ByteView bytes) {
  crypto::Sha256Digest digest{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), digest.size()), digest.begin());
  return digest;
}

std::vector<crypto::Sha256Digest> split_leaves(ByteView bytes) {
  std::vector<crypto::Sha256Digest> leaves;
  for (std::size_t at = 0; at + kLeafBytes <= bytes.size(); at += kLeafBytes)
    leaves.push_back(digest_from(bytes.subspan(at, kLeafBytes)));
  return leaves;
}

std::string write_signatures(std::span<const HeadSignature> signatures) {
  std::string lines;
  for (const HeadSignature& each : signatures)
    lines += each.key_id + ' ' + base64_encode(each.signature, Base64::standard) + '\n';
  return lines;
}

std::vector<HeadSignature> read_signatures(std::string_view lines) {
  std::vector<HeadSignature> signatures;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    const std::size_t space = line.find(' ');
    if (space == std::string_view::npos) continue;
    const auto bytes = base64_decode(line.substr(space + 1), Base64::standard);
    HeadSignature each{std::string(line.substr(0, space)), {}};
    if (!bytes || bytes->size() != each.signature.size()) continue;
    std::copy(bytes->begin(), bytes->end(), each.signature.begin());
    signatures.push_back(std::move(each));
  }
  return signatures;
}

#define AGENTNET_BATCH_ROW \
  "SELECT first_seq, batch_id, tree_size, root, created_at, leaves, signatures FROM sbn_batches "
constexpr std::string_view kCovering =
    AGENTNET_BATCH_ROW "WHERE first_seq <= ? ORDER BY first_seq DESC LIMIT 1";
#undef AGENTNET_BATCH_ROW

}  // namespace

// The batch of a row that kCovering found.
struct ReceiptReader::Batch {
  explicit Batch(const store::Query& row)
      : first_seq(row.integer(0)),
        head{row.text(1), row.text(4), static_cast<std::uint64_t>(row.integer(2)),
             digest_from(parse_hex(row.text(3)).value_or(Bytes()))},
        tree(split_leaves(row.bytes(5))),
        signatures(read_signatures(row.text(6))) {}

  bool covers(std::int64_t seq) const {
    return seq >= first_seq && seq - first_seq < static_cast<std::int64_t>(head.tree_size);
  }

  std::int64_t first_seq;
  BatchHead head;
  crypto::MerkleTree tree;
  std::vector<HeadSignature> signatures;
};

ReceiptReader::ReceiptReader(store::Connection& connection) : connection_(connection) {}
ReceiptReader::~ReceiptReader() = default;

std::optional<json::Value> ReceiptReader::receipt_of(const LedgerEntry& entry, json::Arena& arena) {
  if (!batch_ || !batch_->covers(entry.seq)) {
    store::Query rows = connection_.query(kCovering, {entry.seq});
    if (!rows.next()) return std::nullopt;
    batch_ = std::make_unique<Batch>(rows);
    if (!batch_->covers(entry.seq)) return std::nullopt;
  }
  const auto place = static_cast<std::uint64_t>(entry.seq - batch_->first_seq);
  return make_receipt(subject_of(entry), batch_->head, place, batch_->tree.inclusion_proof(place),
                      batch_->signatures, arena);
}

std::string receipt_id(std::string_view block_id) {
  return std::string(kReceiptPrefix) + std::string(block_id);
}

crypto::Sha256Digest leaf_of(const LedgerEntry& seal) {
  return receipt_leaf(subject_of(seal));
}

std::string uuid7(Instant now, Random& random) {
  std::array<std::uint8_t, 16> bytes{};
  random.fill(bytes);
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count());
  for (std::size_t i = 0; i < 6; ++i)
    bytes[i] = static_cast<std::uint8_t>(milliseconds >> (40 - 8 * i));
  bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0f) | 0x70);
  bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3f) | 0x80);
  std::string text = hex_lower(bytes);
  for (const std::size_t at : {8U, 13U, 18U, 23U})
    text.insert(at, 1, '-');
  return text;
}

std::string add_batch(store::Connection& connection, std::span<const LedgerEntry> seals,
                      std::int64_t first_seq, std::span<const crypto::SigningKey> validators, Instant now,
                      Random& random) {
  const std::string batch_id = uuid7(now, random);
  std::vector<crypto::Sha256Digest> leaves;
  leaves.reserve(seals.size());
  for (const LedgerEntry& seal : seals)
    leaves.push_back(seal.leaf ? *seal.leaf : leaf_of(seal));
  const BatchHead head{batch_id, iso_offset(now), leaves.size(), crypto::merkle_root(leaves)};
  const ByteView leaf_bytes(reinterpret_cast<const std::uint8_t*>(leaves.data()),
                            leaves.size() * sizeof(crypto::Sha256Digest));
  connection.run(
      "INSERT INTO sbn_batches (first_seq, batch_id, tree_size, root, created_at, leaves, signatures) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      {first_seq, batch_id, static_cast<std::int64_t>(leaves.size()), hex_lower(head.root), head.created_at,
       leaf_bytes, write_signatures(sign_head(head, validators))});
  return batch_id;
}

std::optional<json::Value> receipt_of(store::Connection& connection, const LedgerEntry& entry,
                                      json::Arena& arena) {
  return ReceiptReader(connection).receipt_of(entry, arena);
}

std::optional<json::Value> find_receipt(store::Connection& connection, std::string_view tenant_id,
                                        std::string_view id, json::Arena& arena) {
  if (!id.starts_with(kReceiptPrefix)) return std::nullopt;
  const auto seal = find_block(connection, tenant_id, id.substr(kReceiptPrefix.size()));
  return seal ? receipt_of(connection, *seal, arena) : std::nullopt;
}

std::optional<LedgerEntry> find_leaf(store::Connection& connection, std::string_view tenant_id,
                                     std::string_view hash) {
  const auto leaf = parse_hex(hash);
  if (!leaf || leaf->size() != kLeafBytes) return std::nullopt;
  store::Query rows = connection.query(
      "SELECT first_seq, instr(leaves, ?1) - 1 FROM sbn_batches WHERE instr(leaves, ?1) > 0", {*leaf});
  while (rows.next()) {
    const auto at = static_cast<std::size_t>(rows.integer(1));
    if (at % kLeafBytes != 0) continue;  // across two leaves
    const auto place = static_cast<std::int64_t>(at / kLeafBytes);
    if (auto seal = find_entry(connection, tenant_id, rows.integer(0) + place)) return seal;
  }
  return std::nullopt;
}

}  // namespace agentnet::sbn
