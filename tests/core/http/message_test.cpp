#include "core/http/message.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace agentnet::http;

TEST_CASE("header names compare without regard to case, values keep their order") {
  Headers headers{{"Accept", "*/*"}, {"X-Tag", "one"}};
  headers.add("x-tag", "two");
  CHECK(headers.get("ACCEPT") == "*/*");
  CHECK(headers.get("X-TAG") == "one");
  CHECK(headers.count("x-Tag") == 2);
  CHECK(headers.fields().back().second == "two");
  CHECK_FALSE(headers.find("Accep"));
  CHECK(headers.get("missing").empty());
  CHECK(headers.count("missing") == 0);
}

TEST_CASE("only ASCII letters fold") {
  CHECK(equals_ignoring_case("aZ09-", "Az09-"));
  CHECK_FALSE(equals_ignoring_case("[", "{"));  // they differ by the bit that makes letters small
  CHECK_FALSE(equals_ignoring_case("a", "ab"));
}

TEST_CASE("percent-encoding leaves the unreserved characters alone") {
  CHECK(percent_encode("AZaz09-._~") == "AZaz09-._~");
  CHECK(percent_encode("a b,c/d+e%") == "a%20b%2Cc%2Fd%2Be%25");
  CHECK(percent_encode("\xC3\xBC") == "%C3%BC");
  CHECK(percent_encode(std::string("\0\x7F", 2)) == "%00%7F");
}

TEST_CASE("percent-decoding gives back every byte that was encoded") {
  std::string all;
  for (int i = 0; i < 256; ++i)
    all += static_cast<char>(i);
  CHECK(percent_decode(percent_encode(all)) == all);
  CHECK(percent_decode("%c3%BC") == "\xC3\xBC");
  CHECK(percent_decode("a+b") == "a+b");
}

TEST_CASE("a broken percent escape cannot be decoded") {
  for (const char* text : {"%", "%4", "a%", "%G0", "%0G", "%%41", "% 1", "%-1"})
    CHECK_FALSE(percent_decode(text));
}

TEST_CASE("a target is split into path and query") {
  CHECK(path_of("/a/b?c=d?e") == "/a/b");
  CHECK(path_of("/a") == "/a");
  const auto pairs = query_of("/a?x=1&y=a%20b+c&&flag&x=%3D&=v&bad=%zz&last");
  REQUIRE(pairs.size() == 6);
  CHECK(pairs[0] == std::pair<std::string, std::string>("x", "1"));
  CHECK(pairs[1] == std::pair<std::string, std::string>("y", "a b c"));
  CHECK(pairs[2] == std::pair<std::string, std::string>("flag", ""));
  CHECK(pairs[3] == std::pair<std::string, std::string>("x", "="));
  CHECK(pairs[4] == std::pair<std::string, std::string>("", "v"));
  CHECK(pairs[5] == std::pair<std::string, std::string>("last", ""));
  CHECK(query_of("/a").empty());
  CHECK(query_of("/a?").empty());
}

TEST_CASE("a query is put together in order and reads back") {
  CHECK(Query().text().empty());
  Query query;
  query.add("limit", "10").add("name", "a&b=c d");
  CHECK(query.text() == "?limit=10&name=a%26b%3Dc%20d");
  CHECK(query_of("/" + query.text())[1].second == "a&b=c d");
}

TEST_CASE("tokens, field values and targets are told from what is none") {
  CHECK(is_token("X-Tag_1!"));
  for (const char* text : {"", "a b", "a:", "a\r", "\x80"})
    CHECK_FALSE(is_token(text));
  CHECK(is_field_value("a\tb \xC3\xBC"));
  CHECK(is_field_value(""));
  for (const char* text : {"a\r\nb", "\n", "\x7F", "\x01"})
    CHECK_FALSE(is_field_value(text));
  CHECK_FALSE(is_field_value(std::string_view("\0", 1)));
  CHECK(is_target("/a?b={\"c\"}%20"));
  for (const char* text : {"", "a", "*", "http://h/", "/a b", "/a#b", "/\xC3\xBC", "/a\r\n", "/\x7F"})
    CHECK_FALSE(is_target(text));
}

TEST_CASE("a refusal is JSON whatever its message holds") {
  const Response response = error_response(404, "no_such_path", "no \"x\"\n\xFF\xC3\xBC\xED\xA0\x80");
  CHECK(response.status == 404);
  CHECK(response.headers.get("content-type") == "application/json");
  const auto body = nlohmann::json::parse(response.body);
  CHECK(body["error"]["code"] == "no_such_path");
  CHECK(body["error"]["message"] == "no \"x\"\n\uFFFD\u00FC\uFFFD\uFFFD\uFFFD");
  CHECK(body["error"]["details"] == nlohmann::json::object());
}

TEST_CASE("well-formed UTF-8 stays, every other byte is replaced") {
  const std::string replaced = "\xEF\xBF\xBD";
  const std::string good =
      "a\xC2\x80\xDF\xBF\xE0\xA0\x80\xED\x9F\xBF\xEE\x80\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF";
  CHECK(to_utf8(good) == good);
  CHECK(to_utf8("\xC0\x80") == replaced + replaced);                 // overlong
  CHECK(to_utf8("\xE0\x9F\xBF") == replaced + replaced + replaced);  // overlong
  CHECK(to_utf8("\xF0\x8F\xBF\xBF").size() == 12);                   // overlong
  CHECK(to_utf8("\xF4\x90\x80\x80").size() == 12);                   // above U+10FFFF
  CHECK(to_utf8("\xF5") == replaced);
  CHECK(to_utf8("\xE2\x82") == replaced + replaced);  // cut off
  CHECK(to_utf8("\xC3(") == replaced + "(");
}

TEST_CASE("statuses have the phrases of the standard") {
  CHECK(reason_phrase(200) == "OK");
  CHECK(reason_phrase(100) == "Continue");
  CHECK(reason_phrase(421) == "Misdirected Request");
  CHECK(reason_phrase(505) == "HTTP Version Not Supported");
  CHECK(reason_phrase(299).empty());
  CHECK(reason_phrase(999).empty());
}
