#include "core/paybond/idempotency.hpp"

#include "core/auth/tenant.hpp"
#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/crypto/blake3.hpp"
#include "core/paybond/text.hpp"

namespace agentnet::paybond {
namespace {

// Old answers that one new one takes along, so that the table stays small without a job of its own.
constexpr std::int64_t kForgottenAtOnce = 16;

}  // namespace

std::optional<IdempotencyScope> read_idempotency(const http::Request& request, std::string_view tenant_id) {
  const std::string_view sent = request.headers.get(kIdempotencyHeader);
  if (request.headers.count(kIdempotencyHeader) > 1 || !count_code_points(sent)) {
    throw Error(Category::usage, "bad_idempotency_key", "the idempotency-key must be one text of UTF-8");
  }
  const std::string_view key = trim_white_space(sent);
  if (key.empty()) return std::nullopt;
  if (key.size() > kMaxIdempotencyKeyBytes) {
    throw Error(Category::usage, "bad_idempotency_key",
                "an idempotency-key has at most " + std::to_string(kMaxIdempotencyKeyBytes) + " bytes");
  }
  return IdempotencyScope{std::string(tenant_id), request.method, std::string(http::path_of(request.target)),
                          std::string(key), hex_lower(crypto::blake3(as_bytes(request.body)))};
}

std::optional<KeptReply> find_reply(store::Connection& connection, const IdempotencyScope& scope,
                                    Instant now) {
  store::Query rows = connection.query(
      "SELECT fingerprint, status, body, created_at FROM paybond_replies"
      " WHERE tenant_id = ? AND method = ? AND path = ? AND idempotency_key = ?",
      {scope.tenant_id, scope.method, scope.path, scope.key});
  if (!rows.next()) return std::nullopt;
  if (auth::from_column(rows.integer(3)) + kReplyRetention < now) return std::nullopt;
  if (rows.text(0) != scope.fingerprint) {
    throw Error(Category::conflict, "idempotency_key_reused",
                "the idempotency-key was used for a request with another body", "use a new key");
  }
  return KeptReply{static_cast<int>(rows.integer(1)), rows.text(2)};
}

void keep_reply(store::Connection& connection, const IdempotencyScope& scope, const KeptReply& reply,
                Instant now) {
  connection.run(
      "DELETE FROM paybond_replies WHERE rowid IN"
      " (SELECT rowid FROM paybond_replies WHERE created_at < ? ORDER BY created_at LIMIT ?)",
      {auth::to_column(now - kReplyRetention), kForgottenAtOnce});
  connection.run(
      "INSERT OR REPLACE INTO paybond_replies"
      " (tenant_id, method, path, idempotency_key, fingerprint, status, body, created_at)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      {scope.tenant_id, scope.method, scope.path, scope.key, scope.fingerprint, reply.status, reply.body,
       auth::to_column(now)});
}

}  // namespace agentnet::paybond
