// What the commands share that judge signed artefacts without a network.
//
// Answers are {"valid", "kind", "id", "signing_public_key_ed25519_hex", "trusted", "tier", "reason",
// "message"}: trusted is null when no trusted key was given, and so is whatever does not apply. The exit code
// is 9 when one does not hold.
#pragma once

#include "commands/bulk.hpp"
#include "core/paybond/artefact.hpp"

namespace agentnet::commands {

inline constexpr Option kTrustFileOption{.name = "--trust",
                                         .value = "FILE",
                                         .help = "a trust file, or public keys in PEM: only these keys count",
                                         .completes = Completes::files};
inline constexpr Option kTrustedKeyOption{
    .name = "--trusted-key",
    .value = "HEX",
    .help = "a public key in 64 hexadecimal digits: only such keys count; may be repeated",
    .repeatable = true};

// The keys that the two options name; none for neither. Throws Error usage.
std::vector<crypto::PublicKey> trusted_signers(const Arguments& arguments, const Context& context);
// Public keys in hexadecimal digits. Throws Error usage/bad_key.
std::vector<crypto::PublicKey> keys_in(const Arguments& arguments, std::string_view option);

// How one document is judged, and whether trusted keys were given.
struct Judgement {
  paybond::Family family;
  const paybond::ArtefactTrust& trust;
};

json::Value judged_value(const paybond::JudgedArtefact& judged, const Judgement& judgement,
                         json::Arena& arena);

// One document, or each of an array of them, in `argument` (as input.hpp reads it); with --ndjson one a line.
Exit run_judging(const std::optional<std::string>& argument, const Judgement& judgement,
                 const Arguments& arguments, Context& context);

}  // namespace agentnet::commands
