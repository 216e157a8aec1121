#include "core/sbn/rules_hash.hpp"

#include "core/base/bytes.hpp"
#include "core/base/error.hpp"
#include "core/crypto/sha256.hpp"

namespace agentnet::sbn {
namespace {

// Canonical bytes of one large document must not stay allocated for the thousands of small ones after it.
constexpr std::size_t kKeptCanonicalBytes = 4 * 1024 * 1024;

std::vector<std::string_view> views(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

}  // namespace

Hasher::Hasher(HashOptions options)
    : options_(std::move(options)), writer_(views(options_.extra_volatile), json::Extra::capture) {}

std::string_view Hasher::canonical(const json::Value& document) {
  if (canonical_.capacity() > kKeptCanonicalBytes) std::string().swap(canonical_);
  canonical_.clear();
  writer_.write(document, canonical_);
  if (options_.refuse_duplicates && duplicate()) {
    const json::Value& name = *duplicate();
    throw Error(Category::usage, "duplicate_name",
                "the member '" + std::string(name.text()) + "' appears twice (byte " +
                    std::to_string(name.offset()) + ")",
                {},
                {{"offset", static_cast<std::int64_t>(name.offset())}, {"name", std::string(name.text())}});
  }
  return canonical_;
}

std::string_view Hasher::canonical_text(std::string_view text) {
  arena_.reset();
  return canonical(parser_.parse(text, arena_));
}

void Hasher::hash_text(std::string_view text, std::string& out) {
  out += crypto::sha256_hex(canonical_text(text));
}

std::string Hasher::hash(const json::Value& document) {
  return crypto::sha256_hex(canonical(document));
}

}  // namespace agentnet::sbn
