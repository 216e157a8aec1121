// Requests that are to be done once: POSTs with the header Idempotency-Key.
//
// A key is 1 to 255 visible ASCII characters and counts for one tenant, method and path. The answer of the
// first request with it is kept for kAnswerLife and given again, with the header Idempotent-Replayed: true,
// to every later one of the same body and query; another body or query is 409 idempotency_conflict. While the
// first is under way, a second is 409 idempotency_in_progress. Answers of status 400 and above are not kept:
// nothing was done, and the request may be tried again.
//
// Where the handler says what it answers inside its write, the answer is kept in that same write: it is there
// when, and only when, what it tells of is. Elsewhere it is kept after the work and before it is given, and a
// process that is killed between the two forgets that it did the work.
//
// Secrets are not kept: a member "api_key", "secret" or "client_secret" of an answer comes back as null. An
// answer above kMaxKeptBytes is kept without its body, and asking again is 409 idempotency_not_kept.
//
// Requests without the header cost one look at the headers.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/http/router.hpp"
#include "core/json/value.hpp"
#include "core/store/database.hpp"

namespace agentnet::auth {

inline constexpr std::size_t kMaxIdempotencyKeyBytes = 255;
inline constexpr std::size_t kMaxKeptBytes = 64 * 1'024;  // of one answer's body
inline constexpr std::int64_t kMaxKeptAnswers = 10'000;   // of one tenant
inline constexpr std::chrono::hours kAnswerLife{24};

// As a step of the store's schema. An answer without a body was too large.
inline constexpr std::string_view kIdempotencyTables =
    "CREATE TABLE kept_answers ("
    " tenant_id TEXT NOT NULL,"
    " method TEXT NOT NULL,"
    " path TEXT NOT NULL,"
    " idempotency_key TEXT NOT NULL,"
    " request_hash TEXT NOT NULL,"  // SHA-256 of query and body
    " status INTEGER NOT NULL,"
    " body TEXT,"
    " created_at BIGINT NOT NULL,"
    " PRIMARY KEY (tenant_id, method, path, idempotency_key));"
    "CREATE INDEX kept_answers_by_age ON kept_answers (created_at);"
    "CREATE TABLE kept_answer_counts ("
    " tenant_id TEXT NOT NULL PRIMARY KEY,"
    " answers BIGINT NOT NULL)";

class OnceRequests;

// One request that is to be done once. Kept until it is answered.
class OnceRequest {
 public:
  ~OnceRequest();
  OnceRequest(const OnceRequest&) = delete;
  OnceRequest& operator=(const OnceRequest&) = delete;

  // The answer that was kept of an earlier one: it is to be given, and nothing to be done.
  const std::optional<http::Response>& earlier() const { return earlier_; }
  // Keeps an answer, inside the write that it is about. Throws Error policy/too_many_idempotency_keys, and
  // conflict/idempotency_in_progress when another process was faster.
  void keep(store::Connection& connection, int status, const json::Value& answer);
  void keep(store::Connection& connection, int status, std::string_view body);

 private:
  friend class OnceRequests;
  OnceRequest(OnceRequests& all, std::string tenant, std::string method, std::string path, std::string key,
              std::string hash)
      : all_(all),
        tenant_(std::move(tenant)),
        method_(std::move(method)),
        path_(std::move(path)),
        key_(std::move(key)),
        hash_(std::move(hash)) {}

  std::string mark() const { return tenant_ + '\n' + method_ + '\n' + path_ + '\n' + key_; }
  void end();  // it is no longer under way
  void insert(store::Connection& connection, int status, const std::optional<std::string>& body);
  void forget_if_old(store::Connection& connection, Instant now) const;

  OnceRequests& all_;
  const std::string tenant_;
  const std::string method_;
  const std::string path_;
  const std::string key_;
  const std::string hash_;
  std::optional<http::Response> earlier_;
  bool under_way_ = false;  // this one is the first
  bool kept_ = false;
};

class OnceRequests {
 public:
  // Both must outlive this, as this must the requests. The tables are those above.
  OnceRequests(store::Database& database, const Clock& clock) : database_(database), clock_(clock) {}
  OnceRequests(const OnceRequests&) = delete;
  OnceRequests& operator=(const OnceRequests&) = delete;

  // Null for a request without the header or of another method. Otherwise what a good answer says is kept
  // before it is given, by whomever. Throws Error usage/bad_idempotency_key, conflict/idempotency_conflict,
  // conflict/idempotency_in_progress, conflict/idempotency_not_kept. Not from inside a read or write.
  std::shared_ptr<OnceRequest> begin(http::Exchange& exchange, std::string_view tenant);

 private:
  friend class OnceRequest;

  void find_earlier(OnceRequest& request);
  void keep_then_give(const std::shared_ptr<OnceRequest>& request, http::Response response,
                      const http::Reply& give);

  store::Database& database_;
  const Clock& clock_;
  std::mutex mutex_;  // guards under_way_
  std::set<std::string> under_way_;
};

}  // namespace agentnet::auth
