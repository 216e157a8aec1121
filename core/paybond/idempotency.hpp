// Requests that are sent again: the answer to the first is kept under its idempotency-key and given again.
//
// A key counts for one tenant, method and path. The same body is answered with the same status and bytes,
// another body is refused. Only good answers are kept, in the transaction that made them: what failed changed
// nothing, so it may be tried again with the same key. An answer is kept for kReplyRetention at least.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/http/message.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

inline constexpr std::string_view kIdempotencyHeader = "idempotency-key";
inline constexpr std::size_t kMaxIdempotencyKeyBytes = 256;
inline constexpr std::chrono::hours kReplyRetention{24};

struct IdempotencyScope {
  std::string tenant_id;
  std::string method;
  std::string path;
  std::string key;
  std::string fingerprint;  // BLAKE3 of the body, in hexadecimal digits
};

struct KeptReply {
  int status = 200;
  std::string body;
};

// nullopt when the request has no key, or a blank one. Throws Error usage/bad_idempotency_key for one that is
// too long, not UTF-8, or there twice.
std::optional<IdempotencyScope> read_idempotency(const http::Request& request, std::string_view tenant_id);

// Throws Error conflict/idempotency_key_reused when the key was used for another body.
std::optional<KeptReply> find_reply(store::Connection& connection, const IdempotencyScope& scope,
                                    Instant now);
void keep_reply(store::Connection& connection, const IdempotencyScope& scope, const KeptReply& reply,
                Instant now);

}  // namespace agentnet::paybond
