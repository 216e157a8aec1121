#include "core/base/zip_writer.hpp"

#include <array>

#include "core/base/error.hpp"

namespace agentnet {
namespace {

constexpr std::uint32_t kPolynomial = 0xedb88320;  // reflected
constexpr std::uint32_t kLocalHeader = 0x04034b50, kDirectoryHeader = 0x02014b50, kEnd = 0x06054b50;
constexpr std::uint16_t kVersion = 20;  // 2.0: what stored files need
constexpr std::uint16_t kNamesAreUtf8 = 1U << 11;
constexpr std::uint16_t kFirstDay = 1U << 5 | 1U;  // 1980-01-01

constexpr std::array<std::uint32_t, 256> make_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit)
      value = (value & 1U) != 0 ? value >> 1 ^ kPolynomial : value >> 1;
    table[i] = value;
  }
  return table;
}
constexpr auto kTable = make_table();

void put16(std::string& out, std::uint32_t value) {
  out += static_cast<char>(value & 0xff);
  out += static_cast<char>(value >> 8 & 0xff);
}
void put32(std::string& out, std::size_t value) {
  put16(out, static_cast<std::uint32_t>(value & 0xffff));
  put16(out, static_cast<std::uint32_t>(value >> 16 & 0xffff));
}

// What the file's own header and its line in the directory have in common.
std::string description(std::string_view name, std::string_view content) {
  std::string out;
  put16(out, kVersion);
  put16(out, kNamesAreUtf8);
  put16(out, 0);  // stored
  put16(out, 0);  // midnight
  put16(out, kFirstDay);
  put32(out, crc32(content));
  put32(out, content.size());
  put32(out, content.size());
  put16(out, static_cast<std::uint32_t>(name.size()));
  put16(out, 0);  // no extra field
  return out;
}

}  // namespace

std::uint32_t crc32(std::string_view bytes) {
  std::uint32_t value = 0xffffffff;
  for (const char byte : bytes)
    value = kTable[(value ^ static_cast<unsigned char>(byte)) & 0xff] ^ value >> 8;
  return value ^ 0xffffffff;
}

void ZipWriter::add(std::string_view name, std::string_view content) {
  if (archive_.size() + content.size() > kMaxZipBytes)
    throw Error(Category::usage, "too_large", "the archive would be larger than it may be");
  const std::string described = description(name, content);
  put32(directory_, kDirectoryHeader);
  put16(directory_, kVersion);
  directory_ += described;
  put16(directory_, 0);  // no comment
  put16(directory_, 0);  // the first disk
  put16(directory_, 0);  // internal attributes
  put32(directory_, 0);  // external ones
  put32(directory_, archive_.size());
  directory_ += name;
  put32(archive_, kLocalHeader);
  archive_ += described;
  archive_ += name;
  archive_ += content;
  ++files_;
}

std::string ZipWriter::finish() {
  const std::size_t start = archive_.size();
  archive_ += directory_;
  put32(archive_, kEnd);
  put32(archive_, 0);  // the first disk, twice
  put16(archive_, files_);
  put16(archive_, files_);
  put32(archive_, directory_.size());
  put32(archive_, start);
  put16(archive_, 0);  // no comment
  return std::move(archive_);
}

}  // namespace agentnet
