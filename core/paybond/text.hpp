// Small texts of Paybond's wire: trimming, UUIDs, instants.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/paybond/bincode.hpp"

namespace agentnet::paybond {

// Without Unicode White_Space at both ends: 25 characters from tab to U+3000. Unlike Python's, not U+001C to
// U+001F; and neither U+200B nor U+FEFF. `text` must be UTF-8.
std::string_view trim_white_space(std::string_view text);

// A to Z in lower case, nothing else changed.
std::string lower_ascii(std::string_view text);

// A UUID with hyphens, of 32 digits, in braces or behind "urn:uuid:"; digits of either case. nullopt for
// anything else, white space around it too.
std::optional<Uuid> parse_uuid(std::string_view text);
// Lower case with hyphens.
std::string uuid_text(const Uuid& uuid);

// The form of an instant that signatures cover (wire reference paybond 3.4): T between date and time, the
// fraction without zeros at its end and of at most nine digits, an offset of zero as Z, other offsets as they
// are. nullopt for what is no instant: years 0000 to 9999, hours to 23, offsets to 23:59, any one byte
// between date and time; second 60 only in the last minute of a month in UTC, as 59.999999999.
std::optional<std::string> normalise_timestamp(std::string_view text);

}  // namespace agentnet::paybond
