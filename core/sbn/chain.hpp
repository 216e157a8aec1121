// SnapChore chain, version 1: block hashes in order, each entry sealed to the one before (wire reference sbn
// d.4).
//
// An entry's hash is SHA-256, in lower-case hex, of one line of canonical JSON (json::Form::sorted):
//
//   {"block_hash":"…","event_type":"…","index":0,"previous_chain_hash":"…","timestamp":"…"}
//
// where previous_chain_hash is the hash of the entry before, or "genesis" for the first. Nothing else is
// covered: block_id, metadata, and the ledger's chain_id, created_at, length and head_hash can be changed
// without any hash noticing, and a ledger cut off after any entry is still whole in itself. The strict
// version 2 (chain_v2.hpp) closes these holes.
//
// The ledger file is a JSON object: chain_id, created_at, length, head_hash, entries; an entry is index,
// event_type, block_hash, block_id, previous_chain_hash (null for the first), chain_hash, timestamp,
// metadata.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kGenesis = "genesis";
inline constexpr std::string_view kBlockSealedEvent = "block_sealed";  // the usual event of a sealed block
inline constexpr std::string_view kRawEvent = "event";                 // the usual event of a bare hash

struct ChainEntry {
  std::int64_t index = 0;
  std::string event_type;
  std::string block_hash;
  std::optional<std::string> block_id;
  std::optional<std::string> previous_chain_hash;  // none for the first entry
  std::string chain_hash;
  std::string timestamp;
  json::Value metadata;  // an object; null stands for {}. Of a chain's entry: lies in the chain
};

// What an entry's hash covers, and that hash. Every text must be UTF-8.
std::string hashed_bytes(const ChainEntry& entry);
std::string compute_chain_hash(const ChainEntry& entry);
// In the key order of the ledger. Refers to the entry, which must outlive the value as the arena must.
json::Value to_json(const ChainEntry& entry, json::Arena& arena);

// Which rule an entry breaks: its place in the chain, its link to the entry before, or its own hash.
enum class ChainRule : std::uint8_t { index, link, hash };
struct ChainFault {
  std::size_t at;  // position in the chain, from 0
  ChainRule rule;
};
// The first entry that breaks a rule, rules tried in the order above; nullopt for a whole chain.
std::optional<ChainFault> first_fault(std::span<const ChainEntry> entries);
// The first entry whose link or hash is broken. An entry that only has the wrong index is passed over, as by
// the network's own tools: a chain can fail verification and have no break.
std::optional<std::size_t> find_break(std::span<const ChainEntry> entries);

// What a ledger file said about its own end, compared with the entries in it.
enum class Stated : std::uint8_t { agrees, differs, missing };
struct StatedEnd {
  Stated length = Stated::agrees;
  Stated head_hash = Stated::agrees;
  bool agrees() const { return length == Stated::agrees && head_hash == Stated::agrees; }
};

// What append needs to know.
struct ChainAppend {
  std::string block_hash;  // any text that is not empty; normally 64 hex digits
  std::string event_type{kRawEvent};
  std::optional<std::string> block_id;
  std::string timestamp;  // not empty; ISO 8601 by custom, hashed as it stands
  json::Value metadata;   // an object, or null for none; copied
};

// A chain in memory. Moves; does not copy. Not for two threads at once.
class Chain {
 public:
  // An empty chain. Throws Error usage/bad_entry when a text is empty or not UTF-8.
  Chain(std::string chain_id, std::string created_at);

  // Reads a ledger; copies what it keeps. Unknown members are dropped; block_id, previous_chain_hash,
  // metadata and created_at may be absent; a name that occurs twice in the ledger or in an entry is refused.
  // Throws Error usage/bad_ledger (details: "entry" and "field" where known, "offset" in the parsed text),
  // and verification/chain_hash_mismatch for an entry whose hash does not hold (details: "index", "computed",
  // "stored" unless absent). Links and index order are not looked at: that is verify().
  static Chain from_json(const json::Value& ledger);
  // The same from the text of a ledger file; what Python's parser takes is taken. Also throws usage/bad_json.
  static Chain load(std::string_view text);

  const std::string& chain_id() const { return chain_id_; }
  // As the ledger has it; none when it had none.
  const std::optional<std::string>& created_at() const { return created_at_; }
  // They lie in the chain, their metadata too.
  const std::vector<ChainEntry>& entries() const& { return entries_; }
  const std::vector<ChainEntry>& entries() const&& = delete;
  // The hash of the last entry; none while there is none.
  std::optional<std::string> head_hash() const;
  // What the file that this was read from said about length and head_hash. Loading and verifying ignore both,
  // so a caller that must notice a truncated chain asks here. A chain that was not read agrees.
  const StatedEnd& stated_end() const { return stated_end_; }

  // Adds one entry. Throws Error usage/bad_entry for a text that is empty or not UTF-8 (block_id and
  // event_type may be empty) and for metadata that is no object. The reference holds until the next append.
  const ChainEntry& append(const ChainAppend& addition);
  // Adds all of them, or none when one is refused.
  void append_many(std::span<const ChainAppend> additions);
  // Bare hashes that share an event and a timestamp.
  void append_many(std::span<const std::string> block_hashes, std::string_view event_type,
                   std::string_view timestamp);

  // True when every entry stands at its index, links to the one before, and has the hash that it should.
  bool verify() const { return !first_fault(entries_); }
  std::optional<std::size_t> find_break() const { return sbn::find_break(entries_); }

  // The ledger. Refers to the chain, which must outlive the value and not change meanwhile.
  json::Value to_json(json::Arena& arena) const;

 private:
  Chain() = default;
  void add(const ChainAppend& addition);

  std::string chain_id_;
  std::optional<std::string> created_at_;
  std::vector<ChainEntry> entries_;
  StatedEnd stated_end_;
  json::Arena arena_;  // the metadata of the entries
};

}  // namespace agentnet::sbn
