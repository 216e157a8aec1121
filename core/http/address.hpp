// What kind of address a name leads to. An address is its 4 or 16 bytes in the order of the network.
#pragma once

#include "core/base/bytes.hpp"

namespace agentnet::http {

// Whether it is one of the open internet: not of this machine, of a private or shared network, of a link, of
// documentation, for many receivers or reserved (RFC 6890), also where it lies inside an IPv6 one.
bool is_public_address(ByteView address);
// 127.0.0.0/8 or ::1.
bool is_loopback_address(ByteView address);

}  // namespace agentnet::http
