#include "tests/support/faulty_disk.hpp"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace agentnet::tests {
namespace {

constexpr std::size_t kSectorBytes = 512;

// Something that is not synced yet.
struct Change {
  enum class Kind : std::uint8_t { write, truncate, remove } kind;
  std::int64_t offset;  // or the new size
  std::string bytes;
};

// What is known of a file, so that a power cut can be made up.
struct Image {
  std::optional<std::string> synced;  // none: the file is not on the disk for certain
  std::vector<Change> changes;
};

struct State {
  sqlite3_vfs* real = nullptr;
  int operations = 0;
  int reads = 0;
  int fail_operation = 0;  // 0: never
  int fail_read = 0;
  FaultyDisk::Fault fault = FaultyDisk::Fault::io_error;
  bool lasting = false;
  bool failed = false;
  std::map<std::string, Image> images;
};

State state;

struct File {
  sqlite3_file base;
  sqlite3_file* real;  // behind this struct
  std::string* path;   // null for files without a name
};

File& own(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file);
}

// Counts an operation; true when it must fail.
bool fails() {
  ++state.operations;
  if (state.fail_operation == 0 || state.operations < state.fail_operation) return false;
  if (state.operations > state.fail_operation && !state.lasting) return false;
  state.failed = true;
  errno = state.fault == FaultyDisk::Fault::disk_full ? ENOSPC : EIO;
  return true;
}

void note(const File& file, Change change) {
  if (file.path != nullptr) state.images[*file.path].changes.push_back(std::move(change));
}

void apply(std::string& content, const Change& change, std::mt19937_64* random) {
  if (change.kind == Change::Kind::remove) return content.clear();
  if (change.kind == Change::Kind::truncate) {
    content.resize(static_cast<std::size_t>(change.offset));
    return;
  }
  const auto offset = static_cast<std::size_t>(change.offset);
  for (std::size_t done = 0; done < change.bytes.size(); done += kSectorBytes) {
    const std::string_view sector = std::string_view(change.bytes).substr(done, kSectorBytes);
    if (random != nullptr && (*random)() % 2 == 0) continue;
    if (content.size() < offset + done + sector.size()) content.resize(offset + done + sector.size());
    sector.copy(content.data() + offset + done, sector.size());
  }
}

int file_close(sqlite3_file* file) {
  const int result = own(file).real->pMethods->xClose(own(file).real);
  delete own(file).path;
  return result;
}

int file_read(sqlite3_file* file, void* buffer, int amount, sqlite3_int64 offset) {
  ++state.reads;
  if (state.fail_read != 0 && state.reads == state.fail_read) {
    state.failed = true;
    errno = EIO;
    return SQLITE_IOERR_READ;
  }
  return own(file).real->pMethods->xRead(own(file).real, buffer, amount, offset);
}

int file_write(sqlite3_file* file, const void* buffer, int amount, sqlite3_int64 offset) {
  sqlite3_file* real = own(file).real;
  const bool failing = fails();
  const bool half = failing && state.fault != FaultyDisk::Fault::io_error;
  const int written = !failing ? amount : half ? amount / 2 : 0;
  int result = SQLITE_OK;
  if (written != 0) {
    note(
        own(file),
        {Change::Kind::write, offset, {static_cast<const char*>(buffer), static_cast<std::size_t>(written)}});
    result = real->pMethods->xWrite(real, buffer, written, offset);
  }
  if (!failing) return result;
  if (state.fault == FaultyDisk::Fault::disk_full) return SQLITE_FULL;
  errno = EIO;
  return SQLITE_IOERR_WRITE;
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (fails()) return SQLITE_IOERR_TRUNCATE;
  note(own(file), {Change::Kind::truncate, size, {}});
  return own(file).real->pMethods->xTruncate(own(file).real, size);
}

// Only noted: the power of the real disk is not going to be cut.
int file_sync(sqlite3_file* file, int) {
  if (fails()) return SQLITE_IOERR_FSYNC;
  if (own(file).path != nullptr) {
    Image& image = state.images[*own(file).path];
    std::string content = image.synced.value_or("");
    for (const Change& change : image.changes)
      apply(content, change, nullptr);
    image = {content, {}};
  }
  return SQLITE_OK;
}

// The rest goes straight to the real file.
int file_size(sqlite3_file* file, sqlite3_int64* size) {
  return own(file).real->pMethods->xFileSize(own(file).real, size);
}
int file_lock(sqlite3_file* file, int lock) {
  return own(file).real->pMethods->xLock(own(file).real, lock);
}
int file_unlock(sqlite3_file* file, int lock) {
  return own(file).real->pMethods->xUnlock(own(file).real, lock);
}
int file_check_lock(sqlite3_file* file, int* result) {
  return own(file).real->pMethods->xCheckReservedLock(own(file).real, result);
}
int file_control(sqlite3_file* file, int operation, void* argument) {
  return own(file).real->pMethods->xFileControl(own(file).real, operation, argument);
}
int file_sector_size(sqlite3_file*) {
  return static_cast<int>(kSectorBytes);
}
int file_characteristics(sqlite3_file* file) {
  return own(file).real->pMethods->xDeviceCharacteristics(own(file).real);
}
int file_shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** memory) {
  return own(file).real->pMethods->xShmMap(own(file).real, page, size, extend, memory);
}
int file_shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  return own(file).real->pMethods->xShmLock(own(file).real, offset, count, flags);
}
void file_shm_barrier(sqlite3_file* file) {
  own(file).real->pMethods->xShmBarrier(own(file).real);
}
int file_shm_unmap(sqlite3_file* file, int remove) {
  return own(file).real->pMethods->xShmUnmap(own(file).real, remove);
}

constexpr sqlite3_io_methods kMethods = {2,
                                         file_close,
                                         file_read,
                                         file_write,
                                         file_truncate,
                                         file_sync,
                                         file_size,
                                         file_lock,
                                         file_unlock,
                                         file_check_lock,
                                         file_control,
                                         file_sector_size,
                                         file_characteristics,
                                         file_shm_map,
                                         file_shm_lock,
                                         file_shm_barrier,
                                         file_shm_unmap,
                                         nullptr,
                                         nullptr};

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

int disk_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto* mine = new (file) File{};
  mine->real = reinterpret_cast<sqlite3_file*>(mine + 1);
  const bool existed = name != nullptr && std::filesystem::exists(name);
  const int result = state.real->xOpen(state.real, name, mine->real, flags, flags_out);
  if (result != SQLITE_OK) return result;
  if (name != nullptr) mine->path = new std::string(name);
  mine->base.pMethods = &kMethods;
  // What was there before this disk began to watch is taken to be on it.
  if (existed && !state.images.contains(name)) state.images[name] = {read_all(name), {}};
  return SQLITE_OK;
}

int disk_delete(sqlite3_vfs*, const char* name, int sync) {
  if (fails()) return SQLITE_IOERR_DELETE;
  if (sync != 0) {
    state.images.erase(name);
  } else if (state.images.contains(name)) {
    state.images[name].changes.push_back({Change::Kind::remove, 0, {}});
  }
  return state.real->xDelete(state.real, name, sync);
}

sqlite3_vfs& disk() {
  static sqlite3_vfs vfs = [] {
    state.real = sqlite3_vfs_find(nullptr);
    sqlite3_vfs made = *state.real;
    made.szOsFile = static_cast<int>(sizeof(File)) + state.real->szOsFile;
    made.pNext = nullptr;
    made.zName = "faulty";
    made.xOpen = disk_open;
    made.xDelete = disk_delete;
    return made;
  }();
  return vfs;
}

}  // namespace

FaultyDisk::FaultyDisk() {
  if (sqlite3_vfs_register(&disk(), 1) != SQLITE_OK) throw std::runtime_error("cannot register a VFS");
  state.images.clear();
  heal();
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_register(state.real, 1);
}

void FaultyDisk::heal() {
  state.operations = state.reads = state.fail_operation = state.fail_read = 0;
  state.lasting = state.failed = false;
  state.fault = Fault::io_error;
}

void FaultyDisk::fail_at(int operation, Fault fault, bool lasting) {
  heal();
  state.fail_operation = operation;
  state.fault = fault;
  state.lasting = lasting;
}

void FaultyDisk::fail_read_at(int read) {
  heal();
  state.fail_read = read;
}

int FaultyDisk::operations() const {
  return state.operations;
}

int FaultyDisk::reads() const {
  return state.reads;
}

bool FaultyDisk::has_failed() const {
  return state.failed;
}

void FaultyDisk::leave_what_survived(std::mt19937_64& random) {
  heal();
  for (auto& [path, image] : state.images) {
    std::optional<std::string> content = image.synced;
    for (const Change& change : image.changes) {
      const std::uint64_t fate = random() % 3;  // nothing of it, some sectors, all
      if (change.kind == Change::Kind::remove) {
        if (fate == 0) break;  // what followed was written to a new file, which nobody finds
        content.reset();
      } else if (fate != 0) {
        if (!content) content.emplace();
        apply(*content, change, fate == 1 ? &random : nullptr);
      }
    }
    std::filesystem::remove(path);
    if (content) std::ofstream(path, std::ios::binary) << *content;
    std::filesystem::remove(path + "-shm");  // memory, not disk
  }
  state.images.clear();
}

}  // namespace agentnet::tests
