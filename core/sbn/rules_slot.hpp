// Rules of slots that need no store: generations, the root over what was submitted, and what a slot session
// makes of an event (wire reference sbn, sections e and f.1).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

// In which generation of a slot an instant lies: whole intervals since it was opened, counted from 0; what
// lies before the opening counts as 0. `interval` is in seconds, at least 1.
std::int64_t generation_at(Instant opened_at, Instant now, std::int64_t interval);

// The Merkle root of pgdag over hashes in hex, which come one by one: [] is "", one is itself; a node is the
// SHA-256 of its two children's text, and the last of an odd layer is its own sibling. Holds one hash for
// each doubling of their number.
class SnapRoot {
 public:
  void append(std::string_view hash);
  std::int64_t count() const { return count_; }
  std::string root() const;

 private:
  std::int64_t count_ = 0;
  std::vector<std::optional<std::string>> waiting_;  // by layer: a left child without its right one
};

// The hash without "sha256:" in front.
std::string_view bare_hash(std::string_view hash);

// The payload of an Action block for an event, as the official client's slot session makes it (0.12.2): the
// members action, score and reinforced, then those of the event, which win where they have the same name.
// Without its own `action` an event is called by its event_type, or "event". Lies in `arena`. Throws Error
// usage/bad_event for an event_type that is an array or an object and no name.
json::Value session_event(const json::Value& event, json::Arena& arena);

}  // namespace agentnet::sbn
