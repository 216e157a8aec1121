// Python's ways of writing a float, for texts and values that are hashed.
#pragma once

#include <string>

#include "core/json/value.hpp"

namespace agentnet::sbn::pgdag {

// repr(number) as a JSON decimal.
json::Value decimal(double number, json::Arena& arena);
std::string repr(double number);
// f"{number:.Nf}".
std::string fixed(double number, int places);
// round(number, 4).
double rounded4(double number);

}  // namespace agentnet::sbn::pgdag
