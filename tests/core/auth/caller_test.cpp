#include "core/auth/caller.hpp"

#include "tests/core/auth/fixtures.hpp"

namespace agentnet::auth {
namespace {

using namespace fixtures;

TEST_CASE("a star covers every scope, also unknown ones") {
  const Caller caller{"acme", {"*"}, "key"};
  for (const std::string_view scope :
       {kScopeAttest, kScopeCapture, kScopeRead, std::string_view("new.thing")})
    CHECK(caller.may(scope));
}

TEST_CASE("attest.write covers capture, seal, slots and attest, and no reading") {
  const Caller caller{"acme", {"attest.write"}, "key"};
  for (const std::string_view scope : {kScopeAttest, kScopeCapture, kScopeSeal, kScopeSlots})
    CHECK(caller.may(scope));
  CHECK_FALSE(caller.may(kScopeRead));
  CHECK_FALSE(caller.may(kScopeAll));
}

TEST_CASE("every other scope covers itself alone") {
  const Caller caller{"acme", {"receipts.read", "snapchore.seal", "new.thing"}, "key"};
  for (const std::string_view scope : {kScopeRead, kScopeSeal, std::string_view("new.thing")})
    CHECK(caller.may(scope));
  for (const std::string_view scope : {kScopeAttest, kScopeCapture, kScopeSlots, std::string_view("new"),
                                       std::string_view("new.thing.more"), std::string_view("")})
    CHECK_FALSE(caller.may(scope));
}

TEST_CASE("a caller without scopes may do nothing") {
  CHECK_FALSE(Caller{"acme", {}, "key"}.may(kScopeRead));
}

TEST_CASE("what is not allowed is refused with the name of the scope") {
  const Caller caller{"acme", {"receipts.read"}, "key"};
  caller.require(kScopeRead);
  try {
    caller.require(kScopeSeal);
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.category() == Category::auth);
    CHECK(error.code() == "insufficient_scope");
    CHECK(error.message().find("snapchore.seal") != std::string::npos);
  }
}

TEST_CASE("a scope is a short word without spaces") {
  for (const char* scope : {"*", "a", "attest.write", "A-Z_0:9"})
    CHECK(is_scope(scope));
  for (const char* scope : {"", " ", "a b", "a,b", "a\n", "ż", "a/b", "\"a\""})
    CHECK_FALSE(is_scope(scope));
  CHECK(is_scope(std::string(kMaxScopeBytes, 'a')));
  CHECK_FALSE(is_scope(std::string(kMaxScopeBytes + 1, 'a')));
}

}  // namespace
}  // namespace agentnet::auth
