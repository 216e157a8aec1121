// A Router on a TCP port.
//
// HTTP/1.1 with keep-alive and pipelining, plain or TLS. A few threads each run their share of the
// connections as coroutines; a request that is answered later (Exchange kept by its handler) holds no thread,
// only some memory. Handlers run on these threads, so one that blocks holds up the other connections of its
// thread.
//
// The server is meant to be reached from this machine: it checks who asks (host_check.hpp), and binds
// anywhere else than loopback only with TLS and on the caller's word that the routes ask for credentials.
//
// What a peer can make it hold is bounded: a connection that waits for a request holds no buffer; one that
// sends a request holds at most its head, its body as far as it came, and kReadBytes that were sent ahead;
// the bodies of all connections share one budget; a request is read only once the answer before it is
// written, so a peer that does not read its answers is not read from either.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/request_reader.hpp"
#include "core/http/router.hpp"

namespace agentnet::http {

inline constexpr std::chrono::milliseconds kHeaderTime{
    10'000};                                                   // from the first byte of a request to its head
inline constexpr std::chrono::milliseconds kBodyTime{60'000};  // from its head to the end of its body
inline constexpr std::chrono::milliseconds kIdleTime{75'000};  // between an answer and the next request
inline constexpr std::chrono::milliseconds kWriteTime{30'000};        // in which the peer must take some byte
inline constexpr std::chrono::milliseconds kLingerTime{2'000};        // for the peer to read a refusal
inline constexpr std::size_t kMaxConnections = 16'384;                // more are answered 503 and closed
inline constexpr std::size_t kMaxRefusedConnections = 256;            // those at once; more are just closed
inline constexpr std::size_t kMaxBodyBytesInAll = 512 * 1024 * 1024;  // bodies of all unanswered requests
inline constexpr std::size_t kReadBytes = 64 * 1024;                  // read from one connection at a time
inline constexpr std::chrono::milliseconds kDrainTime{5'000};         // for requests in flight when stopping

struct Limits {
  std::size_t header_bytes = kMaxHeaderBytes;           // beyond: 431, for the request line 414
  std::size_t body_bytes = kMaxBodyBytes;               // beyond: 413, as soon as the length is known
  std::size_t body_bytes_in_all = kMaxBodyBytesInAll;   // beyond: 503
  std::size_t connections = kMaxConnections;            // beyond: 503; less when descriptors are short
  std::chrono::milliseconds header_time = kHeaderTime;  // beyond: 408
  std::chrono::milliseconds body_time = kBodyTime;      // beyond: 408
  std::chrono::milliseconds idle_time = kIdleTime;      // beyond: closed
  std::chrono::milliseconds write_time = kWriteTime;    // beyond: closed
  std::chrono::milliseconds linger_time = kLingerTime;  // beyond: closed
};

// One answered request. The texts are valid during the call.
struct AccessRecord {
  std::string_view method;  // "-" when the request line could not be read
  std::string_view path;    // without the query, which may hold secrets
  int status;
  std::uint64_t bytes;                 // of the body that was answered
  std::chrono::microseconds duration;  // from the request being complete to its answer being written
};

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IP address, or "localhost"
  std::uint16_t port = 0;             // 0: any that is free
  unsigned threads = 2;
  Limits limits = {};
  std::vector<std::string> allowed_hosts = {};  // besides localhost, 127.0.0.1, [::1] and `address`
  // To bind off loopback. The caller's word that every route asks for a credential; needs TLS.
  bool off_loopback = false;
  // PEM files; both or none.
  std::string tls_certificate_file = {};
  std::string tls_key_file = {};
  // Called by the server's threads after each answer.
  std::function<void(const AccessRecord&)> access_log = {};
};

class Server {
 public:
  // Throws Error usage: bad_address, not_loopback (off loopback without the flag or without TLS),
  // bad_certificate.
  explicit Server(ServerOptions options);
  // As stop() without patience.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Binds, listens and returns the port. `router` must outlive the server. To be called once. Throws Error
  // conflict/address_in_use, or failed when the system refuses otherwise. Raises this process's soft limit of
  // open files as far as the connections need and the hard limit allows.
  std::uint16_t start(const Router& router);

  // Refuses new connections, closes the idle ones, lets the requests in flight finish (their answers say
  // "Connection: close"), and closes what is left after `patience`. Then no handler runs any more and no
  // reply goes out; exchanges that are still kept may be answered into the void. Harmless when repeated. Not
  // to be called by a handler.
  void stop(std::chrono::milliseconds patience = kDrainTime);

  // Connections that are open now.
  std::size_t connections() const;

 private:
  class Running;

  ServerOptions options_;
  std::unique_ptr<Running> running_;
};

}  // namespace agentnet::http
