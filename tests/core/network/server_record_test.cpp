#include "core/network/server_record.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/core/network/fixtures.hpp"
#include "tests/support/temporary_folder.hpp"

namespace agentnet::network {
namespace {

using fixtures::fault_of;
using fixtures::Json;
using fixtures::text_of;
using tests::TemporaryFolder;

const RealFilesystem kFiles;

ServerRecord a_record(const std::string& folder) {
  return {"http://127.0.0.1:8090",
          ::getpid(),
          folder,
          false,
          {"local", Secret(as_bytes("sbn_live_" + std::string(40, 'k')))}};
}

mode_t mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

TEST_CASE("a record comes back as it was written") {
  ServerRecord record = a_record("/state");
  record.in_memory = true;
  const std::string text = text_of(write_record(record));
  CHECK(Json::parse(text) == Json({{"base_url", "http://127.0.0.1:8090"},
                                   {"pid", ::getpid()},
                                   {"state_dir", "/state"},
                                   {"in_memory", true},
                                   {"tenant_id", "local"},
                                   {"api_keys", {{"sbn", "sbn_live_" + std::string(40, 'k')}}}}));
  const ServerRecord read = read_record(text, "file");
  CHECK(read.base_url == record.base_url);
  CHECK(read.pid == record.pid);
  CHECK(read.state_dir == "/state");
  CHECK(read.in_memory);
  CHECK(read.credentials.sbn_key.equals(record.credentials.sbn_key));
}

TEST_CASE("a record that is damaged is bad_state") {
  const Json good = Json::parse(text_of(write_record(a_record("/state"))));
  for (const char* name : {"base_url", "pid", "state_dir", "tenant_id", "api_keys"}) {
    CAPTURE(name);
    Json bad = good;
    bad.erase(name);
    CHECK(fault_of([&] { read_record(bad.dump(), "file"); }) == "failed/bad_state");
    bad[name] = true;
    CHECK(fault_of([&] { read_record(bad.dump(), "file"); }) == "failed/bad_state");
  }
  CHECK(fault_of([&] { read_record("", "file"); }) == "failed/bad_state");
}

TEST_CASE("a server is found from the moment that it says where it is until it ends") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.file("state")};
  CHECK_FALSE(find_server(folder, kFiles));
  auto lock = ServerLock::acquire(folder, kFiles);
  CHECK_FALSE(find_server(folder, kFiles));
  lock->publish(a_record(folder.path), kFiles);
  const auto found = find_server(folder, kFiles);
  REQUIRE(found);
  CHECK(found->pid == ::getpid());
  lock.reset();
  CHECK_FALSE(find_server(folder, kFiles));
  CHECK_FALSE(exists(folder.file("server.json")));
}

TEST_CASE("the folder and the files of a server are its owner's alone") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.file("state")};
  const auto lock = ServerLock::acquire(folder, kFiles);
  lock->publish(a_record(folder.path), kFiles);
  CHECK(mode_of(folder.path) == 0700);
  CHECK(mode_of(folder.file("server.lock")) == 0600);
  CHECK(mode_of(folder.file("server.json")) == 0600);
}

TEST_CASE("a second server on the folder is refused by the process of the first") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  auto lock = ServerLock::acquire(folder, kFiles);
  try {
    ServerLock::acquire(folder, kFiles);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.category() == Category::conflict);
    CHECK(error.code() == "server_running");
    CHECK(error.message().find("process " + std::to_string(::getpid())) != std::string::npos);
  }
  lock.reset();
  CHECK_NOTHROW(ServerLock::acquire(folder, kFiles));
}

// A process that has acquired and published, and is then killed.
pid_t leave_record_of_a_killed_server(const StateFolder& folder) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const auto lock = ServerLock::acquire(folder, kFiles);
    lock->publish(a_record(folder.path), kFiles);
    if (::write(ends[1], "x", 1) == 1) ::pause();
    ::_exit(1);
  }
  char ready = 0;
  REQUIRE(::read(ends[0], &ready, 1) == 1);
  REQUIRE(::kill(child, SIGKILL) == 0);
  REQUIRE(::waitpid(child, nullptr, 0) == child);
  ::close(ends[0]);
  ::close(ends[1]);
  return child;
}

TEST_CASE("the record that a killed server leaves means nothing") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  leave_record_of_a_killed_server(folder);
  CHECK(exists(folder.file("server.json")));
  CHECK_FALSE(find_server(folder, kFiles));
}

TEST_CASE("a server that is not ready yet is not taken for the one that was killed before it") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  leave_record_of_a_killed_server(folder);
  const auto lock = ServerLock::acquire(folder, kFiles);
  CHECK_FALSE(find_server(folder, kFiles));
}

TEST_CASE("looking for a server does not get in the way of one that starts") {
  const TemporaryFolder temporary;
  const StateFolder folder{temporary.path()};
  for (int i = 0; i < 10; ++i) {
    const auto lock = ServerLock::acquire(folder, kFiles);
    lock->publish(a_record(folder.path), kFiles);
    CHECK(find_server(folder, kFiles));
  }
}

TEST_CASE("the process that listens on a port is named") {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  REQUIRE(listener >= 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
  REQUIRE(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  REQUIRE(::listen(listener, 1) == 0);
  socklen_t size = sizeof address;
  REQUIRE(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0);
  const std::uint16_t port = ::ntohs(address.sin_port);
  const auto holder = holder_of_port(port);
  REQUIRE(holder);
  CHECK(holder->ends_with("(pid " + std::to_string(::getpid()) + ")"));
  ::close(listener);
  CHECK_FALSE(holder_of_port(port));
}

}  // namespace
}  // namespace agentnet::network
