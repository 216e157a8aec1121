#include "core/store/page_checks.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <list>
#include <mutex>
#include <new>
#include <string>

#include "core/base/error.hpp"

namespace agentnet::store {
namespace {

constexpr std::size_t kContentBytes = kPageBytes - kPageCheckBytes;
constexpr std::size_t kWords = kContentBytes / sizeof(std::uint64_t);
constexpr std::size_t kLanes = 4;
constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio

// What follows the base layer's own data of an open database file. The file's table of functions is a copy of
// the base layer's with some replaced, so that all others go straight there.
struct CheckedFile {
  sqlite3_io_methods methods;  // first, for checked()
  const sqlite3_io_methods* base;
};

struct Layer {
  sqlite3_vfs vfs;  // first, for layer_open()
  sqlite3_vfs* base;
  std::string name;
};

const CheckedFile& checked(const sqlite3_file* file) {
  return *reinterpret_cast<const CheckedFile*>(file->pMethods);
}

bool is_page(int amount, sqlite3_int64 offset) {
  return amount == static_cast<int>(kPageBytes) && offset % static_cast<int>(kPageBytes) == 0;
}

std::uint64_t in_file_order(std::uint64_t word) {
  return std::endian::native == std::endian::little ? word : __builtin_bswap64(word);
}

std::uint64_t word_at(const std::uint8_t* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  return in_file_order(word);
}

std::uint64_t take(std::uint64_t lane, std::uint64_t word) {
  return std::rotl((lane ^ word) * kOdd, 29);
}

std::uint64_t page_check(const std::uint8_t* page, sqlite3_int64 offset) {
  std::array<std::uint64_t, kLanes> lanes{};
  for (std::size_t i = 0; i < kLanes; ++i)
    lanes[i] = static_cast<std::uint64_t>(offset) + i;
  std::size_t word = 0;
  for (; word + kLanes <= kWords; word += kLanes) {
    for (std::size_t i = 0; i < kLanes; ++i)
      lanes[i] = take(lanes[i], word_at(page + (word + i) * sizeof word));
  }
  for (std::size_t i = 0; word < kWords; ++i, ++word)
    lanes[i] = take(lanes[i], word_at(page + word * sizeof word));
  std::uint64_t check = 0;
  for (const std::uint64_t lane : lanes)
    check = take(check, lane);
  return check;
}

bool holds(const std::uint8_t* page, sqlite3_int64 offset) {
  if (page_check(page, offset) == word_at(page + kContentBytes)) return true;
  return std::all_of(page, page + kPageBytes, [](std::uint8_t byte) { return byte == 0; });
}

int file_read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  const int result = checked(file).base->xRead(file, buffer, amount, offset);
  // Of a page that the file ends in, the base layer has filled the missing part with zeros.
  const bool was_read = result == SQLITE_OK || result == SQLITE_IOERR_SHORT_READ;
  if (!was_read || !is_page(amount, offset)) return result;
  return holds(static_cast<const std::uint8_t*>(buffer), offset) ? result : SQLITE_IOERR_DATA;
}

int file_write(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  const sqlite3_io_methods* base = checked(file).base;
  if (!is_page(amount, offset)) return base->xWrite(file, buffer, amount, offset);
  std::array<std::uint8_t, kPageBytes> page{};
  std::memcpy(page.data(), buffer, kContentBytes);
  seal_page(page, offset);
  return base->xWrite(file, page.data(), amount, offset);
}

// Pages seen through a memory map would pass unchecked; without one SQLite reads them.
int file_fetch(sqlite3_file*, sqlite3_int64, int, void** page) {
  *page = nullptr;
  return SQLITE_OK;
}

int file_unfetch(sqlite3_file*, sqlite3_int64, void*) {
  return SQLITE_OK;
}

std::size_t base_bytes(const sqlite3_vfs& base) {
  constexpr std::size_t kAlignment = alignof(CheckedFile);
  return (static_cast<std::size_t>(base.szOsFile) + kAlignment - 1) / kAlignment * kAlignment;
}

int layer_open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  const Layer& layer = *reinterpret_cast<const Layer*>(vfs);
  const int result = layer.base->xOpen(layer.base, name, file, flags, flags_out);
  if (result != SQLITE_OK || (flags & SQLITE_OPEN_MAIN_DB) == 0 || file->pMethods == nullptr) return result;
  auto* place = reinterpret_cast<std::byte*>(file) + base_bytes(*layer.base);
  auto* extra = new (place) CheckedFile{*file->pMethods, file->pMethods};
  extra->methods.xRead = file_read;
  extra->methods.xWrite = file_write;
  extra->methods.xFetch = file_fetch;
  extra->methods.xUnfetch = file_unfetch;
  file->pMethods = &extra->methods;
  return SQLITE_OK;
}

}  // namespace

void seal_page(std::span<std::uint8_t, kPageBytes> page, std::int64_t offset) {
  const std::uint64_t check = in_file_order(page_check(page.data(), offset));
  std::memcpy(page.data() + kContentBytes, &check, sizeof check);
}

const char* page_checked_vfs() {
  static std::mutex mutex;
  static auto& layers = *new std::list<Layer>;  // never freed: SQLite keeps their addresses
  const std::lock_guard<std::mutex> guard(mutex);
  sqlite3_vfs* base = sqlite3_vfs_find(nullptr);
  if (base == nullptr) throw Error(Category::failed, "store", "SQLite cannot be started");
  for (const Layer& layer : layers) {
    if (layer.base == base) return layer.name.c_str();
  }
  Layer& layer = layers.emplace_back(Layer{*base, base, "checked-" + std::string(base->zName)});
  layer.vfs.szOsFile = static_cast<int>(base_bytes(*base) + sizeof(CheckedFile));
  layer.vfs.pNext = nullptr;
  layer.vfs.zName = layer.name.c_str();
  layer.vfs.xOpen = layer_open;
  const int result = sqlite3_vfs_register(&layer.vfs, 0);
  if (result != SQLITE_OK) throw Error(Category::failed, "store", "SQLite cannot be started");
  return layer.name.c_str();
}

}  // namespace agentnet::store
