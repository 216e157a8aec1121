#include <sys/poll.h>

#include <algorithm>

#include "core/http/connection.hpp"

namespace agentnet::http {
namespace {

// How often deadlines are looked at: cheaper than a timer a connection, and as exact as they need to be.
constexpr std::chrono::milliseconds kSweepInterval{50};
// How often it is checked whether those who wait for a late answer are still there.
constexpr std::chrono::milliseconds kPeerCheckInterval{500};

}  // namespace

void Loop::start_sweeping() {
  if (sweeping_) return;
  sweeping_ = true;
  sweep.expires_after(kSweepInterval);
  sweep.async_wait([this](const boost::system::error_code& fault) {
    sweeping_ = false;
    if (fault || connections.empty()) return;
    look_after_deadlines();
    start_sweeping();
  });
}

void Loop::look_after_deadlines() {
  const SteadyClock::time_point now = SteadyClock::now();
  for (const auto& connection : connections)
    if (connection->deadline() <= now) connection->expire();
  if (now < next_look_) return;
  next_look_ = now + kPeerCheckInterval;
  look_for_gone_peers();
}

// A connection whose request is being answered is not read from, so that nothing is held for it beyond that
// one request, and would not learn that its peer has closed. The kernel is asked about all of them in one
// call. A peer that has only ended its sending side counts as gone, as it does for other servers.
void Loop::look_for_gone_peers() {
  std::vector<pollfd> descriptors;
  std::vector<Connection*> asked;
  for (const auto& connection : connections) {
    if (!connection->waits_for_answer()) continue;
    descriptors.push_back({connection->descriptor(), POLLRDHUP, 0});
    asked.push_back(connection.get());
  }
  if (descriptors.empty() || ::poll(descriptors.data(), descriptors.size(), 0) <= 0) return;
  for (std::size_t i = 0; i < asked.size(); ++i)
    if (descriptors[i].revents != 0) asked[i]->abort();
}

std::string_view Loop::date() {
  const auto second = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (second != date_second_) {
    date_second_ = second;
    date_ = http_date(second);
  }
  return date_;
}

}  // namespace agentnet::http
