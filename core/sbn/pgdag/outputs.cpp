#include "core/sbn/pgdag/outputs.hpp"

#include <algorithm>

#include "core/json/output.hpp"
#include "core/json/write.hpp"
#include "core/sbn/pgdag/fingerprint.hpp"

namespace agentnet::sbn::pgdag {
namespace {

// Hashes, which most values are, repeat; nothing then has to be hashed anew. Other kinds count as changed.
bool surely_equal(const json::Value& a, const json::Value& b) {
  return a.is_string() && b.is_string() && a.text() == b.text();
}

template <typename Entries>
auto place_of(Entries& entries, std::string_view name) {
  return std::lower_bound(entries.begin(), entries.end(), name,
                          [](const auto& entry, std::string_view wanted) { return entry.name < wanted; });
}

}  // namespace

// The last chunk that begins at or before the name; the first one when there is none.
std::size_t Outputs::chunk_of(std::string_view name) const {
  const auto behind = std::upper_bound(
      chunks_.begin(), chunks_.end(), name,
      [](std::string_view wanted, const Chunk& chunk) { return wanted < chunk.entries.front().name; });
  return behind == chunks_.begin() ? 0 : static_cast<std::size_t>(behind - chunks_.begin()) - 1;
}

void Outputs::touch(std::size_t chunk) {
  chunks_[chunk].text.clear();
  clean_ = std::min(clean_, chunk);
}

void Outputs::set(std::string_view name, const json::Value& value) {
  if (chunks_.empty()) chunks_.emplace_back();
  const std::size_t chunk = chunks_.front().entries.empty() ? 0 : chunk_of(name);
  std::vector<Entry>& entries = chunks_[chunk].entries;
  const auto at = place_of(entries, name);
  if (at != entries.end() && at->name == name) {
    if (surely_equal(at->value, value)) return;
    if (marked_) changes_.push_back({at->name, false, at->value});
    at->value = value;
    return touch(chunk);
  }
  if (marked_) changes_.push_back({name, true, {}});
  insert(chunk, static_cast<std::size_t>(at - entries.begin()), {name, value, next_order_++});
}

void Outputs::insert(std::size_t chunk, std::size_t place, Entry entry) {
  std::vector<Entry>& entries = chunks_[chunk].entries;
  entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(place), entry);
  ++size_;
  touch(chunk);
  if (entries.size() <= kMostInChunk) return;
  Chunk second;
  const auto middle = entries.begin() + kMostInChunk / 2;
  second.entries.assign(middle, entries.end());
  entries.erase(middle, entries.end());
  chunks_.insert(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk) + 1, std::move(second));
}

void Outputs::merge(const json::Value& object) {
  for (const json::Member& member : object.members())
    set(member.name.text(), member.value);
}

const json::Value* Outputs::find(std::string_view name) const {
  if (size_ == 0) return nullptr;
  const std::vector<Entry>& entries = chunks_[chunk_of(name)].entries;
  const auto at = place_of(entries, name);
  return at != entries.end() && at->name == name ? &at->value : nullptr;
}

void Outputs::mark() {
  marked_ = true;
  changes_.clear();
}

void Outputs::keep() {
  marked_ = false;
  changes_.clear();
}

void Outputs::roll_back() {
  marked_ = false;
  while (!changes_.empty()) {
    const Change change = changes_.back();
    changes_.pop_back();
    put_back(change);
  }
}

void Outputs::put_back(const Change& change) {
  if (change.was_new) {
    --next_order_;
    return remove(change.name);
  }
  set(change.name, change.old);
}

void Outputs::remove(std::string_view name) {
  const std::size_t chunk = chunk_of(name);
  std::vector<Entry>& entries = chunks_[chunk].entries;
  entries.erase(place_of(entries, name));
  --size_;
  touch(chunk);
  if (!entries.empty()) return;
  if (chunk + 1 < chunks_.size()) chunks_[chunk + 1].before = chunks_[chunk].before;
  chunks_.erase(chunks_.begin() + static_cast<std::ptrdiff_t>(chunk));
}

void Outputs::write_text(Chunk& chunk) {
  json::Output out(chunk.text);
  for (const Entry& entry : chunk.entries) {
    out.add(',');
    json::write_string(entry.name, out, json::Text::ascii);
    out.add(':');
    write_canonical(entry.value, out);
  }
  out.keep();
}

std::string Outputs::fingerprint() {
  if (size_ == 0) return crypto::sha256_hex("{}");
  clean_ = std::min(clean_, chunks_.size() - 1);
  if (clean_ == 0) {
    chunks_.front().before = crypto::Sha256();
    chunks_.front().before.update(as_bytes("{"));
  }
  crypto::Sha256 state = chunks_[clean_].before;
  for (std::size_t i = clean_; i < chunks_.size(); ++i) {
    Chunk& chunk = chunks_[i];
    chunk.before = state;
    if (chunk.text.empty()) write_text(chunk);
    const std::string_view text = chunk.text;
    state.update(as_bytes(i == 0 ? text.substr(1) : text));  // no comma before the first member
  }
  state.update(as_bytes("}"));
  clean_ = chunks_.size();
  return hex_lower(state.finish());
}

json::Value Outputs::to_json(json::Arena& arena) const {
  std::vector<const Entry*> entries;
  entries.reserve(size_);
  for (const Chunk& chunk : chunks_) {
    for (const Entry& entry : chunk.entries)
      entries.push_back(&entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry* a, const Entry* b) { return a->order < b->order; });
  json::ObjectBuilder object(arena);
  for (const Entry* entry : entries)
    object.add(entry->name, entry->value);
  return object.done();
}

}  // namespace agentnet::sbn::pgdag
