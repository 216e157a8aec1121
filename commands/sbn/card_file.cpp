#include "commands/sbn/card_file.hpp"

#include <array>

#include "commands/input.hpp"
#include "commands/sbn/atlas.hpp"
#include "commands/sbn/payload.hpp"
#include "core/json/number.hpp"
#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

// Where a member of a card stands in a file, the first place that has something counts.
struct Place {
  std::string_view section;  // empty: at the top
  std::string_view name;
};
struct Source {
  std::string_view member;
  std::array<Place, 4> places;
};
constexpr Source kSources[] = {
    {"card_id", {{{"identity", "scope"}, {"identity", "surface"}, {"identity", "card_id"}, {"", "card_id"}}}},
    {"scope", {{{"", "scope"}}}},
    {"domain", {{{"", "domain"}}}},
    {"app_family", {{{"identity", "app_family"}, {"", "app_family"}}}},
    {"family_class",
     {{{"registration_prior", "family_class"}, {"identity", "family_class"}, {"", "family_class"}}}},
    {"authored_by", {{{"meta", "authored_by"}, {"", "authored_by"}}}},
    {"label", {{{"meta", "label"}, {"", "label"}}}},
    {"description", {{{"meta", "description"}, {"", "description"}}}},
    {"ecology", {{{"identity", "ecology"}, {"", "ecology"}}}},
    {"frontier", {{{"identity", "frontier"}, {"", "frontier"}}}},
    {"policy", {{{"identity", "policy"}, {"", "policy"}}}},
    {"surface", {{{"identity", "surface"}, {"", "surface"}}}},
    {"path_id", {{{"identity", "path_id"}, {"", "path_id"}}}},
    {"pulse_type", {{{"operational_form", "native_pulse"}, {"", "pulse_type"}}}},
    {"app_id", {{{"bindings", "apps"}, {"", "app_id"}}}},
    {"card_version", {{{"meta", "card_version"}, {"", "card_version"}}}},
    {"c_max", {{{"registration_prior", "c_max"}, {"registration_prior", "cmax_default"}, {"", "c_max"}}}},
    {"cmax_default", {{{"registration_prior", "cmax_default"}, {"", "cmax_default"}}}},
    {"cmax_source", {{{"registration_prior", "cmax_source"}, {"", "cmax_source"}}}},
    {"scientific_contract", {{{"", "scientific_contract"}}}},
    {"operational_form", {{{"", "operational_form"}}}},
    {"diagnostics", {{{"", "diagnostics"}}}},
    {"notes", {{{"", "notes"}}}},
    {"workflow_bindings", {{{"bindings", "workflows"}, {"", "workflow_bindings"}}}},
    {"api_key_ids", {{{"bindings", "api_keys"}, {"", "api_key_ids"}}}},
};

const json::Value* at(const json::Value& card, const Place& place) {
  if (place.name.empty()) return nullptr;
  const json::Value* section = place.section.empty() ? &card : card.find(place.section);
  const json::Value* member = section == nullptr ? nullptr : section->find(place.name);
  if (member == nullptr || member->is_null()) return nullptr;
  // Of several apps the first is the card's own.
  if (place.name == "apps")
    return member->is_array() && member->truthy() ? &member->items().front() : nullptr;
  return member;
}

json::Value flattened(const json::Value& card, json::Arena& arena) {
  json::ObjectBuilder flat(arena);
  for (const Source& source : kSources) {
    for (const Place& place : source.places) {
      const json::Value* member = at(card, place);
      if (member == nullptr) continue;
      flat.add(source.member, *member);
      break;
    }
  }
  return flat.done();
}

enum class Holds : std::uint8_t { text, number, texts, object };
struct CardOption {
  std::string_view option;
  std::string_view member;
  Holds holds = Holds::text;
};
constexpr CardOption kFromOptions[] = {
    {"--card-id", "card_id"},
    {"--scope", "scope"},
    {"--domain", "domain"},
    {"--app-family", "app_family"},
    {"--family-class", "family_class"},
    {"--authored-by", "authored_by"},
    {"--label", "label"},
    {"--description", "description"},
    {"--ecology", "ecology"},
    {"--frontier", "frontier"},
    {"--policy", "policy"},
    {"--surface", "surface"},
    {"--path-id", "path_id"},
    {"--pulse-type", "pulse_type"},
    {"--app-id", "app_id"},
    {"--card-version", "card_version"},
    {"--c-max", "c_max", Holds::number},
    {"--cmax-default", "cmax_default", Holds::number},
    {"--cmax-source", "cmax_source"},
    {"--scientific-contract-file", "scientific_contract", Holds::object},
    {"--operational-form-file", "operational_form", Holds::object},
    {"--diagnostics-file", "diagnostics", Holds::object},
    {"--notes-file", "notes", Holds::object},
    {"--change-note", "change_note"},
    {"--workflow", "workflow_bindings", Holds::texts},
    {"--api-key-id", "api_key_ids", Holds::texts},
};

json::Value value_of(const CardOption& option, const Arguments& arguments, const Context& context,
                     json::Document& document) {
  switch (option.holds) {
    case Holds::text:
      return json::Value::string(document.arena, arguments.text(option.option));
    case Holds::number: {
      std::string text;
      json::append_repr(decimal_option(arguments, option.option).value_or(0), text);
      return json::Value::number(json::Kind::decimal, document.arena.copy(text));
    }
    case Holds::texts:
      return text_list(arguments.all(option.option), document.arena);
    case Holds::object:
      break;
  }
  // Written out and read again, so that it lies in this document.
  const json::Document object = object_option(arguments, option.option, context);
  const std::string_view text = document.arena.copy(json::to_compact(object.root));
  return json::Parser(json::kAsPython).parse(text, document.arena);
}

}  // namespace

json::Document read_card_file(const std::string& file, const Context& context) {
  const InputText input = read_input(file, context);
  json::Document document = parse_input(input);
  const json::Value* wrapped = document.root.find("frontier_card");
  const json::Value card = wrapped != nullptr && wrapped->is_object() ? *wrapped : document.root;
  if (!card.is_object()) throw Error(Category::usage, "bad_card", input.name + " must hold a JSON object");
  const json::Value* path = document.root.find("canonical_path");
  document.root = flattened(card, document.arena);
  // What a network answered with is known there by its path.
  if (path != nullptr && path->truthy())
    document.root = json::with_member(document.root, "card_id", *path, document.arena);
  return document;
}

json::Document read_card(const Arguments& arguments, const Context& context) {
  json::Document card;
  if (const auto file = arguments.find("--file")) card = read_card_file(*file, context);
  if (card.root.is_null()) card.root = json::ObjectBuilder(card.arena).done();
  for (const CardOption& option : kFromOptions) {
    if (!arguments.has(option.option)) continue;
    const json::Value value = value_of(option, arguments, context, card);
    card.root = json::with_member(card.root, option.member, value, card.arena);
  }
  return card;
}

}  // namespace agentnet::commands
