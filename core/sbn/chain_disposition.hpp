// What judging a strict chain (chain_v2.hpp) can find, and the Error that carries it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/error.hpp"

namespace agentnet::sbn {

// reject_field is for a value that no chain may hold; the others are faults of this ledger or checkpoint.
enum class ChainDisposition : std::uint8_t {
  verified,
  reject_schema,
  reject_profile,
  reject_canonicalization,
  reject_chain_id,
  reject_index,
  reject_duplicate_entry,
  reject_previous_link,
  reject_entry_hash,
  reject_length,
  reject_head,
  reject_field,
};

// The wire's name, for instance "REJECT_PREVIOUS_LINK".
std::string_view disposition_name(ChainDisposition disposition);

// Where a refused value stands, as far as it is known.
struct ChainPlace {
  std::optional<std::int64_t> entry;    // position in the chain
  std::string_view field;               // empty when no single field is meant
  std::optional<std::uint32_t> offset;  // byte in the parsed text
};

// Throws the Error of a refusal. Its details are "disposition" and, where known, "break_at" (where the chain
// stops holding), "entry", "field" and "offset". SCHEMA, PROFILE and CANONICALIZATION are usage/bad_ledger,
// FIELD is usage/bad_field, all else is verification/chain_rejected. The message is the place and then
// `what`.
[[noreturn]] void refuse_chain(ChainDisposition disposition, const ChainPlace& place, const std::string& what,
                               std::optional<std::int64_t> break_at = std::nullopt);

// Throws conflict/duplicate_entry with REJECT_DUPLICATE_ENTRY: for an entry that is being added, when the
// chain itself is sound.
[[noreturn]] void refuse_duplicate_entry(const ChainPlace& place, std::int64_t break_at);

// What the details of such an Error say; nullopt when they say nothing of the kind.
std::optional<ChainDisposition> disposition_of(const Error& error);
std::optional<std::int64_t> break_at_of(const Error& error);

}  // namespace agentnet::sbn
