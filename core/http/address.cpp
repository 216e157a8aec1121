#include "core/http/address.hpp"

#include <array>

namespace agentnet::http {
namespace {

struct Block {
  std::array<std::uint8_t, 16> start;
  std::size_t bits;
};

// RFC 6890 and the registries it names.
constexpr Block kSpecialIpv4[] = {
    {{0}, 8},
    {{10}, 8},
    {{100, 64}, 10},
    {{127}, 8},
    {{169, 254}, 16},
    {{172, 16}, 12},
    {{192, 0, 0}, 24},
    {{192, 0, 2}, 24},
    {{192, 88, 99}, 24},
    {{192, 168}, 16},
    {{198, 18}, 15},
    {{198, 51, 100}, 24},
    {{203, 0, 113}, 24},
    {{224}, 4},
    {{240}, 4},
};
// Of IPv6 only 2000::/3 is given out; in it these are special.
constexpr Block kGivenOut{{0x20}, 3};
constexpr Block kSpecialIpv6[] = {
    {{0x20, 0x01, 0x00}, 23},  // protocols, Teredo among them
    {{0x20, 0x01, 0x0d, 0xb8}, 32},
    {{0x20, 0x02}, 16},  // 6to4, which holds an IPv4 address
};
constexpr Block kMappedIpv4{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff}, 96};
constexpr Block kTranslatedIpv4{{0, 0x64, 0xff, 0x9b}, 96};

bool is_in(ByteView address, const Block& block) {
  for (std::size_t i = 0; i < block.bits; ++i) {
    const unsigned bit = 7 - i % 8;
    if (((address[i / 8] ^ block.start.at(i / 8)) >> bit & 1U) != 0) return false;
  }
  return true;
}

template <std::size_t N>
bool is_in_any(ByteView address, const Block (&blocks)[N]) {
  for (const Block& block : blocks)
    if (is_in(address, block)) return true;
  return false;
}

}  // namespace

bool is_public_address(ByteView address) {
  if (address.size() == 4) return !is_in_any(address, kSpecialIpv4);
  if (address.size() != 16) return false;
  if (is_in(address, kMappedIpv4) || is_in(address, kTranslatedIpv4))
    return is_public_address(address.subspan(12));
  return is_in(address, kGivenOut) && !is_in_any(address, kSpecialIpv6);
}

bool is_loopback_address(ByteView address) {
  if (address.size() == 4) return address[0] == 127;
  if (address.size() != 16) return false;
  for (std::size_t i = 0; i < 15; ++i)
    if (address[i] != 0) return false;
  return address[15] == 1;
}

}  // namespace agentnet::http
