// PEM (RFC 7468): binary blocks written as text.
//
//   -----BEGIN <label>-----
//   <base64, 64 characters a line, the last line 1 to 64>
//   -----END <label>-----
//
// The reader takes the strict grammar of section 3: boundaries alone on their lines from the first column,
// nothing but base64 between them (no headers, blank lines or spaces), lines that end in LF or CRLF. Text
// before, between and after the blocks is allowed and skipped, unless it holds a broken boundary: a key with
// a damaged first line must be reported and not overlooked.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/secret.hpp"

namespace agentnet::crypto {

inline constexpr std::size_t kMaxPemBytes = 64 * 1024;  // bytes of one text
inline constexpr std::size_t kMaxPemBlocks = 64;        // blocks in one text
inline constexpr std::size_t kMaxPemLabelBytes = 64;    // for instance "ENCRYPTED PRIVATE KEY" has 21

struct PemBlock {
  std::string label;  // what stands after BEGIN, for instance "PRIVATE KEY"
  Secret bytes;       // secret because the reader cannot know what is
};

// All blocks in the order of the text; none is no error here. Throws Error usage/bad_pem; the message and the
// detail "line" say where (counted from 1).
std::vector<PemBlock> pem_read(std::string_view text);

// One block, lines ending in LF. When the bytes are secret so is the text: the caller wipes it.
std::string pem_write(std::string_view label, ByteView bytes);

}  // namespace agentnet::crypto
