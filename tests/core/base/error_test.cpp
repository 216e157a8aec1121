#include "core/base/error.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <cstring>
#include <set>

using namespace agentnet;

TEST_CASE("every category has a name of its own") {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Category::policy); ++i)
    CHECK(names.insert(category_name(static_cast<Category>(i))).second);
  CHECK(names.size() == 10);
  CHECK(category_name(Category::not_found) == "not_found");
}

TEST_CASE("an error carries what it was made with") {
  const Error error(Category::policy, "over_budget", "the budget is spent", "raise it",
                    {{"limit", std::int64_t{5}}});
  CHECK(error.category() == Category::policy);
  CHECK(error.code() == "over_budget");
  CHECK(error.message() == "the budget is spent");
  CHECK(error.hint() == "raise it");
  REQUIRE(error.details().size() == 1);
  CHECK(error.details()[0].name == "limit");
  CHECK(std::get<std::int64_t>(error.details()[0].value) == 5);
}

TEST_CASE("system errors are sorted by what the user can do about them") {
  struct Row {
    int number;
    Category category;
    const char* code;
  };
  const Row table[] = {
      {ENOENT, Category::not_found, "no_such_file"}, {ENOTDIR, Category::not_found, "no_such_file"},
      {EEXIST, Category::conflict, "exists"},        {ENOSPC, Category::failed, "disk_full"},
      {EDQUOT, Category::failed, "disk_full"},       {EFBIG, Category::failed, "disk_full"},
      {EACCES, Category::auth, "permission_denied"}, {EPERM, Category::auth, "permission_denied"},
      {EISDIR, Category::usage, "is_a_directory"},   {EIO, Category::failed, "io_error"}};
  for (const Row& row : table) {
    const Error error = system_error("cannot do it", row.number);
    CHECK(error.category() == row.category);
    CHECK(error.code() == row.code);
    CHECK(error.message() == std::string("cannot do it: ") + std::strerror(row.number));
  }
}
