// Sends what waits for webhooks (webhooks.hpp) on a thread of its own, so that no request waits for a
// receiver.
//
// An attempt has limits: kConnectTimeout to connect, kAttemptTimeout in all, kMaxReceiverBytes of answer. It
// goes straight to the receiver, through no proxy, follows no redirect, and is refused where the name leads
// to an address that is not of the open internet, looked at when the connection is made; a URL of this
// machine may lead to loopback only, and to nothing else.
//
// Only a running server delivers; in a network inside a command deliveries wait in the store for the next
// server. A delivery may arrive twice, when the process ends between the answer and the note of it.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "core/http/message.hpp"
#include "core/sbn/webhooks.hpp"
#include "core/store/database.hpp"

namespace agentnet::sbn {

inline constexpr std::chrono::seconds kConnectTimeout{2};
inline constexpr std::chrono::seconds kAttemptTimeout{10};
inline constexpr std::size_t kMaxReceiverBytes = 64 * 1'024;
inline constexpr std::chrono::milliseconds kQueuePoll{200};  // how often the queue is looked at
inline constexpr std::size_t kMaxWaitingTests = 64;

// What is sent to a webhook, signed at that moment.
http::Request signed_request(const Webhook& webhook, std::string_view event_type,
                             std::string_view delivery_id, std::string_view body, Instant now);

class WebhookSender {
 public:
  // Sends a signed request to where the webhook is. Must return soon after `stopped` says yes.
  using Post = std::function<Attempt(const Webhook& webhook, const http::Request& request,
                                     const std::function<bool()>& stopped)>;

  // Both must outlive this.
  WebhookSender(store::Database& database, const Clock& clock, Post post);
  ~WebhookSender() { stop(); }
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // Delivers from now on; `each_second` is called about once a second.
  void start(std::function<void()> each_second);
  // Has one request sent and tells how it went, from the sender's thread. Throws Error policy/rate_limited
  // when too many wait.
  void send(const Webhook& webhook, http::Request request, std::function<void(const Attempt&)> done);
  // Ends the attempt that is under way, which counts as none. What was handed to send() is told that it was
  // stopped.
  void stop();

  // Attempts the delivery that is due, if there is one, and notes how it went. For start()'s thread, and for
  // tests, which then start none.
  bool deliver_one();

 private:
  struct Job {
    Webhook webhook;
    http::Request request;
    std::function<void(const Attempt&)> done;
  };
  using Lock = std::unique_lock<std::mutex>;

  void ensure_thread();
  void work();
  void work_once(Lock& lock);
  bool is_stopping();

  store::Database& database_;
  const Clock& clock_;
  const Post post_;

  std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  std::deque<Job> jobs_;
  std::function<void()> each_second_;
  bool delivering_ = false;
  bool stopping_ = false;
  std::chrono::steady_clock::time_point next_second_{};
  std::thread thread_;
};

// The Post that asks the network.
Attempt post_to_receiver(const Webhook& webhook, const http::Request& request,
                         const std::function<bool()>& stopped);

}  // namespace agentnet::sbn
