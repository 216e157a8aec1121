// What a run has so far: the map of JSON members that each step gets as inputs and adds to.
//
// It grows with every step, a linear template of n steps ends with 3n members, and each step's inputs are
// fingerprinted anew. So the map is kept in the order of its canonical text, in chunks that remember the
// state of the SHA-256 before them: a fingerprint hashes again only from the first chunk that changed. That
// is cheap where step names sort as the steps run (step-001, step-002, …), whatever the number of members.
// It cannot be cheap where a member that sorts first changes each time: SHA-256 then has to see all the
// bytes behind it, some 1.7 GB a second.
//
// Names and values must outlive the map. Not for two threads at once.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/crypto/sha256.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::pgdag {

class Outputs {
 public:
  // Sets a member. A new one goes to the end of to_json(), a known one keeps its place there.
  void set(std::string_view name, const json::Value& value);
  // Sets every member of an object, in its order.
  void merge(const json::Value& object);
  const json::Value* find(std::string_view name) const;  // valid until the next change
  std::size_t size() const { return size_; }

  // From mark() on, changes can be taken back; one mark at a time.
  void mark();
  void roll_back();
  void keep();

  // canonical_fingerprint of the object.
  std::string fingerprint();
  // The object, its members in the order they came.
  json::Value to_json(json::Arena& arena) const;

  static constexpr std::size_t kMostInChunk = 16;  // members; a chunk that is full is split in two

 private:
  struct Entry {
    std::string_view name;
    json::Value value;
    std::uint64_t order;  // when it came
  };
  struct Chunk {
    std::vector<Entry> entries;
    std::string text;       // canonical, each member with a comma before it; empty: to be written
    crypto::Sha256 before;  // what hashed the chunks before this one; right for all up to clean_
  };
  struct Change {
    std::string_view name;
    bool was_new;
    json::Value old;
  };

  std::size_t chunk_of(std::string_view name) const;
  void touch(std::size_t chunk);
  void insert(std::size_t chunk, std::size_t place, Entry entry);
  void remove(std::string_view name);
  void put_back(const Change& change);
  static void write_text(Chunk& chunk);

  std::vector<Chunk> chunks_;
  std::size_t size_ = 0;
  std::size_t clean_ = 0;  // the first chunk whose text changed since the last fingerprint
  std::uint64_t next_order_ = 0;
  bool marked_ = false;
  std::vector<Change> changes_;
};

}  // namespace agentnet::sbn::pgdag
