#include "core/base/filesystem.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/base/random.hpp"

namespace agentnet {
namespace {

constexpr std::size_t kReadChunk = 64 * 1024;  // bytes asked for at a time, at least
constexpr mode_t kPrivateFile = 0600;
constexpr mode_t kPrivateFolder = 0700;

// An open descriptor, closed when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return number_; }
  bool ok() const { return number_ >= 0; }

 private:
  int number_;
};

class RealLock final : public FileLock {
 public:
  explicit RealLock(int number) : descriptor_(number) {}
  int get() const { return descriptor_.get(); }

 private:
  Descriptor descriptor_;
};

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

void write_all(int descriptor, std::string_view content, const std::string& name) {
  while (!content.empty()) {
    const ssize_t written = ::write(descriptor, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      throw system_error("cannot write " + name, errno);
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
}

// The new content of `path`, in a file that has no name until it is whole, where the file system can do that:
// what is cut off in the middle then leaves nothing behind. Elsewhere in a file beside it, removed again
// unless moved.
class Replacement {
 public:
  // With the mode of the file it replaces, or 0666 less the umask.
  Replacement(const std::string& path, std::optional<mode_t> mode)
      : path_(path),
        mode_(mode),
        folder_(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
        unnamed_(::open(folder_of(path).c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, mode.value_or(0666))) {
    if (!folder_.ok()) fail("cannot write ");
    SystemRandom random;
    std::array<std::uint8_t, 6> suffix{};
    random.fill(suffix);
    temporary_ = path + "." + hex_lower(suffix);
    number_ = unnamed_.get();
    if (unnamed_.ok()) return;
    number_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode.value_or(0666));
    if (number_ < 0) fail("cannot write ");
    named_ = true;
  }
  ~Replacement() {
    if (number_ >= 0 && !unnamed_.ok()) ::close(number_);
    if (named_) ::unlink(temporary_.c_str());
  }
  Replacement(const Replacement&) = delete;
  Replacement& operator=(const Replacement&) = delete;

  void fill(std::string_view content) {
    if (mode_ && ::fchmod(number_, *mode_) != 0) fail("cannot set the mode of ");
    write_all(number_, content, path_);
    if (::fsync(number_) != 0) fail("cannot sync ");
  }

  // Puts the file in place, whatever stands there.
  void replace() {
    if (!named_) give_name(temporary_);
    named_ = true;
    if (::rename(temporary_.c_str(), path_.c_str()) != 0) fail("cannot write ");
    named_ = false;
    sync_folder();
  }

  // Puts the file in place where nothing stands.
  void create() {
    if (!named_) {
      give_name(path_);
    } else if (::link(temporary_.c_str(), path_.c_str()) != 0) {
      fail("cannot write ");
    }
    sync_folder();
  }

 private:
  [[noreturn]] void fail(const char* what) const { throw system_error(what + path_, errno); }

  void give_name(const std::string& name) {
    const std::string source = "/proc/self/fd/" + std::to_string(number_);
    if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) != 0)
      fail("cannot write ");
  }
  void sync_folder() const {
    if (::fsync(folder_.get()) != 0) fail("cannot sync the folder of ");
  }

  std::string path_;
  std::optional<mode_t> mode_;
  Descriptor folder_;
  Descriptor unnamed_;
  std::string temporary_;
  int number_ = -1;
  bool named_ = false;  // the temporary name exists
};

// The file a symbolic link leads to, so that replacing keeps the link.
std::string resolve(const std::string& path) {
  std::error_code fault;
  const std::filesystem::path there = std::filesystem::canonical(path, fault);
  if (!fault) return there.string();
  // A link whose end does not exist yet still says where that would be.
  const std::filesystem::path target = std::filesystem::read_symlink(path, fault);
  return fault ? path : (std::filesystem::path(path).parent_path() / target).string();
}

// Replaces what stands at `path`, keeping its mode unless one is asked for.
void replace_file(const std::string& path, std::string_view content, std::optional<mode_t> mode) {
  const std::string target = resolve(path);
  struct stat status {};
  const bool exists = ::stat(target.c_str(), &status) == 0;
  if (exists && !S_ISREG(status.st_mode)) {
    // A pipe or a terminal cannot be replaced; it is written to.
    const Descriptor file(::open(target.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file.ok()) throw system_error("cannot write " + path, errno);
    write_all(file.get(), content, path);
    return;
  }
  if (exists && !mode) mode = status.st_mode & 07777;
  Replacement replacement(target, mode);
  replacement.fill(content);
  replacement.replace();
}

}  // namespace

std::string read_descriptor(int descriptor, const std::string& name, std::size_t limit) {
  std::string content;
  for (;;) {
    const std::size_t used = content.size();
    content.resize(used + std::max(kReadChunk, used));
    const ssize_t count = ::read(descriptor, content.data() + used, content.size() - used);
    const int error = errno;
    content.resize(used + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) {
      if (error == EINTR) continue;
      throw system_error("cannot read " + name, error);
    }
    if (content.size() > limit) {
      throw Error(Category::usage, "too_large", name + " is larger than " + std::to_string(limit) + " bytes");
    }
    if (count == 0) return content;
  }
}

std::string RealFilesystem::read(const std::string& path, std::size_t limit) const {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.ok()) throw system_error("cannot read " + path, errno);
  return read_descriptor(file.get(), path, limit);
}

void RealFilesystem::replace(const std::string& path, std::string_view content) const {
  replace_file(path, content, std::nullopt);
}

void RealFilesystem::create(const std::string& path, std::string_view content) const {
  Replacement replacement(path, std::nullopt);
  replacement.fill(content);
  replacement.create();
}

void RealFilesystem::replace_private(const std::string& path, std::string_view content) const {
  replace_file(path, content, kPrivateFile);
}

void RealFilesystem::create_private(const std::string& path, std::string_view content) const {
  Replacement replacement(path, kPrivateFile);
  replacement.fill(content);
  replacement.create();
}

bool RealFilesystem::others_may_read(const std::string& path) const {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) throw system_error("cannot look at " + path, errno);
  return S_ISREG(status.st_mode) && (status.st_mode & (S_IRGRP | S_IROTH)) != 0;
}

std::vector<std::string> RealFilesystem::list(const std::string& folder, std::size_t limit) const {
  std::vector<std::string> files;
  try {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      if (files.size() == limit) {
        throw Error(Category::usage, "too_large",
                    folder + " holds more than " + std::to_string(limit) + " files");
      }
      files.push_back(entry.path().lexically_relative(folder).generic_string());
    }
  } catch (const std::filesystem::filesystem_error& fault) {
    throw system_error("cannot list " + folder, fault.code().value());
  }
  std::sort(files.begin(), files.end());
  return files;
}

void RealFilesystem::make_folder(const std::string& path) const {
  std::error_code fault;
  std::filesystem::create_directories(path, fault);
  if (fault) throw system_error("cannot make the folder " + path, fault.value());
}

void RealFilesystem::make_private_folder(const std::string& path) const {
  std::string above;
  for (std::size_t slash = 0; slash != std::string::npos;) {
    slash = path.find('/', slash + 1);
    above = path.substr(0, slash);
    std::error_code fault;
    if (above.empty() || std::filesystem::is_directory(above, fault)) continue;
    // Another process may have made it meanwhile.
    if (::mkdir(above.c_str(), kPrivateFolder) == 0) continue;
    if (errno != EEXIST || !std::filesystem::is_directory(above, fault)) {
      throw system_error("cannot make the folder " + above, errno);
    }
  }
}

std::unique_ptr<FileLock> RealFilesystem::lock(const std::string& path) const {
  for (;;) {
    auto lock = std::make_unique<RealLock>(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (lock->get() < 0) throw system_error("cannot open " + path, errno);
    while (::flock(lock->get(), LOCK_EX) != 0) {
      if (errno != EINTR) throw system_error("cannot lock " + path, errno);
    }
    struct stat held {};
    struct stat named {};
    if (::fstat(lock->get(), &held) != 0) throw system_error("cannot look at " + path, errno);
    if (::stat(path.c_str(), &named) != 0) throw system_error("cannot open " + path, errno);
    if (held.st_dev == named.st_dev && held.st_ino == named.st_ino) return lock;
  }
}

}  // namespace agentnet
