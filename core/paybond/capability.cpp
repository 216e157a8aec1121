#include "core/paybond/capability.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/crypto/blake3.hpp"
#include "core/crypto/brief_key.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/intent.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kSignedHead = "agentnet paybond capability v1\n";
constexpr std::int64_t kVersion = 1;

struct Block {
  std::string claims;
  crypto::PublicKey next;
  crypto::Signature signature{};
};
struct Token {
  std::vector<Block> blocks;
  crypto::WipedBytes<crypto::BriefKey::kSeedBytes> seed;  // of the last next
};

std::string signed_text(std::string_view claims, const crypto::PublicKey& next) {
  return std::string(kSignedHead) + hex_lower(next.bytes) + "\n" + std::string(claims);
}

// Adds a block and the key of the one that may follow it.
void add_block(Token& token, std::string claims, const crypto::KeyView& signer, Random& random) {
  random.fill(token.seed.expose_writable());
  const crypto::PublicKey next = crypto::BriefKey(token.seed.expose_writable()).public_key();
  const std::string text = signed_text(claims, next);
  token.blocks.push_back({std::move(claims), next, signer.sign(as_bytes(text))});
}

std::string write_token(const Token& token) {
  json::Arena arena;
  json::ArrayBuilder blocks(arena);
  for (const Block& block : token.blocks) {
    blocks.add(json::ObjectBuilder(arena)
                   .add("claims", std::string_view(block.claims))
                   .add("next", std::string_view(hex_lower(block.next.bytes)))
                   .add("sig", std::string_view(hex_lower(block.signature)))
                   .done());
  }
  const json::Value root = json::ObjectBuilder(arena)
                               .add_integer("v", kVersion)
                               .add("blocks", blocks.done())
                               .add("key", std::string_view(hex_lower(token.seed.expose())))
                               .done();
  return base64_encode(as_bytes(json::to_compact(root)), Base64::standard);
}

// The text of a member, or "".
std::string_view text_of(const json::Value& object, std::string_view name) {
  const json::Value* value = object.is_object() ? object.find(name) : nullptr;
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

// JSON in which no name stands twice; nullopt for anything else.
std::optional<json::Document> parse_strictly(std::string_view text) {
  try {
    json::Document document = json::parse(text);
    std::optional<json::Value> duplicate;
    json::without_duplicates(document.root, document.arena, &duplicate);
    if (duplicate || !document.root.is_object()) return std::nullopt;
    return document;
  } catch (const Error&) {
    return std::nullopt;  // a negative answer like the others
  }
}

template <typename Array>
bool read_hex(std::string_view text, Array&& array) {
  const auto bytes = parse_hex(text);
  if (!bytes || bytes->size() != array.size()) return false;
  std::copy(bytes->begin(), bytes->end(), array.begin());
  return true;
}

// The form of a token alone, and that the key at its end is the one that the last block names.
std::optional<Token> read_token(std::string_view text) {
  if (text.size() > kMaxCapabilityBytes) return std::nullopt;
  const auto bytes = base64_decode(text, Base64::standard);
  const auto document = bytes ? parse_strictly(as_text(*bytes)) : std::nullopt;
  if (!document) return std::nullopt;
  const json::Value* version = document->root.find("v");
  const json::Value* blocks = document->root.find("blocks");
  if (version == nullptr || version->as_int64() != kVersion || blocks == nullptr || !blocks->is_array())
    return std::nullopt;
  if (blocks->items().empty() || blocks->items().size() > kMaxCapabilityBlocks) return std::nullopt;
  Token token;
  for (const json::Value& item : blocks->items()) {
    Block block;
    block.claims = text_of(item, "claims");
    if (!read_hex(text_of(item, "next"), block.next.bytes) ||
        !read_hex(text_of(item, "sig"), block.signature))
      return std::nullopt;
    token.blocks.push_back(std::move(block));
  }
  const auto seed = token.seed.expose_writable();
  if (!read_hex(text_of(document->root, "key"), seed)) return std::nullopt;
  if (crypto::BriefKey(seed).public_key() != token.blocks.back().next) return std::nullopt;
  return token;
}

json::Value tools_value(std::vector<std::string> tools, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string& tool : tools)
    list.add(std::string_view(tool));
  return list.done();
}

std::string grant_claims(const CapabilityGrant& grant, Random& random) {
  json::Arena arena;
  return json::to_compact(json::ObjectBuilder(arena)
                              .add("capability_id", std::string_view(uuid4(random)))
                              .add("tenant_id", std::string_view(grant.tenant_id))
                              .add("intent_id", std::string_view(grant.intent_id))
                              .add("tools", tools_value(grant.tools, arena))
                              .add_integer("budget_cents", grant.budget_cents)
                              .add("currency", std::string_view(grant.currency))
                              .add_integer("issued_at", grant.issued_at.time_since_epoch().count())
                              .add_integer("expires_at", grant.expires_at.time_since_epoch().count())
                              .done());
}

// What every block may say. False for claims that are none.
bool read_limits(const json::Value& claims, Attenuation& limits) {
  if (const json::Value* tools = claims.find("tools")) {
    try {
      limits.tools = normalise_tools(*tools);
    } catch (const Error&) {
      return false;
    }
  }
  if (const json::Value* budget = claims.find("budget_cents")) {
    limits.budget_cents = budget->as_int64();
    if (!limits.budget_cents || *limits.budget_cents < 0) return false;
  }
  if (const json::Value* expires = claims.find("expires_at")) {
    const auto micros = expires->as_int64();
    if (!micros || *micros < 0) return false;
    limits.expires_at = Instant(std::chrono::microseconds(*micros));
  }
  return true;
}

// Later blocks say nothing but limits: what this version does not know might limit, too.
bool says_only_limits(const json::Value& claims) {
  return std::all_of(claims.members().begin(), claims.members().end(), [](const json::Member& member) {
    const std::string_view name = member.name.text();
    return name == "tools" || name == "budget_cents" || name == "expires_at";
  });
}

bool read_grant(const json::Value& claims, CapabilityGrant& grant) {
  grant.tenant_id = text_of(claims, "tenant_id");
  grant.intent_id = text_of(claims, "intent_id");
  grant.currency = text_of(claims, "currency");
  const json::Value* issued = claims.find("issued_at");
  if (issued == nullptr || !issued->as_int64()) return false;
  grant.issued_at = Instant(std::chrono::microseconds(*issued->as_int64()));
  return !grant.tenant_id.empty() && !grant.intent_id.empty();
}

void apply(Capability& capability, const Attenuation& limits, const crypto::Signature& signature,
           bool first) {
  CapabilityGrant& grant = capability.grant;
  if (limits.tools && first) grant.tools = *limits.tools;
  if (limits.tools && !first) {
    std::erase_if(grant.tools, [&](const std::string& tool) {
      return !std::binary_search(limits.tools->begin(), limits.tools->end(), tool);
    });
  }
  if (limits.expires_at)
    grant.expires_at = first ? *limits.expires_at : std::min(grant.expires_at, *limits.expires_at);
  if (limits.budget_cents)
    capability.budgets.push_back({hex_lower(crypto::blake3(signature)), *limits.budget_cents});
  if (first) grant.budget_cents = *limits.budget_cents;
}

}  // namespace

std::string mint_capability(const CapabilityGrant& grant, const crypto::SigningKey& harbor, Random& random) {
  Token token;
  add_block(token, grant_claims(grant, random), harbor, random);
  return write_token(token);
}

std::string attenuate_capability(std::string_view text, const Attenuation& attenuation, Random& random) {
  const auto bad = [](const char* what) { return Error(Category::usage, "bad_capability", what); };
  std::optional<Token> token = read_token(text);
  if (!token) throw bad("this is not a whole capability token");
  if (token->blocks.size() == kMaxCapabilityBlocks)
    throw bad("the capability has as many blocks as it may have");
  json::Arena arena;
  json::ObjectBuilder claims(arena);
  if (attenuation.tools) {
    const json::Value tools = tools_value(*attenuation.tools, arena);
    normalise_tools(tools);  // throws for none
    claims.add("tools", tools);
  }
  if (attenuation.budget_cents) claims.add_integer("budget_cents", *attenuation.budget_cents);
  if (attenuation.expires_at)
    claims.add_integer("expires_at", attenuation.expires_at->time_since_epoch().count());
  if (attenuation.budget_cents.value_or(0) < 0) throw bad("a budget is not below 0");
  const json::Value said = claims.done();
  if (said.members().empty()) throw bad("the attenuation says nothing");
  const crypto::BriefKey signer(token->seed.expose_writable());
  add_block(*token, json::to_compact(said), signer, random);
  return write_token(*token);
}

std::optional<Capability> read_capability(std::string_view text, const crypto::PublicKey& harbor) {
  const std::optional<Token> token = read_token(text);
  if (!token) return std::nullopt;
  Capability capability;
  const crypto::PublicKey* signer = &harbor;
  for (const Block& block : token->blocks) {
    const bool first = signer == &harbor;
    if (!crypto::verify(*signer, as_bytes(signed_text(block.claims, block.next)), block.signature))
      return std::nullopt;
    const auto claims = parse_strictly(block.claims);
    Attenuation limits;
    if (!claims || !read_limits(claims->root, limits)) return std::nullopt;
    if (first) {
      if (!limits.tools || !limits.budget_cents || !limits.expires_at ||
          !read_grant(claims->root, capability.grant))
        return std::nullopt;
    } else if (!says_only_limits(claims->root)) {
      return std::nullopt;
    }
    apply(capability, limits, block.signature, first);
    signer = &block.next;
  }
  return capability;
}

}  // namespace agentnet::paybond
