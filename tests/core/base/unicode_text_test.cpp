#include "core/base/unicode_text.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace {

using agentnet::count_code_points;
using agentnet::strip;

// The UTF-8 bytes of a code point; surrogates too, as the three bytes that UTF-8 forbids.
std::string encode(unsigned code) {
  std::string bytes;
  const auto put = [&](unsigned byte) { bytes += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 | code >> 6);
    put(0x80 | (code & 0x3f));
  } else if (code < 0x10000) {
    put(0xe0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  } else {
    put(0xf0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3f));
    put(0x80 | (code >> 6 & 0x3f));
    put(0x80 | (code & 0x3f));
  }
  return bytes;
}

// What CPython 3.11's str.isspace() answers true to, over all code points.
const std::vector<unsigned> kPythonSpaces = {0x09,   0x0a,   0x0b,   0x0c,   0x0d,   0x1c,   0x1d,   0x1e,
                                             0x1f,   0x20,   0x85,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002,
                                             0x2003, 0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a,
                                             0x2028, 0x2029, 0x202f, 0x205f, 0x3000};

}  // namespace

TEST_CASE("exactly Python's white space is stripped at either end, among all code points") {
  std::vector<unsigned> front;
  std::vector<unsigned> back;
  for (unsigned code = 0; code < 0x110000; ++code) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const std::string space = encode(code);
    if (strip(space + "x") == "x") front.push_back(code);
    if (strip("x" + space) == "x") back.push_back(code);
  }
  CHECK(front == kPythonSpaces);
  CHECK(back == kPythonSpaces);
}

TEST_CASE("stripping takes runs of mixed white space and leaves what is inside") {
  CHECK(strip(" \t\xc2\xa0\xe3\x80\x80 a \xe2\x80\x83 b\xe2\x80\xa8\r\n") == "a \xe2\x80\x83 b");
  CHECK(strip("").empty());
  CHECK(strip(" \xe2\x80\x89\x1c").empty());
  CHECK(strip("\xe2\x80\x8bx\xef\xbb\xbf") == "\xe2\x80\x8bx\xef\xbb\xbf");  // U+200B and U+FEFF stay
}

TEST_CASE("bytes that are not UTF-8 are never taken for white space") {
  CHECK(strip("x\x85") == "x\x85");
  CHECK(strip("\xa0x") == "\xa0x");
  CHECK(strip("\x80\x80x") == "\x80\x80x");
}

TEST_CASE("every code point counts as one, and no surrogate counts") {
  std::vector<unsigned> wrong;
  for (unsigned code = 0; code < 0x110000; ++code) {
    const bool surrogate = code >= 0xd800 && code < 0xe000;
    if (count_code_points(encode(code)).value_or(0) != (surrogate ? 0U : 1U)) wrong.push_back(code);
  }
  CHECK(wrong == std::vector<unsigned>{});
}

TEST_CASE("texts are counted in code points and not in bytes") {
  CHECK(count_code_points("") == 0);
  CHECK(count_code_points("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") == 4);
}

TEST_CASE("malformed UTF-8 is told from text") {
  const char* const malformed[] = {"\x80",
                                   "\xbf",
                                   "\xc0\x80",
                                   "\xc1\xbf",
                                   "\xc3",
                                   "\xc3(",
                                   "\xe0\x9f\xbf",
                                   "\xe2\x82",
                                   "\xe2(\xa1",
                                   "\xf0\x8f\xbf\xbf",
                                   "\xf0\x9f\x98",
                                   "\xf4\x90\x80\x80",
                                   "\xf5\x80\x80\x80",
                                   "\xff",
                                   "ok\xfe",
                                   "\xed\xa0\x80"};
  for (const char* text : malformed)
    CHECK_MESSAGE(!count_code_points(text), "accepted: ", text);
}
