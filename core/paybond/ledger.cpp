#include "core/paybond/ledger.hpp"

#include <algorithm>
#include <bit>

#include "core/base/error.hpp"
#include "core/json/write.hpp"
#include "core/paybond/canonical.hpp"
#include "core/paybond/ledger_tree.hpp"
#include "core/paybond/signal.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::int64_t kNanosPerMicro = 1'000;

template <typename Array>
Array from_hex(const std::string& text) {
  const auto bytes = parse_hex(text);
  Array array{};
  if (!bytes || bytes->size() != array.size())
    throw Error(Category::failed, "bad_ledger", "the ledger in the store is damaged");
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return array;
}

std::string event_text(std::string_view tenant_id, const LedgerEvent& event) {
  json::Arena arena;
  json::ObjectBuilder members(arena);
  members.add_integer("schema_version", kLedgerSchemaVersion)
      .add("tenant_id", tenant_id)
      .add("kind", event.kind)
      .add("intent_id", event.intent_id)
      .add("operator_did", event.operator_did);
  for (const json::Member& member : event.details.members())
    members.add(member);
  return to_canonical(members.done());
}

std::uint64_t checked_size(store::Connection& connection, std::string_view tenant_id, std::uint64_t size) {
  const auto entries = static_cast<std::uint64_t>(ledger_tip(connection, tenant_id).seq);
  if (size > entries) {
    throw Error(Category::usage, "out_of_range",
                "the ledger has " + std::to_string(entries) + " entries and not " + std::to_string(size));
  }
  return size;
}

}  // namespace

LedgerTip ledger_tip(store::Connection& connection, std::string_view tenant_id) {
  store::Query rows = connection.query(
      "SELECT seq, entry_commitment, timestamp_unix_nanos FROM paybond_ledger_tips WHERE tenant_id = ?",
      {tenant_id});
  if (!rows.next()) return {};
  return {rows.integer(0), from_hex<Digest>(rows.text(1)), rows.integer(2)};
}

LedgerEntry append_event(store::Connection& connection, std::string_view tenant_id,
                         const crypto::SigningKey& harbor, const LedgerEvent& event, Instant now) {
  const LedgerTip tip = ledger_tip(connection, tenant_id);
  LedgerEntry entry;
  entry.seq = tip.seq + 1;
  entry.prev_commitment = tip.entry_commitment;
  entry.event = event_text(tenant_id, event);
  entry.timestamp_unix_nanos =
      std::max(now.time_since_epoch().count() * kNanosPerMicro, tip.timestamp_unix_nanos);
  sign_entry(entry, harbor);
  const std::string commitment = hex_lower(entry.entry_commitment);
  connection.run(
      "INSERT INTO paybond_ledger (tenant_id, seq, prev_commitment, entry_commitment, event,"
      " timestamp_unix_nanos, issuer, signature) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {tenant_id, entry.seq, hex_lower(entry.prev_commitment), commitment, entry.event,
       entry.timestamp_unix_nanos, hex_lower(entry.issuer.bytes), hex_lower(entry.signature)});
  connection.run(
      "INSERT OR REPLACE INTO paybond_ledger_tips (tenant_id, seq, entry_commitment, timestamp_unix_nanos)"
      " VALUES (?, ?, ?, ?)",
      {tenant_id, entry.seq, commitment, entry.timestamp_unix_nanos});
  LedgerTree(connection, tenant_id)
      .append(static_cast<std::uint64_t>(tip.seq), ledger_leaf(entry.entry_commitment));
  tell_signal(connection, tenant_id, entry);
  return entry;
}

void read_ledger(store::Connection& connection, std::string_view tenant_id, std::int64_t after_seq,
                 std::int64_t limit, const std::function<void(const LedgerEntry&)>& take) {
  store::Query rows = connection.query(
      "SELECT seq, prev_commitment, entry_commitment, event, timestamp_unix_nanos, issuer, signature"
      " FROM paybond_ledger WHERE tenant_id = ? AND seq > ? ORDER BY seq LIMIT ?",
      {tenant_id, after_seq, limit});
  while (rows.next()) {
    LedgerEntry entry;
    entry.seq = rows.integer(0);
    entry.prev_commitment = from_hex<Digest>(rows.text(1));
    entry.entry_commitment = from_hex<Digest>(rows.text(2));
    entry.event = rows.text(3);
    entry.timestamp_unix_nanos = rows.integer(4);
    entry.issuer = {from_hex<decltype(crypto::PublicKey::bytes)>(rows.text(5))};
    entry.signature = from_hex<crypto::Signature>(rows.text(6));
    take(entry);
  }
}

Checkpoint ledger_head(store::Connection& connection, std::string_view tenant_id, std::uint64_t size) {
  if (size == 0) throw Error(Category::usage, "out_of_range", "an empty ledger has no checkpoint");
  checked_size(connection, tenant_id, size);
  Checkpoint head{std::string(tenant_id), size, LedgerTree(connection, tenant_id).root(size), {}, 0};
  read_ledger(connection, tenant_id, static_cast<std::int64_t>(size) - 1, 1, [&](const LedgerEntry& last) {
    head.last_commitment = last.entry_commitment;
    head.timestamp_unix_nanos = last.timestamp_unix_nanos;
  });
  return head;
}

crypto::MerkleProof ledger_inclusion(store::Connection& connection, std::string_view tenant_id,
                                     std::uint64_t seq, std::uint64_t size) {
  checked_size(connection, tenant_id, size);
  if (seq == 0 || seq > size)
    throw Error(Category::usage, "out_of_range", "the tree has no entry of that seq");
  return LedgerTree(connection, tenant_id).inclusion(seq - 1, size);
}

crypto::MerkleProof ledger_consistency(store::Connection& connection, std::string_view tenant_id,
                                       std::uint64_t old_size, std::uint64_t size) {
  checked_size(connection, tenant_id, size);
  if (old_size > size) throw Error(Category::usage, "out_of_range", "the earlier tree is the larger one");
  return LedgerTree(connection, tenant_id).consistency(old_size, size);
}

}  // namespace agentnet::paybond
