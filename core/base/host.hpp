// What the host says about itself; the moment proof commits to it (core/sbn/moment.hpp).
#pragma once

#include <cstdint>
#include <string>

namespace agentnet {

struct HostFacts {
  // The 48-bit hardware address of the first real network interface, as Python's uuid.getnode() counts it;
  // 0 when the host has none.
  std::uint64_t mac_node = 0;
  std::string node_name;         // uname -n
  std::string operating_system;  // uname -s, for instance "Linux"
  std::string release;           // uname -r
  std::string version;           // uname -v
  std::string machine;           // uname -m, for instance "x86_64"
  int cpu_count = 0;             // processors online; 0 when unknown
};

HostFacts read_host_facts();

}  // namespace agentnet
