// paybond dev
#include "commands/paybond/dev.hpp"

#include "commands/paybond/paybond.hpp"
#include "core/paybond/dev_log.hpp"

namespace agentnet::commands {

std::string read_dev_file(const Filesystem& files, std::string_view path) {
  try {
    return files.read(std::string(path), paybond::kMaxDevLogBytes);
  } catch (const Error& fault) {
    if (fault.category() == Category::not_found) return {};
    throw;
  }
}

namespace {

constexpr const Command* kCommands[] = {&kPaybondDevSmoke, &kPaybondDevTrace, &kPaybondDevLoop,
                                        &kPaybondDevUp};

}  // namespace

constexpr Command kPaybondDev{.name = "dev",
                              .summary = "Try the whole way of a payment, and look at the trials",
                              .children = kCommands};

}  // namespace agentnet::commands
