#include "core/auth/idempotency.hpp"

#include <algorithm>

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::auth {
namespace {

constexpr std::string_view kHeader = "Idempotency-Key";
constexpr std::string_view kSecretMembers[] = {"api_key", "secret", "client_secret"};
constexpr int kForgottenAtOnce = 4;  // old answers for each new one: their number falls

Error conflict(const char* code, const std::string& message) {
  return {Category::conflict, code, message, "use another Idempotency-Key"};
}

std::string key_of(const http::Headers& headers) {
  const std::string key(headers.get(kHeader));
  const auto is_visible = [](char c) { return c > ' ' && c < '\x7f'; };
  if (headers.count(kHeader) == 1 && !key.empty() && key.size() <= kMaxIdempotencyKeyBytes &&
      std::all_of(key.begin(), key.end(), is_visible)) {
    return key;
  }
  throw Error(Category::usage, "bad_idempotency_key",
              "an Idempotency-Key has 1 to " + std::to_string(kMaxIdempotencyKeyBytes) +
                  " visible ASCII characters, and there is one");
}

std::string hash_of(const http::Request& request, std::string_view path) {
  crypto::Sha256 hash;
  hash.update(as_bytes(std::string_view(request.target).substr(path.size())));
  hash.update(as_bytes(std::string_view("\0", 1)));
  hash.update(as_bytes(request.body));
  return hex_lower(hash.finish());
}

json::Value without_secrets(json::Value answer, json::Arena& arena) {
  if (!answer.is_object()) return answer;
  for (const std::string_view name : kSecretMembers)
    if (answer.find(name) != nullptr) answer = json::with_member(answer, name, json::Value(), arena);
  return answer;
}

void count(store::Connection& connection, std::string_view tenant, std::int64_t change) {
  connection.run(
      "INSERT INTO kept_answer_counts (tenant_id, answers) VALUES (?, ?) ON CONFLICT (tenant_id) DO UPDATE "
      "SET answers = answers + excluded.answers",
      {tenant, change});
}

struct Kept {
  std::string tenant;
  std::string method;
  std::string path;
  std::string key;
};

void forget(store::Connection& connection, const Kept& kept) {
  const std::int64_t gone = connection.run(
      "DELETE FROM kept_answers WHERE tenant_id = ? AND method = ? AND path = ? AND idempotency_key = ?",
      {kept.tenant, kept.method, kept.path, kept.key});
  if (gone > 0) count(connection, kept.tenant, -gone);
}

void forget_old(store::Connection& connection, Instant now) {
  std::vector<Kept> old;
  {
    store::Query rows = connection.query(
        "SELECT tenant_id, method, path, idempotency_key FROM kept_answers WHERE created_at <= ? ORDER BY "
        "created_at LIMIT ?",
        {to_column(now - kAnswerLife), kForgottenAtOnce});
    while (rows.next())
      old.push_back({rows.text(0), rows.text(1), rows.text(2), rows.text(3)});
  }
  for (const Kept& each : old)
    forget(connection, each);
}

void check_count(store::Connection& connection, std::string_view tenant) {
  store::Query rows =
      connection.query("SELECT answers FROM kept_answer_counts WHERE tenant_id = ?", {tenant});
  if (!rows.next() || rows.integer(0) < kMaxKeptAnswers) return;
  throw Error(Category::policy, "too_many_idempotency_keys",
              "a tenant uses at most " + std::to_string(kMaxKeptAnswers) + " idempotency keys a day");
}

}  // namespace

OnceRequest::~OnceRequest() {
  end();
}

void OnceRequest::end() {
  if (!under_way_) return;
  const std::lock_guard hold(all_.mutex_);
  all_.under_way_.erase(mark());
  under_way_ = false;
}

void OnceRequest::keep(store::Connection& connection, int status, const json::Value& answer) {
  json::Arena arena;
  const std::string body = json::to_compact(without_secrets(answer, arena));
  insert(connection, status, body.size() > kMaxKeptBytes ? std::nullopt : std::optional(body));
}

void OnceRequest::keep(store::Connection& connection, int status, std::string_view body) {
  if (body.size() > kMaxKeptBytes) return insert(connection, status, std::nullopt);
  const json::Document document = json::parse(body);
  keep(connection, status, document.root);
}

void OnceRequest::insert(store::Connection& connection, int status, const std::optional<std::string>& body) {
  const Instant now = all_.clock_.now();
  forget_old(connection, now);
  forget_if_old(connection, now);
  check_count(connection, tenant_);
  const std::int64_t made = connection.run(
      "INSERT INTO kept_answers (tenant_id, method, path, idempotency_key, request_hash, status, body, "
      "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      {tenant_, method_, path_, key_, hash_, status, body, to_column(now)});
  if (made == 0) {
    throw conflict("idempotency_in_progress", "another request with this Idempotency-Key was faster");
  }
  count(connection, tenant_, 1);
  kept_ = true;
}

// A key may be used again when its time is over.
void OnceRequest::forget_if_old(store::Connection& connection, Instant now) const {
  bool is_old = false;
  {
    store::Query rows = connection.query(
        "SELECT created_at FROM kept_answers WHERE tenant_id = ? AND method = ? AND path = ? AND "
        "idempotency_key = ?",
        {tenant_, method_, path_, key_});
    is_old = rows.next() && from_column(rows.integer(0)) <= now - kAnswerLife;
  }
  if (is_old) forget(connection, {tenant_, method_, path_, key_});
}

std::shared_ptr<OnceRequest> OnceRequests::begin(http::Exchange& exchange, std::string_view tenant) {
  const http::Request& asked = exchange.request();
  if (asked.method != "POST" || !asked.headers.find(kHeader)) return nullptr;
  const std::string_view path = http::path_of(asked.target);
  const std::shared_ptr<OnceRequest> request(new OnceRequest(*this, std::string(tenant), asked.method,
                                                             std::string(path), key_of(asked.headers),
                                                             hash_of(asked, path)));
  {
    const std::lock_guard hold(mutex_);
    request->under_way_ = under_way_.insert(request->mark()).second;
  }
  // The one before may have been answered already, and be on its way out.
  find_earlier(*request);
  if (request->earlier_) return request;
  if (!request->under_way_) {
    throw conflict("idempotency_in_progress", "a request with this Idempotency-Key is under way");
  }
  exchange.hold([this, request](http::Response response, const http::Reply& give) {
    keep_then_give(request, std::move(response), give);
  });
  return request;
}

void OnceRequests::find_earlier(OnceRequest& request) {
  const Instant oldest = clock_.now() - kAnswerLife;
  std::string hash;
  std::optional<std::string> body;
  int status = 0;
  database_.read([&](store::Connection& connection) {
    store::Query rows = connection.query(
        "SELECT request_hash, status, body FROM kept_answers WHERE tenant_id = ? AND method = ? AND path = ? "
        "AND idempotency_key = ? AND created_at > ?",
        {request.tenant_, request.method_, request.path_, request.key_, to_column(oldest)});
    if (!rows.next()) return;
    hash = rows.text(0);
    status = static_cast<int>(rows.integer(1));
    if (!rows.is_null(2)) body = rows.text(2);
  });
  if (status == 0) return;
  if (hash != request.hash_) {
    throw conflict("idempotency_conflict", "this Idempotency-Key was used with another request");
  }
  if (!body) {
    throw conflict("idempotency_not_kept", "the request was done, but its answer was too large to be kept");
  }
  request.earlier_ = http::json_response(status, std::move(*body));
  request.earlier_->headers.add("Idempotent-Replayed", "true");
}

void OnceRequests::keep_then_give(const std::shared_ptr<OnceRequest>& request, http::Response response,
                                  const http::Reply& give) {
  // Whoever has the answer may ask again at once, while others still hold the request.
  if (response.status >= 400 || request->kept_) {
    request->end();
    return give(std::move(response));
  }
  const auto kept = std::make_shared<http::Response>(std::move(response));
  try {
    database_.write_later(
        [request, kept](store::Connection& connection) {
          request->keep(connection, kept->status, std::string_view(kept->body));
        },
        [request, kept, give](const std::exception_ptr& fault) {
          // The work is done whether or not its answer could be kept.
          static_cast<void>(fault);
          request->end();
          give(std::move(*kept));
        });
  } catch (const Error&) {
    give(std::move(*kept));
  }
}

}  // namespace agentnet::auth
