// Any text: an instant that was read is spelled in ways that read back to it.
#include <chrono>
#include <string>

#include "core/base/clock.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto instant = parse_iso(text);
  const auto canonical = canonical_timestamp(text);
  if (instant) {
    require(parse_iso(iso_offset(*instant)) == instant);
    require(parse_iso(iso_zulu(*instant)) == instant);
    require(parse_iso(iso_seconds(*instant)) == std::chrono::floor<std::chrono::seconds>(*instant));
    if (text.find('Z') == std::string_view::npos) require(canonical == iso_compact(*instant));
  }
  if (canonical) {
    require(canonical->size() == 16);
    require(canonical_timestamp(*canonical) == canonical);
  }
  return 0;
}
