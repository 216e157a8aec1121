// Faults that name the field they are in.
#pragma once

#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace agentnet::paybond {

// Throws Error usage; the message begins with the field's name, which is also a detail.
[[noreturn]] inline void bad_field(const char* code, std::string_view field, const std::string& what) {
  throw Error(Category::usage, code, std::string(field) + ": " + what, {}, {{"field", std::string(field)}});
}

// Runs `work` and says of a fault in it which field it is in.
template <typename Work>
auto in_field(std::string_view field, const Work& work) -> decltype(work()) {
  try {
    return work();
  } catch (const Error& error) {
    std::vector<Detail> details = error.details();
    if (!details.empty() && details.front().name == "field") throw;
    details.insert(details.begin(), {"field", std::string(field)});
    throw Error(error.category(), error.code(), std::string(field) + ": " + error.message(), error.hint(),
                std::move(details));
  }
}

}  // namespace agentnet::paybond
