#include "core/base/secret.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>
#include <type_traits>

using namespace agentnet;

namespace {

Secret secret_of(std::string_view text) {
  return Secret(as_bytes(text));
}

}  // namespace

TEST_CASE("a secret keeps its bytes and gives them only when asked by name") {
  const std::string text("s\0cret\xff", 7);
  const Secret secret = secret_of(text);
  CHECK(secret.size() == 7);
  CHECK_FALSE(secret.empty());
  CHECK(as_text(secret.expose()) == text);
}

TEST_CASE("a secret prints as three stars and nothing of itself") {
  std::ostringstream out;
  out << secret_of("canary") << '|' << Secret() << '|' << secret_of("");
  CHECK(out.str() == "***|***|***");
}

TEST_CASE("a secret neither copies nor turns into text") {
  CHECK_FALSE(std::is_copy_constructible_v<Secret>);
  CHECK_FALSE(std::is_copy_assignable_v<Secret>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string>);
  CHECK_FALSE(std::is_constructible_v<std::string, Secret>);
  CHECK_FALSE(std::is_convertible_v<Secret, std::string_view>);
  CHECK(std::is_nothrow_move_constructible_v<Secret>);
}

TEST_CASE("a secret does not share memory with what it was made from") {
  std::string text = "copied in";
  const Secret secret = secret_of(text);
  wipe(text);
  CHECK(as_text(secret.expose()) == "copied in");
}

TEST_CASE("moving a secret leaves the source empty") {
  Secret first = secret_of("moved");
  Secret second = std::move(first);
  CHECK(as_text(second.expose()) == "moved");
  CHECK(first.empty());  // NOLINT: what a moved-from secret holds is the point
  CHECK(first.expose().empty());
  Secret third = secret_of("overwritten");
  third = std::move(second);
  CHECK(as_text(third.expose()) == "moved");
  CHECK(second.empty());  // NOLINT
}

TEST_CASE("secrets are equal when length and every byte are") {
  const Secret secret = secret_of("abcdef");
  CHECK(secret.equals(secret_of("abcdef")));
  CHECK(secret.equals(secret));
  CHECK_FALSE(secret.equals(secret_of("abcdeF")));
  CHECK_FALSE(secret.equals(secret_of("Abcdef")));
  CHECK_FALSE(secret.equals(secret_of("abcde")));
  CHECK_FALSE(secret.equals(secret_of("abcdefg")));
  CHECK_FALSE(secret.equals(Secret()));
  CHECK(Secret().equals(secret_of("")));
}

TEST_CASE("wiping overwrites the memory that is there") {
  std::array<std::uint8_t, 4> bytes = {1, 2, 3, 4};
  wipe(std::span(bytes).first(3));
  CHECK(bytes == std::array<std::uint8_t, 4>{0, 0, 0, 4});
  std::string text(100, 'x');
  text.resize(60);  // the rest still lies behind the end
  const char* const memory = text.data();
  wipe(text);
  CHECK(text.empty());
  CHECK(text.data() == memory);
  CHECK(std::count(memory, memory + 100, '\0') == 100);
}

TEST_CASE("many secrets can live at once") {
  std::vector<Secret> secrets;
  for (int i = 0; i < 100; ++i)
    secrets.push_back(secret_of("secret " + std::to_string(i)));
  for (std::size_t i = 0; i < secrets.size(); ++i)
    CHECK(as_text(secrets[i].expose()) == "secret " + std::to_string(i));
}
