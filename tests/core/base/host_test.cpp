#include "core/base/host.hpp"

#include <doctest/doctest.h>
#include <sys/utsname.h>

#include <filesystem>
#include <fstream>
#include <set>

using namespace agentnet;

TEST_CASE("the host is named as uname names it") {
  utsname names{};
  REQUIRE(::uname(&names) == 0);
  const HostFacts facts = read_host_facts();
  CHECK(facts.node_name == names.nodename);
  CHECK(facts.operating_system == names.sysname);
  CHECK(facts.release == names.release);
  CHECK(facts.version == names.version);
  CHECK(facts.machine == names.machine);
  CHECK(facts.cpu_count > 0);
}

TEST_CASE("the hardware address is that of an interface, and the same each time") {
  std::set<std::uint64_t> addresses;
  std::error_code no_such_folder;
  for (const auto& entry : std::filesystem::directory_iterator("/sys/class/net", no_such_folder)) {
    std::ifstream in(entry.path() / "address");
    std::string text;
    in >> text;
    std::erase(text, ':');
    if (text.size() == 12) addresses.insert(std::stoull(text, nullptr, 16));
  }
  addresses.erase(0);
  const HostFacts facts = read_host_facts();
  CHECK(facts.mac_node < std::uint64_t{1} << 48);
  CHECK(facts.mac_node == read_host_facts().mac_node);
  CHECK((addresses.empty() ? facts.mac_node == 0 : addresses.contains(facts.mac_node)));
}
