// Frontier cards. Running one is not served: what a run computes is not known.
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/atlas_app.hpp"
#include "core/sbn/atlas_card.hpp"
#include "core/sbn/route_call.hpp"

namespace agentnet::sbn {
namespace {

constexpr std::int64_t kMaxListedCards = 200;
constexpr std::int64_t kMaxOffset = 1'000'000;

// The card in the body, as text that can go along to the write.
std::string card_text(const Call& call) {
  json::Arena arena;
  return json::to_compact(atlas::read_card_body(call.body.root, arena));
}

void register_card(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string text = card_text(*call);
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const json::Document body = json::parse(text);
    return atlas::card_row(atlas::register_card(connection, call->tenant(), body.root, now), arena);
  });
}

void version_card(const Routes& routes, const std::shared_ptr<Call>& call) {
  const std::string text = card_text(*call);
  const Instant now = routes.service.clock().now();
  reply_written(routes, call, [=](store::Connection& connection, json::Arena& arena) {
    const json::Document body = json::parse(text);
    const std::string& reference = call->exchange->path_value("card_ref");
    return atlas::card_row(atlas::version_card(connection, call->tenant(), reference, body.root, now), arena);
  });
}

void get(const Routes& routes, const Call& call) {
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    return atlas::card_row(
        atlas::require_card(connection, call.tenant(), call.exchange->path_value("card_ref")), arena);
  });
}

void list(const Routes& routes, const Call& call) {
  const std::int64_t offset = call.exchange->query_number("offset", 0, 0, kMaxOffset);
  const std::int64_t limit = call.exchange->query_number("limit", kMaxListedCards, 1, kMaxListedCards);
  reply_reading(routes, call, [&](store::Connection& connection, json::Arena& arena) {
    json::ArrayBuilder cards(arena);
    std::int64_t count = 0;
    atlas::list_cards(connection, call.tenant(), limit, offset, [&](const atlas::Card& card) {
      cards.add(atlas::card_row(card, arena));
      ++count;
    });
    return json::ObjectBuilder(arena)
        .add("cards", cards.done())
        .add_integer("count", count)
        .add_integer("offset", offset)
        .done();
  });
}

}  // namespace

void add_atlas_card_routes(const Routes& routes) {
  add_call(routes, "POST", "/api/atlas/cards/register", atlas::kScopeAtlas,
           [routes](const std::shared_ptr<Call>& call) { register_card(routes, call); });
  add_call(routes, "POST", "/api/atlas/cards/{card_ref}/versions", atlas::kScopeAtlas,
           [routes](const std::shared_ptr<Call>& call) { version_card(routes, call); });
  add_call(routes, "GET", "/api/atlas/cards", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { list(routes, *call); });
  add_call(routes, "GET", "/api/atlas/cards/{card_ref}", auth::kScopeRead,
           [routes](const std::shared_ptr<Call>& call) { get(routes, *call); });
}

}  // namespace agentnet::sbn
