#include "core/sbn/webhook_sender.hpp"

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/hmac.hpp"
#include "core/http/address.hpp"
#include "core/http/host_check.hpp"
#include "core/http/remote.hpp"

namespace agentnet::sbn {
namespace {

// A URL as its scheme with host and port, and the rest.
std::pair<std::string, std::string> split_url(const std::string& url) {
  const std::size_t host = url.find("//") + 2;
  const std::size_t end = std::min(url.find_first_of("/?", host), url.size());
  const std::string rest = url.substr(end);
  return {url.substr(0, end), rest.empty() ? "/" : rest};
}

bool is_on_loopback(const std::string& base) {
  const auto host = http::host_of_authority(std::string_view(base).substr(base.find("//") + 2));
  return host && is_loopback_host(*host);
}

Attempt stopped_attempt() {
  return {std::nullopt, "stopped"};
}

}  // namespace

http::Request signed_request(const Webhook& webhook, std::string_view event_type,
                             std::string_view delivery_id, std::string_view body, Instant now) {
  const std::int64_t seconds =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  const std::string timestamp = std::to_string(seconds);
  crypto::HmacSha256 code(as_bytes(webhook.secret));
  code.update(as_bytes(timestamp));
  code.update(as_bytes("."));
  code.update(as_bytes(body));
  http::Request request{"POST", split_url(webhook.url).second, {}, std::string(body)};
  request.headers.add("Content-Type", "application/json");
  request.headers.add("User-Agent", "agentnet-webhooks/" AGENTNET_VERSION);
  request.headers.add("X-SBN-Event", std::string(event_type));
  request.headers.add("X-SBN-Delivery", std::string(delivery_id));
  request.headers.add("X-SBN-Timestamp", timestamp);
  request.headers.add("X-SBN-Signature", "v1=" + hex_lower(code.finish()));
  return request;
}

Attempt post_to_receiver(const Webhook& webhook, const http::Request& request,
                         const std::function<bool()>& stopped) {
  const std::string base = split_url(webhook.url).first;
  const auto end = std::chrono::steady_clock::now() + kAttemptTimeout;
  bool too_late = false;
  http::RemoteOptions options;
  options.connect_timeout = kConnectTimeout;
  options.timeout = kAttemptTimeout;
  options.response_bytes = kMaxReceiverBytes;
  options.interrupted = [&] {
    too_late = std::chrono::steady_clock::now() >= end;
    return too_late || stopped();
  };
  options.may_connect = is_on_loopback(base) ? http::is_loopback_address : http::is_public_address;
  try {
    http::RemoteTransport transport(base, options);
    const std::int64_t status = transport.send(request).status;
    const bool good = status >= 200 && status <= 299;
    return {status, good ? "" : "answered " + std::to_string(status)};
  } catch (const Error& error) {
    if (too_late) return {std::nullopt, "timeout: no answer in time"};
    if (error.code() == "interrupted") return stopped_attempt();
    return {std::nullopt, error.code() + ": " + error.message()};
  }
}

WebhookSender::WebhookSender(store::Database& database, const Clock& clock, Post post)
    : database_(database), clock_(clock), post_(std::move(post)) {}

void WebhookSender::start(std::function<void()> each_second) {
  const Lock lock(mutex_);
  if (stopping_) return;
  each_second_ = std::move(each_second);
  delivering_ = true;
  ensure_thread();
  wake_.notify_one();
}

void WebhookSender::send(const Webhook& webhook, http::Request request,
                         std::function<void(const Attempt&)> done) {
  const Lock lock(mutex_);
  if (stopping_ || jobs_.size() >= kMaxWaitingTests) {
    throw Error(Category::policy, "rate_limited", "too many webhooks are being tested", {},
                {{"retry_after", std::int64_t{1}}});
  }
  jobs_.push_back({webhook, std::move(request), std::move(done)});
  ensure_thread();
  wake_.notify_one();
}

// With the lock held.
void WebhookSender::ensure_thread() {
  if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
}

void WebhookSender::stop() {
  {
    const Lock lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  for (const Job& job : jobs_)
    job.done(stopped_attempt());
  jobs_.clear();
}

bool WebhookSender::is_stopping() {
  const Lock lock(mutex_);
  return stopping_;
}

void WebhookSender::work() {
  Lock lock(mutex_);
  while (!stopping_)
    work_once(lock);
}

void WebhookSender::work_once(Lock& lock) {
  if (!jobs_.empty()) {
    const Job job = std::move(jobs_.front());
    jobs_.pop_front();
    lock.unlock();
    job.done(post_(job.webhook, job.request, [this] { return is_stopping(); }));
    lock.lock();
    return;
  }
  const auto wanted = [this] { return stopping_ || !jobs_.empty(); };
  if (!delivering_) return wake_.wait(lock, [&] { return wanted() || delivering_; });
  const auto now = std::chrono::steady_clock::now();
  const bool second = now >= next_second_;
  if (second) next_second_ = now + std::chrono::seconds(1);
  lock.unlock();
  bool more = false;
  try {
    if (second) each_second_();
    more = deliver_one();
  } catch (const Error&) {
    // The store cannot be used now; the next look may find it better.
  }
  lock.lock();
  if (!more) wake_.wait_for(lock, kQueuePoll, wanted);
}

bool WebhookSender::deliver_one() {
  std::optional<DueDelivery> due;
  const Instant now = clock_.now();
  database_.read([&](store::Connection& connection) { due = due_delivery(connection, now); });
  if (!due) return false;
  const Delivery& delivery = due->delivery;
  const http::Request request =
      signed_request(due->webhook, delivery.event_type, delivery.id(), delivery.body, now);
  const Attempt attempt = post_(due->webhook, request, [this] { return is_stopping(); });
  if (is_stopping() && !attempt.delivered()) return false;
  const Instant after = clock_.now();
  database_.write(
      [&](store::Connection& connection) { settle_delivery(connection, delivery, attempt, after); });
  return true;
}

}  // namespace agentnet::sbn
