#include "core/auth/token_minter.hpp"

#include <set>

#include "core/base/error.hpp"
#include "core/base/unicode_text.hpp"
#include "core/crypto/jwt.hpp"
#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::auth {
namespace {

constexpr std::chrono::hours kMaxLifetime{24 * 3650};

void check_options(const TokenOptions& options) {
  if (options.lifetime.count() <= 0 || options.lifetime > kMaxLifetime) {
    throw Error(Category::usage, "bad_lifetime", "a token's lifetime must be above 0 and at most ten years");
  }
  std::vector<std::string_view> texts = {options.issuer, options.audience, options.kid,      options.subject,
                                         options.cdna,   options.role,     options.tenant_id};
  texts.insert(texts.end(), options.scopes.begin(), options.scopes.end());
  for (const std::string_view text : texts) {
    if (!count_code_points(text)) {
      throw Error(Category::usage, "bad_text", "what goes into a token must be UTF-8");
    }
  }
}

std::string make_header(const TokenOptions& options) {
  json::Arena arena;
  json::ObjectBuilder header(arena);
  header.add("alg", "EdDSA").add("kid", options.kid).add("typ", "JWT");
  return json::to_compact(header.done(), json::Text::ascii);
}

json::Value normalized_scopes(const std::vector<std::string>& scopes, json::Arena& arena) {
  std::set<std::string_view> kept;  // the order of UTF-8 is that of code points
  for (const std::string& scope : scopes) {
    if (!scope.empty()) kept.insert(strip(scope));
  }
  json::ArrayBuilder list(arena);
  for (const std::string_view scope : kept)
    list.add(scope);
  return list.done();
}

std::int64_t whole_seconds(Instant instant) {
  return std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
}

std::string make_claims(const TokenOptions& options, Instant now, std::string_view token_id) {
  json::Arena arena;
  json::ObjectBuilder claims(arena);
  claims.add("aud", options.audience)
      .add("cdna", options.cdna)
      .add_integer("exp", whole_seconds(now + options.lifetime))
      .add_integer("iat", whole_seconds(now))
      .add("iss", options.issuer)
      .add("jti", token_id)
      .add("role", options.role)
      .add("scope", normalized_scopes(options.scopes, arena))
      .add("sub", options.subject);
  if (!options.tenant_id.empty()) claims.add("tenant_id", options.tenant_id);
  return json::to_compact(claims.done(), json::Text::ascii);
}

}  // namespace

std::string make_token(const crypto::SigningKey& key, const TokenOptions& options, Instant now,
                       std::string_view token_id) {
  check_options(options);
  return crypto::jwt_sign(key, make_header(options), make_claims(options, now, token_id));
}

std::string sign_payload(const crypto::SigningKey& key, const json::Value& payload) {
  if (!payload.is_object()) throw Error(Category::usage, "not_an_object", "what is signed is a JSON object");
  // The canonical form differs from the one that is signed in that it keeps what is not ASCII.
  const json::Document sorted = json::parse(json::to_canonical(payload, json::Form::sorted));
  const std::string text = json::to_compact(sorted.root, json::Text::ascii);
  return base64_encode(key.sign(as_bytes(text)), Base64::url);
}

TokenMinter::TokenMinter(crypto::SigningKey key, TokenOptions options, const Clock& clock, Random& random)
    : key_(std::move(key)), clock_(clock), random_(random), options_(std::move(options)) {
  check_options(options_);
}

std::string TokenMinter::token() {
  const std::lock_guard<std::mutex> guard(mutex_);
  const Instant now = clock_.now();
  if (token_.empty() || now >= expires_at_) {
    std::string token_id = uuid4(random_);
    std::erase(token_id, '-');
    token_ = make_token(key_, options_, now, token_id);
    expires_at_ = now + options_.lifetime;
  }
  return token_;
}

void TokenMinter::set_tenant(std::string tenant_id) {
  const std::lock_guard<std::mutex> guard(mutex_);
  options_.tenant_id = std::move(tenant_id);
}

Instant TokenMinter::expires_at() {
  const std::lock_guard<std::mutex> guard(mutex_);
  return expires_at_;
}

}  // namespace agentnet::auth
