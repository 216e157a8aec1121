#include "core/store/store_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/store/faults.hpp"
#include "core/store/page_checks.hpp"

namespace agentnet::store {
namespace {

constexpr mode_t kOthers = 0077;

// Places in the header of a SQLite file; numbers are big-endian. What is not named is zero in a new file.
constexpr std::size_t kHeaderBytes = 100;
constexpr std::string_view kMagic("SQLite format 3\0", 16);
constexpr std::size_t kPageSizeAt = 16;        // 2 bytes
constexpr std::size_t kLogAt = 18;             // 1 byte for writing, 1 for reading: 2 when there is a log
constexpr std::size_t kReservedAt = 20;        // 1 byte: free bytes at the end of each page
constexpr std::size_t kFractionsAt = 21;       // 3 bytes, which are always 64, 32, 32
constexpr std::size_t kChangesAt = 24;         // 4 bytes: counts changes of the file
constexpr std::size_t kPageCountAt = 28;       // 4 bytes
constexpr std::size_t kSchemaVersionAt = 60;   // 4 bytes
constexpr std::size_t kApplicationIdAt = 68;   // 4 bytes
constexpr std::size_t kCountedChangesAt = 92;  // 4 bytes: the change at which the page count was right
constexpr std::size_t kEngineVersionAt = 96;   // 4 bytes
// Behind it, the list of tables: a leaf of a table's tree, which is empty.
constexpr std::size_t kLeafKindAt = 100;   // 1 byte
constexpr std::size_t kLeafCellsAt = 105;  // 2 bytes: where the cells begin, which is the end of the content
constexpr std::uint8_t kTableLeaf = 13;

using Header = std::array<std::uint8_t, kHeaderBytes>;

std::int64_t number_at(const Header& header, std::size_t place, std::size_t size) {
  std::int64_t number = 0;
  for (std::size_t i = 0; i < size; ++i)
    number = number << 8 | header[place + i];
  return number;
}

using Page = std::array<std::uint8_t, kPageBytes>;

void put_number(Page& page, std::size_t place, std::size_t size, std::int64_t number) {
  for (std::size_t i = 0; i < size; ++i)
    page[place + i] = static_cast<std::uint8_t>(number >> (8 * (size - 1 - i)));
}

Page blank_store() {
  Page page{};
  kMagic.copy(reinterpret_cast<char*>(page.data()), kMagic.size());
  put_number(page, kPageSizeAt, 2, kPageBytes);
  put_number(page, kLogAt, 2, 0x0202);
  put_number(page, kReservedAt, 1, kPageCheckBytes);
  put_number(page, kFractionsAt, 3, 0x402020);
  put_number(page, kChangesAt, 4, 1);
  put_number(page, kPageCountAt, 4, 1);
  put_number(page, kApplicationIdAt, 4, kApplicationId);
  put_number(page, kCountedChangesAt, 4, 1);
  put_number(page, kEngineVersionAt, 4, SQLITE_VERSION_NUMBER);
  put_number(page, kLeafKindAt, 1, kTableLeaf);
  put_number(page, kLeafCellsAt, 2, kPageBytes - kPageCheckBytes);
  seal_page(page, 0);
  return page;
}

bool is_ours(const Header& header) {
  return as_text(ByteView(header)).starts_with(kMagic) && number_at(header, kPageSizeAt, 2) == kPageBytes &&
         header[kReservedAt] == kPageCheckBytes && number_at(header, kApplicationIdAt, 4) == kApplicationId;
}

// A new name is on disk when its folder is.
void sync_folder(const std::string& path) {
  const std::string folder = std::filesystem::path(path).parent_path().string();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) throw system_error("cannot open " + folder, errno);
  const int result = ::fsync(descriptor);
  const int error = errno;
  ::close(descriptor);
  if (result != 0) throw system_error("cannot write " + folder, error);
}

}  // namespace

std::string absolute_path(const std::string& path) {
  std::error_code fault;
  const std::filesystem::path absolute = std::filesystem::absolute(path, fault);
  if (fault) throw system_error("cannot find the folder of " + path, fault.value());
  return absolute.string();
}

void make_store_file(const std::string& path) {
  // Written under another name and then given this one: nobody sees a part of it. Only a link never replaces
  // what someone else made meanwhile.
  if (::access(path.c_str(), F_OK) == 0) return;
  std::string temporary = path + "-new-XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) throw system_error("cannot make the store " + path, errno);
  const Page page = blank_store();
  const ssize_t written = ::write(descriptor, page.data(), page.size());
  int error = written < 0 ? errno : written == static_cast<ssize_t>(page.size()) ? 0 : ENOSPC;
  if (error == 0 && ::fsync(descriptor) != 0) error = errno;
  ::close(descriptor);
  if (error == 0 && ::link(temporary.c_str(), path.c_str()) != 0 && errno != EEXIST) error = errno;
  ::unlink(temporary.c_str());
  if (error != 0) throw system_error("cannot make the store " + path, error);
  sync_folder(path);
}

void check_header(sqlite3* handle, const std::string& path, int known_version) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) refuse_foreign(path);
  // Through SQLite's own descriptor: closing another one of the same file would give up the locks that this
  // process has on it (POSIX).
  sqlite3_file* file = nullptr;
  sqlite3_file_control(handle, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (file == nullptr || file->pMethods == nullptr) throw fault_of(handle, SQLITE_CANTOPEN);
  sqlite3_int64 size = 0;
  int result = file->pMethods->xFileSize(file, &size);
  if (result != SQLITE_OK) throw fault_of(handle, result);
  if (size < static_cast<sqlite3_int64>(kHeaderBytes)) refuse_foreign(path);
  Header header{};
  result = file->pMethods->xRead(file, header.data(), static_cast<int>(header.size()), 0);
  if (result != SQLITE_OK) throw fault_of(handle, result);
  if (!is_ours(header)) refuse_foreign(path);
  const auto version = static_cast<std::int32_t>(number_at(header, kSchemaVersionAt, 4));
  if (version > known_version) refuse_too_new(path, version, known_version);
}

void close_to_others(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || (status.st_mode & kOthers) == 0) return;
  if (::chmod(path.c_str(), status.st_mode & 0777 & ~kOthers) != 0) {
    throw system_error("cannot close " + path + " to other users", errno);
  }
}

void refuse_too_new(const std::string& path, int version, int known_version) {
  throw Error(Category::failed, "store_too_new",
              "the store " + path + " has schema version " + std::to_string(version) +
                  ", and this program knows versions up to " + std::to_string(known_version),
              "use a newer release of this program",
              {{"version", std::int64_t{version}}, {"known_version", std::int64_t{known_version}}});
}

void refuse_foreign(const std::string& path) {
  throw Error(Category::failed, "not_a_store", path + " is not a store of this program",
              "choose another path; the file was left as it is");
}

}  // namespace agentnet::store
