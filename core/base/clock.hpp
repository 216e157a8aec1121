// The clock seam, and the two spellings of an instant that SnapChore uses.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace agentnet {

// Microseconds since 1970-01-01T00:00:00Z.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

struct Clock {
  virtual ~Clock() = default;
  virtual Instant now() const = 0;
};

struct SystemClock final : Clock {
  Instant now() const override;
};

// "2026-11-23T01:01:44.750272+00:00"; a fraction of zero is left out, as Python's isoformat does.
std::string iso_offset(Instant instant);
// "2026-11-23T01:01:44.750272Z", same rule for the fraction.
std::string iso_zulu(Instant instant);
// "2026-11-23T01:01:44Z": whole seconds, the fraction cut off.
std::string iso_seconds(Instant instant);
// "20261123T010144Z": whole seconds, the fraction cut off (SVP-1.0).
std::string iso_compact(Instant instant);

// Reads what Python 3.11's datetime.fromisoformat reads: a calendar or week date, optionally any one
// separator character and a time, a fraction of any length cut to microseconds, an offset, Z, or none (taken
// as UTC); extended and basic forms. Nullopt for anything else, for instants outside the years 1 to 9999, and
// for what Python lets through by oversight: a fraction without its point, stray characters just before an
// offset.
std::optional<Instant> parse_iso(std::string_view text);

// The timestamp rule of SVP-1.0 (wire reference sbn d.1): what parse_iso reads once every Z is spelled
// +00:00; failing that, the first 19 characters as YYYY-MM-DDTHH:MM:SS in UTC. Spelled as iso_compact does.
std::optional<std::string> canonical_timestamp(std::string_view text);

}  // namespace agentnet
