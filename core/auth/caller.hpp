// Who makes a request, and what they may do.
//
// A scope is a word such as "receipts.read". A credential has some; an operation needs one. Besides itself a
// scope can cover others:
//   *             everything: what an API key has unless it is made with less
//   attest.write  snapchore.capture, snapchore.seal and slots.write
// A scope that this network does not know covers itself only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace agentnet::auth {

inline constexpr std::string_view kScopeAll = "*";
inline constexpr std::string_view kScopeAttest = "attest.write";
inline constexpr std::string_view kScopeCapture = "snapchore.capture";
inline constexpr std::string_view kScopeSeal = "snapchore.seal";
inline constexpr std::string_view kScopeSlots = "slots.write";
inline constexpr std::string_view kScopeRead = "receipts.read";
inline constexpr std::string_view kScopePaybondRead = "paybond.read";
inline constexpr std::string_view kScopePaybondWrite = "paybond.write";    // intents, evidence, verifying
inline constexpr std::string_view kScopePaybondSettle = "paybond.settle";  // confirming and disputing

inline constexpr std::size_t kMaxScopes = 64;      // of one credential
inline constexpr std::size_t kMaxScopeBytes = 64;  // of one scope

// One to kMaxScopeBytes characters of A-Z a-z 0-9 . _ : - *, which keeps them apart in a list with spaces.
bool is_scope(std::string_view text);
// Scopes as they lie in the tables: with a space between them.
std::string join_scopes(const std::vector<std::string>& scopes);
std::vector<std::string> split_scopes(std::string_view text);

struct Caller {
  std::string tenant;
  std::vector<std::string> scopes;
  std::string credential_id;  // of the API key or the signing key, for logs: it is no secret

  bool may(std::string_view scope) const;
  // Throws Error auth/insufficient_scope when it may not.
  void require(std::string_view scope) const;
};

}  // namespace agentnet::auth
