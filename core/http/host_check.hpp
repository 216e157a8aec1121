// Who may be asking: the check that keeps web pages out of a server on this machine.
//
// A page that a browser shows can send requests to 127.0.0.1 (its Origin gives it away), and can make its own
// name resolve to 127.0.0.1 (its Host gives it away). So a request must name one of our own hosts, and one
// that carries an Origin must come from one of them. There are no CORS headers anywhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/request_reader.hpp"

namespace agentnet::http {

class HostCheck {
 public:
  // localhost, 127.0.0.1 and [::1], and the hosts of the caller (names, or addresses with IPv6 in brackets).
  explicit HostCheck(const std::vector<std::string>& extra_hosts = {});

  // Nullopt when the request may pass. Otherwise 400 bad_host (none, several, or no host at all), 421
  // wrong_host (another host, with any port), 403 cross_origin (Origin of another host, "null" among them),
  // or 403 cross_site (the browser says so in Sec-Fetch-Site).
  std::optional<Refusal> check(const Headers& headers) const;

 private:
  bool is_ours(std::string_view host) const;

  std::vector<std::string> hosts_;
};

// The host of "host", "host:port" or "[address]:port", brackets kept; nullopt when it is none of these.
std::optional<std::string_view> host_of_authority(std::string_view authority);

}  // namespace agentnet::http
