// Capability tokens: what an agent shows before it acts for an intent.
//
// A token is a chain of blocks, in the manner of Biscuit's: Harbor signs the first, and names in it the
// public key that may sign the next. Whoever holds a token holds the matching private key, so anybody may
// attenuate it offline by a block that allows less; nobody can take a block away again, for the key that the
// block before it names was not handed on.
//
//   token   standard base64 of compact JSON {"v": 1, "blocks": [{"claims", "next", "sig"}, …], "key"}
//   claims  the text of a JSON object; in the first block
//             {"capability_id", "tenant_id", "intent_id", "tools": […], "budget_cents", "currency",
//             "issued_at", "expires_at"}, times in microseconds since 1970
//           and in later ones any of "tools", "budget_cents", "expires_at"
//   next    the public key of the next block, 64 hexadecimal digits
//   sig     Ed25519 in hexadecimal digits over the line "agentnet paybond capability v1", the line of next,
//   and
//           claims; by Harbor for the first block, by the next of the block before for the others
//   key     the seed of the last next, which shows that nothing behind it was cut off
//
// A token allows what all its blocks allow. Budgets are cumulative for each block by itself: its id is BLAKE3
// of its signature. Tools compare in their normal form (wire reference paybond 3.3). The format is ours: that
// of the hosted service is not published.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/random.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::paybond {

inline constexpr std::size_t kMaxCapabilityBytes = 64 * 1024;  // of a token's text
inline constexpr std::size_t kMaxCapabilityBlocks = 16;

// What the first block says.
struct CapabilityGrant {
  std::string tenant_id;
  std::string intent_id;
  std::vector<std::string> tools;  // normalised
  std::int64_t budget_cents = 0;
  std::string currency;
  Instant issued_at;
  Instant expires_at;
};

// What a later block leaves of it.
struct Attenuation {
  std::optional<std::vector<std::string>> tools = {};
  std::optional<std::int64_t> budget_cents = {};
  std::optional<Instant> expires_at = {};
};

struct BlockBudget {
  std::string block_id;  // 64 hexadecimal digits
  std::int64_t budget_cents = 0;
};

struct Capability {
  CapabilityGrant grant;             // of the first block, but expires_at and tools are what all blocks leave
  std::vector<BlockBudget> budgets;  // of the blocks that have one, the first block's first
};

std::string mint_capability(const CapabilityGrant& grant, const crypto::SigningKey& harbor, Random& random);

// The same token with one more block. Throws Error usage/bad_capability for a text that is no whole token,
// and for an attenuation with nothing in it, a negative budget, or more than kMaxCapabilityBlocks blocks.
std::string attenuate_capability(std::string_view token, const Attenuation& attenuation, Random& random);

// nullopt for a text that is not a token of Harbor's key, whatever is wrong with it.
std::optional<Capability> read_capability(std::string_view token, const crypto::PublicKey& harbor);

}  // namespace agentnet::paybond
