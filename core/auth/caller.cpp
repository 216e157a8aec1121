#include "core/auth/caller.hpp"

#include <algorithm>

#include "core/base/error.hpp"

namespace agentnet::auth {
namespace {

bool covers(std::string_view granted, std::string_view needed) {
  if (granted == kScopeAll || granted == needed) return true;
  return granted == kScopeAttest &&
         (needed == kScopeCapture || needed == kScopeSeal || needed == kScopeSlots);
}

bool is_scope_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == ':' || c == '-' || c == '*';
}

}  // namespace

bool is_scope(std::string_view text) {
  return !text.empty() && text.size() <= kMaxScopeBytes &&
         std::all_of(text.begin(), text.end(), is_scope_character);
}

std::string join_scopes(const std::vector<std::string>& scopes) {
  std::string text;
  for (const std::string& scope : scopes) {
    if (!text.empty()) text += ' ';
    text += scope;
  }
  return text;
}

std::vector<std::string> split_scopes(std::string_view text) {
  std::vector<std::string> scopes;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    scopes.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return scopes;
}

bool Caller::may(std::string_view scope) const {
  return std::any_of(scopes.begin(), scopes.end(),
                     [scope](const std::string& granted) { return covers(granted, scope); });
}

void Caller::require(std::string_view scope) const {
  if (may(scope)) return;
  throw Error(Category::auth, "insufficient_scope",
              "this needs the scope " + std::string(scope) + ", which the credential does not have",
              "use a credential that has the scope " + std::string(scope), {{"scope", std::string(scope)}});
}

}  // namespace agentnet::auth
