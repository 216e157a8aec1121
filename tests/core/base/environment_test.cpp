#include "core/base/environment.hpp"

#include <doctest/doctest.h>
#include <stdlib.h>

using namespace agentnet;

namespace {

Environment with(const std::string& name, const std::string& value) {
  return Environment(std::map<std::string, std::string, std::less<>>{{name, value}});
}

}  // namespace

TEST_CASE("a variable that is set to nothing is not one that is unset") {
  const Environment environment({{"EMPTY", ""}, {"SET", "value=with=signs"}});
  CHECK(environment.get("EMPTY") == "");
  CHECK(environment.get("SET") == "value=with=signs");
  CHECK_FALSE(environment.get("UNSET"));
  CHECK_FALSE(environment.get("set"));
  CHECK(environment.get_or_empty("UNSET") == "");
  CHECK(environment.get_or_empty("SET") == "value=with=signs");
  CHECK_FALSE(Environment().get("PATH"));
}

TEST_CASE("one, true and yes are true in any case, and nothing else is") {
  for (const char* text : {"1", "true", "TRUE", "True", "tRuE", "yes", "YES", "Yes"})
    CHECK(with("X", text).is_true("X"));
  for (const char* text : {"", "0", "false", "no", "on", "y", "t", "2", "11", " 1", "1 ", "true\n", "yes!"})
    CHECK_FALSE(with("X", text).is_true("X"));
  CHECK_FALSE(Environment().is_true("X"));
}

TEST_CASE("the environment of the process is a copy of the moment") {
  ::setenv("AGENTNET_TEST_VARIABLE", "a=b", 1);
  const Environment environment = Environment::of_process();
  ::setenv("AGENTNET_TEST_VARIABLE", "later", 1);
  CHECK(environment.get("AGENTNET_TEST_VARIABLE") == "a=b");
  ::unsetenv("AGENTNET_TEST_VARIABLE");
  CHECK(environment.get("AGENTNET_TEST_VARIABLE") == "a=b");
  CHECK_FALSE(Environment::of_process().get("AGENTNET_TEST_VARIABLE"));
}
