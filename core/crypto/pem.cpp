#include "core/crypto/pem.hpp"

#include <optional>

#include "core/base/error.hpp"

namespace agentnet::crypto {
namespace {

constexpr std::size_t kLineCharacters = 64;
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

// Printable ASCII; hyphens and spaces only one at a time and inside.
bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kMaxPemLabelBytes) return false;
  bool after_character = false;
  for (const char c : label) {
    const bool joins = c == ' ' || c == '-';
    if (joins ? !after_character : (c < '!' || c > '~')) return false;
    after_character = !joins;
  }
  return after_character;
}

bool is_base64_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/' ||
         c == '=';
}

// The label of a line that is `prefix`, a label, five dashes and nothing else.
std::optional<std::string_view> boundary_label(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix) || !line.ends_with(kDashes)) return std::nullopt;
  if (line.size() < prefix.size() + kDashes.size()) return std::nullopt;
  const std::string_view label = line.substr(prefix.size(), line.size() - prefix.size() - kDashes.size());
  if (!is_label(label)) return std::nullopt;
  return label;
}

// True for text that somebody meant as a boundary.
bool resembles_boundary(std::string_view line) {
  return line.find("-----BEGIN") != line.npos || line.find("-----END") != line.npos;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    body_.reserve(text.size());  // so that it never moves and leaves a copy of a key behind
  }
  ~Reader() { wipe(body_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  std::vector<PemBlock> read() {
    std::vector<PemBlock> blocks;
    while (next_line()) {
      if (const auto label = boundary_label(line_, kBegin)) {
        if (blocks.size() == kMaxPemBlocks) fail("there are more than 64 blocks");
        blocks.push_back(read_block(std::string(*label)));
      } else if (resembles_boundary(line_)) {
        fail("this is not a well-formed BEGIN line, or an END line without one");
      }
    }
    return blocks;
  }

 private:
  PemBlock read_block(std::string label) {
    wipe(body_);
    bool last_line_seen = false;
    while (next_line()) {
      if (const auto end = boundary_label(line_, kEnd)) {
        if (*end != label) fail("the END line names another label than the BEGIN line");
        return {std::move(label), decode()};
      }
      for (const char c : line_) {
        if (!is_base64_character(c)) fail("there is something else than base64 inside a block");
      }
      if (line_.empty()) fail("there is an empty line inside a block");
      if (last_line_seen) fail("only the last line of a block may have less than 64 characters");
      if (line_.size() > kLineCharacters) fail("a line inside a block has more than 64 characters");
      last_line_seen = line_.size() < kLineCharacters;
      body_ += line_;
    }
    fail("the text ends inside a block");
  }

  Secret decode() const {
    if (body_.empty()) fail("a block is empty");
    std::optional<Bytes> bytes = base64_decode(body_, Base64::standard);
    if (!bytes) fail("the block that ends here is not valid base64");
    Secret secret(*bytes);
    wipe(*bytes);
    return secret;
  }

  // Takes the next line without its LF or CRLF; false at the end of the text.
  bool next_line() {
    if (rest_.empty()) return false;
    const std::size_t length = rest_.find('\n');
    line_ = rest_.substr(0, length);
    rest_.remove_prefix(length == rest_.npos ? rest_.size() : length + 1);
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    ++line_number_;
    return true;
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw Error(Category::usage, "bad_pem", "PEM, line " + std::to_string(line_number_) + ": " + what, "",
                {{"line", line_number_}});
  }

  std::string_view rest_;
  std::string_view line_;
  std::int64_t line_number_ = 0;
  std::string body_;  // the base64 of the block being read
};

}  // namespace

std::vector<PemBlock> pem_read(std::string_view text) {
  if (text.size() > kMaxPemBytes) {
    throw Error(Category::usage, "bad_pem", "a PEM text has at most 64 KiB");
  }
  return Reader(text).read();
}

std::string pem_write(std::string_view label, ByteView bytes) {
  std::string body = base64_encode(bytes, Base64::standard);
  std::string text;
  text.reserve(2 * (kBegin.size() + label.size() + kDashes.size() + 1) + body.size() +
               body.size() / kLineCharacters + 1);
  text.append(kBegin).append(label).append(kDashes).append("\n");
  for (std::size_t at = 0; at < body.size(); at += kLineCharacters)
    text.append(body, at, kLineCharacters).append("\n");
  text.append(kEnd).append(label).append(kDashes).append("\n");
  wipe(body);
  return text;
}

}  // namespace agentnet::crypto
