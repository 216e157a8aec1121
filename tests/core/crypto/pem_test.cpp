#include "core/crypto/pem.hpp"

#include <doctest/doctest.h>

#include "tests/core/crypto/vectors.hpp"

namespace agentnet::crypto {
namespace {

// One block with the given lines between its boundaries.
std::string block(const std::string& lines) {
  return "-----BEGIN THING-----\n" + lines + "-----END THING-----\n";
}

const std::string kFullLine(64, 'A');  // 48 zero bytes

// "" when the text is read, otherwise the message of the Error bad_pem.
std::string refusal(const std::string& text) {
  try {
    pem_read(text);
    return "";
  } catch (const Error& error) {
    CHECK_EQ(error.code(), "bad_pem");
    CHECK_EQ(error.category(), Category::usage);
    return error.message();
  }
}

bool is_refused(const std::string& text) {
  return !refusal(text).empty();
}

TEST_CASE("a PEM block gives its label and bytes") {
  const auto blocks = pem_read(block("AAEC\n"));
  REQUIRE_EQ(blocks.size(), 1U);
  CHECK_EQ(blocks[0].label, "THING");
  CHECK_EQ(hex_lower(blocks[0].bytes.expose()), "000102");
}

TEST_CASE("what pem_write makes, pem_read reads, for every length around the line breaks") {
  for (std::size_t size = 1; size <= 150; ++size) {
    CAPTURE(size);
    const Bytes bytes = counting_bytes(size);
    const std::string text = pem_write("SOME LABEL", bytes);
    const auto blocks = pem_read(text);
    REQUIRE_EQ(blocks.size(), 1U);
    CHECK_EQ(blocks[0].label, "SOME LABEL");
    CHECK_EQ(hex_lower(blocks[0].bytes.expose()), hex_lower(bytes));
  }
}

TEST_CASE("pem_write breaks lines after 64 characters and writes no empty one") {
  CHECK_EQ(pem_write("THING", Bytes(48)), block(kFullLine + "\n"));
  CHECK_EQ(pem_write("THING", Bytes(49)), block(kFullLine + "\nAA==\n"));
}

TEST_CASE("text around PEM blocks is skipped and their order kept") {
  const auto blocks = pem_read("Subject: someone\n--- a rule ---\n" + block("AAAA\n") + "\nbetween\n" +
                               "-----BEGIN B-----\n////\n-----END B-----\nafter, without an end of line");
  REQUIRE_EQ(blocks.size(), 2U);
  CHECK_EQ(blocks[0].label, "THING");
  CHECK_EQ(blocks[1].label, "B");
  CHECK_EQ(hex_lower(blocks[1].bytes.expose()), "ffffff");
}

TEST_CASE("a text without PEM blocks gives none") {
  CHECK(pem_read("").empty());
  CHECK(pem_read("just text\n").empty());
}

TEST_CASE("PEM lines may end in CRLF, and the last boundary in nothing") {
  CHECK_EQ(pem_read("-----BEGIN A-----\r\nAAAA\r\n-----END A-----\r\n").size(), 1U);
  CHECK_EQ(pem_read("-----BEGIN A-----\nAAAA\n-----END A-----").size(), 1U);
}

TEST_CASE("anything but base64 inside a PEM block is refused") {
  for (int c = 0; c < 256; ++c) {
    const char character = static_cast<char>(c);
    const bool allowed = std::isalnum(c) != 0 || c == '+' || c == '/';
    if (character == '\n') continue;
    CAPTURE(c);
    const std::string line = std::string("AA") + character + "A\n";
    CHECK_EQ(is_refused(block(line)), !allowed);
  }
}

TEST_CASE("PEM lines of wrong shape are refused") {
  CHECK(is_refused(block("")));          // nothing in it
  CHECK(is_refused(block("\nAAAA\n")));  // empty line before
  CHECK(is_refused(block("AAAA\n\n")));  // empty line after
  CHECK(is_refused(block(kFullLine + "\n\n")));
  CHECK(is_refused(block(kFullLine + "\n\n" + kFullLine + "\n")));
  CHECK(is_refused(block("AAAA \n")));                                  // space at the end
  CHECK(is_refused(block(" AAAA\n")));                                  // space at the start
  CHECK(is_refused(block("AAAA\rAAAA\n")));                             // CR alone
  CHECK(is_refused(block("AAAA\nAAAA\n")));                             // short line that is not the last
  CHECK(is_refused(block(kFullLine + "AAAA\n")));                       // long line
  CHECK(is_refused(block("Proc-Type: 4,ENCRYPTED\n\nAAAA\n")));         // headers of RFC 1421
  CHECK_FALSE(is_refused(block(kFullLine + "\n")));                     // a full line is fine
  CHECK_FALSE(is_refused(block(kFullLine + "\n" + kFullLine + "\n")));  // and two of them
}

TEST_CASE("PEM base64 must be exact") {
  CHECK(is_refused(block("AAA\n")));       // padding missing
  CHECK(is_refused(block("AA=\n")));       // padding too short
  CHECK(is_refused(block("AA===\n")));     // padding too long
  CHECK(is_refused(block("AA==AAAA\n")));  // padding in the middle
  CHECK(is_refused(block("AB==\n")));      // stray bits
  CHECK(is_refused(block("=\n")));
  CHECK_FALSE(is_refused(block("AA==\n")));
}

TEST_CASE("broken PEM boundaries are refused and not skipped") {
  const std::string body = "AAAA\n";
  CHECK(is_refused("-----BEGIN A----\n" + body + "-----END A-----\n"));
  CHECK(is_refused("----BEGIN A-----\n" + body + "-----END A-----\n"));
  CHECK(is_refused(" -----BEGIN A-----\n" + body + "-----END A-----\n"));
  CHECK(is_refused("-----BEGIN A-----\n" + body + "-----END A----\n"));
  CHECK(is_refused("-----BEGIN A-----\n" + body + "-----END B-----\n"));
  CHECK(is_refused("-----BEGIN A-----\n" + body + "-----END A----- \n"));
  CHECK(is_refused("-----BEGIN A-----\n" + body));
  CHECK(is_refused("-----BEGIN A-----"));
  CHECK(is_refused("-----BEGIN A-----\n" + body + "-----BEGIN A-----\n" + body + "-----END A-----\n"));
  CHECK(is_refused("-----END A-----\n"));
  CHECK(is_refused("-----BEGIN A-----AAAA-----END A-----\n"));
}

TEST_CASE("PEM labels follow the grammar") {
  const auto with_label = [](const std::string& label) {
    return "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
  };
  for (const char* label : {"A", "PRIVATE KEY", "X509-CRL", "A B-C"})
    CHECK_FALSE(is_refused(with_label(label)));
  for (const char* label : {"", " ", " A", "A ", "A  B", "A--B", "-A", "A-", "A\tB", "\xc3\xa4"}) {
    CAPTURE(label);
    CHECK(is_refused(with_label(label)));
  }
}

TEST_CASE("PEM limits hold at their value and not one past it") {
  const auto with_label = [](std::size_t length) {
    const std::string label(length, 'L');
    return "-----BEGIN " + label + "-----\nAAAA\n-----END " + label + "-----\n";
  };
  CHECK_FALSE(is_refused(with_label(kMaxPemLabelBytes)));
  CHECK(is_refused(with_label(kMaxPemLabelBytes + 1)));

  std::string many;
  for (std::size_t i = 0; i < kMaxPemBlocks; ++i)
    many += block("AAAA\n");
  CHECK_EQ(pem_read(many).size(), kMaxPemBlocks);
  CHECK(is_refused(many + block("AAAA\n")));

  std::string large = block("AAAA\n");
  large.append(kMaxPemBytes - large.size(), ' ');
  CHECK_FALSE(is_refused(large));
  CHECK(is_refused(large + " "));
}

TEST_CASE("a PEM refusal says the line") {
  try {
    pem_read("text\n-----BEGIN A-----\nAA!A\n-----END A-----\n");
    FAIL("not refused");
  } catch (const Error& error) {
    CHECK(error.message().starts_with("PEM, line 3: "));
    REQUIRE_EQ(error.details().size(), 1U);
    CHECK_EQ(error.details()[0].name, "line");
    CHECK_EQ(std::get<std::int64_t>(error.details()[0].value), 3);
  }
}

}  // namespace
}  // namespace agentnet::crypto
