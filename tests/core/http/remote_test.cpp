#include "core/http/remote.hpp"

#include <atomic>

#include "core/http/retry.hpp"
#include "tests/core/http/server_fixtures.hpp"
#include "tests/core/http/tls_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::http;
using namespace agentnet::http::fixtures;

namespace {

// A port on which each connection is read up to the end of a head, answered with the same bytes, and closed.
class Wire {
 public:
  explicit Wire(std::string answer)
      : answer_(std::move(answer)), listening_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listening_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listening_, 16) == 0);
    REQUIRE(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Wire() {
    ::shutdown(listening_, SHUT_RDWR);
    thread_.join();
    ::close(listening_);
  }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  std::string url(const std::string& path = "") const {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }
  // What the last connection sent.
  std::string heard() const {
    const std::lock_guard lock(mutex_);
    return heard_;
  }

  std::uint16_t port = 0;

 private:
  void serve() {
    while (true) {
      const int connection = ::accept(listening_, nullptr, nullptr);
      if (connection < 0) return;
      std::string bytes;
      char room[4096];
      ssize_t got = 0;
      while (bytes.find("\r\n\r\n") == std::string::npos &&
             (got = ::recv(connection, room, sizeof room, 0)) > 0)
        bytes.append(room, static_cast<std::size_t>(got));
      {
        const std::lock_guard lock(mutex_);
        heard_ = bytes;
      }
      ::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      ::shutdown(connection, SHUT_WR);
      while (::recv(connection, room, sizeof room, 0) > 0) {
      }
      ::close(connection);
    }
  }

  std::string answer_;
  int listening_;
  std::thread thread_;
  mutable std::mutex mutex_;
  std::string heard_;
};

const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

std::string url_of(const TestServer& server, const std::string& scheme = "http") {
  return scheme + "://localhost:" + std::to_string(server.port);
}

Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error;
  }
  return Error(Category::failed, "nothing_thrown", "");
}

ServerOptions with_tls(const Certificate& certificate) {
  ServerOptions options;
  options.tls_certificate_file = certificate.file();
  options.tls_key_file = certificate.key_file();
  return options;
}

}  // namespace

TEST_CASE("a remote request goes out as it was given, in its order, with nothing added") {
  Wire wire(kOk);
  RemoteTransport transport(wire.url("/prefix/"));
  transport.send({"POST",
                  "/a/../b?x=%20{y}",
                  {{"Accept", "*/*"}, {"User-Agent", "sbn-sdk/0.12.1"}, {"X-Empty", ""}, {"x-api-key", "k"}},
                  ""});
  const std::string host = "127.0.0.1:" + std::to_string(wire.port);
  CHECK(wire.heard() == "POST /prefix/a/../b?x=%20{y} HTTP/1.1\r\nHost: " + host +
                            "\r\nAccept: */*\r\nUser-Agent: sbn-sdk/0.12.1\r\nX-Empty:\r\nx-api-key: k\r\n"
                            "Content-Length: 0\r\n\r\n");
  transport.send({"GET", "/", {}, ""});
  CHECK(wire.heard() == "GET /prefix/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  transport.send({"DELETE", "/", {}, ""});
  CHECK(wire.heard() == "DELETE /prefix/ HTTP/1.1\r\nHost: " + host + "\r\n\r\n");
  CHECK(transport.name() == wire.url("/prefix"));
}

TEST_CASE("a Content-Length that is among the headers stays in its place") {
  Wire wire(kOk);
  RemoteTransport transport(wire.url());
  transport.send({"POST", "/", {{"Content-Length", "0"}, {"Accept", "*/*"}}, ""});
  CHECK(wire.heard().ends_with("\r\nContent-Length: 0\r\nAccept: */*\r\n\r\n"));
}

TEST_CASE("answers of any status come back, redirects unfollowed, cookies unkept") {
  Wire wire("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nno");
  RemoteTransport transport(wire.url());
  const Response response = transport.send({});
  CHECK(response.status == 302);
  CHECK(response.headers.get("location") == "/elsewhere");
  CHECK(response.body == "no");
  transport.send({});
  CHECK(wire.heard().find("ookie") == std::string::npos);
}

TEST_CASE("interim answers are not the answer") {
  Wire wire(
      "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Late: 1\r\nContent-Length: "
      "0\r\n\r\n");
  const Response response = RemoteTransport(wire.url()).send({});
  CHECK(response.status == 200);
  CHECK_FALSE(response.headers.find("X-Early"));
  CHECK(response.headers.find("X-Late"));
}

TEST_CASE("a compressed answer is decoded when it was asked for") {
  const std::string gzip(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xcb\x48\xcd\xc9\xc9\x07\x00\x86\xa6\x10\x36\x05\x00\x00\x00",
      25);
  Wire wire("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 25\r\n\r\n" + gzip);
  RemoteTransport transport(wire.url());
  CHECK(transport.send({"GET", "/", {{"Accept-Encoding", "gzip, deflate"}}, ""}).body == "hello");
  CHECK(wire.heard().ends_with("\r\nAccept-Encoding: gzip, deflate\r\n\r\n"));
  CHECK(transport.send({"GET", "/", {}, ""}).body == gzip);
}

TEST_CASE("connections are used again, also by several threads") {
  TestServer server;
  RemoteTransport transport(url_of(server));
  for (int i = 0; i < 20; ++i)
    REQUIRE(transport.send({"POST", "/echo", {}, "body"}).body == "body");
  CHECK(server.server().connections() == 1);
  std::atomic<int> good = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 25; ++i) {
        const std::string body = std::to_string(t) + " " + std::to_string(i);
        if (transport.send({"POST", "/echo", {}, body}).body == body) ++good;
      }
    });
  }
  for (std::thread& thread : threads)
    thread.join();
  CHECK(good == 100);
  CHECK(server.server().connections() <= 4);
}

TEST_CASE("a connection that the server has closed meanwhile is replaced unnoticed") {
  ServerOptions options;
  options.limits.idle_time = milliseconds(100);
  TestServer server(std::move(options));
  RemoteTransport transport(url_of(server));
  CHECK(transport.send({"GET", "/hello", {}, ""}).body == "hello");
  CHECK(eventually([&] { return server.server().connections() == 0; }));
  CHECK(transport.send({"GET", "/hello", {}, ""}).body == "hello");
}

TEST_CASE("large bodies go both ways") {
  TestServer server;
  RemoteTransport transport(url_of(server));
  const std::string body(4 * 1024 * 1024, 'x');
  CHECK((transport.send({"POST", "/echo", {}, body}).body == body));
  CHECK(transport.send({"HEAD", "/bytes/1000", {}, ""}).headers.get("Content-Length") == "1000");
}

TEST_CASE("TLS with a certificate that is trusted, and none with one that is not") {
  const Certificate ours;
  const Certificate another;
  TestServer server(with_tls(ours));
  RemoteTransport trusting(url_of(server, "https"), {.ca_file = ours.file()});
  for (int i = 0; i < 3; ++i)
    CHECK(trusting.send({"POST", "/echo", {}, "secret"}).body == "secret");
  CHECK(server.server().connections() == 1);
  const std::string body(4 * 1024 * 1024, 'y');
  CHECK((trusting.send({"POST", "/echo", {}, body}).body == body));
  for (const std::string& ca_file : {another.file(), std::string(), std::string("/nowhere/ca.pem")}) {
    RemoteTransport doubting(url_of(server, "https"), {.ca_file = ca_file});
    const Error error = error_of([&] { doubting.send({"GET", "/hello", {}, ""}); });
    CHECK(error.category() == Category::unreachable);
    CHECK(error.code() == "tls_failed");
  }
  // The certificate is not for this name.
  RemoteTransport elsewhere("https://127.0.0.2:" + std::to_string(server.port), {.ca_file = ours.file()});
  CHECK(error_of([&] { elsewhere.send({}); }).category() == Category::unreachable);
}

TEST_CASE("late answers and pipelined ones come over TLS too") {
  const Certificate certificate;
  TestServer server(with_tls(certificate));
  RemoteTransport transport(url_of(server, "https"), {.ca_file = certificate.file()});
  std::thread asking([&] { CHECK(transport.send({"GET", "/late", {}, ""}).body == "late"); });
  REQUIRE(eventually([&] { return server.late.size() == 1; }));
  server.late.take().front()->reply({200, {}, "late"});
  asking.join();
}

TEST_CASE("a plain client on a TLS port is closed, and a silent one too") {
  const Certificate certificate;
  ServerOptions options = with_tls(certificate);
  options.limits.header_time = milliseconds(100);
  TestServer server(std::move(options));
  RawClient plain = server.connect();
  plain.send(get("/hello"));
  plain.receive();  // an alert, which is no HTTP
  CHECK(eventually([&] { return server.server().connections() == 0; }));
  RawClient silent = server.connect();
  CHECK(silent.at_end());
}

TEST_CASE("a server off loopback is possible with TLS") {
  const Certificate certificate;
  ServerOptions options = with_tls(certificate);
  options.address = "0.0.0.0";
  options.off_loopback = true;
  TestServer server(std::move(options));
  RemoteTransport transport(url_of(server, "https"), {.ca_file = certificate.file()});
  CHECK(transport.send({"GET", "/hello", {}, ""}).body == "hello");
}

TEST_CASE("a certificate without its key is refused when the server starts") {
  const Certificate certificate;
  const Certificate another;
  ServerOptions options = with_tls(certificate);
  options.tls_key_file = another.key_file();
  Router router;
  Server server(options);
  CHECK(error_of([&] { server.start(router); }).code() == "bad_certificate");
}

TEST_CASE("who cannot be reached is named, with the reason as a code") {
  const auto code_of = [](const std::string& url) {
    const Error error = error_of([&] {
      RemoteTransport(url).send({"GET", "/", {{"x-api-key", "canary"}}, ""});
    });
    CHECK(error.category() == Category::unreachable);
    CHECK(error.message().find("canary") == std::string::npos);
    CHECK(url.find(std::get<std::string>(error.details().at(0).value)) != std::string::npos);
    return error.code();
  };
  std::uint16_t closed_port = 0;
  {
    const Wire gone(kOk);
    closed_port = gone.port;
  }
  CHECK(code_of("http://127.0.0.1:" + std::to_string(closed_port)) == "connect_failed");
  CHECK(code_of("http://no-such-host.invalid") == "dns_failed");
  const Wire garbage("this is no HTTP at all\r\n\r\n");
  CHECK(code_of(garbage.url()) == "protocol_error");
  const Wire silent("");
  CHECK(code_of(silent.url()) == "connection_lost");
  const Wire cut("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
  CHECK(code_of(cut.url()) == "connection_lost");
}

TEST_CASE("an answer that does not come in time is a timeout") {
  TestServer server;
  RemoteTransport transport(url_of(server), {.timeout = milliseconds(150)});
  const Error error = error_of([&] { transport.send({"GET", "/late", {}, ""}); });
  CHECK(error.category() == Category::unreachable);
  CHECK(error.code() == "timeout");
  // The transport is good for the next request.
  CHECK(transport.send({"GET", "/hello", {}, ""}).body == "hello");
}

TEST_CASE("an interruption ends the wait") {
  TestServer server;
  std::atomic<bool> interrupted = false;
  RemoteTransport transport(url_of(server), {.interrupted = [&] { return interrupted.load(); }});
  std::thread interrupting([&] {
    CHECK(eventually([&] { return server.late.size() == 1; }));
    interrupted = true;
  });
  const Error error = error_of([&] { transport.send({"GET", "/late", {}, ""}); });
  interrupting.join();
  CHECK(error.category() == Category::failed);
  CHECK(error.code() == "interrupted");
}

TEST_CASE("an answer of the limit is taken, one byte more is not") {
  TestServer server;
  RemoteTransport transport(url_of(server), {.response_bytes = 1000});
  CHECK(transport.send({"GET", "/bytes/1000", {}, ""}).body.size() == 1000);
  const Error error = error_of([&] { transport.send({"GET", "/bytes/1001", {}, ""}); });
  CHECK(error.category() == Category::failed);
  CHECK(error.code() == "response_too_large");
  const Wire endless("HTTP/1.1 200 OK\r\n" + [] {
    std::string fields;
    for (int i = 0; i < 300; ++i)
      fields += "X: " + std::string(1000, 'x') + "\r\n";
    return fields;
  }() + "\r\n");
  CHECK(error_of([&] { RemoteTransport(endless.url()).send({}); }).code() == "response_too_large");
}

TEST_CASE("base URLs that could mislead are refused without being repeated") {
  for (const char* url :
       {"", "localhost:8090", "ftp://h", "file:///etc/passwd", "http://", "http:///a", "http://u:canary@h",
        "http://h?key=canary", "http://h/a#b", "http://h:80x", "http://a b", "http://h/\n", "http://[::1"}) {
    CAPTURE(std::string(url));
    const Error error = error_of([&] { RemoteTransport transport(url); });
    CHECK(error.code() == "bad_url");
    CHECK(error.message().find("canary") == std::string::npos);
  }
  CHECK(RemoteTransport("HTTPS://api.example.com/v1//").name() == "HTTPS://api.example.com/v1");
}

TEST_CASE("no header and no target can become two") {
  Wire wire(kOk);
  RemoteTransport transport(wire.url());
  CHECK(error_of([&] {
          transport.send({"GET", "/", {{"x-api-key", "canary\r\nX: y"}}, ""});
        }).code() == "bad_header");
  CHECK(error_of([&] { transport.send({"GET", "/", {{"X: y\r\nA", "b"}}, ""}); }).code() == "bad_header");
  CHECK(error_of([&] { transport.send({"GET", "/a b", {}, ""}); }).code() == "bad_target");
  CHECK(error_of([&] { transport.send({"GET", "/a\r\nX: y", {}, ""}); }).code() == "bad_target");
  CHECK(error_of([&] { transport.send({"GET / HTTP/1.1\r\nX: y", "/", {}, ""}); }).code() == "bad_target");
  CHECK(wire.heard().empty());
}

TEST_CASE("a proxy of the environment is not asked for a host of this machine") {
  TestServer server;
  const Wire proxy("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nproxy");
  ::setenv("http_proxy", proxy.url().c_str(), 1);
  const std::string local = RemoteTransport(url_of(server)).send({"GET", "/hello", {}, ""}).body;
  const std::string remote = RemoteTransport("http://agents.example").send({"GET", "/x", {}, ""}).body;
  const auto evil = RemoteTransport("http://127.0.0.1.example").send({"GET", "/x", {}, ""}).body;
  ::unsetenv("http_proxy");
  CHECK(local == "hello");
  CHECK(remote == "proxy");
  CHECK(evil == "proxy");
  CHECK(proxy.heard().starts_with("GET http://127.0.0.1.example/x HTTP/1.1\r\n"));
}

TEST_CASE("retries over the network end with who could not be reached") {
  std::uint16_t closed_port = 0;
  {
    const Wire gone(kOk);
    closed_port = gone.port;
  }
  RemoteTransport transport("http://127.0.0.1:" + std::to_string(closed_port));
  int waits = 0;
  const Error error = error_of([&] {
    send_with_retries(
        transport, [] { return Request{}; }, kThreeAttempts, [&](milliseconds) { ++waits; });
  });
  CHECK(waits == 2);
  CHECK(error.code() == "unreachable");
  CHECK(
      error.message().starts_with("Failed to reach http://127.0.0.1:" + std::to_string(closed_port) + ": "));
}
