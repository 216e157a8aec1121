// A network on another host: the Transport over libcurl.
//
// HTTP/1.1 for http, HTTP/2 where the server offers it for https. Sends the headers of the request in their
// order and adds nothing but Host and Content-Length; follows no redirect, keeps no cookie, always verifies
// certificates. Proxies are those that the environment names (https_proxy, http_proxy, all_proxy, no_proxy),
// but never for a host of this machine, so that a credential for it does not leave it. libcurl is the module
// agentnet-curl, loaded with the first request.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/base/bytes.hpp"
#include "core/http/transport.hpp"

namespace agentnet::http {

inline constexpr std::size_t kMaxResponseBytes = 256 * 1024 * 1024;  // of a decoded body
inline constexpr std::size_t kMaxResponseHeaderBytes = 256 * 1024;   // of all fields, names and values
inline constexpr std::size_t kMaxIdleHandles = 32;  // each keeps connections for the next request

struct RemoteOptions {
  std::chrono::milliseconds connect_timeout{10'000};  // to look up, connect and shake hands
  std::chrono::milliseconds timeout{10'000};          // without a byte coming or going
  std::string ca_file = {};                           // PEM, instead of the system's
  std::size_t response_bytes = kMaxResponseBytes;     // beyond: Error failed/response_too_large
  // Asked a few times a second; true ends the request with Error failed/interrupted.
  std::function<bool()> interrupted = {};
  // Asked of each address (4 or 16 bytes) before it is connected to; where it says no there is no connection,
  // and no proxy is used: unreachable/connect_failed.
  std::function<bool(ByteView address)> may_connect = {};
};

// May be used by several threads; each request in flight has a connection of its own.
class RemoteTransport final : public Transport {
 public:
  // `base_url` is http or https, host, port, and any prefix that targets are appended to; slashes at its end
  // are dropped. Throws Error usage/bad_url, which does not repeat the URL: credentials in it are refused,
  // not used.
  explicit RemoteTransport(std::string_view base_url, RemoteOptions options = {});
  ~RemoteTransport() override;
  RemoteTransport(const RemoteTransport&) = delete;
  RemoteTransport& operator=(const RemoteTransport&) = delete;

  // Throws Error unreachable with code dns_failed, connect_failed, timeout, tls_failed, proxy_failed,
  // connection_lost, protocol_error or network_failed, all naming the host; usage/bad_target and
  // usage/bad_header for what cannot be sent; failed/response_too_large, failed/interrupted,
  // failed/no_module.
  Response send(const Request& request) override;
  std::string name() const override { return base_url_; }

 private:
  class Pool;

  std::string base_url_;
  std::string host_;  // with the port, for messages
  bool on_this_machine_ = false;
  RemoteOptions options_;
  std::unique_ptr<Pool> pool_;
};

}  // namespace agentnet::http
