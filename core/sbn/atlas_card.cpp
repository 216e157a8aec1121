#include "core/sbn/atlas_card.hpp"

#include <algorithm>

#include "core/base/error.hpp"
#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/sbn/atlas_contract.hpp"
#include "core/sbn/atlas_frontier.hpp"

namespace agentnet::sbn::atlas {
namespace {

enum class Form : std::uint8_t { line, text, number, object, lines };
struct Field {
  std::string_view name;
  std::string_view section;  // of frontier_card; empty: a section of its own
  Form form;
};
constexpr Field kFields[] = {
    {"card_id", "identity", Form::line},
    {"app_family", "identity", Form::line},
    {"family_class", "registration_prior", Form::line},
    {"authored_by", "meta", Form::line},
    {"label", "meta", Form::line},
    {"description", "meta", Form::text},
    {"ecology", "identity", Form::line},
    {"frontier", "identity", Form::line},
    {"policy", "identity", Form::line},
    {"surface", "identity", Form::line},
    {"path_id", "identity", Form::line},
    {"pulse_type", "identity", Form::line},
    {"app_id", "bindings", Form::line},
    {"card_version", "meta", Form::line},
    {"c_max", "registration_prior", Form::number},
    {"cmax_default", "registration_prior", Form::number},
    {"cmax_source", "registration_prior", Form::line},
    {"scientific_contract", "", Form::object},
    {"operational_form", "", Form::object},
    {"diagnostics", "", Form::object},
    {"notes", "", Form::object},
    {"change_note", "meta", Form::text},
    {"workflow_bindings", "bindings", Form::lines},
    {"api_key_ids", "bindings", Form::lines},
};

bool has_form(const json::Value& value, Form form) {
  const auto is_line = [](const json::Value& each) {
    return each.is_string() && auth::is_short_text(each.text());
  };
  switch (form) {
    case Form::line:
      return is_line(value);
    case Form::text:
      return value.is_string() && value.text().size() <= kMaxCardText;
    case Form::number:
      return value.is_number();
    case Form::object:
      return value.is_object();
    case Form::lines:
      return value.is_array() && value.items().size() <= kMaxListedTexts &&
             std::all_of(value.items().begin(), value.items().end(), is_line);
  }
  return false;
}

[[noreturn]] void bad_field(std::string_view name, const std::string& wanted) {
  throw Error(Category::usage, "bad_field", std::string(name) + " must be " + wanted, {},
              {{"field", std::string(name)}});
}

std::string text_of(const json::Value& body, std::string_view name) {
  const json::Value* member = body.find(name);
  return member != nullptr && member->is_string() ? std::string(member->text()) : std::string();
}

void require_texts(const json::Value& body, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names)
    if (text_of(body, name).empty()) bad_field(name, "given");
}

#define AGENTNET_CARD_ROW \
  "SELECT card_id, canonical_path, version, body, created_at FROM atlas_cards WHERE tenant_id = ? "

std::optional<Card> read_one(store::Query row) {
  if (!row.next()) return std::nullopt;
  return Card{row.text(0), row.text(1), row.integer(2), row.text(3), auth::from_column(row.integer(4))};
}

std::optional<Card> find_card(store::Connection& connection, std::string_view tenant_id,
                              std::string_view reference) {
  auto card = read_one(connection.query(AGENTNET_CARD_ROW "AND card_id = ? ORDER BY version DESC LIMIT 1",
                                        {tenant_id, reference}));
  if (card) return card;
  return read_one(connection.query(AGENTNET_CARD_ROW
                                   "AND canonical_path = ? AND latest = 1 ORDER BY number LIMIT 1",
                                   {tenant_id, reference}));
}

Card insert(store::Connection& connection, std::string_view tenant_id, const std::string& card_id,
            std::int64_t version, const json::Value& body, Instant now) {
  Card card{card_id, card_id, version, json::to_compact(body), now};
  for (const std::string_view name : {"frontier", "path_id"})
    if (const std::string path = text_of(body, name); !path.empty()) card.canonical_path = path;
  connection.run("UPDATE atlas_cards SET latest = 0 WHERE tenant_id = ? AND card_id = ? AND version = ?",
                 {tenant_id, card_id, version - 1});
  connection.run(
      "INSERT INTO atlas_cards (tenant_id, card_id, canonical_path, version, latest, body, created_at) "
      "VALUES "
      "(?, ?, ?, ?, 1, ?, ?)",
      {tenant_id, card_id, card.canonical_path, version, card.body, auth::to_column(now)});
  Frontier frontier{card.canonical_path, text_of(body, "app_family")};
  if (const std::string pulse = text_of(body, "pulse_type"); !pulse.empty()) frontier.pulse_type = pulse;
  if (const json::Value* c_max = body.find("c_max")) frontier.c_max = std::string(c_max->text());
  note_frontier(connection, tenant_id, frontier, now);
  return card;
}

// The flat card in its sections.
json::Value sections_of(const json::Value& body, json::Arena& arena) {
  json::ObjectBuilder card(arena);
  for (const std::string_view section : {"meta", "identity", "registration_prior", "bindings"}) {
    json::ObjectBuilder members(arena);
    for (const Field& field : kFields) {
      const json::Value* member = field.section == section ? body.find(field.name) : nullptr;
      if (member == nullptr) continue;
      if (field.name == "workflow_bindings")
        members.add("workflows", *member);
      else if (field.name == "api_key_ids")
        members.add("api_keys", *member);
      else if (field.name == "app_id")
        members.add("apps", json::ArrayBuilder(arena).add(*member).done());
      else
        members.add(field.name, *member);
    }
    card.add(section, members.done());
  }
  for (const Field& field : kFields) {
    const json::Value* member = field.section.empty() ? body.find(field.name) : nullptr;
    if (member != nullptr) card.add(field.name, *member);
  }
  return card.done();
}

}  // namespace

json::Value read_card_body(const json::Value& body, json::Arena& arena) {
  constexpr std::string_view kForms[] = {"a line of text", "a text", "a number", "an object",
                                         "a list of lines of text"};
  json::ObjectBuilder read(arena);
  for (const Field& field : kFields) {
    const json::Value* member = body.find(field.name);
    if (member == nullptr || member->is_null()) continue;
    if (!has_form(*member, field.form))
      bad_field(field.name, std::string(kForms[static_cast<std::size_t>(field.form)]));
    read.add(field.name, json::without_duplicates(*member, arena));
  }
  read_contract(json::ObjectBuilder(arena).add("pulse_type", text_of(body, "pulse_type")).done(), arena);
  const json::Value card = read.done();
  if (json::to_compact(card).size() > kMaxCardBytes) {
    throw Error(Category::usage, "too_large",
                "a card has at most " + std::to_string(kMaxCardBytes) + " bytes of JSON");
  }
  return card;
}

Card register_card(store::Connection& connection, std::string_view tenant_id, const json::Value& body,
                   Instant now) {
  require_texts(body, {"card_id", "app_family", "family_class", "authored_by"});
  const std::string card_id = text_of(body, "card_id");
  auto known = read_one(
      connection.query(AGENTNET_CARD_ROW "AND card_id = ? ORDER BY version LIMIT 1", {tenant_id, card_id}));
  if (known && known->body == json::to_compact(body)) return std::move(*known);
  if (known) {
    throw Error(Category::conflict, "card_exists", "there is a card " + card_id + " already",
                "register a version of it", {{"card_id", card_id}});
  }
  {
    store::Query full = connection.query(AGENTNET_CARD_ROW "AND latest = 1 LIMIT 1 OFFSET ?",
                                         {tenant_id, static_cast<std::int64_t>(kMaxCardsPerTenant - 1)});
    if (full.next()) {
      throw Error(Category::policy, "too_many_cards",
                  "a tenant has at most " + std::to_string(kMaxCardsPerTenant) + " cards");
    }
  }
  return insert(connection, tenant_id, card_id, 1, body, now);
}

Card version_card(store::Connection& connection, std::string_view tenant_id, std::string_view reference,
                  const json::Value& body, Instant now) {
  require_texts(body, {"authored_by"});
  const Card before = require_card(connection, tenant_id, reference);
  if (before.version >= kMaxCardVersions) {
    throw Error(Category::policy, "too_many_versions",
                "a card has at most " + std::to_string(kMaxCardVersions) + " versions");
  }
  json::Arena arena;
  const json::Document old = json::parse(before.body);
  json::ObjectBuilder merged(arena);
  for (const Field& field : kFields) {
    const bool stays = field.name != "card_version" && field.name != "change_note";
    const json::Value* member = field.name == "card_id" ? nullptr : body.find(field.name);
    if (member == nullptr && stays) member = old.root.find(field.name);
    if (member != nullptr) merged.add(field.name, *member);
  }
  return insert(connection, tenant_id, before.card_id, before.version + 1, merged.done(), now);
}

Card require_card(store::Connection& connection, std::string_view tenant_id, std::string_view reference) {
  auto card = find_card(connection, tenant_id, reference);
  if (!card) throw Error(Category::not_found, "unknown_card", "there is no such card");
  return std::move(*card);
}

void list_cards(store::Connection& connection, std::string_view tenant_id, std::int64_t limit,
                std::int64_t offset, const std::function<void(const Card&)>& take) {
  store::Query rows = connection.query(AGENTNET_CARD_ROW "AND latest = 1 ORDER BY number LIMIT ? OFFSET ?",
                                       {tenant_id, limit, offset});
  while (rows.next())
    take({rows.text(0), rows.text(1), rows.integer(2), rows.text(3), auth::from_column(rows.integer(4))});
}

#undef AGENTNET_CARD_ROW

json::Value card_row(const Card& card, json::Arena& arena) {
  const json::Value body = json::Parser().parse(arena.copy(card.body), arena);
  const auto member = [&](std::string_view name) {
    const json::Value* value = body.find(name);
    return value == nullptr ? json::Value() : *value;
  };
  const std::string named = text_of(body, "card_version");
  const json::Value sections = sections_of(body, arena);
  const json::Value prior = json::ObjectBuilder(arena)
                                .add("family_class", member("family_class"))
                                .add("theoretical_c_max", member("c_max"))
                                .add("cmax_default", member("cmax_default"))
                                .add("cmax_source", member("cmax_source"))
                                .done();
  // Nothing is measured here, so what is declared is what counts.
  const bool declared = !member("c_max").is_null();
  const json::Value local =
      json::ObjectBuilder(arena)
          .add("effective_c_max", member("c_max"))
          .add("effective_source", declared ? json::Value::string("declared_prior") : json::Value())
          .add_integer("observations", 0)
          .done();
  json::ObjectBuilder row(arena);
  row.add("card_id", std::string_view(card.card_id))
      .add("canonical_path", std::string_view(card.canonical_path))
      .add("card_version", std::string_view(named.empty() ? std::to_string(card.version) : named))
      .add_integer("version", card.version)
      .add("label", member("label"))
      .add("authored_by", member("authored_by"))
      .add("app_family", member("app_family"))
      .add("change_note", member("change_note"))
      .add("created_at", std::string_view(iso_offset(card.created_at)))
      .add("declared_prior", prior)
      .add("empirical_local", local)
      .add("bindings", *sections.find("bindings"));
  for (const std::string_view name : {"operational_form", "diagnostics", "notes"})
    row.add(name, member(name));
  row.add("frontier_card", sections);
  return row.done();
}

}  // namespace agentnet::sbn::atlas
