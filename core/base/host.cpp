#include "core/base/host.hpp"

#include <ifaddrs.h>
#include <netpacket/packet.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <memory>

namespace agentnet {
namespace {

// The first address that is globally administered; failing that, the first that is not zero.
std::uint64_t read_mac_node() {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) return 0;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(raw, freeifaddrs);
  std::uint64_t fallback = 0;
  for (const ifaddrs* entry = raw; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_PACKET) continue;
    const auto* link = reinterpret_cast<const sockaddr_ll*>(entry->ifa_addr);
    if (link->sll_halen != 6) continue;
    std::uint64_t node = 0;
    for (int i = 0; i < 6; ++i)
      node = node << 8 | link->sll_addr[i];
    if (node == 0) continue;
    const bool locally_administered = (link->sll_addr[0] & 2) != 0;
    if (!locally_administered) return node;
    if (fallback == 0) fallback = node;
  }
  return fallback;
}

}  // namespace

HostFacts read_host_facts() {
  HostFacts facts;
  facts.mac_node = read_mac_node();
  utsname names{};
  if (uname(&names) == 0) {
    facts.node_name = names.nodename;
    facts.operating_system = names.sysname;
    facts.release = names.release;
    facts.version = names.version;
    facts.machine = names.machine;
  }
  const long count = sysconf(_SC_NPROCESSORS_CONF);
  facts.cpu_count = count > 0 ? static_cast<int>(count) : 0;
  return facts;
}

}  // namespace agentnet
