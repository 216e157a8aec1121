// Tokens of any shape are believed or refused, and one that is believed was signed by the key of its tenant.
//
// The first byte chooses: the rest is a token as a stranger sends it, or a header and claims with a line
// break between them, which the key of a tenant signs, so that what lies behind the signature is reached.
#include <array>
#include <string>

#include "core/auth/api_key.hpp"
#include "core/auth/token.hpp"
#include "core/base/error.hpp"
#include "core/crypto/jwt.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

constexpr Instant kNow = Instant(std::chrono::seconds(1'795'435'200));

const crypto::SigningKey& key(std::uint8_t number) {
  static const std::array<crypto::SigningKey, 2> keys = {crypto::SigningKey::from_seed(Secret(Bytes(32, 1))),
                                                         crypto::SigningKey::from_seed(Secret(Bytes(32, 2)))};
  return keys[number % keys.size()];
}

const std::array<auth::TrustedKey, 2>& trusted() {
  static const std::array<auth::TrustedKey, 2> keys = {
      auth::TrustedKey{"sgn_0", "k1", "my-svc", "sbn", "acme", key(0).public_key(), kNow, std::nullopt},
      auth::TrustedKey{"sgn_1", "k1", "my-svc", "sbn", "rival", key(1).public_key(), kNow, std::nullopt}};
  return keys;
}

std::string sign(const crypto::SigningKey& by, std::string_view header, std::string_view claims) {
  std::string token =
      base64_encode(as_bytes(header), Base64::url) + "." + base64_encode(as_bytes(claims), Base64::url);
  return token + "." + base64_encode(by.sign(as_bytes(token)), Base64::url);
}

void check(std::string_view token) {
  try {
    const auth::Caller caller = auth::check_token(token, trusted(), kNow);
    const auth::TrustedKey& by = trusted()[caller.tenant == "acme" ? 0 : 1];
    require(caller.tenant == by.tenant_id && caller.credential_id == by.id);
    require(token.size() <= auth::kMaxTokenBytes);
    require(crypto::jwt_verify(token, by.public_key).has_value());
    require(caller.scopes.size() <= auth::kMaxScopes);
    for (const std::string& scope : caller.scopes)
      require(auth::is_scope(scope));
  } catch (const Error& error) {
    require(error.category() == Category::auth);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = fuzz::text_of(data + 1, size - 1);
  require(!auth::is_api_key(text) || auth::looks_like_api_key(text));
  if (data[0] % 4 == 0) {
    check(text);
    return 0;
  }
  const std::size_t line = text.find('\n');
  if (line == text.npos) return 0;
  check(sign(key(data[0]), text.substr(0, line), text.substr(line + 1)));
  return 0;
}
