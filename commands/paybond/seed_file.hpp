// Where a signing seed comes from: a file, standard input or an environment variable, never the command line.
#pragma once

#include <memory>
#include <span>

#include "commands/command.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::commands {

struct SeedSource {
  std::string_view option;                        // "--seed-file"
  std::span<const std::string_view> environment;  // variables that hold a seed, the first that is set counts
};

// The key of the seed, or null when none was given. `input_is_used` says that standard input is read for
// something else. Throws Error usage: bad_seed, bad_input (the file cannot be read), bad_usage. Warns when
// others may read the file.
std::unique_ptr<crypto::SigningKey> given_key(const Arguments& arguments, const SeedSource& source,
                                              bool input_is_used, const Context& context);

}  // namespace agentnet::commands
