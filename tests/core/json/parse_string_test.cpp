#include <doctest/doctest.h>

#include <array>
#include <string>

#include "tests/core/json/fixtures.hpp"

using namespace agentnet::json;

namespace {

constexpr ParseOptions kLone{.non_finite = false, .lone_surrogates = true};

std::string in_quotes(std::string_view body) {
  return '"' + std::string(body) + '"';
}

// The decoded string, or "!<offset>" of the fault.
std::string decoded(std::string_view body, ParseOptions options = {}) {
  const Outcome outcome =
      outcome_of([&] { return std::string(parse(in_quotes(body), options).root.text()); });
  return outcome.code.empty() ? outcome.text : "!" + std::to_string(outcome.offset);
}

// Whether bytes are the shortest UTF-8 of one scalar value, judged by encoding every candidate anew.
bool is_scalar_in_utf8(const std::string& bytes) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i]));
  };
  std::uint32_t code = 0;
  if (bytes.size() == 1) code = byte(0);
  if (bytes.size() == 2) code = (byte(0) & 0x1f) << 6 | (byte(1) & 0x3f);
  if (bytes.size() == 3) code = (byte(0) & 0x0f) << 12 | (byte(1) & 0x3f) << 6 | (byte(2) & 0x3f);
  if (bytes.size() == 4)
    code = (byte(0) & 7) << 18 | (byte(1) & 0x3f) << 12 | (byte(2) & 0x3f) << 6 | (byte(3) & 0x3f);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return false;
  std::string again;
  const auto put = [&](std::uint32_t bits) { again += static_cast<char>(bits); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xc0 + code / 64), put(0x80 + code % 64);
  } else if (code < 0x10000) {
    put(0xe0 + code / 4096), put(0x80 + code / 64 % 64), put(0x80 + code % 64);
  } else {
    put(0xf0 + code / 262144), put(0x80 + code / 4096 % 64), put(0x80 + code / 64 % 64),
        put(0x80 + code % 64);
  }
  return again == bytes;
}

}  // namespace

TEST_CASE("well-formed UTF-8 is taken as it is, at both ends of every length") {
  for (const std::string_view text :
       {"\u0080", "\u07ff", "\u0800", "\u0fff", "\u1000", "\ud7ff", "\ue000", "\ufdd0", "\ufffd", "\ufffe",
        "\uffff", "\U00010000", "\U0001ffff", "\U0003ffff", "\U00100000", "\U0010ffff", "\u2028\u2029",
        "\u00e9e\u0301", "\x7f"}) {
    for (std::size_t before = 0; before < 10; ++before) {
      const std::string body = std::string(before, 'a') + std::string(text) + "z";
      CHECK(decoded(body) == body);
      CHECK(decoded("\\n" + body) == "\n" + body);
    }
  }
}

TEST_CASE("every malformed form of UTF-8 is rejected at its first byte, wherever it stands") {
  const std::string_view table[] = {"\x80",
                                    "\xbf",
                                    "\xc0\x80",
                                    "\xc0\xaf",
                                    "\xc1\xbf",
                                    "\xc2",
                                    "\xc2"
                                    "A",
                                    "\xc2\xc2\x80",
                                    "\xe0\x80\x80",
                                    "\xe0\x9f\xbf",
                                    "\xe0\xa0",
                                    "\xe0\xa0"
                                    "A",
                                    "\xe1\x80",
                                    "\xe1"
                                    "AA",
                                    "\xed\xa0\x80",
                                    "\xed\xaf\xbf",
                                    "\xed\xb0\x80",
                                    "\xed\xbf\xbf",
                                    "\xed\xa0\xbd\xed\xb8\x80",
                                    "\xef\xbf",
                                    "\xf0\x80\x80\x80",
                                    "\xf0\x8f\xbf\xbf",
                                    "\xf0\x90\x80",
                                    "\xf0\x9f\x98"
                                    "A",
                                    "\xf0\x9f",
                                    "\xf4\x90\x80\x80",
                                    "\xf5\x80\x80\x80",
                                    "\xf7\xbf\xbf\xbf",
                                    "\xf8\x88\x80\x80\x80",
                                    "\xfc\x84\x80\x80\x80\x80",
                                    "\xfe",
                                    "\xff",
                                    "\xc3\xa9\x80"};
  for (const std::string_view bad : table) {
    CAPTURE(bad);
    const std::size_t good = bad == "\xc3\xa9\x80" ? 2 : 0;
    for (std::size_t before = 0; before < 10; ++before) {
      const std::string body = std::string(before, 'a') + std::string(bad) + "z";
      CHECK(decoded(body) == "!" + std::to_string(1 + before + good));
      CHECK(decoded(body, kAsPython) == "!" + std::to_string(1 + before + good));
      CHECK(decoded("\\n" + body) == "!" + std::to_string(3 + before + good));
      CHECK(attempt("{\"" + body + "\":1}").offset == static_cast<std::int64_t>(2 + before + good));
    }
    CHECK(decoded(bad).front() == '!');  // the closing quote comes too early
  }
}

TEST_CASE("a sequence is accepted exactly when it is the shortest form of a scalar value") {
  constexpr std::array<unsigned char, 7> kOther = {0x20, 0x41, 0x7f, 0x80, 0x9a, 0xbf, 0xc0};
  Parser parser;
  Arena arena;
  std::size_t wrong = 0;
  const auto check = [&](const std::string& bytes) {
    arena.reset();
    const std::string text = in_quotes(bytes);
    bool accepted = true;
    try {
      (void)parser.parse(text, arena);
    } catch (const agentnet::Error&) {
      accepted = false;
    }
    wrong += accepted == is_scalar_in_utf8(bytes) ? 0 : 1;
  };
  for (unsigned lead = 0x80; lead < 0x100; ++lead) {
    check({static_cast<char>(lead)});
    for (unsigned second = 0x80; second < 0x100; ++second) {
      if (lead < 0xe0) check({static_cast<char>(lead), static_cast<char>(second)});
      if (lead < 0xe0) continue;
      for (const unsigned char third : kOther) {
        const std::string three = {static_cast<char>(lead), static_cast<char>(second),
                                   static_cast<char>(third)};
        if (lead < 0xf0) check(three);
        if (lead < 0xf0) continue;
        for (const unsigned char fourth : kOther)
          check(three + static_cast<char>(fourth));
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("a control character in a string must be escaped, wherever it stands") {
  for (unsigned c = 0; c < 0x20; ++c) {
    for (std::size_t before = 0; before < 18; ++before) {
      const std::string body = std::string(before, 'a') + static_cast<char>(c) + "zzzzzzzz";
      CHECK(decoded(body) == "!" + std::to_string(1 + before));
      CHECK(decoded("\\t" + body) == "!" + std::to_string(3 + before));
    }
  }
}

TEST_CASE("the end of a string is found wherever it stands") {
  for (std::size_t length = 0; length < 40; ++length) {
    const std::string body(length, '#');
    CHECK(decoded(body) == body);
    CHECK(attempt("[" + in_quotes(body) + ",1]").text == "[" + in_quotes(body) + ",1]");
    CHECK(attempt("[\"" + body).offset == 1);
    CHECK(attempt("[\"" + body + "\\").offset == 1);
    CHECK(attempt("[\"" + body + "\\\"").offset == 1);
    CHECK(decoded(body + "\\\\") == body + "\\");
    CHECK(decoded(body + "\\\"" + body) == body + "\"" + body);
  }
}

TEST_CASE("the eight short escapes stand for their characters") {
  CHECK(decoded(R"(\"\\\/\b\f\n\r\t)") == "\"\\/\b\f\n\r\t");
  CHECK(decoded(R"(a\/b)") == "a/b");
}

TEST_CASE("any other character after a backslash is rejected at the backslash") {
  for (unsigned c = 0; c < 0x100; ++c) {
    if (std::string_view("\"\\/bfnrtu").find(static_cast<char>(c)) != std::string_view::npos) continue;
    CAPTURE(c);
    const std::string escape = {'\\', static_cast<char>(c)};
    CHECK(decoded("a" + escape + "0041z") == "!2");
    CHECK(decoded("\\n" + escape + "0041z") == "!3");
  }
}

TEST_CASE("a \\u escape takes four hexadecimal digits of either case") {
  CHECK(decoded(R"(\u0041\u00e9\u00E9\uabcd\uABCD\u0000\u001f\u007f\uffff)") ==
        with_zeros("A\u00e9\u00e9\uabcd\uabcd\0\x1f\x7f\uffff"));
  CHECK(decoded(R"(\u00e9x)") == "\u00e9x");
  CHECK(decoded(R"(\u07ff\u0800\ud7ff\ue000)") == "\u07ff\u0800\ud7ff\ue000");
  for (const std::string_view body :
       {R"(\u)",     R"(\u0)",    R"(\u00)",   R"(\u004)",  R"(\u004g)", R"(\ug041)",    R"(\u0g41)",
        R"(\u00g1)", R"(\u 041)", R"(\u+041)", R"(\u-041)", R"(\u0x41)", R"(\u{41})",    R"(\u00\n)",
        R"(\u004/)", R"(\u004:)", R"(\u004@)", R"(\u004G)", R"(\u004`)", "\\u00\xc3\xa9"}) {
    CAPTURE(body);
    CHECK(decoded(body) == "!1");
    CHECK(decoded("\\u0041" + std::string(body)) == "!7");
    CHECK(attempt("\"" + std::string(body)).code == "bad_json");
  }
}

TEST_CASE("a pair of surrogates is one character") {
  CHECK(decoded(R"(\ud83d\ude00)") == "\U0001f600");
  CHECK(decoded(R"(\uD83D\uDE00)") == "\U0001f600");
  CHECK(decoded(R"(\ud800\udc00\udbff\udfff)") == "\U00010000\U0010ffff");
  const Document document = parse(R"("\ud83d\ude00")", kLone);
  CHECK_FALSE(document.root.has_lone_surrogate());
}

TEST_CASE("half a pair is rejected at its own backslash") {
  struct Row {
    std::string_view body;
    std::string_view fault;
  };
  const Row table[] = {
      {R"(\ud800)", "!1"},
      {R"(\udbff)", "!1"},
      {R"(\udc00)", "!1"},
      {R"(\udfff)", "!1"},
      {R"(\ud83d\ud83d)", "!1"},
      {R"(\ude00\ud83d)", "!1"},
      {R"(\ude00\ude00)", "!1"},
      {R"(\ud83dx)", "!1"},
      {R"(\ud83d\n)", "!1"},
      {R"(\ud83d\u0041)", "!1"},
      {R"(\ud83d \ude00)", "!1"},
      {R"(\ud83d\\ude00)", "!1"},
      {R"(\ud83d\ude00\ud83d)", "!13"},
      {R"(\ud83d\ude00\ude00)", "!13"},
      {R"(\u0041\udc00)", "!7"},
  };
  for (const Row& row : table) {
    CAPTURE(row.body);
    CHECK(decoded(row.body) == row.fault);
    CHECK(decoded(row.body, {.non_finite = true, .lone_surrogates = false}) == row.fault);
  }
  CHECK(decoded(R"(\ud83d\uzzzz)", kLone) == "!7");
  CHECK(decoded(R"(\ud83d\u)", kLone) == "!7");
  CHECK(decoded(R"(\ud83d\q)", kLone) == "!7");
}

TEST_CASE("half a pair is kept as three bytes and said so, where that is asked for") {
  struct Row {
    std::string_view body;
    std::string_view bytes;
  };
  const Row table[] = {
      {R"(\ud800)", "\xed\xa0\x80"},
      {R"(\udbff)", "\xed\xaf\xbf"},
      {R"(\udc00)", "\xed\xb0\x80"},
      {R"(\udfff)", "\xed\xbf\xbf"},
      {R"(\ud83d\ud83d)", "\xed\xa0\xbd\xed\xa0\xbd"},
      {R"(\ude00\ud83d)", "\xed\xb8\x80\xed\xa0\xbd"},
      {R"(\ud83d\ud83d\ude00)", "\xed\xa0\xbd\U0001f600"},
      {R"(\ude00\ud83d\ude00)", "\xed\xb8\x80\U0001f600"},
      {R"(\ud83d\ude00\ude00)", "\U0001f600\xed\xb8\x80"},
      {R"(\ud83dx\ude00)", "\xed\xa0\xbdx\xed\xb8\x80"},
      {R"(\ud83d\u0041)",
       "\xed\xa0\xbd"
       "A"},
      {R"(\ud83d\n)", "\xed\xa0\xbd\n"},
  };
  for (const Row& row : table) {
    CAPTURE(row.body);
    const Document document = parse(in_quotes(row.body), kLone);
    CHECK(document.root.text() == row.bytes);
    CHECK(document.root.has_lone_surrogate());
  }
  const Document name = parse(R"({"\ud800":"fine\n"})", kLone);
  CHECK(name.root.members()[0].name.has_lone_surrogate());
  CHECK_FALSE(name.root.members()[0].value.has_lone_surrogate());
}

TEST_CASE("a string without escapes promises that it needs none") {
  const Document document = parse(R"(["plain é 😀", "with \n escape", "\u0041"])");
  CHECK_FALSE(document.root.items()[0].may_need_escapes());
  CHECK(document.root.items()[1].may_need_escapes());
  CHECK(document.root.items()[2].may_need_escapes());
  CHECK(Value::string("built").may_need_escapes());
}
