// The two encodings that Paybond's signatures cover (wire reference paybond 2.1, 2.2).
//
//                         one (bincode 1 default)         two (bincode 2 standard)
//   u8, bool, raw bytes   as they are                     as they are
//   u16, u32, u64         fixed width, little-endian      0..250 one byte; fb + u16, fc + u32, fd + u64,
//                                                         little-endian, always the shortest
//   i32, i64              fixed width, two's complement   zigzag (n >= 0: 2n, else -2n-1), then as unsigned
//   text, bytes           u64 length, then the bytes      length as unsigned, then the bytes
//   uuid                  as 16 bytes of length 16        the same
//   option                u8 0, or u8 1 and the value     the same
// There is no alignment and no trailer.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"

namespace agentnet::paybond {

enum class Bincode : std::uint8_t { one, two };

using Uuid = std::array<std::uint8_t, 16>;  // in RFC 9562 order

class BincodeWriter {
 public:
  explicit BincodeWriter(Bincode encoding) : encoding_(encoding) { out_.reserve(kFirstBytes); }

  BincodeWriter& u8(std::uint8_t number);
  BincodeWriter& boolean(bool value) { return u8(value ? 1 : 0); }
  BincodeWriter& u16(std::uint16_t number) { return unsigned_number(number, sizeof number); }
  BincodeWriter& u32(std::uint32_t number) { return unsigned_number(number, sizeof number); }
  BincodeWriter& u64(std::uint64_t number) { return unsigned_number(number, sizeof number); }
  BincodeWriter& i32(std::int32_t number) { return signed_number(number, sizeof number); }
  BincodeWriter& i64(std::int64_t number) { return signed_number(number, sizeof number); }
  BincodeWriter& raw(ByteView bytes);
  BincodeWriter& bytes(ByteView bytes);
  BincodeWriter& text(std::string_view text) { return bytes(as_bytes(text)); }
  BincodeWriter& uuid(const Uuid& uuid) { return bytes(uuid); }

  const Bytes& done() const& { return out_; }
  Bytes done() && { return std::move(out_); }

 private:
  static constexpr std::size_t kFirstBytes = 512;  // more than most signed bytes are

  BincodeWriter& unsigned_number(std::uint64_t number, std::size_t width);
  BincodeWriter& signed_number(std::int64_t number, std::size_t width);
  void little_endian(std::uint64_t number, std::size_t width);

  Bincode encoding_;
  Bytes out_;
};

// Reads what the writer writes, and nothing else: a number that is not in its shortest form, a length beyond
// the end, text that is not UTF-8 and a boolean other than 0 and 1 are Error usage/bad_bincode with the byte
// offset in the details. Views lie in the bytes that were given.
class BincodeReader {
 public:
  BincodeReader(Bincode encoding, ByteView bytes) : encoding_(encoding), bytes_(bytes) {}

  std::uint8_t u8();
  bool boolean();
  std::uint16_t u16() { return static_cast<std::uint16_t>(unsigned_number(sizeof(std::uint16_t))); }
  std::uint32_t u32() { return static_cast<std::uint32_t>(unsigned_number(sizeof(std::uint32_t))); }
  std::uint64_t u64() { return unsigned_number(sizeof(std::uint64_t)); }
  std::int32_t i32() { return static_cast<std::int32_t>(signed_number(sizeof(std::int32_t))); }
  std::int64_t i64() { return signed_number(sizeof(std::int64_t)); }
  ByteView raw(std::size_t count);
  ByteView bytes();
  std::string_view text();
  Uuid uuid();
  // Throws unless everything was read.
  void finish() const;

  std::size_t offset() const { return at_; }

 private:
  std::uint64_t unsigned_number(std::size_t width);
  std::int64_t signed_number(std::size_t width);
  std::uint64_t little_endian(std::size_t width);
  [[noreturn]] void fail(std::size_t offset, const std::string& what) const;

  Bincode encoding_;
  ByteView bytes_;
  std::size_t at_ = 0;
};

}  // namespace agentnet::paybond
