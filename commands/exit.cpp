#include "commands/exit.hpp"

#include <array>

namespace agentnet::commands {

std::span<const ExitMeaning> exit_meanings() {
  static constexpr std::array<ExitMeaning, 13> kMeanings = {{
      {Exit::done, "done; also when a list is empty"},
      {Exit::failed, "failed for a reason that no other code covers"},
      {Exit::usage, "usage: a bad flag, a bad input file, bad JSON"},
      {Exit::not_found, "a named thing does not exist"},
      {Exit::auth, "not authenticated, or not allowed"},
      {Exit::refused, "the server refused for another reason"},
      {Exit::conflict, "conflict: exists already, wrong state, idempotency key reused"},
      {Exit::unreachable, "unreachable: network, timeout, fault of the server"},
      {Exit::pending, "still pending when the wait ended"},
      {Exit::verification, "verification failed: hash, signature, receipt, chain"},
      {Exit::policy, "refused by a policy, a budget or a quota"},
      {Exit::interrupted, "interrupted (SIGINT)"},
      {Exit::terminated, "terminated (SIGTERM)"},
  }};
  return kMeanings;
}

Exit exit_for(Category category) {
  switch (category) {
    case Category::failed:
      return Exit::failed;
    case Category::usage:
      return Exit::usage;
    case Category::not_found:
      return Exit::not_found;
    case Category::auth:
      return Exit::auth;
    case Category::refused:
      return Exit::refused;
    case Category::conflict:
      return Exit::conflict;
    case Category::unreachable:
      return Exit::unreachable;
    case Category::pending:
      return Exit::pending;
    case Category::verification:
      return Exit::verification;
    case Category::policy:
      return Exit::policy;
  }
  return Exit::failed;
}

}  // namespace agentnet::commands
