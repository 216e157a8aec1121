// From the JSON of a schema to its nodes (core/paybond/schema_node.hpp).
#include <algorithm>
#include <set>
#include <unordered_map>

#include "core/paybond/equality.hpp"
#include "core/paybond/schema_node.hpp"

namespace agentnet::paybond {
namespace {

class Compiler {
 public:
  explicit Compiler(std::vector<SchemaNode>& nodes) : nodes_(nodes) {}

  void compile(const json::Value& document) {
    subschema(document);
    for (const Reference& reference : references_)
      nodes_[reference.from].reference = resolve(reference);
    refuse_loops(nodes_);
  }

  // A place in the document that is being read, and what a keyword does there.
  struct Place {
    NodeId node;
    std::string_view keyword;
    const json::Value& value;
  };
  struct Keyword {
    std::string_view name;
    void (Compiler::*read)(const Place& place);
  };
  static const std::vector<Keyword>& keywords();

 private:
  struct Reference {
    NodeId from;
    std::string target;
    std::string path;
  };

  NodeId subschema(const json::Value& schema);
  // A subschema under further steps of the path.
  NodeId subschema_at(const json::Value& schema, const std::string& steps);
  NodeId resolve(const Reference& reference) const;

  [[noreturn]] void fail(const char* code, const std::string& path, std::string_view keyword,
                         const std::string& what) const {
    throw Error(Category::usage, code, (path.empty() ? "the schema" : path) + ": " + what, {},
                {{"path", path}, {"keyword", std::string(keyword)}});
  }
  [[noreturn]] void fail(const Place& place, const std::string& what, const char* code = "bad_schema") const {
    fail(code, path_ + pointer_step(place.keyword), place.keyword, what);
  }

  std::uint64_t read_count(const Place& place) const;
  Decimal read_number(const Place& place) const;
  Pattern read_pattern(const Place& place, std::string_view text);
  std::vector<std::string> read_names(const Place& place, const json::Value& value) const;
  std::vector<NodeId> read_list(const Place& place);
  std::string read_key(const Place& place, const json::Value& value);
  std::span<const json::Member> read_members(const Place& place) const;
  void refuse_twice(const json::Value& object, const std::string& path) const;

  NumberRules& numbers(const Place& place) { return made(nodes_[place.node].number); }
  StringRules& strings(const Place& place) { return made(nodes_[place.node].string); }
  ArrayRules& arrays(const Place& place) { return made(nodes_[place.node].array); }
  ObjectRules& objects(const Place& place) { return made(nodes_[place.node].object); }
  template <typename Rules>
  static Rules& made(std::unique_ptr<Rules>& rules) {
    if (!rules) rules = std::make_unique<Rules>();
    return *rules;
  }

  void type(const Place& place);
  void enumeration(const Place& place);
  void constant(const Place& place) { nodes_[place.node].constant = read_key(place, place.value); }
  void properties(const Place& place);
  void pattern_properties(const Place& place);
  void definitions(const Place& place);
  void dependent_required(const Place& place);
  void pattern(const Place& place);
  void unique(const Place& place);
  void reference(const Place& place);
  void text(const Place& place);
  void texts(const Place& place);
  void anything(const Place&) {}
  void identifier(const Place& place);
  void required(const Place& place) { objects(place).required = read_names(place, place.value); }

  // A keyword that sets one number, count, schema or list of schemas of the node.
  template <auto Member>
  void number(const Place& place) {
    numbers(place).*Member = read_number(place);
  }
  void multiple_of(const Place& place);
  template <typename Rules, Rules& (Compiler::*Of)(const Place&), Bounds Rules::*Member,
            std::uint64_t Bounds::*End>
  void bound(const Place& place) {
    const std::uint64_t count = read_count(place);
    ((this->*Of)(place).*Member).*End = count;
  }
  template <std::optional<NodeId> SchemaNode::*Member>
  void one(const Place& place) {
    const NodeId id = subschema_at(place.value, pointer_step(place.keyword));
    nodes_[place.node].*Member = id;  // only now: reading the subschema moved the nodes
  }
  template <std::vector<NodeId> SchemaNode::*Member>
  void list(const Place& place) {
    std::vector<NodeId> ids = read_list(place);
    nodes_[place.node].*Member = std::move(ids);
  }
  template <std::optional<NodeId> ArrayRules::*Member>
  void of_items(const Place& place) {
    const NodeId id = subschema_at(place.value, pointer_step(place.keyword));
    arrays(place).*Member = id;
  }
  template <std::optional<NodeId> ObjectRules::*Member>
  void of_members(const Place& place) {
    const NodeId id = subschema_at(place.value, pointer_step(place.keyword));
    objects(place).*Member = id;
  }
  void prefix_items(const Place& place) {
    std::vector<NodeId> ids = read_list(place);
    arrays(place).prefix_items = std::move(ids);
  }

  std::vector<SchemaNode>& nodes_;
  std::unordered_map<std::string, NodeId> by_path_;
  std::vector<Reference> references_;
  std::string path_;  // of the subschema that is being read
  unsigned depth_ = 0;
  std::size_t patterns_ = 0;
  Fuel fuel_;
  json::Arena arena_;  // of values without their duplicates
};

const std::vector<Compiler::Keyword>& Compiler::keywords() {
  using C = Compiler;
  constexpr auto kLeast = &Bounds::least;
  constexpr auto kMost = &Bounds::most;
  static const std::vector<Keyword> all = {
      {"type", &C::type},
      {"enum", &C::enumeration},
      {"const", &C::constant},
      {"allOf", &C::list<&SchemaNode::all_of>},
      {"anyOf", &C::list<&SchemaNode::any_of>},
      {"oneOf", &C::list<&SchemaNode::one_of>},
      {"not", &C::one<&SchemaNode::none_of>},
      {"if", &C::one<&SchemaNode::condition>},
      {"then", &C::one<&SchemaNode::then>},
      {"else", &C::one<&SchemaNode::otherwise>},
      {"$ref", &C::reference},
      {"$defs", &C::definitions},
      {"minimum", &C::number<&NumberRules::minimum>},
      {"maximum", &C::number<&NumberRules::maximum>},
      {"exclusiveMinimum", &C::number<&NumberRules::exclusive_minimum>},
      {"exclusiveMaximum", &C::number<&NumberRules::exclusive_maximum>},
      {"multipleOf", &C::multiple_of},
      {"minLength", &C::bound<StringRules, &C::strings, &StringRules::length, kLeast>},
      {"maxLength", &C::bound<StringRules, &C::strings, &StringRules::length, kMost>},
      {"pattern", &C::pattern},
      {"items", &C::of_items<&ArrayRules::items>},
      {"prefixItems", &C::prefix_items},
      {"contains", &C::of_items<&ArrayRules::contains>},
      {"minContains", &C::bound<ArrayRules, &C::arrays, &ArrayRules::contained, kLeast>},
      {"maxContains", &C::bound<ArrayRules, &C::arrays, &ArrayRules::contained, kMost>},
      {"minItems", &C::bound<ArrayRules, &C::arrays, &ArrayRules::count, kLeast>},
      {"maxItems", &C::bound<ArrayRules, &C::arrays, &ArrayRules::count, kMost>},
      {"uniqueItems", &C::unique},
      {"properties", &C::properties},
      {"patternProperties", &C::pattern_properties},
      {"additionalProperties", &C::of_members<&ObjectRules::additional>},
      {"propertyNames", &C::of_members<&ObjectRules::names>},
      {"required", &C::required},
      {"minProperties", &C::bound<ObjectRules, &C::objects, &ObjectRules::count, kLeast>},
      {"maxProperties", &C::bound<ObjectRules, &C::objects, &ObjectRules::count, kMost>},
      {"dependentRequired", &C::dependent_required},
      {"title", &C::text},
      {"description", &C::text},
      {"$comment", &C::text},
      {"$schema", &C::text},
      {"format", &C::text},
      {"default", &C::anything},
      {"examples", &C::texts},
      {"$id", &C::identifier},
  };
  return all;
}

NodeId Compiler::subschema(const json::Value& schema) {
  if (nodes_.size() == kMaxSubschemas)
    fail("schema_too_large", path_, "", "more than " + std::to_string(kMaxSubschemas) + " schemas");
  if (++depth_ > kMaxSchemaDepth) {
    fail("schema_too_large", path_, "",
         "schemas are nested more than " + std::to_string(kMaxSchemaDepth) + " deep");
  }
  const auto id = static_cast<NodeId>(nodes_.size());
  nodes_.emplace_back();
  by_path_[path_] = id;
  if (schema.is_boolean()) {
    nodes_[id].never = !schema.as_boolean();
  } else if (schema.is_object()) {
    refuse_twice(schema, path_);
    for (const json::Member& member : schema.members()) {
      const std::string_view name = member.name.text();
      const auto known = std::find_if(keywords().begin(), keywords().end(),
                                      [&](const Keyword& keyword) { return keyword.name == name; });
      if (known == keywords().end()) {
        fail("unknown_keyword", path_ + pointer_step(name), name, "this keyword is not known");
      }
      (this->*known->read)({id, known->name, member.value});
    }
  } else {
    fail("bad_schema", path_, "",
         std::string("a schema is an object or a boolean, not ") + kind_phrase(schema));
  }
  --depth_;
  return id;
}

NodeId Compiler::subschema_at(const json::Value& schema, const std::string& steps) {
  const std::size_t length = path_.size();
  path_ += steps;
  const NodeId id = subschema(schema);
  path_.resize(length);
  return id;
}

void Compiler::refuse_twice(const json::Value& object, const std::string& path) const {
  std::set<std::string_view> names;
  for (const json::Member& member : object.members()) {
    if (!names.insert(member.name.text()).second)
      fail("bad_schema", path + pointer_step(member.name.text()), "", "this name appears twice");
  }
}

std::span<const json::Member> Compiler::read_members(const Place& place) const {
  if (!place.value.is_object()) fail(place, "must be an object");
  refuse_twice(place.value, path_ + pointer_step(place.keyword));
  return place.value.members();
}

Decimal Compiler::read_number(const Place& place) const {
  if (!place.value.is_number()) fail(place, "must be a number");
  auto number = Decimal::read(place.value.text());
  if (!number) fail(place, "has an exponent that is too large");
  return *std::move(number);
}

void Compiler::multiple_of(const Place& place) {
  Decimal divisor = read_number(place);
  if (divisor.is_negative() || divisor.is_zero()) fail(place, "must be more than 0");
  if (divisor.digits() > kMaxDivisorDigits)
    fail(place, "may have " + std::to_string(kMaxDivisorDigits) + " significant digits");
  numbers(place).multiple_of = std::move(divisor);
}

std::uint64_t Compiler::read_count(const Place& place) const {
  const auto count = place.value.is_number() ? read_number(place).as_count() : std::nullopt;
  if (!count) fail(place, "must be a whole number from 0");
  return *count;
}

std::string Compiler::read_key(const Place& place, const json::Value& value) {
  try {
    return equality_key(json::without_duplicates(value, arena_), fuel_);
  } catch (const Error& error) {
    fail(place, error.message());
  }
}

Pattern Compiler::read_pattern(const Place& place, std::string_view text) {
  if (++patterns_ > kMaxSchemaPatterns)
    fail(place, "more than " + std::to_string(kMaxSchemaPatterns) + " patterns", "schema_too_large");
  try {
    return Pattern(text);
  } catch (const Error& error) {
    fail(place, error.message(), "bad_pattern");
  }
}

std::vector<std::string> Compiler::read_names(const Place& place, const json::Value& value) const {
  if (!value.is_array()) fail(place, "must be an array of strings");
  std::vector<std::string> names;
  std::set<std::string_view> seen;
  for (const json::Value& name : value.items()) {
    if (!name.is_string()) fail(place, "must be an array of strings");
    if (!seen.insert(name.text()).second) fail(place, "names " + shown(name) + " twice");
    names.emplace_back(name.text());
  }
  return names;
}

std::vector<NodeId> Compiler::read_list(const Place& place) {
  if (!place.value.is_array() || place.value.items().empty())
    fail(place, "must be an array of at least one schema");
  std::vector<NodeId> ids;
  for (const json::Value& item : place.value.items())
    ids.push_back(subschema_at(item, pointer_step(place.keyword) + "/" + std::to_string(ids.size())));
  return ids;
}

void Compiler::type(const Place& place) {
  constexpr std::pair<std::string_view, unsigned> kTypes[] = {
      {"null", kTypeNull},     {"boolean", kTypeBoolean}, {"integer", kTypeInteger}, {"number", kTypeNumber},
      {"string", kTypeString}, {"array", kTypeArray},     {"object", kTypeObject}};
  const bool listed = place.value.is_array();
  if (listed && place.value.items().empty()) fail(place, "must name at least one type");
  SchemaNode& node = nodes_[place.node];
  for (const json::Value& name : listed ? place.value.items() : std::span(&place.value, 1)) {
    const auto* const known = std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& type) {
      return name.is_string() && type.first == name.text();
    });
    if (known == std::end(kTypes))
      fail(place, "must be null, boolean, integer, number, string, array or object, or an array of these");
    if ((node.types & known->second) != 0) fail(place, "names " + shown(name) + " twice");
    node.types |= known->second;
    node.type_names += (node.type_names.empty() ? "" : " or ") + std::string(known->first);
  }
}

void Compiler::enumeration(const Place& place) {
  if (!place.value.is_array()) fail(place, "must be an array");
  std::vector<std::string> keys;
  for (const json::Value& value : place.value.items())
    keys.push_back(read_key(place, value));
  std::sort(keys.begin(), keys.end());
  nodes_[place.node].allowed = std::move(keys);
}

void Compiler::properties(const Place& place) {
  for (const json::Member& member : read_members(place)) {
    const NodeId id =
        subschema_at(member.value, pointer_step(place.keyword) + pointer_step(member.name.text()));
    objects(place).properties.emplace(member.name.text(), id);
  }
}

void Compiler::pattern_properties(const Place& place) {
  for (const json::Member& member : read_members(place)) {
    Pattern names = read_pattern(place, member.name.text());
    const NodeId id =
        subschema_at(member.value, pointer_step(place.keyword) + pointer_step(member.name.text()));
    objects(place).patterns.emplace_back(std::move(names), id);
  }
}

void Compiler::definitions(const Place& place) {
  for (const json::Member& member : read_members(place))
    subschema_at(member.value, pointer_step(place.keyword) + pointer_step(member.name.text()));
}

void Compiler::dependent_required(const Place& place) {
  for (const json::Member& member : read_members(place)) {
    objects(place).dependent_required.emplace_back(member.name.text(), read_names(place, member.value));
  }
}

void Compiler::pattern(const Place& place) {
  if (!place.value.is_string()) fail(place, "must be a string");
  strings(place).pattern = read_pattern(place, place.value.text());
}

void Compiler::unique(const Place& place) {
  if (!place.value.is_boolean()) fail(place, "must be a boolean");
  arrays(place).unique = place.value.as_boolean();
}

void Compiler::text(const Place& place) {
  if (!place.value.is_string()) fail(place, "must be a string");
}

void Compiler::texts(const Place& place) {
  if (!place.value.is_array()) fail(place, "must be an array");
}

// Inside the document it would change what the references below it mean.
void Compiler::identifier(const Place& place) {
  text(place);
  if (place.node != 0) fail(place, "is known at the top alone");
  if (place.value.text().find('#') != std::string_view::npos) fail(place, "may not have a fragment");
}

void Compiler::reference(const Place& place) {
  if (!place.value.is_string()) fail(place, "must be a string");
  references_.push_back({place.node, std::string(place.value.text()), path_ + pointer_step(place.keyword)});
}

NodeId Compiler::resolve(const Reference& reference) const {
  const auto pointer = reference_pointer(reference.target);
  const auto found = pointer ? by_path_.find(*pointer) : by_path_.end();
  if (found == by_path_.end()) {
    fail("bad_reference", reference.path, "$ref",
         "names no schema of this document; \"#\" and \"#/$defs/NAME\" are such names");
  }
  return found->second;
}

}  // namespace

std::vector<SchemaNode> compile_schema(const json::Value& document) {
  std::vector<SchemaNode> nodes;
  Compiler(nodes).compile(document);
  return nodes;
}

}  // namespace agentnet::paybond
