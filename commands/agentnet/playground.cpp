#include "commands/agentnet/playground.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "core/base/error.hpp"

namespace agentnet::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPrograms[] = {"agentnet", "paybond", "sbn", "snapchore"};
constexpr int kEndingSignals[] = {SIGINT, SIGTERM, SIGHUP};
constexpr const char* kShell = "/bin/sh";

void check(int error_number, const std::string& what) {
  if (error_number != 0) throw system_error(what, error_number);
}

// How the shell is started: in the folder, with its output in the pipe, and signals as they are by default.
class SpawnPlan {
 public:
  SpawnPlan(const std::string& folder, int output) {
    check(::posix_spawn_file_actions_init(&actions_), "posix_spawn");
    check(::posix_spawnattr_init(&attributes_), "posix_spawn");
    ::posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
    ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    ::sigaddset(&defaults, SIGPIPE);
    ::sigaddset(&defaults, SIGXFSZ);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  pid_t start(const std::string& line, char* const* environment) const {
    std::string name = kShell, flag = "-c", command = line;
    char* const arguments[] = {name.data(), flag.data(), command.data(), nullptr};
    pid_t process = 0;
    check(::posix_spawn(&process, kShell, &actions_, &attributes_, arguments, environment),
          std::string("cannot run ") + kShell);
    return process;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

// All of a pipe up to its end; what is beyond the limit is read and dropped.
std::string drain(int descriptor) {
  std::string text;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(descriptor, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return text;
    const std::size_t room = kMaxPlaygroundOutput - text.size();
    text.append(buffer, std::min(room, static_cast<std::size_t>(count)));
  }
}

int wait_for(pid_t process) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) throw system_error("waitpid", errno);
  }
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Playground::Playground(const Environment& environment) {
  sigset_t ending;
  ::sigemptyset(&ending);
  for (const int signal : kEndingSignals)
    ::sigaddset(&ending, signal);
  ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  const std::string below = environment.get_or_empty("TMPDIR");
  std::string pattern = (below.empty() ? "/tmp" : below) + "/agentnet-tour-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    const int fault = errno;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    throw system_error("cannot make " + pattern, fault);
  }
  folder_ = pattern;
  std::error_code fault;
  const fs::path self = fs::read_symlink("/proc/self/exe", fault);
  fs::create_directories(folder_ + "/bin", fault);
  fs::create_directories(folder_ + "/work", fault);
  for (const char* name : kPrograms)
    fs::create_symlink(self, folder_ + "/bin/" + name, fault);
  const std::string others = environment.get_or_empty("PATH");
  search_path_ = folder_ + "/bin:" + (others.empty() ? "/usr/bin:/bin" : others);
}

Playground::~Playground() {
  std::error_code fault;
  fs::remove_all(folder_, fault);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);  // what waited ends the process now
}

Playground::Outcome Playground::run(const std::string& line) const {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("pipe", errno);
  std::string path = "PATH=" + search_path_, home = "HOME=" + folder_, locale = "LC_ALL=C.UTF-8";
  char* const variables[] = {path.data(), home.data(), locale.data(), nullptr};
  pid_t process = 0;
  try {
    process = SpawnPlan(folder_ + "/work", ends[1]).start(line, variables);
  } catch (const Error&) {
    ::close(ends[0]);
    ::close(ends[1]);
    throw;
  }
  ::close(ends[1]);
  Outcome outcome;
  outcome.output = drain(ends[0]);
  ::close(ends[0]);
  outcome.exit_code = wait_for(process);
  return outcome;
}

bool Playground::interrupted() const {
  sigset_t waiting;
  ::sigpending(&waiting);
  for (const int signal : kEndingSignals) {
    if (::sigismember(&waiting, signal) == 1) return true;
  }
  return false;
}

}  // namespace agentnet::commands
