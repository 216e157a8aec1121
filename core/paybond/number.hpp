// Numbers as Paybond signs them: a reader that is not correctly rounded, and a writer (wire reference paybond
// 1.2 to 1.4).
//
// The hosted side reads decimals with one 64-bit significand and one multiplication or division, so about one
// in nine random doubles lands one step beside the nearest. Signatures cover what that reader made of a
// number; the reader of core/json/number.hpp would break them.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace agentnet::paybond {

inline constexpr std::size_t kMaxNumberBytes = 32;  // of what put_double writes

// The double that a JSON number stands for; nullopt when it is too large for one. `text` must be a valid JSON
// number, of any length.
std::optional<double> read_double(std::string_view text);

// Whether an integer is one of -2^63 to 2^64-1 and so keeps its text. "-0" is not: it is the double -0.0.
// `text` must be a JSON number without '.' and exponent.
bool is_exact_integer(std::string_view text);

// The shortest digits that read back: positional with a fraction for exponents -5 to 15, otherwise d.ddde+NN
// with a sign and no padding; zero is 0.0 or -0.0. `number` must be finite, and `out` have kMaxNumberBytes of
// room. Returns the end of what it wrote.
char* put_double(double number, char* out);

}  // namespace agentnet::paybond
