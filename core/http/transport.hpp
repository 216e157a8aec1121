// The seam between a client and the network it talks to: hosted, served on this machine, or inside this
// process.
#pragma once

#include "core/http/message.hpp"
#include "core/http/router.hpp"

namespace agentnet::http {

struct Transport {
  virtual ~Transport() = default;
  // One request, one answer of any status; retries are the caller's. Throws Error unreachable when there is
  // no answer. May be called by several threads.
  virtual Response send(const Request& request) = 0;
  // For messages: the base URL, or "the embedded network".
  virtual std::string name() const = 0;
};

// What a status of 400 and more says to whoever asked: 401 and 403 auth, 404 not_found, 409 conflict, 402 and
// 429 policy, other 4xx and 501 refused, other 5xx unreachable.
Category category_of_status(int status);

// Straight into a router; an answer that is deferred is waited for.
class LocalTransport final : public Transport {
 public:
  // The router must outlive this.
  explicit LocalTransport(const Router& router) : router_(router) {}
  Response send(const Request& request) override;
  std::string name() const override { return "the embedded network"; }

 private:
  const Router& router_;
};

}  // namespace agentnet::http
