// Frontier cards in the store: what somebody says a frontier is, version by version.
//
// A card is kept flat, by the names of client_atlas.hpp, as one JSON text for each version, and answered in
// sections as well (frontier_card). It is found by its id or by its canonical path, which is its path_id,
// else its frontier, else its id.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/auth/tenant.hpp"
#include "core/json/value.hpp"

namespace agentnet::sbn::atlas {

inline constexpr std::size_t kMaxCardBytes = 64 * 1024;  // as compact JSON
inline constexpr std::size_t kMaxCardText = 4 * 1024;    // bytes of a description or a note on a change
inline constexpr std::size_t kMaxCardsPerTenant = 1'000;
inline constexpr std::int64_t kMaxCardVersions = 1'000;

struct Card {
  std::string card_id;
  std::string canonical_path;
  std::int64_t version = 1;
  std::string body;  // flat, compact JSON
  Instant created_at;
};

// The known members of a body that are not null, checked. Throws Error usage/bad_field, usage/too_large.
json::Value read_card_body(const json::Value& body, json::Arena& arena);

// The first version. The same card again is answered with what is there. Throws Error usage/bad_field for one
// without card_id, app_family, family_class or authored_by, conflict/card_exists, policy/too_many_cards.
Card register_card(store::Connection& connection, std::string_view tenant_id, const json::Value& body,
                   Instant now);
// The next version: members that are not given stay, but for card_version and change_note. Throws Error
// not_found/unknown_card, usage/bad_field without authored_by, policy/too_many_versions.
Card version_card(store::Connection& connection, std::string_view tenant_id, std::string_view reference,
                  const json::Value& body, Instant now);
// The latest version. Throws Error not_found/unknown_card.
Card require_card(store::Connection& connection, std::string_view tenant_id, std::string_view reference);
// The latest versions, in the order in which they came.
void list_cards(store::Connection& connection, std::string_view tenant_id, std::int64_t limit,
                std::int64_t offset, const std::function<void(const Card&)>& take);

json::Value card_row(const Card& card, json::Arena& arena);

}  // namespace agentnet::sbn::atlas
