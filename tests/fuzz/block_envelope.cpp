// Blocks, moment claims, envelopes and ledgers of any shape are judged or refused; nothing else happens.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/sbn/chain.hpp"
#include "core/sbn/chain_v2.hpp"
#include "core/sbn/envelope.hpp"
#include "core/sbn/rules_seal.hpp"

using namespace agentnet;

namespace {

// Fixed, so that a finding can be repeated.
struct FixedRandom final : Random {
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes)
      byte = 7;
  }
};

template <typename Work>
void judged(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    const bool expected = error.category() == Category::usage || error.category() == Category::verification;
    if (!expected) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  judged([&] {
    json::Document document = json::parse(text, json::kAsPython);
    FixedRandom random;
    const sbn::BlockFacts facts{Instant(), random};
    const sbn::SmartBlock block = sbn::block_from_json(document.root, facts, document.arena);
    sbn::verify(block, {}, document.arena);
  });
  judged([&] {
    json::Document document = json::parse(text);
    if (sbn::open_envelope(document.root, {}, document.arena).valid) std::abort();  // no key is trusted
  });
  judged([&] { sbn::Chain::load(text).verify(); });
  judged([&] {
    if (!sbn::ChainV2::load(text).verify().accepted()) std::abort();  // loading verifies
  });
  return 0;
}
