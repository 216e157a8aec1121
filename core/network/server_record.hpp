// How a server on this machine is found, and how two of them are kept apart.
//
// While a server runs it holds a lock on server.lock in its state folder, which also has its process id;
// server.json says where it is. A record without a held lock is left over and means nothing.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>

#include "core/network/local_state.hpp"

namespace agentnet::network {

struct ServerRecord {
  std::string base_url;
  pid_t pid = 0;
  std::string state_dir;
  bool in_memory = false;
  Credentials credentials;
};

// One JSON object: {"base_url", "pid", "state_dir", "in_memory", "tenant_id", "api_keys": {"sbn"}}.
Secret write_record(const ServerRecord& record);
// Throws Error failed/bad_state.
ServerRecord read_record(std::string_view text, const std::string& path);

// The mark of a running server; ends with the object.
class ServerLock {
 public:
  // Makes the folder if need be. Throws Error conflict/server_running, which names the other's process.
  static std::unique_ptr<ServerLock> acquire(const StateFolder& folder, const Filesystem& files);
  ~ServerLock();
  ServerLock(const ServerLock&) = delete;
  ServerLock& operator=(const ServerLock&) = delete;

  // For commands to find: server.json, taken away with the lock.
  void publish(const ServerRecord& record, const Filesystem& files);

 private:
  ServerLock(StateFolder folder, int descriptor) : folder_(std::move(folder)), descriptor_(descriptor) {}

  StateFolder folder_;
  int descriptor_;
  bool published_ = false;
};

// The server that runs on the folder; nullopt when none does or it is not ready.
std::optional<ServerRecord> find_server(const StateFolder& folder, const Filesystem& files);

// The process that listens on a port of this machine's loopback: "python3 (pid 123)". Nullopt when that
// cannot be told.
std::optional<std::string> holder_of_port(std::uint16_t port);

}  // namespace agentnet::network
