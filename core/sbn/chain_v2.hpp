// SnapChore chain, version 2: the strict ledger that is judged against a checkpoint (wire reference sbn d.4).
//
// An entry's hash is SHA-256, in upper-case hex, of the canonical JSON (json::Form::quantized) of every field
// of the entry but the hash itself, with previous_chain_hash "GENESIS" for the first. A checkpoint says which
// chain, how many entries, and the hash of the last: kept apart from the ledger, it shows up any cut, swap or
// addition.
//
//   checkpoint  schema_version, profile_id, canonicalization_version, chain_id, length, head_hash
//   ledger      the same six and entries
//   entry       the first four, index, event_type, block_hash, block_id, previous_chain_hash, timestamp,
//   metadata,
//               chain_hash
//
// Exactly these fields, each once. head_hash is null if and only if length is 0, previous_chain_hash if and
// only if the entry is the first. Texts are trimmed (unicode_text.hpp) and then counted in code points;
// hashes are taken in either case and kept in upper case; no two entries share a block_hash or a block_id. In
// metadata, decimals are rounded to 12 places, names are not empty, and nothing is nested deeper than
// kMaxMetadataDepth.
//
// Where a text, a hash or a timestamp is expected and a number or boolean stands, Python's text of it counts,
// as with the network's own tools (member_text.hpp); an array or object is refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/json/value.hpp"
#include "core/sbn/chain_disposition.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kChainSchema = "snapchore_chain_ledger_v2";
inline constexpr std::string_view kChainProfile = "snapchore_native_chain_integrity_v2";
inline constexpr std::string_view kChainCanonicalization = "snapchore.chain.canonical_json_v2";
inline constexpr std::string_view kGenesisV2 = "GENESIS";

inline constexpr std::size_t kMaxChainIdChars = 200;    // code points
inline constexpr std::size_t kMaxEventTypeChars = 128;  // code points
inline constexpr std::size_t kMaxBlockIdChars = 256;    // code points
inline constexpr unsigned kMaxMetadataDepth = 50;       // of a value; metadata itself is at depth 0

// Functions that throw Error throw what refuse_chain makes (chain_disposition.hpp); an entry that is added
// and exists already is conflict/duplicate_entry.

struct CheckpointV2 {
  std::string chain_id;
  std::int64_t length = 0;
  std::optional<std::string> head_hash;

  // Reads and checks. Throws Error.
  static CheckpointV2 from_json(const json::Value& checkpoint);
  // From the text of a checkpoint file. Also throws usage/bad_json.
  static CheckpointV2 load(std::string_view text);
  // Refers to the checkpoint, which must outlive the value.
  json::Value to_json(json::Arena& arena) const;
};

// All that is hashed but the three constants, and the hash.
struct ChainEntryV2 {
  std::string chain_id;
  std::int64_t index = 0;
  std::string event_type;
  std::string block_hash;
  std::string block_id;
  std::optional<std::string> previous_chain_hash;
  std::string timestamp;
  json::Value metadata;  // an object, decimals rounded already; of a chain's entry: lies in the chain
  std::string chain_hash;

  std::string compute_hash() const;
  // Refers to the entry, which must outlive the value.
  json::Value to_json(json::Arena& arena) const;
};

struct ChainVerification {
  ChainDisposition disposition = ChainDisposition::verified;
  std::optional<std::int64_t> break_at;  // where the chain stops holding
  std::int64_t length = 0;               // of what was verified
  std::optional<std::string> head_hash;

  bool accepted() const { return disposition == ChainDisposition::verified; }
  // {accepted, disposition, break_at, details}; details are length and head_hash when accepted, else empty.
  json::Value to_json(json::Arena& arena) const;
};

// Judges entries in order, each by CHAIN_ID, INDEX, DUPLICATE_ENTRY, PREVIOUS_LINK, ENTRY_HASH (break_at is
// its position); then the checkpoint, if there is one, by CHAIN_ID, LENGTH (break_at is the number of
// entries), HEAD (break_at is one less).
ChainVerification verify_entries(std::string_view chain_id, std::span<const ChainEntryV2> entries,
                                 const CheckpointV2* checkpoint);

// What append needs to know.
struct ChainAppendV2 {
  std::string block_hash;  // 64 hex digits of either case
  std::string block_id;
  std::string event_type = "event";
  std::string timestamp;  // "2026-03-01T00:00:00Z", a date that exists, seconds up to 59
  json::Value metadata;   // an object, or null for none; copied
};

// A chain in memory. Moves; does not copy. Not for two threads at once.
class ChainV2 {
 public:
  // An empty chain. Throws Error with REJECT_FIELD.
  explicit ChainV2(std::string_view chain_id);

  // Reads a ledger and verifies it against the checkpoint it states, then against `expected` unless null;
  // copies what it keeps. Every entry is read, its hash recomputed, before the first is judged among its
  // neighbours: an entry hash that does not hold is reported ahead of a broken link before it. Throws Error.
  static ChainV2 from_json(const json::Value& ledger, const CheckpointV2* expected = nullptr);
  // From the text of a ledger file. Also throws usage/bad_json.
  static ChainV2 load(std::string_view text, const CheckpointV2* expected = nullptr);

  const std::string& chain_id() const { return chain_id_; }
  // They lie in the chain, their metadata too.
  const std::vector<ChainEntryV2>& entries() const& { return entries_; }
  const std::vector<ChainEntryV2>& entries() const&& = delete;
  std::optional<std::string> head_hash() const;

  // Adds one entry. Throws Error with REJECT_FIELD or REJECT_DUPLICATE_ENTRY, the chain then being unchanged.
  // The reference holds until the next append.
  const ChainEntryV2& append(const ChainAppendV2& addition);
  // Adds all of them, or none when one is refused ("entry" in the details is the index it would have had).
  void append_many(std::span<const ChainAppendV2> additions);

  CheckpointV2 checkpoint() const;
  ChainVerification verify(const CheckpointV2* checkpoint = nullptr) const;

  // The ledger. Refers to the chain, which must outlive the value and not change meanwhile.
  json::Value to_json(json::Arena& arena) const;

 private:
  ChainV2() = default;

  std::string chain_id_;
  std::vector<ChainEntryV2> entries_;
  std::unordered_set<std::string> block_hashes_;
  std::unordered_set<std::string> block_ids_;
  json::Arena arena_;  // the metadata of the entries
};

}  // namespace agentnet::sbn
