#include "core/paybond/schema.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

// "path keyword" of each fault, joined by "; ".
std::string faults(std::string_view schema, std::string_view instance) {
  const json::Document document = json::parse(instance);
  Fuel fuel;
  std::string all;
  for (const SchemaFault& fault : Schema(json::parse(schema).root).validate(document.root, fuel))
    all += (all.empty() ? "" : "; ") + fault.path + " " + fault.keyword;
  return all;
}

std::string refused(std::string_view schema) {
  return error_code([&] { Schema{json::parse(schema).root}; });
}

// What a keyword alone takes and what it does not.
struct Case {
  std::string_view schema, taken, broken;
};

TEST_CASE("each keyword takes what it should and is named by the fault when it does not") {
  const Case cases[] = {
      {R"({"type":"integer"})", "1.0", "1.5"},
      {R"({"type":["null","string"]})", "null", "0"},
      {R"({"type":"number"})", "1e3", "true"},
      {R"({"enum":[1,"a",{"x":[1]}]})", R"({"x":[1.0]})", "true"},
      {R"({"const":{"a":1,"b":2}})", R"({"b":2.0,"a":1})", R"({"a":1})"},
      {R"({"const":9007199254740993})", "9007199254740993", "9007199254740992"},
      {R"({"minimum":0.1})", "0.10", "0.0999999999999999999999"},
      {R"({"maximum":1e1})", "10", "10.0000000000000000000001"},
      {R"({"exclusiveMinimum":1})", "1.1", "1.0"},
      {R"({"exclusiveMaximum":1})", "0.9", "1"},
      {R"({"multipleOf":0.01})", "19.99", "19.999"},
      {R"({"minLength":2})", R"("é𝄞")", R"("𝄞")"},
      {R"({"maxLength":2.0})", R"("é𝄞")", R"("aaa")"},
      {R"({"pattern":"b"})", R"("abc")", R"("ac")"},
      {R"({"items":false,"prefixItems":[true]})", "[1]", "[1,2]"},
      {R"({"contains":{"type":"string"}})", R"([1,"a"])", "[]"},
      {R"({"contains":{"const":1},"minContains":2})", "[1,1.0]", "[1,2]"},
      {R"({"contains":{"const":1},"maxContains":1})", "[1,2]", "[1,1]"},
      {R"({"minItems":1})", "[0]", "[]"},
      {R"({"maxItems":1})", "[0]", "[0,0]"},
      {R"({"uniqueItems":true})", R"([1,true,"1",[1],{"a":1}])", R"([{"a":1,"b":2},{"b":2,"a":1.0}])"},
      {R"({"required":["a"]})", R"({"a":null})", "{}"},
      {R"({"additionalProperties":false,"properties":{"a":true},"patternProperties":{"^x":true}})",
       R"({"a":1,"xy":1})", R"({"b":1})"},
      {R"({"minProperties":1})", R"({"a":1})", "{}"},
      {R"({"maxProperties":1})", R"({"a":1})", R"({"a":1,"b":1})"},
      {R"({"dependentRequired":{"a":["b"]}})", R"({"b":1})", R"({"a":1})"},
      {R"({"anyOf":[{"type":"string"},{"minimum":2}]})", "2", "1"},
      {R"({"oneOf":[{"minimum":1},{"minimum":2}]})", "1", "2"},
      {R"({"not":{"type":"string"}})", "1", R"("a")"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.schema);
    CHECK_EQ(faults(each.schema, each.taken), "");
    const std::string fault = faults(each.schema, each.broken);
    CAPTURE(fault);
    REQUIRE(fault.starts_with(' '));
    CHECK_NE(each.schema.find('"' + fault.substr(1) + '"'), std::string_view::npos);
  }
}

TEST_CASE("faults of what is inside carry its path and its keyword") {
  CHECK_EQ(faults(R"({"properties":{"a/b":{"items":{"type":"string"}}}})", R"({"a/b":["x",1]})"),
           "/a~1b/1 type");
  CHECK_EQ(faults(R"({"patternProperties":{"^c":{"minimum":1}}})", R"({"cost":0})"), "/cost minimum");
  CHECK_EQ(faults(R"({"additionalProperties":{"type":"null"}})", R"({"x":1})"), "/x type");
  CHECK_EQ(faults(R"({"prefixItems":[{"const":1}],"items":{"const":2}})", "[2,1]"), "/0 const; /1 const");
  CHECK_EQ(faults(R"({"propertyNames":{"maxLength":1}})", R"({"ab":1})"), " maxLength");
  CHECK_EQ(faults(R"({"allOf":[{"minimum":1},{"minimum":2}]})", "0"), " minimum;  minimum");
  CHECK_EQ(faults(R"({"properties":{"a":false}})", R"({"a":1})"), "/a false");
  CHECK_EQ(faults("false", "1"), " false");
  CHECK_EQ(faults("true", "1"), "");
}

TEST_CASE("if chooses between then and else, and alone does nothing") {
  const char* const schema = R"({"if":{"type":"string"},"then":{"minLength":1},"else":{"minimum":1}})";
  CHECK_EQ(faults(schema, R"("")"), " minLength");
  CHECK_EQ(faults(schema, "0"), " minimum");
  CHECK_EQ(faults(R"({"if":false})", "0"), "");
  CHECK_EQ(faults(R"({"then":false,"else":false})", "0"), "");
}

TEST_CASE("a reference names a schema of the same document") {
  const char* const tree =
      R"({"properties":{"children":{"items":{"$ref":"#"}},"n":{"$ref":"#/$defs/a~1b"}},"$defs":{"a/b":{"type":"integer"}}})";
  CHECK_EQ(faults(tree, R"({"children":[{"n":1},{"children":[{"n":"x"}]}]})"),
           "/children/1/children/0/n type");
  CHECK_EQ(faults(R"({"$ref":"#/$defs/%61","$defs":{"a":{"minimum":1}},"maximum":3})", "0"), " minimum");
  for (const std::string_view target :
       {"#/$defs/none", "other.json", "#anchor", "http://x/#", "#/title", "#/%zz", ""}) {
    CAPTURE(target);
    CHECK_EQ(refused(R"({"title":"t","$ref":")" + std::string(target) + R"("})"), "bad_reference");
  }
}

TEST_CASE("a reference that leads back to itself at one value is refused") {
  for (const std::string_view schema :
       {R"({"$ref":"#"})", R"({"allOf":[{"$ref":"#"}]})", R"({"not":{"$ref":"#"}})",
        R"({"$defs":{"a":{"anyOf":[true,{"$ref":"#/$defs/b"}]},"b":{"if":{"$ref":"#/$defs/a"}}}})"}) {
    CAPTURE(schema);
    CHECK_EQ(refused(schema), "bad_reference");
  }
  CHECK_EQ(refused(R"({"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}],"$defs":{"a":{}}})"), "");
  CHECK_EQ(refused(R"({"propertyNames":{"$ref":"#"},"items":{"$ref":"#"}})"), "");
}

TEST_CASE("annotations are read and say nothing of a value") {
  CHECK_EQ(faults(R"({"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"urn:x","title":"t",
                      "description":"d","$comment":"c","default":{"x":1},"examples":[1],"format":"date-time"})",
                  R"("no date")"),
           "");
}

TEST_CASE("a keyword that is not known is refused with its path") {
  for (const std::string_view schema :
       {R"({"properties":{"a":{"frob":1}}})", R"({"unevaluatedProperties":false})", R"({"definitions":{}})",
        R"({"allOf":[{"$anchor":"x"}]})", R"({"$defs":{"a":{"dependentSchemas":{}}}})"}) {
    CAPTURE(schema);
    CHECK_EQ(refused(schema), "unknown_keyword");
  }
  try {
    Schema{json::parse(R"({"properties":{"a/b":{"frob":1}}})").root};
    FAIL("taken");
  } catch (const Error& error) {
    CHECK_EQ(std::get<std::string>(error.details().at(0).value), "/properties/a~1b/frob");
    CHECK_EQ(std::get<std::string>(error.details().at(1).value), "frob");
  }
}

TEST_CASE("a keyword with a value that it cannot have is refused") {
  for (const std::string_view schema : {"1",
                                        "null",
                                        "[]",
                                        R"({"type":"text"})",
                                        R"({"type":[]})",
                                        R"({"type":["null","null"]})",
                                        R"({"type":1})",
                                        R"({"enum":1})",
                                        R"({"required":"a"})",
                                        R"({"required":[1]})",
                                        R"({"required":["a","a"]})",
                                        R"({"minimum":"1"})",
                                        R"({"multipleOf":0})",
                                        R"({"multipleOf":-1})",
                                        R"({"multipleOf":1234567890123456789})",
                                        R"({"minLength":-1})",
                                        R"({"maxItems":1.5})",
                                        R"({"uniqueItems":1})",
                                        R"({"pattern":1})",
                                        R"({"allOf":[]})",
                                        R"({"anyOf":{}})",
                                        R"({"prefixItems":[]})",
                                        R"({"items":[{}]})",
                                        R"({"not":1})",
                                        R"({"properties":[]})",
                                        R"({"properties":{"a":1}})",
                                        R"({"dependentRequired":{"a":"b"}})",
                                        R"({"dependentRequired":{"a":["b","b"]}})",
                                        R"({"$defs":1})",
                                        R"({"$ref":1})",
                                        R"({"title":1})",
                                        R"({"examples":1})",
                                        R"({"not":{"$id":"x"}})",
                                        R"({"type":"null","type":"null"})",
                                        R"({"properties":{"a":{},"a":{}}})",
                                        R"({"const":1e99999999999999999})",
                                        R"({"minimum":1e99999999999999999})"}) {
    CAPTURE(schema);
    CHECK_EQ(refused(schema), "bad_schema");
  }
  CHECK_EQ(refused(R"({"pattern":"(?=a)b"
})"),
           "bad_pattern");
  CHECK_EQ(refused(R"({"patternProperties":{"(":true}})"), "bad_pattern");
}

TEST_CASE("of a name twice in an instance the last counts") {
  CHECK_EQ(faults(R"({"properties":{"a":{"type":"string"}},"maxProperties":1})", R"({"a":1,"a":"x"})"), "");
  CHECK_EQ(faults(R"({"properties":{"a":{"type":"string"}}})", R"({"a":"x","a":1})"), "/a type");
}

std::string nested_schema(unsigned schemas) {
  return repeated(R"({"items":)", schemas - 1) + "true" + repeated("}", schemas - 1);
}

TEST_CASE("the limits of schemas hold at the limit and not one past it") {
  CHECK_EQ(refused(nested_schema(kMaxSchemaDepth)), "");
  CHECK_EQ(refused(nested_schema(kMaxSchemaDepth + 1)), "schema_too_large");
  const auto wide = [](std::size_t schemas) {
    return R"({"allOf":[true)" + repeated(",true", schemas - 2) + "]}";
  };
  CHECK_EQ(refused(wide(kMaxSubschemas)), "");
  CHECK_EQ(refused(wide(kMaxSubschemas + 1)), "schema_too_large");
  const auto patterns = [](std::size_t count) {
    return R"({"allOf":[true)" + repeated(R"(,{"pattern":"a"})", count) + "]}";
  };
  CHECK_EQ(refused(patterns(kMaxSchemaPatterns)), "");
  CHECK_EQ(refused(patterns(kMaxSchemaPatterns + 1)), "schema_too_large");
}

TEST_CASE("no more faults are told than the limit") {
  const auto count = [](std::size_t items) {
    const json::Document document = json::parse("[0" + repeated(",0", items - 1) + "]");
    Fuel fuel;
    return Schema(json::parse(R"({"items":{"type":"string"}})").root).validate(document.root, fuel).size();
  };
  CHECK_EQ(count(kMaxSchemaFaults - 1), kMaxSchemaFaults - 1);
  CHECK_EQ(count(kMaxSchemaFaults), kMaxSchemaFaults);
  CHECK_EQ(count(kMaxSchemaFaults + 1), kMaxSchemaFaults);
}

TEST_CASE("a value is refused, not judged, when it is too deep or its number too far out") {
  const auto judged = [](std::string_view schema, const std::string& instance) {
    return error_code([&] { faults(schema, instance); });
  };
  const char* const lists = R"({"items":{"$ref":"#"}})";  // two schemas for each further level
  const auto nested = [](unsigned depth) { return repeated("[", depth) + repeated("]", depth); };
  CHECK_EQ(judged(lists, nested(kMaxValidationDepth / 2)), "");
  CHECK_EQ(judged(lists, nested(kMaxValidationDepth / 2 + 1)), "too_deep");
  CHECK_EQ(judged(R"({"minimum":1})", "1e1000000000000001"), "number_out_of_range");
  CHECK_EQ(judged(R"({"uniqueItems":true})", "[1e1000000000000001]"), "number_out_of_range");
}

TEST_CASE("a schema that doubles its work at each step runs out of fuel") {
  std::string schema = R"({"$ref":"#/$defs/d0","$defs":{"d40":true)";
  for (int i = 0; i < 40; ++i) {
    const std::string next = R"({"$ref":"#/$defs/d)" + std::to_string(i + 1) + R"("})";
    schema += ",\"d" + std::to_string(i) + R"(":{"allOf":[)" + next + "," + next + "]}";
  }
  CHECK_EQ(error_code([&] { faults(schema + "}}", "1"); }), "out_of_fuel");
}

TEST_CASE("the same validation spends the same fuel") {
  const Schema schema(json::parse(R"({"items":{"enum":[1,2]},"uniqueItems":true})").root);
  const json::Document document = json::parse("[1,2,1.0]");
  Fuel first, second;
  schema.validate(document.root, first);
  schema.validate(document.root, second);
  CHECK_EQ(first.left(), second.left());
  CHECK_LT(first.left(), kEvaluationFuel);
  Fuel exact(kEvaluationFuel - first.left());
  CHECK_EQ(error_code([&] { schema.validate(document.root, exact); }), "");
  Fuel short_by_one(kEvaluationFuel - first.left() - 1);
  CHECK_EQ(error_code([&] { schema.validate(document.root, short_by_one); }), "out_of_fuel");
}

}  // namespace
}  // namespace agentnet::paybond
