// paybond sign: what signing an intent and signing evidence share.
//
// One document with --input, one a line with --ndjson. What comes out is the body that POST /intents or
// POST /intents/{id}/evidence takes, one line of JSON; in quiet its signature.
#pragma once

#include <functional>

#include "commands/bulk.hpp"
#include "core/crypto/ed25519.hpp"

namespace agentnet::commands {

struct Signed {
  std::string body;
  Bytes signing_bytes;
  crypto::Signature signature;
};

// Signs what one JSON text describes. Made once for each thread. Throws Error for a bad one.
using DocumentSigner = std::function<Signed(std::string_view text)>;

inline constexpr Option kSignInputOption{.name = "--input",
                                         .value = "FILE",
                                         .help = "JSON that begins with {, a file, or - for standard input",
                                         .completes = Completes::files};
inline constexpr Option kSigningBytesOption{
    .name = "--bytes", .help = "print the bytes that the signature covers, in hexadecimal digits"};

// Whether standard input is what is signed. Throws Error usage/bad_usage unless exactly one of --input and
// --ndjson is given.
bool signs_standard_input(const Arguments& arguments);

Exit run_signing(const Arguments& arguments, Context& context,
                 const std::function<DocumentSigner()>& make_signer);

}  // namespace agentnet::commands
