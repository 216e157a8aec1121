#include "core/base/filesystem.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/error.hpp"

using namespace agentnet;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kPlenty = std::size_t{1} << 30;

// A folder of its own for each test, gone afterwards.
class Folder {
 public:
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "agentnet-test-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  const std::string& path() const { return path_; }
  // How many entries it has: a stray temporary file would be one too many.
  std::ptrdiff_t entries() const {
    return std::distance(fs::directory_iterator(path_), fs::directory_iterator());
  }

 private:
  std::string path_;
};

const RealFilesystem kFiles;

std::string content_of(const std::string& path) {
  return kFiles.read(path, kPlenty);
}

// The code of the Error that the action throws; "" when it throws none.
std::string code_of(const std::function<void()>& action) {
  try {
    action();
    return "";
  } catch (const Error& error) {
    return error.code();
  }
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

// Runs in a child process; the status is its exit code, or 99 for an exception.
pid_t in_child(const std::function<int()>& action) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  int code = 99;
  try {
    code = action();
  } catch (...) {
    code = 99;
  }
  ::_exit(code);
}

int exit_code(pid_t child) {
  int status = 0;
  if (::waitpid(child, &status, 0) != child) return -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("a file that was made is read back") {
  const Folder folder;
  std::string content = "line\n";
  content += std::string("\0\xff", 2);
  kFiles.replace(folder / "a", content);
  CHECK(content_of(folder / "a") == content);
  kFiles.create(folder / "b", "");
  CHECK(content_of(folder / "b") == "");
  const std::string large(3'000'000, 'x');
  kFiles.replace(folder / "a", large);
  CHECK(content_of(folder / "a") == large);
  CHECK(folder.entries() == 2);
}

TEST_CASE("a new file has mode 0666 less the umask and a replaced one keeps its mode") {
  const Folder folder;
  const mode_t old_mask = ::umask(027);
  kFiles.replace(folder / "new", "1");
  kFiles.create(folder / "created", "1");
  CHECK(mode_of(folder / "new") == 0640);
  CHECK(mode_of(folder / "created") == 0640);
  for (const mode_t mode : {0600U, 0777U, 0444U, 0640U}) {
    REQUIRE(::chmod((folder / "new").c_str(), mode) == 0);
    kFiles.replace(folder / "new", "2");
    CHECK(mode_of(folder / "new") == mode);
  }
  CHECK(::umask(old_mask) == 027);
}

TEST_CASE("replacing puts a new file in place and never touches the old one") {
  const Folder folder;
  kFiles.replace(folder / "a", "old content");
  fs::create_hard_link(folder / "a", folder / "kept");
  kFiles.replace(folder / "a", "new");
  CHECK(content_of(folder / "a") == "new");
  CHECK(content_of(folder / "kept") == "old content");
}

TEST_CASE("a reader sees the old content or the new, whole") {
  const Folder folder;
  const std::string one(50'000, '1');
  const std::string two(70'000, '2');
  kFiles.replace(folder / "a", one);
  std::atomic<bool> stop = false;
  std::thread writer([&] {
    for (int i = 0; i < 60; ++i)
      kFiles.replace(folder / "a", i % 2 == 0 ? two : one);
    stop = true;
  });
  int torn = 0;
  while (!stop) {
    const std::string seen = content_of(folder / "a");
    torn += seen == one || seen == two ? 0 : 1;
  }
  writer.join();
  CHECK(torn == 0);
}

TEST_CASE("a symbolic link is followed and stays a link") {
  const Folder folder;
  fs::create_directory(folder / "elsewhere");
  kFiles.replace(folder / "elsewhere/target", "old");
  fs::create_symlink("elsewhere/target", folder / "link");
  fs::create_symlink(folder / "link", folder / "link_to_link");
  kFiles.replace(folder / "link_to_link", "new");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(fs::is_symlink(folder / "link_to_link"));
  CHECK(content_of(folder / "elsewhere/target") == "new");
  CHECK(content_of(folder / "link") == "new");
}

TEST_CASE("a link that leads to nothing yet gets its file where it leads") {
  const Folder folder;
  fs::create_directory(folder / "elsewhere");
  fs::create_symlink("elsewhere/target", folder / "link");
  kFiles.replace(folder / "link", "made");
  CHECK(fs::is_symlink(folder / "link"));
  CHECK(content_of(folder / "elsewhere/target") == "made");
  fs::create_symlink("nowhere/target", folder / "lost");
  CHECK(code_of([&] { kFiles.replace(folder / "lost", "x"); }) == "no_such_file");
}

TEST_CASE("creating is refused where something exists, even a link to nothing") {
  const Folder folder;
  kFiles.create(folder / "a", "first");
  CHECK(code_of([&] { kFiles.create(folder / "a", "second"); }) == "exists");
  CHECK(content_of(folder / "a") == "first");
  fs::create_symlink("nothing", folder / "link");
  CHECK(code_of([&] { kFiles.create(folder / "link", "x"); }) == "exists");
  fs::create_directory(folder / "folder");
  CHECK(code_of([&] { kFiles.create(folder / "folder", "x"); }) == "exists");
  CHECK(folder.entries() == 3);
}

TEST_CASE("of many processes that create one path, one succeeds") {
  const Folder folder;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i) {
    children.push_back(in_child([&, i] {
      return code_of([&] { kFiles.create(folder / "a", std::to_string(i)); }) == "exists" ? 1 : 0;
    }));
  }
  int winner = -1;
  int winners = 0;
  for (std::size_t i = 0; i < children.size(); ++i) {
    const int code = exit_code(children[i]);
    CHECK((code == 0 || code == 1));
    if (code == 0) winner = static_cast<int>(i);
    winners += code == 0 ? 1 : 0;
  }
  CHECK(winners == 1);
  CHECK(content_of(folder / "a") == std::to_string(winner));
  CHECK(folder.entries() == 1);
}

TEST_CASE("a path that leads nowhere is not found") {
  const Folder folder;
  kFiles.replace(folder / "file", "x");
  for (const std::string& path : {folder / "missing", folder / "no/such/folder", folder / "file/below"}) {
    CAPTURE(path);
    CHECK(code_of([&] { (void)kFiles.read(path, kPlenty); }) == "no_such_file");
    CHECK(code_of([&] { (void)kFiles.lock(path); }) == "no_such_file");
  }
  CHECK(code_of([&] { kFiles.replace(folder / "no/such", "x"); }) == "no_such_file");
  CHECK(code_of([&] { kFiles.create(folder / "no/such", "x"); }) == "no_such_file");
  CHECK(code_of([&] { kFiles.replace(folder / "file/below", "x"); }) == "no_such_file");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a folder is no file") {
  const Folder folder;
  CHECK(code_of([&] { (void)kFiles.read(folder.path(), kPlenty); }) == "is_a_directory");
  CHECK(code_of([&] { kFiles.replace(folder.path(), "x"); }) == "is_a_directory");
  CHECK(folder.entries() == 0);
}

TEST_CASE("what may not be read or written is left alone" * doctest::skip(::geteuid() == 0)) {
  const Folder folder;
  kFiles.replace(folder / "a", "old");
  REQUIRE(::chmod((folder / "a").c_str(), 0) == 0);
  CHECK(code_of([&] { (void)kFiles.read(folder / "a", kPlenty); }) == "permission_denied");
  REQUIRE(::chmod((folder / "a").c_str(), 0600) == 0);
  REQUIRE(::chmod(folder.path().c_str(), 0500) == 0);
  CHECK(code_of([&] { kFiles.replace(folder / "a", "new"); }) == "permission_denied");
  CHECK(code_of([&] { kFiles.create(folder / "b", "new"); }) == "permission_denied");
  REQUIRE(::chmod(folder.path().c_str(), 0700) == 0);
  CHECK(content_of(folder / "a") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("a write that the disk refuses leaves the old content and no stray file") {
  const Folder folder;
  kFiles.replace(folder / "a", "old content");
  const pid_t child = in_child([&] {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4096, 4096};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
    const std::string too_much(10'000, 'x');
    if (code_of([&] { kFiles.replace(folder / "a", too_much); }) != "disk_full") return 2;
    if (code_of([&] { kFiles.create(folder / "b", too_much); }) != "disk_full") return 3;
    if (content_of(folder / "a") != "old content") return 4;
    if (folder.entries() != 1) return 5;
    kFiles.replace(folder / "a", std::string(4096, 'y'));  // what just fits is still written
    return content_of(folder / "a") == std::string(4096, 'y') ? 0 : 6;
  });
  CHECK(exit_code(child) == 0);
}

TEST_CASE("what is no regular file is written to, not replaced") {
  const Folder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  std::string received;
  std::thread reader([&] { received = content_of(folder / "pipe"); });
  kFiles.replace(folder / "pipe", "through the pipe");
  reader.join();
  CHECK(received == "through the pipe");
  CHECK(fs::is_fifo(folder / "pipe"));
  CHECK(code_of([] { kFiles.replace("/dev/full", "x"); }) == "disk_full");
  CHECK_NOTHROW(kFiles.replace("/dev/null", "x"));
}

TEST_CASE("reading stops at the limit and one past it is an error") {
  const Folder folder;
  constexpr std::size_t kChunk = 64 * 1024;
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{10}, kChunk - 1, kChunk, kChunk + 1, 5 * kChunk}) {
    CAPTURE(size);
    kFiles.replace(folder / "a", std::string(size, 'x'));
    CHECK(kFiles.read(folder / "a", size).size() == size);
    CHECK(kFiles.read(folder / "a", size + 1).size() == size);
    if (size > 0) CHECK(code_of([&] { (void)kFiles.read(folder / "a", size - 1); }) == "too_large");
  }
  CHECK(code_of([] { (void)kFiles.read("/dev/zero", 100'000); }) == "too_large");
}

TEST_CASE("a descriptor is read to its end, however the pieces come") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  std::string expected;
  for (int i = 0; i < 200; ++i)
    expected += std::string(static_cast<std::size_t>(i) * 7, static_cast<char>('a' + i % 26));
  std::thread writer([&] {
    std::string_view rest = expected;
    for (std::size_t piece = 1; !rest.empty(); piece = piece * 3 % 4'001) {
      const std::string_view part = rest.substr(0, piece);
      CHECK(::write(ends[1], part.data(), part.size()) == static_cast<ssize_t>(part.size()));
      rest.remove_prefix(part.size());
    }
    ::close(ends[1]);
  });
  CHECK(read_descriptor(ends[0], "pipe", kPlenty) == expected);
  writer.join();
  ::close(ends[0]);
  CHECK(code_of([&] { (void)read_descriptor(ends[0], "closed pipe", kPlenty); }) == "io_error");
}

TEST_CASE("a lock keeps another process out, and stays right across a replace") {
  const Folder folder;
  kFiles.replace(folder / "a", "old");
  int go[2];
  int report[2];
  REQUIRE(::pipe(go) == 0);
  REQUIRE(::pipe(report) == 0);
  // The child is there before the lock is: a fork would share it.
  const pid_t child = in_child([&] {
    char letter = 0;
    if (::read(go[0], &letter, 1) != 1) return 1;
    if (::write(report[1], "w", 1) != 1) return 2;  // about to wait
    const auto lock = kFiles.lock(folder / "a");
    if (::write(report[1], "l", 1) != 1) return 3;
    return content_of(folder / "a") == "new" ? 0 : 4;
  });
  auto held = kFiles.lock(folder / "a");
  REQUIRE(::write(go[1], "g", 1) == 1);
  char letter = 0;
  REQUIRE(::read(report[0], &letter, 1) == 1);
  CHECK(letter == 'w');
  kFiles.replace(folder / "a", "new");
  pollfd waiting{report[0], POLLIN, 0};
  CHECK(::poll(&waiting, 1, 100) == 0);  // still kept out
  held.reset();
  REQUIRE(::read(report[0], &letter, 1) == 1);
  CHECK(letter == 'l');
  CHECK(exit_code(child) == 0);
  for (const int end : {go[0], go[1], report[0], report[1]})
    ::close(end);
}

TEST_CASE("processes that add to one file under its lock lose nothing") {
  const Folder folder;
  kFiles.replace(folder / "a", "");
  std::vector<pid_t> children;
  for (int i = 0; i < 4; ++i) {
    children.push_back(in_child([&, i] {
      for (int round = 0; round < 25; ++round) {
        const auto lock = kFiles.lock(folder / "a");
        kFiles.replace(folder / "a", content_of(folder / "a") + static_cast<char>('a' + i));
      }
      return 0;
    }));
  }
  for (const pid_t child : children)
    CHECK(exit_code(child) == 0);
  const std::string content = content_of(folder / "a");
  CHECK(content.size() == 100);
  for (const char letter : {'a', 'b', 'c', 'd'})
    CHECK(std::count(content.begin(), content.end(), letter) == 25);
}

TEST_CASE("a lock ends with the process that held it") {
  const Folder folder;
  kFiles.replace(folder / "a", "x");
  const pid_t child = in_child([&]() -> int {
    const auto lock = kFiles.lock(folder / "a");
    ::kill(::getpid(), SIGKILL);
    return 0;
  });
  CHECK(exit_code(child) == -1);
  CHECK(kFiles.lock(folder / "a") != nullptr);
}

TEST_CASE("the files below a folder are listed sorted, and only files") {
  const Folder folder;
  fs::create_directories(folder / "b/deep/empty");
  for (const char* name : {"z", "a", "b/y", "b/deep/x", "B"})
    kFiles.replace(folder / name, "");
  const std::vector<std::string> expected = {"B", "a", "b/deep/x", "b/y", "z"};
  CHECK(kFiles.list(folder.path(), kPlenty) == expected);
  CHECK(kFiles.list(folder.path(), 5) == expected);
  CHECK(code_of([&] { (void)kFiles.list(folder.path(), 4); }) == "too_large");
  CHECK(kFiles.list(folder / "b/deep/empty", 0).empty());
  CHECK(code_of([&] { (void)kFiles.list(folder / "missing", 5); }) == "no_such_file");
  CHECK(code_of([&] { (void)kFiles.list(folder / "a", 5); }) == "no_such_file");
}

TEST_CASE("a folder is made with those above it, and may exist already") {
  const Folder folder;
  const mode_t old_mask = ::umask(027);
  kFiles.make_folder(folder / "a/b/c");
  ::umask(old_mask);
  CHECK(fs::is_directory(folder / "a/b/c"));
  CHECK(mode_of(folder / "a/b") == 0750);
  CHECK_NOTHROW(kFiles.make_folder(folder / "a/b/c"));
  kFiles.replace(folder / "file", "");
  CHECK(code_of([&] { kFiles.make_folder(folder / "file"); }) != "");
  CHECK(code_of([&] { kFiles.make_folder(folder / "file/below"); }) == "no_such_file");
}

TEST_CASE("private files and folders are their owner's only, whatever the umask and the mode before") {
  const Folder folder;
  const mode_t old_mask = ::umask(0);
  kFiles.make_private_folder(folder / "a/b/c");
  kFiles.create_private(folder / "a/b/created", "one");
  kFiles.replace_private(folder / "a/replaced", "two");
  kFiles.replace(folder / "open", "three");
  ::umask(old_mask);
  for (const char* name : {"a", "a/b", "a/b/c"})
    CHECK(mode_of(folder / name) == 0700);
  CHECK(mode_of(folder / "a/b/created") == 0600);
  CHECK(mode_of(folder / "a/replaced") == 0600);
  CHECK(mode_of(folder / "open") == 0666);
  kFiles.replace_private(folder / "open", "four");
  CHECK(mode_of(folder / "open") == 0600);
  CHECK(content_of(folder / "open") == "four");
  CHECK(code_of([&] { kFiles.create_private(folder / "open", "five"); }) == "exists");
  CHECK(content_of(folder / "open") == "four");
  CHECK(folder.entries() == 2);
}

TEST_CASE("a private folder may exist already, with any mode, and a file may not stand in its place") {
  const Folder folder;
  kFiles.make_folder(folder / "a");
  ::chmod((folder / "a").c_str(), 0755);
  CHECK_NOTHROW(kFiles.make_private_folder(folder / "a/"));
  CHECK(mode_of(folder / "a") == 0755);
  kFiles.replace(folder / "file", "");
  CHECK(code_of([&] { kFiles.make_private_folder(folder / "file"); }) == "exists");
  CHECK(code_of([&] { kFiles.make_private_folder(folder / "file/below"); }) == "exists");
}

TEST_CASE("others may read what group or world may read, of regular files") {
  const Folder folder;
  kFiles.replace(folder / "file", "");
  for (const mode_t mode : {0600, 0400, 0622, 0640, 0604, 0644}) {
    ::chmod((folder / "file").c_str(), mode);
    CHECK(kFiles.others_may_read(folder / "file") == ((mode & 0044) != 0));
  }
  CHECK_FALSE(kFiles.others_may_read("/dev/null"));
  CHECK(code_of([&] { (void)kFiles.others_may_read(folder / "missing"); }) == "no_such_file");
}
