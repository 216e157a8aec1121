#include "core/base/host.hpp"

#include <ifaddrs.h>
#include <netpacket/packet.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <memory>
#include <string_view>

namespace agentnet {
namespace {

bool has_ipv4(const ifaddrs* list, std::string_view name) {
  for (; list != nullptr; list = list->ifa_next) {
    if (list->ifa_addr != nullptr && list->ifa_addr->sa_family == AF_INET && list->ifa_name == name)
      return true;
  }
  return false;
}

// The hardware address of an entry that has one; 0 otherwise.
std::uint64_t node_of(const ifaddrs* entry) {
  if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_PACKET) return 0;
  const auto* link = reinterpret_cast<const sockaddr_ll*>(entry->ifa_addr);
  if (link->sll_halen != 6) return 0;
  std::uint64_t node = 0;
  for (int i = 0; i < 6; ++i)
    node = node << 8 | link->sll_addr[i];
  return node;
}

// Python asks libuuid, which looks at the interfaces that have an IPv4 address. Without such a one, the first
// interface that has a hardware address must do.
std::uint64_t read_mac_node() {
  ifaddrs* raw = nullptr;
  if (getifaddrs(&raw) != 0) return 0;
  const std::unique_ptr<ifaddrs, void (*)(ifaddrs*)> list(raw, freeifaddrs);
  std::uint64_t fallback = 0;
  for (const ifaddrs* entry = raw; entry != nullptr; entry = entry->ifa_next) {
    const std::uint64_t node = node_of(entry);
    if (node != 0 && has_ipv4(raw, entry->ifa_name)) return node;
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
  const long count = sysconf(_SC_NPROCESSORS_ONLN);
  facts.cpu_count = count > 0 ? static_cast<int>(count) : 0;
  return facts;
}

}  // namespace agentnet
