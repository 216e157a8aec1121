#include "core/sbn/chain.hpp"

#include <array>
#include <utility>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn {
namespace {

using json::Arena;
using json::Value;

constexpr std::array<std::string_view, 5> kLedgerFields = {"chain_id", "created_at", "length", "head_hash",
                                                           "entries"};
constexpr std::array<std::string_view, 8> kEntryFields = {
    "index",      "event_type", "block_hash", "block_id", "previous_chain_hash",
    "chain_hash", "timestamp",  "metadata"};

// Where in a ledger something is wrong.
struct Place {
  std::optional<std::size_t> entry;
  std::string_view field;
  std::uint32_t offset = 0;
};

[[noreturn]] void bad_ledger(const Place& place, const std::string& what) {
  std::string message = "bad chain ledger: ";
  std::vector<Detail> details;
  if (place.entry) {
    message += "entry " + std::to_string(*place.entry) + ": ";
    details.push_back({"entry", static_cast<std::int64_t>(*place.entry)});
  }
  if (!place.field.empty()) {
    message += std::string(place.field) + " ";
    details.push_back({"field", std::string(place.field)});
  }
  details.push_back({"offset", static_cast<std::int64_t>(place.offset)});
  message += what + " (byte " + std::to_string(place.offset) + ")";
  throw Error(Category::usage, "bad_ledger", message, {}, std::move(details));
}

// The members of an object in the order of `names`, null where one is absent. A name that occurs twice is
// refused: readers that count the first occurrence and readers that count the last would see two chains.
template <std::size_t N>
std::array<const Value*, N> members_by_name(const Value& object, const std::array<std::string_view, N>& names,
                                            std::optional<std::size_t> entry) {
  std::array<const Value*, N> found{};
  for (const json::Member& member : object.members()) {
    for (std::size_t i = 0; i < N; ++i) {
      if (member.name.text() != names[i]) continue;
      if (found[i] != nullptr) bad_ledger({entry, names[i], member.name.offset()}, "occurs twice");
      found[i] = &member.value;
    }
  }
  return found;
}

// One entry of a ledger, for error messages: the object and its position.
struct Source {
  const Value& object;
  std::optional<std::size_t> entry;
};

std::string read_text(const Source& from, const Value* value, std::string_view field) {
  if (value == nullptr) bad_ledger({from.entry, field, from.object.offset()}, "is missing");
  if (!value->is_string()) bad_ledger({from.entry, field, value->offset()}, "is not a string");
  if (value->has_lone_surrogate()) {
    bad_ledger({from.entry, field, value->offset()}, "holds half of a surrogate pair");
  }
  return std::string(value->text());
}

std::optional<std::string> read_optional_text(const Source& from, const Value* value,
                                              std::string_view field) {
  if (value == nullptr || value->is_null()) return std::nullopt;
  return read_text(from, value, field);
}

// A copy that lies wholly in `arena`. Through ASCII text, which carries every value that a parser can make.
Value copy_of(const Value& value, Arena& arena) {
  const std::string_view text = arena.copy(json::to_compact(value, json::Text::ascii));
  return json::Parser(json::kAsPython).parse(text, arena);
}

// Null, {} and what else Python holds for false all stand for no metadata.
Value read_metadata(const Source& from, const Value* value, Arena& arena) {
  if (value == nullptr || !value->truthy()) return {};
  if (!value->is_object()) bad_ledger({from.entry, "metadata", value->offset()}, "is not an object");
  return copy_of(*value, arena);
}

void append_text_member(std::string_view opening, std::string_view text, std::string& out) {
  out += opening;
  json::write_string(text, out);
}

void write_hashed_bytes(const ChainEntry& entry, std::string& out) {
  const bool linked = entry.previous_chain_hash && !entry.previous_chain_hash->empty();
  append_text_member("{\"block_hash\":", entry.block_hash, out);
  append_text_member(",\"event_type\":", entry.event_type, out);
  out += ",\"index\":";
  out += std::to_string(entry.index);
  append_text_member(",\"previous_chain_hash\":", linked ? *entry.previous_chain_hash : kGenesis, out);
  append_text_member(",\"timestamp\":", entry.timestamp, out);
  out += '}';
}

[[noreturn]] void hash_mismatch(const ChainEntry& entry, const Value* stored) {
  const std::string index = std::to_string(entry.index);
  std::vector<Detail> details = {{"index", entry.index}, {"computed", entry.chain_hash}};
  std::string shown = "none";
  if (stored != nullptr && !stored->is_null()) {
    shown = stored->is_string() ? std::string(stored->text()) : json::to_compact(*stored, json::Text::ascii);
    details.push_back({"stored", shown});
  }
  throw Error(
      Category::verification, "chain_hash_mismatch",
      "chain hash mismatch at index " + index + ": computed " + entry.chain_hash + ", stored " + shown, {},
      std::move(details));
}

ChainEntry read_entry(const Value& object, std::size_t position, Arena& arena) {
  if (!object.is_object()) bad_ledger({position, {}, object.offset()}, "is not an object");
  const auto [index, event_type, block_hash, block_id, previous, stored, timestamp, metadata] =
      members_by_name(object, kEntryFields, position);
  const Source from{object, position};
  if (index == nullptr) bad_ledger({position, "index", object.offset()}, "is missing");
  const std::optional<std::int64_t> number = index->as_int64();
  if (!number) bad_ledger({position, "index", index->offset()}, "is not an integer of 64 bits");
  ChainEntry entry;
  entry.index = *number;
  entry.event_type = read_text(from, event_type, "event_type");
  entry.block_hash = read_text(from, block_hash, "block_hash");
  entry.block_id = read_optional_text(from, block_id, "block_id");
  entry.previous_chain_hash = read_optional_text(from, previous, "previous_chain_hash");
  entry.timestamp = read_text(from, timestamp, "timestamp");
  // An empty timestamp can never have been hashed: the network's own tools put the clock in its place.
  if (entry.timestamp.empty()) bad_ledger({position, "timestamp", timestamp->offset()}, "is empty");
  entry.metadata = read_metadata(from, metadata, arena);
  entry.chain_hash = compute_chain_hash(entry);
  const bool holds = stored != nullptr && stored->is_string() && stored->text() == entry.chain_hash;
  if (!holds) hash_mismatch(entry, stored);
  return entry;
}

Stated compare_length(const Value* length, std::size_t entries) {
  if (length == nullptr) return Stated::missing;
  const auto number = length->as_int64();
  return number && *number == static_cast<std::int64_t>(entries) ? Stated::agrees : Stated::differs;
}

Stated compare_head(const Value* head, const std::optional<std::string>& actual) {
  if (head == nullptr) return Stated::missing;
  const bool same = actual ? head->is_string() && head->text() == *actual : head->is_null();
  return same ? Stated::agrees : Stated::differs;
}

[[noreturn]] void bad_entry(std::string_view field, const std::string& what) {
  throw Error(Category::usage, "bad_entry", "the " + std::string(field) + " of a chain entry " + what, {},
              {{"field", std::string(field)}});
}

enum class Empty : std::uint8_t { allowed, refused };

void require_text(std::string_view text, std::string_view field, Empty empty) {
  if (text.empty() && empty == Empty::refused) bad_entry(field, "is empty");
  if (!count_code_points(text)) bad_entry(field, "is not UTF-8");
}

void require_addition(const ChainAppend& addition) {
  require_text(addition.block_hash, "block_hash", Empty::refused);
  require_text(addition.event_type, "event_type", Empty::allowed);
  require_text(addition.timestamp, "timestamp", Empty::refused);
  if (addition.block_id) require_text(*addition.block_id, "block_id", Empty::allowed);
  if (addition.metadata.truthy() && !addition.metadata.is_object()) bad_entry("metadata", "is not an object");
}

bool link_holds(std::span<const ChainEntry> entries, std::size_t at) {
  const auto& previous = entries[at].previous_chain_hash;
  return at == 0 ? !previous : previous && *previous == entries[at - 1].chain_hash;
}

// `scratch` is working memory.
bool hash_holds(const ChainEntry& entry, std::string& scratch) {
  scratch.clear();
  write_hashed_bytes(entry, scratch);
  return crypto::sha256_hex(scratch) == entry.chain_hash;
}

// Null when there is none.
Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value::string(*text) : Value();
}

}  // namespace

std::string hashed_bytes(const ChainEntry& entry) {
  std::string bytes;
  write_hashed_bytes(entry, bytes);
  return bytes;
}

std::string compute_chain_hash(const ChainEntry& entry) {
  return crypto::sha256_hex(hashed_bytes(entry));
}

Value to_json(const ChainEntry& entry, Arena& arena) {
  json::ObjectBuilder object(arena);
  object.add_integer("index", entry.index);
  object.add("event_type", Value::string(entry.event_type));
  object.add("block_hash", Value::string(entry.block_hash));
  object.add("block_id", text_or_null(entry.block_id));
  object.add("previous_chain_hash", text_or_null(entry.previous_chain_hash));
  object.add("chain_hash", Value::string(entry.chain_hash));
  object.add("timestamp", Value::string(entry.timestamp));
  object.add("metadata", entry.metadata.truthy() ? entry.metadata : json::ObjectBuilder(arena).done());
  return object.done();
}

std::optional<ChainFault> first_fault(std::span<const ChainEntry> entries) {
  std::string scratch;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (entries[i].index != static_cast<std::int64_t>(i)) return ChainFault{i, ChainRule::index};
    if (!link_holds(entries, i)) return ChainFault{i, ChainRule::link};
    if (!hash_holds(entries[i], scratch)) return ChainFault{i, ChainRule::hash};
  }
  return std::nullopt;
}

std::optional<std::size_t> find_break(std::span<const ChainEntry> entries) {
  std::string scratch;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (!link_holds(entries, i) || !hash_holds(entries[i], scratch)) return i;
  }
  return std::nullopt;
}

Chain::Chain(std::string chain_id, std::string created_at)
    : chain_id_(std::move(chain_id)), created_at_(std::move(created_at)) {
  require_text(chain_id_, "chain_id", Empty::refused);
  require_text(*created_at_, "created_at", Empty::refused);
}

Chain Chain::from_json(const Value& ledger) {
  if (!ledger.is_object()) bad_ledger({{}, {}, ledger.offset()}, "it is not an object");
  const auto [chain_id, created_at, length, head_hash, entries] =
      members_by_name(ledger, kLedgerFields, std::nullopt);
  const Source from{ledger, std::nullopt};
  Chain chain;
  chain.chain_id_ = read_text(from, chain_id, "chain_id");
  if (chain.chain_id_.empty()) bad_ledger({{}, "chain_id", chain_id->offset()}, "is empty");
  chain.created_at_ = read_optional_text(from, created_at, "created_at");
  if (entries == nullptr) bad_ledger({{}, "entries", ledger.offset()}, "is missing");
  if (!entries->is_array()) bad_ledger({{}, "entries", entries->offset()}, "is not an array");
  chain.entries_.reserve(entries->items().size());
  for (const Value& item : entries->items()) {
    chain.entries_.push_back(read_entry(item, chain.entries_.size(), chain.arena_));
  }
  chain.stated_end_.length = compare_length(length, chain.entries_.size());
  chain.stated_end_.head_hash = compare_head(head_hash, chain.head_hash());
  return chain;
}

Chain Chain::load(std::string_view text) {
  return from_json(json::parse(text, json::kAsPython).root);
}

std::optional<std::string> Chain::head_hash() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.back().chain_hash;
}

void Chain::add(const ChainAppend& addition) {
  ChainEntry entry;
  entry.index = static_cast<std::int64_t>(entries_.size());
  entry.event_type = addition.event_type;
  entry.block_hash = addition.block_hash;
  entry.block_id = addition.block_id;
  entry.previous_chain_hash = head_hash();
  entry.timestamp = addition.timestamp;
  if (addition.metadata.truthy()) entry.metadata = copy_of(addition.metadata, arena_);
  entry.chain_hash = compute_chain_hash(entry);
  entries_.push_back(std::move(entry));
}

const ChainEntry& Chain::append(const ChainAppend& addition) {
  require_addition(addition);
  add(addition);
  return entries_.back();
}

void Chain::append_many(std::span<const ChainAppend> additions) {
  for (const ChainAppend& addition : additions)
    require_addition(addition);
  for (const ChainAppend& addition : additions)
    add(addition);
}

void Chain::append_many(std::span<const std::string> block_hashes, std::string_view event_type,
                        std::string_view timestamp) {
  ChainAppend addition;
  addition.event_type = event_type;
  addition.timestamp = timestamp;
  for (const std::string& block_hash : block_hashes) {
    addition.block_hash = block_hash;
    require_addition(addition);
  }
  for (const std::string& block_hash : block_hashes) {
    addition.block_hash = block_hash;
    add(addition);
  }
}

Value Chain::to_json(Arena& arena) const {
  json::ArrayBuilder items(arena);
  for (const ChainEntry& entry : entries_)
    items.add(sbn::to_json(entry, arena));
  json::ObjectBuilder ledger(arena);
  ledger.add("chain_id", Value::string(chain_id_));
  ledger.add("created_at", text_or_null(created_at_));
  ledger.add_integer("length", static_cast<std::int64_t>(entries_.size()));
  ledger.add("head_hash", entries_.empty() ? Value() : Value::string(entries_.back().chain_hash));
  ledger.add("entries", items.done());
  return ledger.done();
}

}  // namespace agentnet::sbn
