// Load for `agentnet serve`: so many clients, each of which makes one request after another over a connection
// of its own. Prints one JSON line.
//
//   seal_load READY_FILE CLIENTS SECONDS   each seals the same document, as long as that
//   seal_load READY_FILE CLIENTS FILE      each takes the next request of a file, "PATH BODY" a line, to its
//   end
//
// All clients are in one thread and do nothing but send and receive, so that the server has the other core.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Client {
  int socket = -1;
  std::string received;
  Clock::time_point sent;
};

[[noreturn]] void die(const std::string& what) {
  fmt::print(stderr, "seal_load: {}\n", what);
  std::exit(1);
}

int connect_to(std::uint16_t port) {
  const int number = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(number, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("cannot connect");
  const int on = 1;
  ::setsockopt(number, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return number;
}

void send_request(Client& client, const std::string& request) {
  client.sent = Clock::now();
  if (::write(client.socket, request.data(), request.size()) != static_cast<ssize_t>(request.size()))
    die("cannot send");
}

// Whether the whole answer is there.
bool is_answered(const std::string& received) {
  const std::size_t head = received.find("\r\n\r\n");
  if (head == std::string::npos) return false;
  if (!received.starts_with("HTTP/1.1 20")) die("answered: " + received);
  const std::size_t length = received.find("Content-Length: ");
  if (length == std::string::npos) die("no Content-Length");
  return received.size() >= head + 4 + std::strtoul(received.c_str() + length + 16, nullptr, 10);
}

std::string post(std::uint16_t port, const std::string& key, std::string_view path, std::string_view body) {
  return fmt::format(
      "POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nx-api-key: {}\r\nContent-Type: "
      "application/json\r\nContent-Length: {}\r\n\r\n{}",
      path, port, key, body.size(), body);
}

// What is sent: a list to its end, or its only request until a time.
struct Work {
  std::string what;
  std::vector<std::string> requests;
  std::optional<double> seconds;
};

Work seals(const nlohmann::json& ready, std::uint16_t port, double seconds) {
  const std::string body =
      R"({"domain": "bench", "block_type": "event", "payload": {"event": "signup", "user": "u-42", "plan": "builder", )"
      R"("source": "a text that makes it as long as events are", "amount": 12.5, "tags": ["a", "b", "c"]}})";
  return {"durable seals through serve",
          {post(port, ready["api_keys"]["sbn"], "/internal/snapchore/seal", body)},
          seconds};
}

Work listed(const nlohmann::json& ready, std::uint16_t port, const char* path) {
  Work work{"requests through serve", {}, std::nullopt};
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t space = line.find(' ');
    work.requests.push_back(
        post(port, ready["api_keys"]["paybond"], line.substr(0, space), line.substr(space + 1)));
  }
  if (work.requests.empty()) die("no requests");
  return work;
}

double percentile(std::vector<double>& times, double part) {
  const auto place = static_cast<std::ptrdiff_t>(static_cast<double>(times.size() - 1) * part);
  std::nth_element(times.begin(), times.begin() + place, times.end());
  return times[static_cast<std::size_t>(place)];
}

}  // namespace

int main(int count, char** values) {
  if (count != 4) die("usage: seal_load READY_FILE CLIENTS SECONDS|FILE");
  std::ifstream file(values[1]);
  const auto ready = nlohmann::json::parse(file);
  const std::string url = ready["base_url"];
  const auto port = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  char* rest = nullptr;
  const double seconds = std::strtod(values[3], &rest);
  const Work work = *rest == '\0' ? seals(ready, port, seconds) : listed(ready, port, values[3]);

  const int poll = ::epoll_create1(0);
  const std::size_t wanted = static_cast<std::size_t>(std::stoi(values[2]));
  std::vector<Client> clients(work.seconds ? wanted : std::min(wanted, work.requests.size()));
  for (Client& client : clients) {
    client.socket = connect_to(port);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &client;
    ::epoll_ctl(poll, EPOLL_CTL_ADD, client.socket, &event);
  }
  const auto start = Clock::now();
  const auto end = start + std::chrono::duration_cast<Clock::duration>(
                               std::chrono::duration<double>(work.seconds.value_or(0)));
  std::size_t sent = 0;
  const auto send_next = [&](Client& client) {
    if (!work.seconds && sent == work.requests.size()) return;
    send_request(client, work.requests[work.seconds ? 0 : sent]);
    ++sent;
  };
  for (Client& client : clients)
    send_next(client);
  std::vector<double> times;
  std::vector<epoll_event> events(clients.size());
  char buffer[16 * 1024];
  while (work.seconds ? Clock::now() < end : times.size() < work.requests.size()) {
    const int ready_count = ::epoll_wait(poll, events.data(), static_cast<int>(events.size()), 1000);
    for (int i = 0; i < ready_count; ++i) {
      Client& client = *static_cast<Client*>(events[static_cast<std::size_t>(i)].data.ptr);
      const ssize_t got = ::read(client.socket, buffer, sizeof buffer);
      if (got <= 0) die("the connection ended");
      client.received.append(buffer, static_cast<std::size_t>(got));
      if (!is_answered(client.received)) continue;
      client.received.clear();
      times.push_back(std::chrono::duration<double, std::milli>(Clock::now() - client.sent).count());
      send_next(client);
    }
  }
  const double took = std::chrono::duration<double>(Clock::now() - start).count();
  fmt::print(
      "{{\"measure\":\"{}\",\"clients\":{},\"per_second\":{:.0f},"
      "\"p50_ms\":{:.3f},\"p99_ms\":{:.3f},\"seals\":{}}}\n",
      work.what, clients.size(), static_cast<double>(times.size()) / took, percentile(times, 0.5),
      percentile(times, 0.99), times.size());
}
