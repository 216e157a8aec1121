#include "core/base/module.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "core/base/error.hpp"

using namespace agentnet;

TEST_CASE("the folder of the executable holds the executable") {
  const std::string folder = executable_folder();
  CHECK(folder.front() == '/');
  CHECK(folder.back() != '/');
  char path[4096] = {};
  REQUIRE(::readlink("/proc/self/exe", path, sizeof path - 1) > 0);
  CHECK(std::string(path).starts_with(folder + "/"));
  CHECK(std::string(path).find('/', folder.size() + 1) == std::string::npos);
}

TEST_CASE("a module that is missing is an error that names both places looked at") {
  try {
    const Module module("no_such_module_here");
    FAIL("not reached");
  } catch (const Error& error) {
    CHECK(error.category() == Category::failed);
    CHECK(error.code() == "no_module");
    CHECK(error.message() == "the module no_such_module_here could not be loaded");
    CHECK(error.hint() == "looked for " + executable_folder() + "/no_such_module_here.so and " +
                              executable_folder() + "/../lib/agentnet/no_such_module_here.so");
  }
}

TEST_CASE("a module that cannot be loaded is an error that says why") {
  const std::string path = executable_folder() + "/agentnet_broken_module_test.so";
  FILE* const file = std::fopen(path.c_str(), "w");
  REQUIRE(file != nullptr);
  std::fputs("this is no shared object", file);
  std::fclose(file);
  try {
    const Module module("agentnet_broken_module_test");
    FAIL("not reached");
  } catch (const Error& error) {
    CHECK(error.code() == "no_module");
    CHECK(error.message().find(path) != std::string::npos);
  }
  ::unlink(path.c_str());
}
