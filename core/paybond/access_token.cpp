#include "core/paybond/access_token.hpp"

#include "core/base/error.hpp"
#include "core/crypto/jwt.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kHeader = R"({"alg":"EdDSA","kid":"harbor","typ":"JWT"})";
constexpr std::string_view kAudience = "harbor";
constexpr std::string_view kIssuer = "agentnet-gateway";

std::int64_t whole_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

}  // namespace

std::string make_access_token(const crypto::SigningKey& harbor, const auth::Caller& caller, Instant now,
                              Random& random) {
  json::Arena arena;
  json::ArrayBuilder scopes(arena);
  for (const std::string& scope : caller.scopes)
    scopes.add(std::string_view(scope));
  const json::Value claims = json::ObjectBuilder(arena)
                                 .add("aud", kAudience)
                                 .add_integer("exp", whole_seconds(now + kAccessTokenLife))
                                 .add_integer("iat", whole_seconds(now))
                                 .add("iss", kIssuer)
                                 .add("jti", std::string_view(uuid4(random)))
                                 .add("scope", scopes.done())
                                 .add("sub", std::string_view(caller.credential_id))
                                 .add("tenant_id", std::string_view(caller.tenant))
                                 .done();
  return crypto::jwt_sign(harbor, kHeader, json::to_compact(claims));
}

std::optional<auth::Caller> read_access_token(std::string_view token, const crypto::PublicKey& harbor,
                                              Instant now) {
  const std::optional<crypto::Jwt> jwt = crypto::jwt_verify(token, harbor);
  if (!jwt) return std::nullopt;
  // From here on the text is one that this key signed; what it signs besides tokens has other audiences.
  const json::Document claims = json::parse(jwt->payload);
  const auto text = [&](std::string_view name) {
    const json::Value* value = claims.root.is_object() ? claims.root.find(name) : nullptr;
    return value != nullptr && value->is_string() ? value->text() : std::string_view();
  };
  if (text("aud") != kAudience || text("iss") != kIssuer) return std::nullopt;
  const json::Value* expires = claims.root.find("exp");
  const json::Value* scopes = claims.root.find("scope");
  if (expires == nullptr || scopes == nullptr || !scopes->is_array()) return std::nullopt;
  if (whole_seconds(now) >= expires->as_int64().value_or(0)) {
    throw Error(Category::auth, "expired_token", "the access token has expired",
                "exchange the API key for a new one: POST /v1/auth/harbor-access");
  }
  auth::Caller caller{std::string(text("tenant_id")), {}, std::string(text("sub"))};
  for (const json::Value& scope : scopes->items())
    caller.scopes.emplace_back(scope.text());
  return caller;
}

}  // namespace agentnet::paybond
