// The seam for files.
//
// A file that a command owns (a chain, a sealed block) is never written in place: `replace` writes a new file
// beside it, syncs it, renames it over the old one and syncs the folder, so that after a crash at any moment
// the path holds the old bytes or the new ones. `lock` keeps two processes from replacing on top of each
// other.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace agentnet {

// Holds a lock until destroyed.
struct FileLock {
  virtual ~FileLock() = default;
};

struct Filesystem {
  virtual ~Filesystem() = default;

  // The whole file. Throws Error not_found, permission or failed; more than `limit` bytes is usage/too_large.
  virtual std::string read(const std::string& path, std::size_t limit) const = 0;
  // Writes durably and atomically, making the file (mode 0666 less the umask) or replacing it (mode kept; a
  // symbolic link is followed). Throws Error; the old content is then untouched.
  virtual void replace(const std::string& path, std::string_view content) const = 0;
  // Like replace, but Error conflict/exists when the path exists already.
  virtual void create(const std::string& path, std::string_view content) const = 0;
  // The same two for secrets: the file is readable and writable by its owner only (mode 0600), also one that
  // had another mode.
  virtual void replace_private(const std::string& path, std::string_view content) const = 0;
  virtual void create_private(const std::string& path, std::string_view content) const = 0;
  // Whether users other than the owner may read the file by its mode; false for what is no regular file.
  // Throws Error not_found or failed.
  virtual bool others_may_read(const std::string& path) const = 0;
  // The regular files below a folder, at any depth, as sorted paths relative to it. Throws Error; more than
  // `limit` files is usage/too_large.
  virtual std::vector<std::string> list(const std::string& folder, std::size_t limit) const = 0;
  // Makes a folder and those above it, mode 0777 less the umask; one that exists is no error. Throws Error.
  virtual void make_folder(const std::string& path) const = 0;
  // The same with mode 0700 for each that is made.
  virtual void make_private_folder(const std::string& path) const = 0;
  // Waits for the exclusive lock on an existing file, seen by other processes. The lock is on the file that
  // the path names when the wait ends, so it stays right across a replace. Throws Error.
  virtual std::unique_ptr<FileLock> lock(const std::string& path) const = 0;
};

struct RealFilesystem final : Filesystem {
  std::string read(const std::string& path, std::size_t limit) const override;
  void replace(const std::string& path, std::string_view content) const override;
  void create(const std::string& path, std::string_view content) const override;
  void replace_private(const std::string& path, std::string_view content) const override;
  void create_private(const std::string& path, std::string_view content) const override;
  bool others_may_read(const std::string& path) const override;
  std::vector<std::string> list(const std::string& folder, std::size_t limit) const override;
  void make_folder(const std::string& path) const override;
  void make_private_folder(const std::string& path) const override;
  std::unique_ptr<FileLock> lock(const std::string& path) const override;
};

// All of a descriptor up to its end. Throws Error; more than `limit` bytes is usage/too_large.
std::string read_descriptor(int descriptor, const std::string& name, std::size_t limit);

}  // namespace agentnet
