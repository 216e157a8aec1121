// Numbers as Python writes them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace agentnet::json {

// The nearest double to a JSON number; infinite when it is too large. `text` must be a valid JSON number.
double to_double(std::string_view text);

// Python's repr(float): the shortest digits that read back to the same double; fixed notation for exponents
// -4 to 15, otherwise scientific with a sign and at least two exponent digits; always a point or an exponent.
// NaN, Infinity and -Infinity as Python's json writes them.
void append_repr(double number, std::string& out);

// Rounds a double to 12 decimal places, half away from zero, working on the digits of its repr, and gives the
// nearest double to the result (wire reference sbn d.1). False, with `rounded` untouched, for magnitudes of
// 1e16 and more and for numbers that are not finite.
bool quantize12(double number, double& rounded);

// The text of a JSON decimal (with '.', 'e' or 'E') after to_double, quantize12 and append_repr. False, with
// nothing appended, where quantize12 is false.
bool append_quantized(std::string_view text, std::string& out);

// The same two for a writer that has kMaxReprBytes bytes of room at `out`: they return the end of what they
// wrote, put_quantized a null pointer where quantize12 is false.
inline constexpr std::size_t kMaxReprBytes = 32;
char* put_repr(double number, char* out);
char* put_quantized(std::string_view text, char* out);

}  // namespace agentnet::json
