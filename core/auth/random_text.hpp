// Random text for credentials: characters of 0-9 A-Z a-z, all equally likely, 5.95 bits each.
#pragma once

#include <string>
#include <string_view>

#include "core/base/random.hpp"
#include "core/base/secret.hpp"

namespace agentnet::auth {

// The prefix and `count` random characters.
std::string random_text(std::string_view prefix, std::size_t count, Random& random);
// The same as a secret; no copy is left behind.
Secret random_secret(std::string_view prefix, std::size_t count, Random& random);
// Whether the text is the prefix and `count` such characters.
bool is_random_text(std::string_view text, std::string_view prefix, std::size_t count);

}  // namespace agentnet::auth
