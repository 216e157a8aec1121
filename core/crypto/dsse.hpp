// DSSE: what is signed in a Dead Simple Signing Envelope.
//
// Not the payload alone but its pre-authentication encoding, so that a signature over one type of payload can
// never pass for one over another:
//   "DSSEv1" SP <length of type> SP <type> SP <length of body> SP <body>
// SP is one space; lengths are bytes in decimal without leading zeros.
#pragma once

#include <string>
#include <string_view>

namespace agentnet::crypto {

// `type` and `body` may hold any bytes.
std::string dsse_encoding(std::string_view type, std::string_view body);

}  // namespace agentnet::crypto
