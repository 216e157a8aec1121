// ZIP archives whose files are stored as they are, without compression (APPNOTE.TXT 6.3.10, sections 4.3.7,
// 4.3.12 and 4.3.16). The same files give the same bytes: every file's time is 1980-01-01.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace agentnet {

inline constexpr std::size_t kMaxZipBytes = 1024U * 1024 * 1024;  // of an archive; without ZIP64 4 GiB - 1

class ZipWriter {
 public:
  // Appends a file. Throws Error usage/too_large beyond kMaxZipBytes.
  void add(std::string_view name, std::string_view content);
  // The archive. Nothing may be added afterwards.
  std::string finish();

 private:
  std::string archive_;
  std::string directory_;
  std::uint16_t files_ = 0;
};

// CRC-32 as ZIP, gzip and PNG use it.
std::uint32_t crc32(std::string_view bytes);

}  // namespace agentnet
