#include "core/network/server_record.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/error.hpp"

namespace agentnet::network {
namespace {

constexpr std::string_view kLockFile = "server.lock";
constexpr std::string_view kRecordFile = "server.json";

// A lock of the open file, which other processes can ask about without taking it.
struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

bool is_locked(int descriptor) {
  struct flock lock = whole_file(F_WRLCK);
  return ::fcntl(descriptor, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::string pid_in(int descriptor) {
  char text[32] = {};
  const ssize_t count = ::pread(descriptor, text, sizeof text - 1, 0);
  return count > 0 ? std::string(text, static_cast<std::size_t>(count)) : std::string("unknown");
}

// The inode of the socket that listens on a port, from /proc/net/tcp: local address, state 0A, inode.
std::optional<std::string> listening_inode(std::uint16_t port) {
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream lines(table);
    std::string line;
    while (std::getline(lines, line)) {
      std::istringstream fields(line);
      std::string number, local, remote, state, queues, timer, retransmits, user, timeout, inode;
      fields >> number >> local >> remote >> state >> queues >> timer >> retransmits >> user >> timeout >>
          inode;
      const std::size_t colon = local.find(':');
      if (state != "0A" || colon == local.npos) continue;
      unsigned found = 0;
      std::from_chars(local.data() + colon + 1, local.data() + local.size(), found, 16);
      if (found == port) return inode;
    }
  }
  return std::nullopt;
}

std::string name_of_process(const std::filesystem::path& process) {
  std::ifstream file(process / "comm");
  std::string name;
  std::getline(file, name);
  return name.empty() ? "a process" : name;
}

bool holds_socket(const std::filesystem::path& process, const std::string& link) {
  std::error_code fault;
  for (const auto& descriptor : std::filesystem::directory_iterator(process / "fd", fault)) {
    std::error_code unreadable;
    if (std::filesystem::read_symlink(descriptor.path(), unreadable).string() == link) return true;
  }
  return false;
}

}  // namespace

Secret write_record(const ServerRecord& record) {
  json::Arena arena;
  return secret_text(json::ObjectBuilder(arena)
                         .add("base_url", std::string_view(record.base_url))
                         .add_integer("pid", record.pid)
                         .add("state_dir", std::string_view(record.state_dir))
                         .add_boolean("in_memory", record.in_memory)
                         .add("tenant_id", std::string_view(record.credentials.tenant_id))
                         .add("api_keys", api_keys_of(record.credentials, arena))
                         .done());
}

ServerRecord read_record(std::string_view text, const std::string& path) {
  const json::Document document = parse_state(text, path);
  ServerRecord record;
  record.credentials = credentials_in(document.root, path);
  const json::Value* url = document.root.find("base_url");
  const json::Value* pid = document.root.find("pid");
  const json::Value* folder = document.root.find("state_dir");
  const json::Value* in_memory = document.root.find("in_memory");
  if (url == nullptr || !url->is_string() || pid == nullptr || !pid->as_int64() || folder == nullptr ||
      !folder->is_string()) {
    throw Error(Category::failed, "bad_state", path + " is damaged");
  }
  record.base_url = url->text();
  record.pid = static_cast<pid_t>(*pid->as_int64());
  record.state_dir = folder->text();
  record.in_memory = in_memory != nullptr && in_memory->truthy();
  return record;
}

std::unique_ptr<ServerLock> ServerLock::acquire(const StateFolder& folder, const Filesystem& files) {
  if (!exists(folder.path)) files.make_private_folder(folder.path);
  const std::string path = folder.file(kLockFile);
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0) throw system_error("cannot open " + path, errno);
  std::unique_ptr<ServerLock> lock(new ServerLock(folder, descriptor));
  struct flock whole = whole_file(F_WRLCK);
  if (::fcntl(descriptor, F_OFD_SETLK, &whole) != 0) {
    if (errno != EAGAIN && errno != EACCES) throw system_error("cannot lock " + path, errno);
    const std::string pid = pid_in(descriptor);
    throw Error(Category::conflict, "server_running",
                "a server runs on " + folder.path + " already, as process " + pid,
                "stop it with 'agentnet stop', or choose another folder with --state", {{"pid", pid}});
  }
  // What a killed server left must not be taken for this one.
  ::unlink(folder.file(kRecordFile).c_str());
  const std::string pid = std::to_string(::getpid());
  if (::ftruncate(descriptor, 0) != 0 ||
      ::pwrite(descriptor, pid.data(), pid.size(), 0) != static_cast<ssize_t>(pid.size())) {
    throw system_error("cannot write " + path, errno);
  }
  return lock;
}

ServerLock::~ServerLock() {
  if (published_) ::unlink(folder_.file(kRecordFile).c_str());
  ::close(descriptor_);
}

void ServerLock::publish(const ServerRecord& record, const Filesystem& files) {
  published_ = true;
  files.replace_private(folder_.file(kRecordFile), as_text(write_record(record).expose()));
}

std::optional<ServerRecord> find_server(const StateFolder& folder, const Filesystem& files) {
  const std::string path = folder.file(kRecordFile);
  if (!exists(path)) return std::nullopt;
  const int descriptor = ::open(folder.file(kLockFile).c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return std::nullopt;
  const bool runs = is_locked(descriptor);
  ::close(descriptor);
  if (!runs) return std::nullopt;
  try {
    std::string text = files.read(path, kMaxStateFileBytes);
    ServerRecord record = read_record(text, path);
    wipe(text);
    return record;
  } catch (const Error& error) {
    if (error.category() == Category::not_found) return std::nullopt;  // it has just ended
    throw;
  }
}

std::optional<std::string> holder_of_port(std::uint16_t port) {
  const auto inode = listening_inode(port);
  if (!inode) return std::nullopt;
  const std::string link = "socket:[" + *inode + "]";
  std::error_code fault;
  for (const auto& process : std::filesystem::directory_iterator("/proc", fault)) {
    const std::string pid = process.path().filename().string();
    if (pid.find_first_not_of("0123456789") != pid.npos) continue;
    if (holds_socket(process.path(), link)) return name_of_process(process.path()) + " (pid " + pid + ")";
  }
  return std::nullopt;
}

}  // namespace agentnet::network
