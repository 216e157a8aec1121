#include "core/auth/token.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/crypto/jwt.hpp"
#include "core/http/message.hpp"
#include "core/json/parse.hpp"

namespace agentnet::auth {
namespace {

using std::chrono::seconds;

[[noreturn]] void refuse(std::string message) {
  throw Error(Category::auth, "invalid_credential", std::move(message));
}

// An object in which no name stands twice; nullopt for anything else.
std::optional<json::Document> parse_object(std::string_view text) {
  try {
    json::Document document = json::parse(text);
    std::optional<json::Value> duplicate;
    if (!document.root.is_object()) return std::nullopt;
    json::without_duplicates(document.root, document.arena, &duplicate);
    if (duplicate) return std::nullopt;
    return document;
  } catch (const Error&) {
    return std::nullopt;  // not JSON: a negative answer like the others
  }
}

std::optional<std::string_view> text_member(const json::Value& object, std::string_view name) {
  const json::Value* member = object.find(name);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->text();
}

// A time claim. `required` false: nullopt when it is absent. Instants that a clock here cannot show are
// refused, so that adding to them is safe.
std::optional<Instant> time_claim(const json::Value& claims, const std::string& name, bool required) {
  const json::Value* member = claims.find(name);
  if (member == nullptr && !required) return std::nullopt;
  const std::optional<std::int64_t> value = member == nullptr ? std::nullopt : member->as_int64();
  constexpr std::int64_t kYear10000 = 253'402'300'800;
  if (!value || *value < 0 || *value >= kYear10000) {
    refuse("the token's " + name + " must be a whole number of seconds since 1970");
  }
  return Instant(seconds(*value));
}

void check_header(const json::Value& header) {
  const json::Value* type = header.find("typ");
  if (type == nullptr) return;
  if (!type->is_string() || !http::equals_ignoring_case(type->text(), "JWT")) {
    refuse("the token is of another type than JWT");
  }
}

bool has_audience(const json::Value* aud, std::string_view audience) {
  const auto is_it = [audience](const json::Value& value) {
    return value.is_string() && value.text() == audience;
  };
  if (aud == nullptr) return false;
  if (aud->is_array()) return std::any_of(aud->items().begin(), aud->items().end(), is_it);
  return is_it(*aud);
}

void check_times(const json::Value& claims, Instant now) {
  const Instant expires = *time_claim(claims, "exp", true);
  const Instant issued = *time_claim(claims, "iat", true);
  const std::optional<Instant> not_before = time_claim(claims, "nbf", false);
  if (now >= expires + kTokenLeeway) {
    throw Error(Category::auth, "expired_token", "the token has expired", "make a new one");
  }
  if (issued > now + kTokenLeeway) refuse("the token was made in the future");
  if (not_before && *not_before > now + kTokenLeeway) refuse("the token is not valid yet");
  if (expires <= issued) refuse("the token expires before it was made");
  if (expires - issued > kMaxTokenLifetime) refuse("a token lives 24 hours at most");
}

std::vector<std::string> read_scopes(const json::Value& claims) {
  const json::Value* scope = claims.find("scope");
  if (scope == nullptr || !scope->is_array() || scope->items().size() > kMaxScopes) {
    refuse("the token's scope must be a list of at most " + std::to_string(kMaxScopes) + " texts");
  }
  std::vector<std::string> scopes;
  for (const json::Value& item : scope->items()) {
    if (!item.is_string()) refuse("the token's scope must be a list of texts");
    if (is_scope(item.text())) scopes.emplace_back(item.text());
  }
  return scopes;
}

}  // namespace

std::optional<TokenNames> read_token_names(std::string_view token) {
  if (token.size() > kMaxTokenBytes) return std::nullopt;
  const std::optional<crypto::Jwt> jwt = crypto::jwt_read_unverified(token);
  if (!jwt) return std::nullopt;
  const std::optional<json::Document> header = parse_object(jwt->header);
  const std::optional<json::Document> claims = parse_object(jwt->payload);
  if (!header || !claims) return std::nullopt;
  const std::optional<std::string_view> kid = text_member(header->root, "kid");
  const std::optional<std::string_view> issuer = text_member(claims->root, "iss");
  if (!kid || !issuer) return std::nullopt;
  return TokenNames{std::string(*kid), std::string(*issuer)};
}

Caller check_token(std::string_view token, std::span<const TrustedKey> keys, Instant now) {
  const std::optional<TokenNames> names = read_token_names(token);
  if (!names) refuse("the bearer token is neither an API key nor a token that can be read");
  // The names again, although the caller may have looked for the keys by them: what is checked here does not
  // rest on what was asked there.
  const auto signed_by = [&](const TrustedKey& key) {
    return key.kid == names->kid && key.issuer == names->issuer &&
           crypto::jwt_verify(token, key.public_key).has_value();
  };
  const auto key = std::find_if(keys.begin(), keys.end(), signed_by);
  if (key == keys.end()) refuse("no trusted key with the kid and issuer of the token has signed it");
  if (key->revoked_at) {
    throw Error(Category::auth, "revoked_credential", "the key that signed the token is revoked");
  }
  const crypto::Jwt jwt = crypto::jwt_read_unverified(token).value();  // proved by now
  check_header(parse_object(jwt.header).value().root);
  const json::Document document = parse_object(jwt.payload).value();
  const json::Value& claims = document.root;
  if (!has_audience(claims.find("aud"), key->audience)) refuse("the token is meant for another audience");
  check_times(claims, now);
  if (claims.find("tenant_id") != nullptr && text_member(claims, "tenant_id") != key->tenant_id) {
    throw Error(Category::auth, "forbidden", "the token names another tenant than that of its key");
  }
  return {key->tenant_id, read_scopes(claims), key->id};
}

}  // namespace agentnet::auth
