// Frontier cards over HTTP.
#include "core/sbn/atlas_card.hpp"
#include "tests/core/sbn/atlas_fixtures.hpp"

namespace agentnet::sbn::atlas {
namespace {

using namespace fixtures;
using network::fixtures::check_guarded;

Json card(const std::string& id, Json more = {}) {
  Json body = {{"card_id", id}, {"app_family", "retail"}, {"family_class", "service"}, {"authored_by", "me"}};
  if (!more.is_null()) body.update(more);
  return body;
}

Answer add(AtlasNetwork& net, const Json& body) {
  return net.post("/api/atlas/cards/register", body.dump());
}

TEST_CASE("a card is answered flat and in its sections, with what is declared apart from what is measured") {
  AtlasNetwork net;
  const Answer answer = add(net, card("c", {{"label", "L"},
                                            {"path_id", "retail.c"},
                                            {"workflow_bindings", {"w"}},
                                            {"app_id", "app_1"},
                                            {"notes", {{"k", 1}}},
                                            {"c_max", 2.5}}));
  REQUIRE(answer.said() == "200");
  const Json made = answer.json();
  CHECK(made["card_id"] == "c");
  CHECK(made["canonical_path"] == "retail.c");
  CHECK(made["card_version"] == "1");
  CHECK(made["declared_prior"]["family_class"] == "service");
  CHECK(made["declared_prior"]["theoretical_c_max"] == 2.5);
  CHECK(made["empirical_local"]["effective_c_max"] == 2.5);
  CHECK(made["empirical_local"]["effective_source"] == "declared_prior");
  CHECK(made["empirical_local"]["observations"] == 0);
  CHECK(made["bindings"]["workflows"] == Json{"w"});
  CHECK(made["bindings"]["apps"] == Json{"app_1"});
  CHECK(made["frontier_card"]["identity"]["app_family"] == "retail");
  CHECK(made["frontier_card"]["meta"]["label"] == "L");
  CHECK(made["frontier_card"]["notes"] == Json{{"k", 1}});
  CHECK(net.get("/api/atlas/cards/c").json() == made);
  CHECK(net.get("/api/atlas/cards/retail.c").json() == made);
  const Json frontier = net.get("/api/atlas/frontiers").json()["frontiers"][0];
  CHECK(frontier["canonical_path"] == "retail.c");
  CHECK(frontier["c_max"] == 2.5);
}

TEST_CASE("a card's path is its path_id, else its frontier, else its id") {
  AtlasNetwork net;
  CHECK(add(net, card("a", {{"frontier", "f"}, {"path_id", "p"}})).json()["canonical_path"] == "p");
  CHECK(add(net, card("b", {{"frontier", "f"}})).json()["canonical_path"] == "f");
  CHECK(add(net, card("c")).json()["canonical_path"] == "c");
}

TEST_CASE("the same card again is the same; another one of that id is a conflict") {
  AtlasNetwork net;
  const Answer first = add(net, card("c"));
  CHECK(add(net, card("c")).body == first.body);
  CHECK(add(net, card("c", {{"label", "other"}})).said() == "409 card_exists");
  CHECK(net.get("/api/atlas/cards").json()["count"] == 1);
}

TEST_CASE("a version keeps what it does not say, and is what is found from then on") {
  AtlasNetwork net;
  add(net, card("c", {{"label", "L"}, {"path_id", "p"}, {"card_version", "first"}, {"c_max", 1}}));
  const Answer answer = net.post(
      "/api/atlas/cards/p/versions",
      R"({"authored_by":"you","path_id":"q","change_note":"moved","workflow_bindings":[],"card_id":"ignored"})");
  REQUIRE(answer.said() == "200");
  const Json second = answer.json();
  CHECK(second["card_id"] == "c");
  CHECK(second["version"] == 2);
  CHECK(second["card_version"] == "2");
  CHECK(second["label"] == "L");
  CHECK(second["authored_by"] == "you");
  CHECK(second["change_note"] == "moved");
  CHECK(second["declared_prior"]["theoretical_c_max"] == 1);
  CHECK(net.get("/api/atlas/cards/q").json() == second);
  CHECK(net.get("/api/atlas/cards/c").json() == second);
  CHECK(net.get("/api/atlas/cards/p").said() == "404 unknown_card");
  CHECK(net.get("/api/atlas/cards").json()["cards"] == Json::array({second}));
  CHECK(net.post("/api/atlas/cards/c/versions", R"({"authored_by":"you"})").json()["change_note"].is_null());
}

TEST_CASE("a card that cannot be right is refused") {
  AtlasNetwork net;
  for (const char* needed : {"card_id", "app_family", "family_class", "authored_by"}) {
    Json body = card("c");
    body.erase(needed);
    CHECK(add(net, body).said() == "400 bad_field");
    body[needed] = "";
    CHECK(add(net, body).said() == "400 bad_field");
  }
  CHECK(add(net, card("c", {{"label", 1}})).said() == "400 bad_field");
  CHECK(add(net, card("c", {{"c_max", "2"}})).said() == "400 bad_field");
  CHECK(add(net, card("c", {{"notes", "text"}})).said() == "400 bad_field");
  CHECK(add(net, card("c", {{"workflow_bindings", {1}}})).said() == "400 bad_field");
  CHECK(add(net, card("c", {{"pulse_type", "pulse"}})).said() == "400 bad_pulse_type");
  CHECK(add(net, card("c", {{"description", std::string(kMaxCardText + 1, 'd')}})).said() == "400 bad_field");
  CHECK(add(net, card("c", {{"notes", {{"n", std::string(kMaxCardBytes, 'n')}}}})).said() == "413 too_large");
  CHECK(net.get("/api/atlas/cards").json()["cards"].empty());
  CHECK(add(net, card("c", {{"description", std::string(kMaxCardText, 'd')}})).said() == "200");
  CHECK(net.post("/api/atlas/cards/c/versions", "{}").said() == "400 bad_field");
  CHECK(net.post("/api/atlas/cards/none/versions", R"({"authored_by":"x"})").said() == "404 unknown_card");
}

TEST_CASE("a card that is at its largest is taken") {
  AtlasNetwork net;
  Json body = card("c", {{"notes", {{"n", ""}}}});
  body["notes"]["n"] = std::string(kMaxCardBytes - body.dump().size(), 'n');
  CHECK(add(net, body).said() == "200");
  body["card_id"] = "d2";
  CHECK(add(net, body).said() == "413 too_large");
}

TEST_CASE("a tenant has so many cards at the most, and a card so many versions") {
  AtlasNetwork net;
  net.network->database().write([&](store::Connection& connection) {
    const json::Document body = json::parse(card("x").dump());
    json::Arena arena;
    for (std::size_t i = 1; i < kMaxCardsPerTenant; ++i) {
      const json::Value named =
          json::with_member(body.root, "card_id", json::Value::string(arena, "c" + std::to_string(i)), arena);
      register_card(connection, "local", named, net.clock.now());
    }
    for (std::int64_t i = 1; i < kMaxCardVersions; ++i)
      version_card(connection, "local", "c1", body.root, net.clock.now());
  });
  CHECK(add(net, card("last")).said() == "200");
  CHECK(add(net, card("more")).said() == "403 too_many_cards");
  CHECK(net.get("/api/atlas/cards/c1").json()["version"] == kMaxCardVersions);
  CHECK(net.post("/api/atlas/cards/c1/versions", R"({"authored_by":"x"})").said() == "403 too_many_versions");
}

TEST_CASE("another tenant's card is not there, and may have the same id") {
  AtlasNetwork net;
  add(net, card("c"));
  CHECK(net.get_as(net.rival, "/api/atlas/cards/c").said() == "404 unknown_card");
  CHECK(net.post_as(net.rival, "/api/atlas/cards/c/versions", R"({"authored_by":"x"})").said() ==
        "404 unknown_card");
  CHECK(net.get_as(net.rival, "/api/atlas/cards").json()["cards"].empty());
  CHECK(net.post_as(net.rival, "/api/atlas/cards/register", card("c", {{"label", "theirs"}}).dump()).said() ==
        "200");
  CHECK(net.get("/api/atlas/cards/c").json()["label"].is_null());
}

TEST_CASE("cards are read with receipts.read and written with everything; running one is not served") {
  AtlasNetwork net;
  check_guarded(net, "GET", "/api/atlas/cards", "receipts.read");
  check_guarded(net, "GET", "/api/atlas/cards/c", "receipts.read");
  check_guarded(net, "POST", "/api/atlas/cards/register", "atlas.write", "{}");
  check_guarded(net, "POST", "/api/atlas/cards/c/versions", "atlas.write", "{}");
  CHECK(net.post("/api/atlas/cards/c/runs", "{}").said() == "501 not_implemented");
}

}  // namespace
}  // namespace agentnet::sbn::atlas
