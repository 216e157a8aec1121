// Text measured and trimmed by Unicode characters, as Python does it.
//
// The strict formats (chain v2, catalogue) limit their texts in code points and trim them before they hash
// them, so both must agree with Python's len() and str.strip() to the character.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace agentnet {

// The number of code points, or nullopt when the bytes are not UTF-8 (RFC 3629; surrogates are not).
std::optional<std::size_t> count_code_points(std::string_view text);

// Without the white space at both ends: the 29 characters that Python's str.isspace() knows, from tab to
// U+3000, among them U+001C to U+001F, U+0085 and U+00A0, but not U+200B or U+FEFF. `text` must be UTF-8;
// other bytes are never white space.
std::string_view strip(std::string_view text);

}  // namespace agentnet
