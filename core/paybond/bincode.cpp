#include "core/paybond/bincode.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::uint8_t kLargestSingle = 250;  // the last number that is its own byte
// The byte that announces a number of 2, 4 or 8 bytes.
constexpr std::uint8_t kTwoBytes = 0xfb;
constexpr std::uint8_t kFourBytes = 0xfc;
constexpr std::uint8_t kEightBytes = 0xfd;

// How many bytes follow the announcing byte in the shortest form; 0 for none.
std::size_t bytes_needed(std::uint64_t number) {
  if (number <= kLargestSingle) return 0;
  if (number <= 0xffff) return 2;
  return number <= 0xffffffff ? 4 : 8;
}

std::uint8_t announcing(std::size_t bytes) {
  if (bytes == 2) return kTwoBytes;
  return bytes == 4 ? kFourBytes : kEightBytes;
}

// Zigzag: the sign goes into the lowest bit.
std::uint64_t to_zigzag(std::int64_t number) {
  return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}

std::int64_t from_zigzag(std::uint64_t number) {
  return static_cast<std::int64_t>(number >> 1 ^ (0 - (number & 1)));
}

}  // namespace

BincodeWriter& BincodeWriter::u8(std::uint8_t number) {
  out_.push_back(number);
  return *this;
}

void BincodeWriter::little_endian(std::uint64_t number, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i)
    out_.push_back(static_cast<std::uint8_t>(number >> (8 * i)));
}

BincodeWriter& BincodeWriter::unsigned_number(std::uint64_t number, std::size_t width) {
  if (encoding_ == Bincode::two) {
    width = bytes_needed(number);
    if (width == 0) return u8(static_cast<std::uint8_t>(number));
    u8(announcing(width));
  }
  little_endian(number, width);
  return *this;
}

BincodeWriter& BincodeWriter::signed_number(std::int64_t number, std::size_t width) {
  if (encoding_ == Bincode::two) return unsigned_number(to_zigzag(number), width);
  little_endian(static_cast<std::uint64_t>(number), width);
  return *this;
}

BincodeWriter& BincodeWriter::raw(ByteView bytes) {
  out_.insert(out_.end(), bytes.begin(), bytes.end());
  return *this;
}

BincodeWriter& BincodeWriter::bytes(ByteView bytes) {
  return u64(bytes.size()).raw(bytes);
}

void BincodeReader::fail(std::size_t offset, const std::string& what) const {
  throw Error(Category::usage, "bad_bincode", what + " (byte " + std::to_string(offset) + ")", {},
              {{"offset", static_cast<std::int64_t>(offset)}});
}

std::uint8_t BincodeReader::u8() {
  return raw(1)[0];
}

bool BincodeReader::boolean() {
  const std::uint8_t byte = u8();
  if (byte > 1) fail(at_ - 1, "a boolean is neither 0 nor 1");
  return byte == 1;
}

std::uint64_t BincodeReader::little_endian(std::size_t width) {
  std::uint64_t number = 0;
  const ByteView bytes = raw(width);
  for (std::size_t i = width; i-- > 0;)
    number = number << 8 | bytes[i];
  return number;
}

std::uint64_t BincodeReader::unsigned_number(std::size_t width) {
  if (encoding_ == Bincode::one) return little_endian(width);
  const std::size_t start = at_;
  const std::uint8_t first = u8();
  if (first <= kLargestSingle) return first;
  if (first > kEightBytes) fail(start, "no number begins with this byte");
  const std::size_t follow = first == kTwoBytes ? 2 : first == kFourBytes ? 4 : 8;
  const std::uint64_t number = little_endian(follow);
  if (bytes_needed(number) != follow) fail(start, "a number is not in its shortest form");
  if (follow > width) fail(start, "a number is too large");
  return number;
}

std::int64_t BincodeReader::signed_number(std::size_t width) {
  if (encoding_ == Bincode::two) return from_zigzag(unsigned_number(width));
  const std::uint64_t number = little_endian(width);
  // The sign of a narrow number is its highest bit.
  return width == sizeof(std::int32_t) ? static_cast<std::int32_t>(static_cast<std::uint32_t>(number))
                                       : static_cast<std::int64_t>(number);
}

ByteView BincodeReader::raw(std::size_t count) {
  if (count > bytes_.size() - at_) fail(at_, "the bytes end too early");
  const ByteView found = bytes_.subspan(at_, count);
  at_ += count;
  return found;
}

ByteView BincodeReader::bytes() {
  const std::size_t start = at_;
  const std::uint64_t length = u64();
  if (length > bytes_.size() - at_) fail(start, "a length goes beyond the end");
  return raw(static_cast<std::size_t>(length));
}

std::string_view BincodeReader::text() {
  const std::size_t start = at_;
  const std::string_view text = as_text(bytes());
  if (!count_code_points(text)) fail(start, "a text is not UTF-8");
  return text;
}

Uuid BincodeReader::uuid() {
  const std::size_t start = at_;
  const ByteView found = bytes();
  Uuid uuid{};
  if (found.size() != uuid.size()) fail(start, "a UUID has not 16 bytes");
  std::copy(found.begin(), found.end(), uuid.begin());
  return uuid;
}

void BincodeReader::finish() const {
  if (at_ != bytes_.size()) fail(at_, "bytes follow the end");
}

}  // namespace agentnet::paybond
