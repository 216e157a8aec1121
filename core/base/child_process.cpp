#include "core/base/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "core/base/error.hpp"

namespace agentnet {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr const char* kShell = "/bin/sh";
constexpr std::size_t kReadBytes = 64 * 1024;

void check(int error_number, const char* what) {
  if (error_number != 0) throw system_error(what, error_number);
}

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  ~Descriptor() { close(); }
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    close();
    number_ = std::exchange(other.number_, -1);
    return *this;
  }
  int get() const { return number_; }
  bool is_open() const { return number_ >= 0; }
  void close() {
    if (number_ >= 0) ::close(number_);
    number_ = -1;
  }

 private:
  int number_;
};

struct Pipe {
  Descriptor read_end, write_end;
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw system_error("pipe", errno);
    read_end = Descriptor(ends[0]);
    write_end = Descriptor(ends[1]);
  }
};

void make_nonblocking(const Descriptor& descriptor) {
  ::fcntl(descriptor.get(), F_SETFL, O_NONBLOCK);
}

// How a shell is started: its streams are the pipes, its group its own, signals as they are by default.
class SpawnPlan {
 public:
  SpawnPlan(int input, int output, int errors) {
    check(::posix_spawn_file_actions_init(&actions_), "posix_spawn");
    check(::posix_spawnattr_init(&attributes_), "posix_spawn");
    ::posix_spawn_file_actions_adddup2(&actions_, input, STDIN_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    ::posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
    sigset_t none, defaults;
    ::sigemptyset(&none);
    ::sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGXFSZ, SIGINT, SIGTERM, SIGHUP})
      ::sigaddset(&defaults, signal);
    ::posix_spawnattr_setsigmask(&attributes_, &none);
    ::posix_spawnattr_setsigdefault(&attributes_, &defaults);
    ::posix_spawnattr_setpgroup(&attributes_, 0);
    ::posix_spawnattr_setflags(&attributes_,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
  }
  ~SpawnPlan() {
    ::posix_spawn_file_actions_destroy(&actions_);
    ::posix_spawnattr_destroy(&attributes_);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  pid_t start(const std::string& line, const std::vector<std::string>& environment) const {
    std::string name = kShell, flag = "-c", command = line;
    char* const arguments[] = {name.data(), flag.data(), command.data(), nullptr};
    std::vector<char*> variables;
    for (const std::string& variable : environment)
      variables.push_back(const_cast<char*>(variable.c_str()));
    variables.push_back(nullptr);
    pid_t process = 0;
    check(::posix_spawn(&process, kShell, &actions_, &attributes_, arguments, variables.data()),
          "cannot run /bin/sh");
    return process;
  }

 private:
  posix_spawn_file_actions_t actions_;
  posix_spawnattr_t attributes_;
};

enum class Reading : std::uint8_t { open, ended, full };

// All that can be read now; `add` is false when it has enough.
template <typename Add>
Reading read_some(Descriptor& from, const Add& add) {
  std::array<char, kReadBytes> buffer;
  for (;;) {
    const ssize_t count = ::read(from.get(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Reading::open;
    if (count == 0) {
      from.close();
      return Reading::ended;
    }
    if (!add(std::string_view(buffer.data(), static_cast<std::size_t>(count)))) return Reading::full;
  }
}

}  // namespace

struct ChildPool::Child {
  std::uint32_t key = 0;
  pid_t process = 0;
  Descriptor exit;  // can be read once the shell has ended
  Descriptor input, output, errors;
  std::string to_write;
  std::size_t written = 0;
  std::optional<SteadyTime> deadline;
  ChildResult result;

  void kill_group(int signal) const { ::kill(-process, signal); }

  void write_some() {
    while (input.is_open() && written < to_write.size()) {
      const ssize_t count = ::write(input.get(), to_write.data() + written, to_write.size() - written);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0 && errno == EAGAIN) return;
      if (count < 0) written = to_write.size();  // it does not want to read; that is its business
      if (count > 0) written += static_cast<std::size_t>(count);
    }
    input.close();
  }

  bool read_output(std::size_t most) {
    if (!output.is_open()) return true;
    return read_some(output, [&](std::string_view part) {
             if (result.output.size() + part.size() > most) return false;
             result.output += part;
             return true;
           }) != Reading::full;
  }

  void read_errors() {
    if (!errors.is_open()) return;
    read_some(errors, [&](std::string_view part) {
      std::string& tail = result.error_tail;
      tail += part;
      if (tail.size() > 2 * kChildErrorTail) tail.erase(0, tail.size() - kChildErrorTail);
      return true;
    });
  }
};

ChildPool::ChildPool(std::vector<std::string> environment, ChildLimits limits)
    : environment_(std::move(environment)), limits_(limits) {}

ChildPool::~ChildPool() {
  kill_all();
}

void ChildPool::start(std::uint32_t key, const std::string& command, std::string input,
                      const std::vector<std::string>& variables) {
  Pipe in, out, errors;
  std::vector<std::string> environment = environment_;
  environment.insert(environment.end(), variables.begin(), variables.end());
  auto child = std::make_unique<Child>();
  child->process =
      SpawnPlan(in.read_end.get(), out.write_end.get(), errors.write_end.get()).start(command, environment);
  child->exit = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, child->process, 0)));
  if (!child->exit.is_open()) {
    const int fault = errno;
    child->kill_group(SIGKILL);
    ::waitpid(child->process, nullptr, 0);
    throw system_error("pidfd_open", fault);
  }
  child->key = key;
  child->input = std::move(in.write_end);
  child->output = std::move(out.read_end);
  child->errors = std::move(errors.read_end);
  for (const Descriptor* each : {&child->input, &child->output, &child->errors})
    make_nonblocking(*each);
  child->to_write = std::move(input);
  if (limits_.timeout) child->deadline = std::chrono::steady_clock::now() + *limits_.timeout;
  children_.push_back(std::move(child));
}

// Moves bytes. True when the child is to be ended or has ended.
bool ChildPool::serve(Child& child) {
  child.write_some();
  child.read_errors();
  if (!child.read_output(limits_.most_output)) {
    child.result.end = ChildEnd::printed_too_much;
    return true;
  }
  pollfd ended{child.exit.get(), POLLIN, 0};
  if (::poll(&ended, 1, 0) == 1) return true;
  if (child.deadline && std::chrono::steady_clock::now() >= *child.deadline) {
    child.result.end = ChildEnd::timed_out;
    return true;
  }
  return false;
}

ChildPool::Ended ChildPool::finish(std::size_t place) {
  const std::unique_ptr<Child> child = std::move(children_[place]);
  children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(place));
  child->kill_group(SIGKILL);
  int status = 0;
  while (::waitpid(child->process, &status, 0) < 0 && errno == EINTR) {
  }
  // What it wrote just before it ended.
  child->read_errors();
  ChildResult& result = child->result;
  if (result.end == ChildEnd::exited && !child->read_output(limits_.most_output))
    result.end = ChildEnd::printed_too_much;
  if (result.end == ChildEnd::exited && WIFSIGNALED(status)) result.end = ChildEnd::signaled;
  result.code = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  if (result.error_tail.size() > kChildErrorTail)
    result.error_tail.erase(0, result.error_tail.size() - kChildErrorTail);
  return {child->key, std::move(result)};
}

std::optional<ChildPool::Ended> ChildPool::wait(int stop) {
  for (;;) {
    int patience = -1;
    std::vector<pollfd> waits{{stop, POLLIN, 0}};
    const auto now = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < children_.size(); ++i) {
      Child& child = *children_[i];
      if (serve(child)) return finish(i);
      waits.push_back({child.exit.get(), POLLIN, 0});
      if (child.input.is_open()) waits.push_back({child.input.get(), POLLOUT, 0});
      if (child.output.is_open()) waits.push_back({child.output.get(), POLLIN, 0});
      if (child.errors.is_open()) waits.push_back({child.errors.get(), POLLIN, 0});
      if (!child.deadline) continue;
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(*child.deadline - now).count();
      const int bounded = static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000));
      patience = patience < 0 ? bounded : std::min(patience, bounded);
    }
    if (::poll(waits.data(), waits.size(), patience) < 0 && errno != EINTR) throw system_error("poll", errno);
    if ((waits.front().revents & POLLIN) != 0) return std::nullopt;
  }
}

void ChildPool::kill_all() {
  for (const auto& child : children_)
    child->kill_group(SIGTERM);
  const auto deadline = std::chrono::steady_clock::now() + kGrace;
  while (!children_.empty()) {
    Child& child = *children_.back();
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd ended{child.exit.get(), POLLIN, 0};
    ::poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    finish(children_.size() - 1);
  }
}

}  // namespace agentnet
