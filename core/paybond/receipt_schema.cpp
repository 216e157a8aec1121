#include "core/paybond/receipt_schema.hpp"

#include "core/paybond/agent_receipt_fields.hpp"

namespace agentnet::paybond {
namespace {

using json::Value;

constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";
// The forms of texts, each told once below $defs.
struct Form {
  std::string_view name;
  std::string_view reference;
  std::string_view pattern;
};
constexpr Form kHex32{"hex32", "#/$defs/hex32", "^[0-9a-f]{64}$"};
constexpr Form kHex64{"hex64", "#/$defs/hex64", "^[0-9a-f]{128}$"};
constexpr Form kUuid{"uuid", "#/$defs/uuid", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"};
constexpr Form kUuidOrHex32{"uuid_or_hex32", "#/$defs/uuid_or_hex32",
                            "^([0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$"};
constexpr Form kToken{"token", "#/$defs/token", "^[a-z0-9][a-z0-9._:/-]{0,127}$"};
constexpr Form kCurrency{"currency", "#/$defs/currency", "^[a-z0-9_]{3,16}$"};
constexpr Form kInstant{"instant", "#/$defs/instant",
                        "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"};
constexpr const Form* kForms[] = {&kHex32, &kHex64, &kUuid, &kUuidOrHex32, &kToken, &kCurrency, &kInstant};

// Null for texts of any form.
const Form* form_of(Rule rule) {
  switch (rule) {
    case Rule::token:
      return &kToken;
    case Rule::currency:
      return &kCurrency;
    case Rule::hex32:
      return &kHex32;
    case Rule::uuid:
      return &kUuid;
    case Rule::uuid_or_hex32:
      return &kUuidOrHex32;
    case Rule::instant:
    case Rule::trimmed_instant:
      return &kInstant;
    default:
      return nullptr;
  }
}

class Schemas {
 public:
  explicit Schemas(json::Arena& arena) : arena_(arena) {}

  Value of_form(const Form& form) const {
    return json::ObjectBuilder(arena_).add("$ref", form.reference).done();
  }

  Value forms() const {
    json::ObjectBuilder out(arena_);
    for (const Form* form : kForms) {
      out.add(form->name,
              json::ObjectBuilder(arena_).add("type", "string").add("pattern", form->pattern).done());
    }
    return out.done();
  }

  Value constant(std::string_view text) const {
    return json::ObjectBuilder(arena_).add("const", text).done();
  }

  // The members of a table, with their schemas.
  void properties(std::span<const Field> fields, json::ObjectBuilder& out) const {
    for (const Field& field : fields)
      out.add(field.name, schema_of(field));
  }

  // The members that are always written.
  void required(std::span<const Field> fields, json::ArrayBuilder& out) const {
    for (const Field& field : fields) {
      if (field.absent != Absent::omitted) out.add(Value::string(field.name));
    }
  }

  Value object(std::span<const Field> fields) const {
    json::ObjectBuilder members(arena_);
    properties(fields, members);
    json::ArrayBuilder names(arena_);
    required(fields, names);
    return closed(members.done(), names.done());
  }

  Value closed(Value members, Value names) const {
    return json::ObjectBuilder(arena_)
        .add("type", "object")
        .add("properties", members)
        .add("required", names)
        .add_boolean("additionalProperties", false)
        .done();
  }

 private:
  Value schema_of(const Field& field) const {
    const Value schema = plain(field);
    if (field.absent != Absent::null) return schema;
    json::ArrayBuilder either(arena_);
    either.add(schema).add(json::ObjectBuilder(arena_).add("type", "null").done());
    return json::ObjectBuilder(arena_).add("anyOf", either.done()).done();
  }

  Value plain(const Field& field) const {
    switch (field.rule) {
      case Rule::object:
        return object(field.members);
      case Rule::objects:
        return list(object(field.members), false);
      case Rule::tokens:
      case Rule::tokens_in_order:
        return list(of_form(kToken), true);
      case Rule::boolean:
        return json::ObjectBuilder(arena_).add("type", "boolean").done();
      case Rule::integer:
        return integer(field);
      default:
        return text(field);
    }
  }

  // What is empty is written as null or not at all.
  Value list(Value items, bool unique) const {
    json::ObjectBuilder schema(arena_);
    schema.add("type", "array").add("items", items).add_integer("minItems", 1);
    if (unique) schema.add_boolean("uniqueItems", true);
    return schema.done();
  }

  Value integer(const Field& field) const {
    json::ObjectBuilder schema(arena_);
    // A number with a fallback is a version, of which there is this one.
    if (!field.fallback.empty())
      return schema.add("const", Value::number(json::Kind::integer, field.fallback)).done();
    schema.add("type", "integer");
    if (field.least != std::numeric_limits<std::int64_t>::min()) schema.add_integer("minimum", field.least);
    return schema.done();
  }

  Value text(const Field& field) const {
    if (!field.choices.empty()) {
      json::ArrayBuilder choices(arena_);
      for (const std::string_view choice : field.choices)
        choices.add(Value::string(choice));
      return json::ObjectBuilder(arena_).add("enum", choices.done()).done();
    }
    if (const Form* form = form_of(field.rule)) return of_form(*form);
    return json::ObjectBuilder(arena_).add("type", "string").add_integer("minLength", 1).done();
  }

  json::Arena& arena_;
};

// What the seal adds to the members of the table.
void add_seal(const Schemas& schemas, json::ObjectBuilder& members, json::ArrayBuilder& names) {
  const std::pair<std::string_view, Value> seal[] = {
      {"signing_algorithm", schemas.constant(kSealAlgorithm)},
      {"message_digest_sha256_hex", schemas.of_form(kHex32)},
      {"signing_public_key_ed25519_hex", schemas.of_form(kHex32)},
      {"ed25519_signature_hex", schemas.of_form(kHex64)}};
  for (const auto& [name, schema] : seal) {
    members.add(name, schema);
    names.add(Value::string(name));
  }
}

Value nothing_but(std::string_view name, Value schema, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("properties", json::ObjectBuilder(arena).add(name, schema).done())
      .done();
}

// An action names its call; only the end of an intent has a settlement, and is known by the intent's id.
void add_scopes(const Schemas& schemas, json::ObjectBuilder& schema, json::Arena& arena) {
  json::ArrayBuilder execution(arena);
  execution.add("execution");
  const Value unsettled = nothing_but("settlement_outcome", Value::boolean(false), arena);
  const Value action = json::ObjectBuilder(arena)
                           .add("properties", json::ObjectBuilder(arena)
                                                  .add("receipt_id", schemas.of_form(kHex32))
                                                  .add("outcome", unsettled)
                                                  .done())
                           .add("required", execution.done())
                           .done();
  schema.add("if", nothing_but("scope", schemas.constant(kScopes[0]), arena))
      .add("then", action)
      .add("else", nothing_but("receipt_id", schemas.of_form(kUuid), arena));
}

}  // namespace

Value agent_receipt_schema(json::Arena& arena) {
  const Schemas schemas(arena);
  json::ObjectBuilder members(arena);
  json::ArrayBuilder names(arena);
  schemas.properties(kAgentReceipt, members);
  schemas.required(kAgentReceipt, names);
  add_seal(schemas, members, names);
  members.add("operator_attestation", json::ObjectBuilder(arena).add("type", "object").done());
  json::ObjectBuilder schema(arena);
  schema.add("$schema", kDialect)
      .add("title", "Agent receipt, version 1")
      .add("description",
           "What one action of an agent, or a whole intent, came to, as the gateway issues and signs it.")
      .add("type", "object")
      .add("properties", members.done())
      .add("required", names.done())
      .add_boolean("additionalProperties", false)
      .add("$defs", schemas.forms());
  add_scopes(schemas, schema, arena);
  return schema.done();
}

}  // namespace agentnet::paybond
