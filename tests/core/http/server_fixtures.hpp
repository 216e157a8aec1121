// A client that is nothing but a socket, and a server to try it on.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/http/server.hpp"

namespace agentnet::http::fixtures {

using std::chrono::milliseconds;

inline constexpr int kPatienceSeconds = 20;  // for what should happen at once, on a slow machine

// True once `condition` is; false when it is not within kPatienceSeconds.
template <typename Condition>
bool eventually(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(kPatienceSeconds);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(milliseconds(1));
  }
  return true;
}

struct Received {
  int status = 0;
  Headers headers;
  std::string body;

  std::string code() const {
    const auto parsed = nlohmann::json::parse(body, nullptr, false);
    return parsed.is_object() && parsed.contains("error") ? parsed["error"].value("code", "") : "";
  }
};

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : descriptor_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~RawClient() { close(); }
  RawClient(RawClient&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        connected_(other.connected_),
        buffer_(std::move(other.buffer_)) {}
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return connected_; }
  int descriptor() const { return descriptor_; }

  void close() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
  }
  // The connection ends with a reset instead of a goodbye.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }

  // False when the server does not take it any more.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // The next response; status 0 when the connection ends before it is whole.
  Received receive(bool head_only = false) {
    Received received;
    const std::size_t head = fill_until([&] { return buffer_.find("\r\n\r\n"); });
    if (head == std::string::npos) return received;
    parse_head(std::string_view(buffer_).substr(0, head), received);
    buffer_.erase(0, head + 4);
    std::size_t length = 0;
    const std::string_view text = received.headers.get("Content-Length");
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (head_only) length = 0;
    if (fill_until([&] { return buffer_.size() >= length ? 0 : std::string::npos; }) != 0) return {};
    received.body = buffer_.substr(0, length);
    buffer_.erase(0, length);
    return received;
  }

  // True when the server has closed and nothing is left to read.
  bool at_end() { return buffer_.empty() && !read_more(); }

  Received ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }

 private:
  bool read_more() {
    char room[16384];
    const ssize_t got = ::recv(descriptor_, room, sizeof room, 0);
    if (got <= 0) return false;
    buffer_.append(room, static_cast<std::size_t>(got));
    return true;
  }

  template <typename Find>
  std::size_t fill_until(const Find& find) {
    std::size_t found = find();
    while (found == std::string::npos && read_more())
      found = find();
    return found;
  }

  static void parse_head(std::string_view head, Received& received) {
    std::from_chars(head.data() + 9, head.data() + 12, received.status);
    std::size_t at = head.find("\r\n");
    while (at != std::string_view::npos) {
      const std::size_t end = std::min(head.find("\r\n", at + 2), head.size());
      const std::string_view line = head.substr(at + 2, end - at - 2);
      const std::size_t colon = line.find(": ");
      received.headers.add(std::string(line.substr(0, colon)), std::string(line.substr(colon + 2)));
      at = end == head.size() ? std::string_view::npos : end;
    }
  }

  int descriptor_;
  bool connected_ = false;
  std::string buffer_;
};

inline std::string get(const std::string& target) {
  return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}
inline std::string post(const std::string& target, const std::string& body) {
  return "POST " + target + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// Exchanges that are answered when the test says so.
class Kept {
 public:
  void keep(const std::shared_ptr<Exchange>& exchange) {
    const std::lock_guard lock(mutex_);
    kept_.push_back(exchange);
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return kept_.size();
  }
  std::vector<std::shared_ptr<Exchange>> take() {
    const std::lock_guard lock(mutex_);
    return std::exchange(kept_, {});
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<Exchange>> kept_;
};

// GET /hello, POST /echo, GET /bytes/{count}, GET /late (kept).
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}) : server_(std::move(options)) {
    router.add("GET", "/hello", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->reply({200, {{"Content-Type", "text/plain"}}, "hello"});
    });
    router.add("POST", "/echo", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->reply({200, {}, exchange->request().body});
    });
    router.add("GET", "/bytes/{count}", [](const std::shared_ptr<Exchange>& exchange) {
      exchange->reply({200, {}, std::string(std::stoul(exchange->path_value("count")), 'x')});
    });
    router.add("GET", "/late", [this](const std::shared_ptr<Exchange>& exchange) { late.keep(exchange); });
    port = server_.start(router);
  }

  RawClient connect() const { return RawClient(port); }
  Received ask(std::string_view bytes) const { return connect().ask(bytes); }
  Server& server() { return server_; }

  Router router;
  Kept late;
  std::uint16_t port = 0;

 private:
  Server server_;
};

}  // namespace agentnet::http::fixtures
