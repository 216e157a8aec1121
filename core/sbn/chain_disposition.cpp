#include "core/sbn/chain_disposition.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

namespace agentnet::sbn {
namespace {

constexpr std::array<std::string_view, 12> kNames = {"VERIFIED",
                                                     "REJECT_SCHEMA",
                                                     "REJECT_PROFILE",
                                                     "REJECT_CANONICALIZATION",
                                                     "REJECT_CHAIN_ID",
                                                     "REJECT_INDEX",
                                                     "REJECT_DUPLICATE_ENTRY",
                                                     "REJECT_PREVIOUS_LINK",
                                                     "REJECT_ENTRY_HASH",
                                                     "REJECT_LENGTH",
                                                     "REJECT_HEAD",
                                                     "REJECT_FIELD"};
static_assert(kNames.size() == static_cast<std::size_t>(ChainDisposition::reject_field) + 1);

struct Kind {
  Category category;
  const char* code;
};

Kind kind_of(ChainDisposition disposition) {
  switch (disposition) {
    case ChainDisposition::reject_schema:
    case ChainDisposition::reject_profile:
    case ChainDisposition::reject_canonicalization:
      return {Category::usage, "bad_ledger"};
    case ChainDisposition::reject_field:
      return {Category::usage, "bad_field"};
    default:
      return {Category::verification, "chain_rejected"};
  }
}

std::vector<Detail> details_of(ChainDisposition disposition, const ChainPlace& place,
                               std::optional<std::int64_t> break_at) {
  std::vector<Detail> details = {{"disposition", std::string(disposition_name(disposition))}};
  if (break_at) details.push_back({"break_at", *break_at});
  if (place.entry) details.push_back({"entry", *place.entry});
  if (!place.field.empty()) details.push_back({"field", std::string(place.field)});
  if (place.offset) details.push_back({"offset", static_cast<std::int64_t>(*place.offset)});
  return details;
}

const Detail* find_detail(const Error& error, std::string_view name) {
  for (const Detail& detail : error.details()) {
    if (detail.name == name) return &detail;
  }
  return nullptr;
}

}  // namespace

std::string_view disposition_name(ChainDisposition disposition) {
  return kNames[static_cast<std::size_t>(disposition)];
}

void refuse_chain(ChainDisposition disposition, const ChainPlace& place, const std::string& what,
                  std::optional<std::int64_t> break_at) {
  std::string message;
  if (place.entry) message += "entry " + std::to_string(*place.entry) + ": ";
  if (!place.field.empty()) message += std::string(place.field) + " ";
  message += what;
  if (place.offset) message += " (byte " + std::to_string(*place.offset) + ")";
  const Kind kind = kind_of(disposition);
  throw Error(kind.category, kind.code, message, {}, details_of(disposition, place, break_at));
}

void refuse_duplicate_entry(const ChainPlace& place, std::int64_t break_at) {
  throw Error(Category::conflict, "duplicate_entry",
              "the chain has an entry with this " + std::string(place.field) + " already", {},
              details_of(ChainDisposition::reject_duplicate_entry, place, break_at));
}

std::optional<ChainDisposition> disposition_of(const Error& error) {
  const Detail* detail = find_detail(error, "disposition");
  const auto* name = detail == nullptr ? nullptr : std::get_if<std::string>(&detail->value);
  if (name == nullptr) return std::nullopt;
  const auto* found = std::find(kNames.begin(), kNames.end(), *name);
  if (found == kNames.end()) return std::nullopt;
  return static_cast<ChainDisposition>(found - kNames.begin());
}

std::optional<std::int64_t> break_at_of(const Error& error) {
  const Detail* detail = find_detail(error, "break_at");
  const auto* position = detail == nullptr ? nullptr : std::get_if<std::int64_t>(&detail->value);
  if (position == nullptr) return std::nullopt;
  return *position;
}

}  // namespace agentnet::sbn
