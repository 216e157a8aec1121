#include "core/http/host_check.hpp"

#include <algorithm>

namespace agentnet::http {

std::optional<std::string_view> host_of_authority(std::string_view authority) {
  std::size_t end = std::min(authority.find(':'), authority.size());
  if (authority.starts_with('[')) {
    end = authority.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    ++end;
  }
  const std::string_view host = authority.substr(0, end);
  const std::string_view port = authority.substr(end);
  constexpr std::string_view kNotInHosts = "@/?#\\,\" \t";
  if (host.empty() || host.find_first_of(kNotInHosts) != std::string_view::npos) return std::nullopt;
  if (port.empty()) return host;
  if (port.front() != ':' || port.find_first_not_of("0123456789", 1) != std::string_view::npos) {
    return std::nullopt;
  }
  return host;
}

HostCheck::HostCheck(const std::vector<std::string>& extra_hosts)
    : hosts_{"localhost", "127.0.0.1", "[::1]"} {
  hosts_.insert(hosts_.end(), extra_hosts.begin(), extra_hosts.end());
}

bool HostCheck::is_ours(std::string_view host) const {
  return std::any_of(hosts_.begin(), hosts_.end(),
                     [&](const std::string& ours) { return equals_ignoring_case(ours, host); });
}

std::optional<Refusal> HostCheck::check(const Headers& headers) const {
  bool host_seen = false;
  for (const auto& [name, value] : headers.fields()) {
    if (equals_ignoring_case(name, "Host")) {
      const auto host = host_of_authority(value);
      if (host_seen || !host)
        return Refusal{400, "bad_host", "the request must name one host in one Host field"};
      host_seen = true;
      if (!is_ours(*host)) return Refusal{421, "wrong_host", "the Host of the request is not served here"};
    } else if (equals_ignoring_case(name, "Origin")) {
      const std::size_t scheme_end = value.find("://");
      const auto host = scheme_end == std::string::npos
                            ? std::nullopt
                            : host_of_authority(std::string_view(value).substr(scheme_end + 3));
      if (!host || !is_ours(*host)) {
        return Refusal{403, "cross_origin", "requests from pages of other origins are refused"};
      }
    } else if (equals_ignoring_case(name, "Sec-Fetch-Site") && equals_ignoring_case(value, "cross-site")) {
      return Refusal{403, "cross_site", "requests from pages of other sites are refused"};
    }
  }
  if (!host_seen) return Refusal{400, "bad_host", "the request must name one host in one Host field"};
  return std::nullopt;
}

}  // namespace agentnet::http
