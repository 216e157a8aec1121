#include "core/sbn/chain_v2.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/chain_field.hpp"
#include "core/sbn/member_text.hpp"

namespace agentnet::sbn {
namespace {

using json::Arena;
using json::Value;
using enum ChainDisposition;

constexpr std::array<std::string_view, 6> kCheckpointFields = {
    "schema_version", "profile_id", "canonicalization_version", "chain_id", "length", "head_hash"};
constexpr std::array<std::string_view, 7> kLedgerFields = {
    "schema_version", "profile_id", "canonicalization_version", "chain_id", "length", "head_hash", "entries"};
constexpr std::array<std::string_view, 12> kEntryFields = {
    "schema_version", "profile_id", "canonicalization_version", "chain_id",  "index",    "event_type",
    "block_hash",     "block_id",   "previous_chain_hash",      "timestamp", "metadata", "chain_hash"};

// One object of a ledger or checkpoint, whose fields are known to be all there.
class Reader {
 public:
  Reader(const Value& object, std::optional<std::int64_t> entry) : object_(object), entry_(entry) {}

  // Refuses an object that has not exactly these members, each once.
  void require_fields(std::span<const std::string_view> names) const {
    if (!object_.is_object()) refuse_chain(reject_schema, {entry_, {}, object_.offset()}, "not an object");
    for (const std::string_view name : names) {
      if (object_.find(name) != nullptr) continue;
      refuse_chain(reject_schema, {entry_, name, object_.offset()}, "is missing");
    }
    if (object_.members().size() == names.size()) return;
    for (const json::Member& member : object_.members()) {
      if (std::find(names.begin(), names.end(), member.name.text()) != names.end()) continue;
      refuse_chain(reject_schema, {entry_, {}, member.name.offset()}, "a field that does not belong here");
    }
    refuse_chain(reject_schema, {entry_, {}, object_.offset()}, "a field that stands twice");
  }

  void require_constants() const {
    require_constant("schema_version", kChainSchema, reject_schema);
    require_constant("profile_id", kChainProfile, reject_profile);
    require_constant("canonicalization_version", kChainCanonicalization, reject_canonicalization);
  }

  const Value& value(std::string_view name) const { return *object_.find(name); }
  bool is_null(std::string_view name) const { return value(name).is_null(); }
  ChainPlace place(std::string_view name) const { return {entry_, name, value(name).offset()}; }

  std::string text(std::string_view name, std::size_t most) const {
    return require_chain_text(raw_text(name), most, place(name));
  }
  std::string hash(std::string_view name) const { return require_chain_hash(raw_text(name), place(name)); }
  std::string timestamp(std::string_view name) const {
    return require_chain_timestamp(raw_text(name), place(name));
  }
  std::optional<std::string> hash_or_none(std::string_view name) const {
    if (is_null(name)) return std::nullopt;
    return hash(name);
  }

 private:
  std::string raw_text(std::string_view name) const {
    const Value& member = value(name);
    if (member.is_array() || member.is_object()) refuse_chain(reject_field, place(name), "is not a text");
    return text_or_empty(&member);
  }

  void require_constant(std::string_view name, std::string_view wanted, ChainDisposition disposition) const {
    if (is_text(&value(name), wanted)) return;
    refuse_chain(disposition, place(name), "is not " + std::string(wanted));
  }

  const Value& object_;
  std::optional<std::int64_t> entry_;
};

// Of an object whose fields are known to be there.
CheckpointV2 read_checkpoint(const Reader& object) {
  object.require_constants();
  CheckpointV2 checkpoint;
  checkpoint.chain_id = object.text("chain_id", kMaxChainIdChars);
  const Value& length = object.value("length");
  const bool negative = length.is_integer() && length.text().front() == '-' && length.text() != "-0";
  if (!length.is_integer() || negative) {
    refuse_chain(reject_length, object.place("length"), "is not an integer of 0 or more");
  }
  // No ledger is as long as what 64 bits cannot hold, so any such number is just as wrong.
  checkpoint.length = length.as_int64().value_or(std::numeric_limits<std::int64_t>::max());
  if ((checkpoint.length == 0) != object.is_null("head_hash")) {
    refuse_chain(reject_head, object.place("head_hash"), "must be null for an empty chain and only then");
  }
  checkpoint.head_hash = object.hash_or_none("head_hash");
  return checkpoint;
}

std::int64_t read_index(const Reader& object) {
  const Value& index = object.value("index");
  const auto number = index.as_int64();
  if (!number || *number < 0) {
    refuse_chain(reject_index, object.place("index"), "is not an integer of 0 or more that fits 64 bits",
                 number);
  }
  return *number;
}

// The order of the checks decides which of several faults is reported.
ChainEntryV2 read_entry(const Value& item, std::int64_t position, Arena& arena) {
  const Reader object(item, position);
  object.require_fields(kEntryFields);
  object.require_constants();
  ChainEntryV2 entry;
  entry.chain_id = object.text("chain_id", kMaxChainIdChars);
  entry.index = read_index(object);
  entry.event_type = object.text("event_type", kMaxEventTypeChars);
  entry.block_hash = object.hash("block_hash");
  entry.block_id = object.text("block_id", kMaxBlockIdChars);
  entry.previous_chain_hash = object.hash_or_none("previous_chain_hash");
  entry.timestamp = object.timestamp("timestamp");
  entry.metadata = require_chain_metadata(object.value("metadata"), arena, object.place("metadata"));
  entry.chain_hash = entry.compute_hash();
  if (object.hash("chain_hash") != entry.chain_hash) {
    refuse_chain(reject_entry_hash, object.place("chain_hash"), "is not the entry's hash " + entry.chain_hash,
                 entry.index);
  }
  return entry;
}

void refuse_unless_accepted(const ChainVerification& result, const char* against) {
  if (result.accepted()) return;
  refuse_chain(result.disposition, {},
               "the chain does not hold against " + std::string(against) + ": " +
                   std::string(disposition_name(result.disposition)),
               result.break_at);
}

ChainDisposition judge_entry(std::string_view chain_id, std::span<const ChainEntryV2> entries, std::size_t at,
                             bool is_duplicate) {
  const ChainEntryV2& entry = entries[at];
  if (entry.chain_id != chain_id) return reject_chain_id;
  if (entry.index != static_cast<std::int64_t>(at)) return reject_index;
  if (is_duplicate) return reject_duplicate_entry;
  const auto& previous = entry.previous_chain_hash;
  const bool linked = at == 0 ? !previous : previous && *previous == entries[at - 1].chain_hash;
  if (!linked) return reject_previous_link;
  return entry.compute_hash() == entry.chain_hash ? verified : reject_entry_hash;
}

void add_constants(json::ObjectBuilder& object) {
  object.add("schema_version", Value::string(kChainSchema));
  object.add("profile_id", Value::string(kChainProfile));
  object.add("canonicalization_version", Value::string(kChainCanonicalization));
}

Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value::string(*text) : Value();
}

void add_checkpoint(json::ObjectBuilder& object, const CheckpointV2& checkpoint) {
  add_constants(object);
  object.add("chain_id", std::string_view(checkpoint.chain_id));
  object.add_integer("length", checkpoint.length);
  object.add_optional("head_hash", checkpoint.head_hash);
}

void append_text_member(std::string_view opening, std::string_view text, std::string& out) {
  out += opening;
  json::write_string(text, out);
}

}  // namespace

CheckpointV2 CheckpointV2::from_json(const Value& checkpoint) {
  const Reader object(checkpoint, std::nullopt);
  object.require_fields(kCheckpointFields);
  return read_checkpoint(object);
}

CheckpointV2 CheckpointV2::load(std::string_view text) {
  return from_json(json::parse(text, json::kAsPython).root);
}

Value CheckpointV2::to_json(Arena& arena) const {
  json::ObjectBuilder object(arena);
  add_checkpoint(object, *this);
  return object.done();
}

std::string ChainEntryV2::compute_hash() const {
  // Members in the order of their names, as the canonical form has them.
  std::string bytes;
  append_text_member("{\"block_hash\":", block_hash, bytes);
  append_text_member(",\"block_id\":", block_id, bytes);
  append_text_member(",\"canonicalization_version\":", kChainCanonicalization, bytes);
  append_text_member(",\"chain_id\":", chain_id, bytes);
  append_text_member(",\"event_type\":", event_type, bytes);
  bytes += ",\"index\":" + std::to_string(index) + ",\"metadata\":";
  json::CanonicalWriter(json::Form::quantized).write(metadata, bytes);
  append_text_member(",\"previous_chain_hash\":", previous_chain_hash ? *previous_chain_hash : kGenesisV2,
                     bytes);
  append_text_member(",\"profile_id\":", kChainProfile, bytes);
  append_text_member(",\"schema_version\":", kChainSchema, bytes);
  append_text_member(",\"timestamp\":", timestamp, bytes);
  bytes += '}';
  return hex_upper(crypto::sha256(as_bytes(bytes)));
}

Value ChainEntryV2::to_json(Arena& arena) const {
  json::ObjectBuilder object(arena);
  add_constants(object);
  object.add("chain_id", Value::string(chain_id));
  object.add_integer("index", index);
  object.add("event_type", Value::string(event_type));
  object.add("block_hash", Value::string(block_hash));
  object.add("block_id", Value::string(block_id));
  object.add("previous_chain_hash", text_or_null(previous_chain_hash));
  object.add("timestamp", Value::string(timestamp));
  object.add("metadata", metadata);
  object.add("chain_hash", Value::string(chain_hash));
  return object.done();
}

Value ChainVerification::to_json(Arena& arena) const {
  json::ObjectBuilder details(arena);
  if (accepted()) {
    details.add_integer("length", length);
    details.add_optional("head_hash", head_hash);
  }
  json::ObjectBuilder object(arena);
  object.add_boolean("accepted", accepted());
  object.add("disposition", Value::string(disposition_name(disposition)));
  object.add("break_at", break_at ? Value::integer(arena, *break_at) : Value());
  object.add("details", details.done());
  return object.done();
}

ChainVerification verify_entries(std::string_view chain_id, std::span<const ChainEntryV2> entries,
                                 const CheckpointV2* checkpoint) {
  ChainVerification result;
  result.length = static_cast<std::int64_t>(entries.size());
  if (!entries.empty()) result.head_hash = entries.back().chain_hash;
  const auto reject = [&](ChainDisposition disposition, std::optional<std::int64_t> break_at) {
    result.disposition = disposition;
    result.break_at = break_at;
    return result;
  };
  std::unordered_set<std::string_view> block_hashes;
  std::unordered_set<std::string_view> block_ids;
  for (std::size_t at = 0; at < entries.size(); ++at) {
    const bool new_hash = block_hashes.insert(entries[at].block_hash).second;
    const bool new_id = block_ids.insert(entries[at].block_id).second;
    const ChainDisposition found = judge_entry(chain_id, entries, at, !new_hash || !new_id);
    if (found != verified) return reject(found, static_cast<std::int64_t>(at));
  }
  if (checkpoint == nullptr) return result;
  if (checkpoint->chain_id != chain_id) return reject(reject_chain_id, std::nullopt);
  if (checkpoint->length != result.length) return reject(reject_length, result.length);
  if (checkpoint->head_hash != result.head_hash) return reject(reject_head, result.length - 1);
  return result;
}

ChainV2::ChainV2(std::string_view chain_id)
    : chain_id_(require_chain_text(chain_id, kMaxChainIdChars, {{}, "chain_id", {}})) {}

ChainV2 ChainV2::from_json(const Value& ledger, const CheckpointV2* expected) {
  const Reader object(ledger, std::nullopt);
  object.require_fields(kLedgerFields);
  const CheckpointV2 stated = read_checkpoint(object);
  const Value& items = object.value("entries");
  if (!items.is_array()) refuse_chain(reject_schema, object.place("entries"), "is not an array");
  ChainV2 chain;
  chain.chain_id_ = stated.chain_id;
  chain.entries_.reserve(items.items().size());
  for (const Value& item : items.items()) {
    const auto position = static_cast<std::int64_t>(chain.entries_.size());
    chain.entries_.push_back(read_entry(item, position, chain.arena_));
  }
  refuse_unless_accepted(chain.verify(&stated), "the checkpoint that its ledger states");
  if (expected != nullptr) refuse_unless_accepted(chain.verify(expected), "the expected checkpoint");
  for (const ChainEntryV2& entry : chain.entries_) {
    chain.block_hashes_.insert(entry.block_hash);
    chain.block_ids_.insert(entry.block_id);
  }
  return chain;
}

ChainV2 ChainV2::load(std::string_view text, const CheckpointV2* expected) {
  return from_json(json::parse(text, json::kAsPython).root, expected);
}

std::optional<std::string> ChainV2::head_hash() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.back().chain_hash;
}

const ChainEntryV2& ChainV2::append(const ChainAppendV2& addition) {
  const auto index = static_cast<std::int64_t>(entries_.size());
  ChainEntryV2 entry;
  entry.chain_id = chain_id_;
  entry.index = index;
  entry.block_hash = require_chain_hash(addition.block_hash, {index, "block_hash", {}});
  entry.block_id = require_chain_text(addition.block_id, kMaxBlockIdChars, {index, "block_id", {}});
  const bool same_hash = block_hashes_.contains(entry.block_hash);
  if (same_hash || block_ids_.contains(entry.block_id)) {
    refuse_duplicate_entry({index, same_hash ? "block_hash" : "block_id", {}}, index);
  }
  entry.event_type = require_chain_text(addition.event_type, kMaxEventTypeChars, {index, "event_type", {}});
  entry.previous_chain_hash = head_hash();
  entry.timestamp = require_chain_timestamp(addition.timestamp, {index, "timestamp", {}});
  entry.metadata = require_chain_metadata(addition.metadata, arena_, {index, "metadata", {}});
  entry.chain_hash = entry.compute_hash();
  block_hashes_.insert(entry.block_hash);
  block_ids_.insert(entry.block_id);
  entries_.push_back(std::move(entry));
  return entries_.back();
}

void ChainV2::append_many(std::span<const ChainAppendV2> additions) {
  const std::size_t before = entries_.size();
  try {
    for (const ChainAppendV2& addition : additions)
      append(addition);
  } catch (...) {
    for (std::size_t i = before; i < entries_.size(); ++i) {
      block_hashes_.erase(entries_[i].block_hash);
      block_ids_.erase(entries_[i].block_id);
    }
    entries_.erase(entries_.begin() + static_cast<std::ptrdiff_t>(before), entries_.end());
    throw;
  }
}

CheckpointV2 ChainV2::checkpoint() const {
  return {chain_id_, static_cast<std::int64_t>(entries_.size()), head_hash()};
}

ChainVerification ChainV2::verify(const CheckpointV2* checkpoint) const {
  return verify_entries(chain_id_, entries_, checkpoint);
}

Value ChainV2::to_json(Arena& arena) const {
  json::ArrayBuilder items(arena);
  for (const ChainEntryV2& entry : entries_)
    items.add(entry.to_json(arena));
  json::ObjectBuilder ledger(arena);
  add_checkpoint(ledger, checkpoint());
  ledger.add("entries", items.done());
  return ledger.done();
}

}  // namespace agentnet::sbn
