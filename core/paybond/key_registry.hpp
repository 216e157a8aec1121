// Which key speaks for a DID.
//
// Nothing in a DID says so. A tenant registers the key of a DID, or the first key whose signature for it
// holds is pinned; from then on every other key is refused until the pin is taken away. One tenant's pins say
// nothing to another. Principals, payees and recognised agents share the registry.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/crypto/ed25519.hpp"
#include "core/store/connection.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxDidBytes = 512;

struct PinnedKey {
  std::string did;
  std::string public_key;  // 64 hexadecimal digits
  std::string origin;      // "first_use" or "registered"
  Instant created_at;
};

// Throws Error usage/bad_did unless the DID is UTF-8 of 1 to kMaxDidBytes without control characters; `field`
// is named in the message.
void check_did(std::string_view field, std::string_view did);

std::optional<PinnedKey> find_pin(store::Connection& connection, std::string_view tenant_id,
                                  std::string_view did);
// Sorted by DID, those behind `after`.
void list_pins(store::Connection& connection, std::string_view tenant_id, std::string_view after,
               std::int64_t limit, const std::function<void(const PinnedKey&)>& take);

// Pins the key when the DID has none, else compares. Throws Error verification/`code` when another is pinned.
void pin_or_match(store::Connection& connection, std::string_view tenant_id, std::string_view did,
                  const crypto::PublicKey& key, const char* code, Instant now);
// The same without pinning.
void require_no_other_pin(store::Connection& connection, std::string_view tenant_id, std::string_view did,
                          const crypto::PublicKey& key, const char* code);

// Registers a key. The same again changes nothing. Throws Error conflict/did_pinned when another is pinned,
// unless it is to be replaced.
PinnedKey register_key(store::Connection& connection, std::string_view tenant_id, std::string_view did,
                       const crypto::PublicKey& key, bool replace, Instant now);
// Throws Error not_found/unknown_did.
void unpin_key(store::Connection& connection, std::string_view tenant_id, std::string_view did);

}  // namespace agentnet::paybond
