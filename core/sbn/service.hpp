// What the SmartBlocks Network does, over the store: hashing, sealing, the ledger, chains and receipts.
//
// Results are durable when they are handed out. Every call is told the tenant, which came from the
// credential and from nowhere else.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/auth/idempotency.hpp"
#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/key_usage.hpp"
#include "core/sbn/rules_seal.hpp"
#include "core/sbn/seal_queue.hpp"
#include "core/sbn/tenant_bounds.hpp"
#include "core/sbn/webhook_sender.hpp"
#include "core/store/database.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kDefaultDomain = "general";
inline constexpr std::size_t kMaxDomainBytes = 256;
inline constexpr std::size_t kMaxVolatileKeys = 256;
// Levels of a payload, metadata or metrics: what answers put around them must leave them readable.
inline constexpr unsigned kMaxBlockDepth = json::kMaxDepth - 10;

// Throws Error usage/bad_NAME unless the value is an object, or null where that will do, and usage/too_deep.
void require_object(std::string_view name, const json::Value& value, bool may_be_null);

struct SealRequest {
  json::Value payload;  // an object
  std::string domain{kDefaultDomain};
  std::string block_type = "event";
  json::Value metadata = {};  // an object, or null for none
  json::Value metrics = {};   // the same
};

class Service {
 public:
  // All must outlive this. The tables are those of schema.hpp and of core/auth/schema.hpp.
  Service(store::Database& database, std::span<const crypto::SigningKey> validators, const Clock& clock,
          Random& random)
      : database_(database),
        clock_(clock),
        random_(random),
        queue_(database, validators, clock, random),
        bounds_(database, clock),
        usage_(database, clock),
        sender_(database, clock, post_to_receiver),
        once_requests_(database, clock) {}

  store::Database& database() { return database_; }
  const Clock& clock() const { return clock_; }
  Random& random() { return random_; }
  TenantBounds& bounds() { return bounds_; }
  UsageMeter& usage() { return usage_; }
  WebhookSender& sender() { return sender_; }
  auth::OnceRequests& once_requests() { return once_requests_; }
  // Delivers webhooks, and writes what is counted in memory, on a thread of its own, until close().
  void start_background();
  // Ends that, and writes what is counted in memory. Before the database is closed.
  void close();

  // The SVP-1.0 hash of a payload. Throws Error usage for one that has none.
  static std::string hash(const json::Value& payload, const std::vector<std::string>& volatile_keys);

  // The block of a seal with a new id, hashed but not written. Throws Error usage: bad_block_type,
  // bad_domain, bad_payload, bad_metadata, bad_metrics, too_deep, or what has no hash.
  LedgerEntry prepare(std::string_view tenant_id, const SealRequest& request);
  // Writes prepared seals; see SealQueue::push.
  void seal(SealGroup group, SealDone done) { queue_.push(std::move(group), std::move(done)); }

  // Notes the hash of a payload in the ledger; a hash that is there already stays as it was. Inside a write.
  void note_capture(store::Connection& connection, std::string_view tenant_id, std::string_view hash);

  // Whether a written block holds, with its moment proof if it has one.
  BlockVerdict verify_block(const json::Value& block, json::Arena& arena);

 private:
  store::Database& database_;
  const Clock& clock_;
  Random& random_;
  SealQueue queue_;
  TenantBounds bounds_;
  UsageMeter usage_;
  WebhookSender sender_;
  auth::OnceRequests once_requests_;
};

}  // namespace agentnet::sbn
