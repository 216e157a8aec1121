#include "core/base/bytes.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace agentnet;

namespace {

std::string decoded(std::string_view text, Base64 variant) {
  const auto bytes = base64_decode(text, variant);
  return bytes ? std::string(as_text(*bytes)) : "refused";
}

Bytes all_bytes() {
  Bytes bytes(256);
  for (std::size_t i = 0; i < 256; ++i)
    bytes[i] = static_cast<std::uint8_t>(i);
  return bytes;
}

}  // namespace

TEST_CASE("text and bytes are two views of the same memory") {
  const std::string text("a\0\xff", 3);
  const ByteView bytes = as_bytes(text);
  CHECK(static_cast<const void*>(bytes.data()) == text.data());
  CHECK(bytes.size() == 3);
  CHECK(bytes[2] == 0xff);
  CHECK(as_text(bytes) == text);
}

TEST_CASE("bytes are written as two hexadecimal digits each") {
  CHECK(hex_lower({}) == "");
  CHECK(hex_lower(as_bytes("\x01\xab\xff")) == "01abff");
  CHECK(hex_upper(as_bytes("\x01\xab\xff")) == "01ABFF");
  for (unsigned i = 0; i < 256; ++i) {
    const std::uint8_t byte = static_cast<std::uint8_t>(i);
    char expected[3];
    std::snprintf(expected, sizeof expected, "%02x", i);
    CHECK(hex_lower({&byte, 1}) == expected);
    std::snprintf(expected, sizeof expected, "%02X", i);
    CHECK(hex_upper({&byte, 1}) == expected);
  }
}

TEST_CASE("hexadecimal digits of either case are read back") {
  CHECK(parse_hex("") == Bytes{});
  CHECK(parse_hex("00ff10AbaB") == Bytes{0x00, 0xff, 0x10, 0xab, 0xab});
  CHECK(parse_hex(hex_lower(all_bytes())) == all_bytes());
  CHECK(parse_hex(hex_upper(all_bytes())) == all_bytes());
}

TEST_CASE("anything but pairs of digits is refused") {
  for (const std::string_view text :
       {"0", "000", "0x", "0g", "g0", " 00", "00 ", "0 0", "0:", "/0", "@0", "`0", "G0"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_hex(text));
  }
  for (unsigned c = 0; c < 256; ++c) {
    const std::string text = {'0', static_cast<char>(c)};
    const bool digit =
        std::string_view("0123456789abcdefABCDEF").find(static_cast<char>(c)) != std::string_view::npos;
    CHECK(parse_hex(text).has_value() == digit);
    CHECK(is_hex(text, 2) == digit);
  }
}

TEST_CASE("a run of digits is recognised by its exact length") {
  const std::string sixty_four(64, 'a');
  CHECK(is_hex(sixty_four, 64));
  CHECK_FALSE(is_hex(sixty_four, 63));
  CHECK_FALSE(is_hex(sixty_four + "a", 64));
  CHECK(is_hex("", 0));
  CHECK(is_hex("aBc", 3));
}

TEST_CASE("the test vectors of RFC 4648 section 10 hold") {
  struct Row {
    std::string_view bytes;
    std::string_view standard;
    std::string_view url;
  };
  const Row table[] = {{"", "", ""},
                       {"f", "Zg==", "Zg"},
                       {"fo", "Zm8=", "Zm8"},
                       {"foo", "Zm9v", "Zm9v"},
                       {"foob", "Zm9vYg==", "Zm9vYg"},
                       {"fooba", "Zm9vYmE=", "Zm9vYmE"},
                       {"foobar", "Zm9vYmFy", "Zm9vYmFy"},
                       {"\xfb\xff\xbf", "+/+/", "-_-_"}};
  for (const Row& row : table) {
    CAPTURE(row.standard);
    CHECK(base64_encode(as_bytes(row.bytes), Base64::standard) == row.standard);
    CHECK(base64_encode(as_bytes(row.bytes), Base64::url) == row.url);
    CHECK(decoded(row.standard, Base64::standard) == row.bytes);
    CHECK(decoded(row.url, Base64::url) == row.bytes);
  }
}

TEST_CASE("bytes of every length and value survive both encodings") {
  const Bytes all = all_bytes();
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const ByteView bytes(all.data() + all.size() - length, length);
    for (const Base64 variant : {Base64::standard, Base64::url}) {
      const auto back = base64_decode(base64_encode(bytes, variant), variant);
      REQUIRE(back);
      CHECK(std::equal(back->begin(), back->end(), bytes.begin(), bytes.end()));
    }
  }
}

TEST_CASE("standard Base64 needs its padding, exactly") {
  for (const std::string_view text :
       {"Zg", "Zg=", "Zg===", "Zm8", "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "=", "==", "====", "Z",
        "Z===", "Zg==Zg==", "Z=g=", "=Zg=", "Zm9vY", "Zm9vY==="}) {
    CAPTURE(text);
    CHECK(decoded(text, Base64::standard) == "refused");
  }
}

TEST_CASE("URL Base64 takes no padding") {
  for (const std::string_view text : {"Zg=", "Zg==", "Zm8=", "Zm9v=", "=", "Z", "Zm9vY"}) {
    CAPTURE(text);
    CHECK(decoded(text, Base64::url) == "refused");
  }
}

TEST_CASE("stray bits in the last digit are refused") {
  for (const std::string_view text : {"Zh==", "Zv==", "Z/==", "Zm9=", "Zm+=", "AB==", "AAB="}) {
    CAPTURE(text);
    CHECK(decoded(text, Base64::standard) == "refused");
  }
  for (const std::string_view text : {"Zh", "Zm9", "AB", "AAB"})
    CHECK(decoded(text, Base64::url) == "refused");
}

TEST_CASE("white space and the letters of the other alphabet are refused") {
  for (const std::string_view text :
       {" Zg==", "Zg== ", "Zg==\n", "Z g==", "Zm9v\nYmFy", "-_-_", "Zm9v\r\n", "Zm9v.", "Zm9v,"}) {
    CAPTURE(text);
    CHECK(decoded(text, Base64::standard) == "refused");
  }
  for (const std::string_view text : {"+/+/", "Zm9v ", "\nZm9v", "Zm 9v"})
    CHECK(decoded(text, Base64::url) == "refused");
}

TEST_CASE("a character counts as a digit exactly when its alphabet holds it") {
  const std::string_view common = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  for (unsigned c = 0; c < 256; ++c) {
    CAPTURE(c);
    const char letter = static_cast<char>(c);
    const bool in_both = common.find(letter) != std::string_view::npos;
    for (std::size_t place = 0; place < 4; ++place) {
      std::string text = "AAAA";
      text[place] = letter;
      CHECK(base64_decode(text, Base64::standard).has_value() ==
            (in_both || letter == '+' || letter == '/' || (letter == '=' && place == 3)));
      CHECK(base64_decode(text, Base64::url).has_value() == (in_both || letter == '-' || letter == '_'));
    }
  }
}
