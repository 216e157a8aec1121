// Typed calls to a SmartBlocks Network, wherever it is (wire reference sbn, sections a to c). Those of
// SnapChore, chains, keys and receipts are members; the other groups are functions over a Client, each in a
// namespace and a file named as the official client names the group (client_gateway.hpp:
// gateway::create_slot).
//
// Requests are those of the official client, to the byte of their bodies. Answers come back as the JSON they
// are, in a document of their own. An answer of status 400 and more is an Error with the code, message and
// details that the body has, "status" among the details, and the category that the status calls for:
//
//   401, 403  auth        404  not_found     409  conflict    402, 429  policy
//   422 and other 4xx, 501  refused          5xx  unreachable
//
// Everything also throws what http::send_with_retries throws.
#pragma once

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/retry.hpp"
#include "core/http/transport.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn {

struct ClientOptions {
  // Adds the credential, for each attempt anew; empty: none is sent.
  std::function<void(http::Headers&)> authorize = {};
  // Where the credential came from ("SBN_API_KEY"), for the messages of auth errors.
  std::string credential_origin = {};
  std::string tenant_id = {};   // X-Tenant-ID when not empty
  std::string request_id = {};  // X-Request-ID when not empty
  // Idempotency-Key of the first POST when not empty; "-2", "-3"... behind it for those that follow, so that
  // what is done in several requests can be repeated as a whole.
  std::string idempotency_key = {};
  http::RetryPolicy retries = http::kThreeAttempts;
  http::Sleeper sleep = http::sleep_on_the_clock;
};

struct SealOptions {
  std::string domain = "general";
  std::string block_type = "event";
  json::Value metadata = {};  // null: not sent
  json::Value metrics = {};   // the same
  std::string chain_id = {};  // not in the official client: the local network appends the hash to that chain
};

struct AppendOptions {
  std::string event_type = "block_sealed";
  std::string block_id = {};  // empty: not sent
  json::Value metadata = {};  // null: not sent
};

struct DiscoverOptions {
  std::int64_t limit = 20;
  std::int64_t offset = 0;  // 0 and empty texts are not sent
  std::string since = {};
  std::string source = {};
  std::string domain = {};
  std::optional<std::string> cursor = {};  // not in the official client: the local network's (routes.hpp)
};

struct ReceiptOptions {
  std::int64_t limit = 20;
  std::int64_t offset = 0;
  std::string since = {};
  std::string project_id = {};
  std::string hash = {};
  std::string domain = {};
  std::optional<std::string> cursor = {};  // as above
};

class Client {
 public:
  // The transport must outlive this.
  Client(http::Transport& transport, ClientOptions options)
      : transport_(transport), options_(std::move(options)) {}

  json::Document capture(json::Value payload, const std::vector<std::string>& volatile_keys = {});
  json::Document verify(std::string_view expected_hash, json::Value payload,
                        const std::vector<std::string>& volatile_keys = {});
  json::Document seal(json::Value payload, const SealOptions& options = {});
  json::Document verify_block(json::Value block);
  json::Document discover(std::string_view snapchore_hash);
  json::Document discover_recent(const DiscoverOptions& options = {});
  json::Document list_blocks(std::int64_t limit);
  json::Document get_block(std::string_view reference);
  json::Document stats();
  json::Document usage();
  json::Document reconcile();

  json::Document create_chain(std::string_view chain_id = {});  // empty: the network names it
  json::Document append_to_chain(std::string_view chain_id, std::string_view block_hash,
                                 const AppendOptions& options = {});
  json::Document get_chain(std::string_view chain_id);
  json::Document verify_chain(std::string_view chain_id);
  json::Document list_chains();

  json::Document create_api_key(std::string_view name, std::string_view mode, std::string_view plan = {});
  json::Document list_api_keys();
  json::Document revoke_api_key(std::string_view key_id);

  json::Document get_receipt(std::string_view receipt_id);
  json::Document list_receipts(const ReceiptOptions& options = {});
  // Of the receipt with that hash (0.14).
  json::Document list_receipts_by_hash(std::string_view receipt_hash, std::string_view project_id = {});

  // The local network's own (routes_bulk.cpp). A body of NDJSON in, NDJSON out.
  std::string seal_lines(std::string_view query, std::string body);
  json::Document read_run(std::string_view run_id, std::int64_t line);

  // What the calls of the other client_*.hpp are made of: one request each, with its answer.
  json::Document get(std::string target);
  json::Document remove(std::string target);
  json::Document post(std::string target, const json::Value& body, const http::Headers& headers = {});
  json::Document patch(std::string target, const json::Value& body);
  json::Document post_nothing(std::string target);  // without a body
  // Any request; the body as it is, and headers of this call alone.
  http::Response send(std::string_view method, std::string target, std::string body = {},
                      const http::Headers& headers = {});
  // The same network, asked by somebody else, or by nobody.
  Client as(std::function<void(http::Headers&)> authorize, std::string credential_origin) const;
  // The transport's name, for messages.
  std::string network() const { return transport_.name(); }

 private:
  http::Transport& transport_;
  ClientOptions options_;
  std::atomic<std::int64_t> posts_{0};
};

}  // namespace agentnet::sbn
