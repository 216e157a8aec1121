#include "core/store/faults.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>

namespace agentnet::store {
namespace {

constexpr int kPrimaryCode = 0xff;  // of an extended result code

std::string constraint_kind(int result) {
  switch (result) {
    case SQLITE_CONSTRAINT_UNIQUE:
      return "unique";
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return "primary_key";
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return "foreign_key";
    case SQLITE_CONSTRAINT_NOTNULL:
      return "not_null";
    case SQLITE_CONSTRAINT_CHECK:
      return "check";
    default:
      return "other";
  }
}

// A disk can say in several ways that it is full; SQLite knows one of them.
bool is_full(int system_errno) {
  return system_errno == ENOSPC || system_errno == EDQUOT || system_errno == EFBIG;
}

Error disk_full(const std::string& name, std::vector<Detail> details) {
  return Error(Category::failed, "disk_full", "the disk has no room left for " + name,
               "free some space and try again", std::move(details));
}

// The errno of a failed read or write; 0 when unknown. A fault in the middle of a commit is remembered by the
// file only.
int errno_of(sqlite3* handle) {
  if (handle == nullptr) return 0;
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    int number = 0;
    if (sqlite3_file_control(handle, "main", which, &file) != SQLITE_OK) continue;
    if (file == nullptr || file->pMethods == nullptr) continue;
    file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
    if (number != 0) return number;
  }
  return sqlite3_system_errno(handle);
}

Error input_output(sqlite3* handle, int result, const std::string& name, std::vector<Detail> details) {
  if (result == SQLITE_IOERR_DATA) {  // a checksum of core/store/page_checks.hpp
    return Error(Category::failed, "store_corrupt", name + " is damaged", {}, std::move(details));
  }
  const int system_errno = errno_of(handle);
  if (is_full(system_errno)) return disk_full(name, std::move(details));
  std::string message = name + " cannot be read or written";
  if (system_errno != 0) message.append(": ").append(std::strerror(system_errno));
  return Error(Category::failed, "store_io", message, {}, std::move(details));
}

}  // namespace

std::string store_name(sqlite3* handle) {
  const char* path = handle == nullptr ? nullptr : sqlite3_db_filename(handle, "main");
  return path == nullptr || *path == '\0' ? "the store" : "the store " + std::string(path);
}

Error fault_of(sqlite3* handle, int result) {
  const std::string name = store_name(handle);
  std::vector<Detail> details = {{"sqlite", std::int64_t{result}}};
  switch (result & kPrimaryCode) {
    case SQLITE_CONSTRAINT:
      details.push_back({"constraint", constraint_kind(result)});
      return Error(Category::conflict, "constraint", "a rule of the store forbids this change", {},
                   std::move(details));
    case SQLITE_FULL:
      return disk_full(name, std::move(details));
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
      return input_output(handle, result, name, std::move(details));
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return Error(Category::failed, "store_corrupt", name + " is damaged", {}, std::move(details));
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error(Category::unreachable, "store_busy",
                   "another process kept " + name + " locked for too long",
                   "try again when the other process is done", std::move(details));
    default:
      return Error(Category::failed, "store", name + " failed: " + sqlite3_errstr(result), {},
                   std::move(details));
  }
}

}  // namespace agentnet::store
