#include "core/paybond/predicate.hpp"

#include "core/http/router.hpp"
#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

constexpr std::string_view kPayload =
    R"({"status":"completed","cost_cents":450,"big":18446744073709551617,"null":null,"list":[1],"none":[],)"
    R"("deep":{"er":{"n":1.50}},"flag":false,"text":"","minus":-1})";

std::string document(std::string_view root) {
  return R"({"version":1,"root":)" + std::string(root) + "}";
}

PredicateTrace evaluated(std::string_view root, std::optional<std::int64_t> amount = 500,
                         std::string_view payload = kPayload) {
  const Schema schema(
      json::parse(R"({"required":["status"],"properties":{"cost_cents":{"maximum":449}}})").root);
  const json::Document evidence = json::parse(payload);
  Fuel fuel;
  return Predicate(json::parse(document(root)).root).evaluate({evidence.root, amount, &schema, 2}, fuel);
}

bool passes(std::string_view root) {
  return evaluated(root).passed;
}

std::string refused(std::string_view text) {
  return error_code([&] { Predicate{json::parse(text).root}; });
}

int status(const auto& action) {
  try {
    action();
    return 200;
  } catch (const Error& error) {
    return http::status_of(error);
  }
}

TEST_CASE("each clause passes when its row says so and not otherwise") {
  const std::pair<std::string_view, bool> cases[] = {
      {R"({"op":"true"})", true},
      {R"({"op":"eq","path":["status"],"value":"completed"})", true},
      {R"({"op":"eq","path":["status"],"value":"done"})", false},
      {R"({"op":"eq","path":["cost_cents"],"value":4.5e2})", true},
      {R"({"op":"eq","path":["big"],"value":18446744073709551616})", false},
      {R"({"op":"eq","path":["flag"],"value":0})", false},
      {R"({"op":"eq","path":["deep"],"value":{"er":{"n":1.5}}})", true},
      {R"({"op":"ne","path":["status"],"value":"done"})", true},
      {R"({"op":"ne","path":["null"],"value":null})", false},
      {R"({"op":"lt","path":["cost_cents"],"value":450.0001})", true},
      {R"({"op":"lt","path":["cost_cents"],"value":450})", false},
      {R"({"op":"lte","path":["cost_cents"],"value":450.0})", true},
      {R"({"op":"lte","path":["cost_cents"],"value":449})", false},
      {R"({"op":"gt","path":["big"],"value":18446744073709551616})", true},
      {R"({"op":"gt","path":["cost_cents"],"value":450})", false},
      {R"({"op":"gte","path":["deep","er","n"],"value":1.5})", true},
      {R"({"op":"gte","path":["deep","er","n"],"value":1.51})", false},
      {R"({"op":"in","path":["status"],"values":["done","completed"]})", true},
      {R"({"op":"in","path":["cost_cents"],"values":["450",451]})", false},
      {R"({"op":"exists","path":["null"]})", true},
      {R"({"op":"exists","path":["deep","no"]})", false},
      {R"({"op":"exists","path":["status","no"]})", false},
      {R"({"op":"exists","path":[]})", true},
      {R"({"op":"non_empty","path":["list"]})", true},
      {R"({"op":"non_empty","path":["none"]})", false},
      {R"({"op":"non_empty","path":["text"]})", false},
      {R"({"op":"non_empty","path":["null"]})", false},
      {R"({"op":"matches","path":["status"],"pattern":"^comp"})", true},
      {R"({"op":"matches","path":["status"],"pattern":"^pleted"})", false},
      {R"({"op":"schema_valid"})", false},
      {R"({"op":"schema_valid","path":["deep"]})", false},
      {R"({"op":"artifact_count_gte","count":2})", true},
      {R"({"op":"artifact_count_gte","count":3})", false},
      {R"({"op":"not","clause":{"op":"true"}})", false},
      {R"({"op":"not","clause":{"op":"exists","path":["x"]}})", true},
      {R"({"op":"all","clauses":[{"op":"true"},{"op":"exists","path":["status"]}]})", true},
      {R"({"op":"all","clauses":[{"op":"true"},{"op":"exists","path":["x"]}]})", false},
      {R"({"op":"any","clauses":[{"op":"exists","path":["x"]},{"op":"true"}]})", true},
      {R"({"op":"any","clauses":[{"op":"exists","path":["x"]}]})", false},
  };
  for (const auto& [root, expected] : cases) {
    CAPTURE(root);
    CHECK_EQ(passes(root), expected);
  }
}

TEST_CASE("an amount is within the budget up to the cent") {
  const char* const root = R"({"op":"amount_lte_budget","path":["cost_cents"]})";
  CHECK(evaluated(root, 450).passed);
  CHECK_FALSE(evaluated(root, 449).passed);
  CHECK(evaluated(root, 450, R"({"cost_cents":450.00})").passed);
  CHECK_FALSE(evaluated(root, 450, R"({"cost_cents":450.01})").passed);
  CHECK_FALSE(evaluated(root, 450, R"({"cost_cents":1e30})").passed);
}

TEST_CASE("evidence that follows the schema passes, and other evidence is told where it does not") {
  CHECK(evaluated(R"({"op":"schema_valid"})", {}, R"({"status":1})").passed);
  const PredicateTrace trace = evaluated(R"({"op":"schema_valid"})");
  REQUIRE_EQ(trace.faults.size(), 1);
  CHECK_EQ(trace.faults.front().path, "/cost_cents");
  CHECK_EQ(trace.faults.front().keyword, "maximum");
}

TEST_CASE("what cannot be decided is a fault of the evidence, 422") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"({"op":"eq","path":["x"],"value":1})", "missing_key"},
      {R"({"op":"ne","path":["deep","x"],"value":1})", "missing_key"},
      {R"({"op":"non_empty","path":["x"]})", "missing_key"},
      {R"({"op":"not","clause":{"op":"in","path":["x"],"values":[1]}})", "missing_key"},
      {R"({"op":"lt","path":["status","x"],"value":1})", "missing_key"},
      {R"({"op":"lt","path":["status"],"value":1})", "wrong_kind"},
      {R"({"op":"matches","path":["cost_cents"],"pattern":"4"})", "wrong_kind"},
      {R"({"op":"non_empty","path":["flag"]})", "wrong_kind"},
      {R"({"op":"amount_lte_budget","path":["status"]})", "wrong_kind"},
      {R"({"op":"amount_lte_budget","path":["minus"]})", "negative_amount"},
  };
  for (const auto& [root, code] : cases) {
    CAPTURE(root);
    CHECK_EQ(error_code([&] { evaluated(root); }), code);
    CHECK_EQ(status([&] { evaluated(root); }), 422);
  }
  try {
    evaluated(R"({"op":"eq","path":["deep","status"],"value":1})");
    FAIL("decided");
  } catch (const Error& error) {
    CHECK_EQ(error.message(), "predicate evaluation error: missing key \"status\"");
    CHECK_EQ(std::get<std::string>(error.details().at(0).value), "/deep/status");
  }
}

TEST_CASE("clauses behind the one that settles the matter are not looked at") {
  CHECK_FALSE(
      passes(R"({"op":"all","clauses":[{"op":"exists","path":["x"]},{"op":"eq","path":["x"],"value":1}]})"));
  CHECK(passes(R"({"op":"any","clauses":[{"op":"true"},{"op":"eq","path":["x"],"value":1}]})"));
  CHECK_EQ(
      error_code([] {
        evaluated(
            R"({"op":"all","clauses":[{"op":"eq","path":["x"],"value":1},{"op":"exists","path":["x"]}]})");
      }),
      "missing_key");
}

TEST_CASE("facts that were not given are missing only where they are needed") {
  CHECK_EQ(error_code([] { evaluated(R"({"op":"amount_lte_budget","path":["cost_cents"]})", {}); }),
           "missing_fact");
  CHECK(evaluated(R"({"op":"true"})", {}).passed);
  const json::Document payload = json::parse("{}");
  Fuel fuel;
  const Predicate predicate(json::parse(document(R"({"op":"schema_valid"})")).root);
  CHECK_EQ(error_code([&] { predicate.evaluate({payload.root, 1}, fuel); }), "missing_fact");
}

TEST_CASE("the trace is the tree of the clauses that were needed") {
  const PredicateTrace trace = evaluated(
      R"({"op":"all","clauses":[{"op":"eq","path":["status"],"value":"completed"},{"op":"gt","path":["cost_cents"],"value":1e3},{"op":"true"}]})");
  json::Arena arena;
  CHECK_EQ(json::to_compact(trace_value(trace, arena)),
           R"({"op":"all","passed":false,"detail":"1 more not needed","children":[)"
           R"({"op":"eq","passed":true,"path":["status"],"detail":"\"completed\" is \"completed\""},)"
           R"({"op":"gt","passed":false,"path":["cost_cents"],"detail":"450 is less than 1e3"}]})");
}

TEST_CASE("a trace does not repeat long values") {
  const std::string payload = R"({"a":")" + std::string(100'000, 'x') + R"("})";
  const PredicateTrace trace = evaluated(R"({"op":"eq","path":["a"],"value":1})", {}, payload);
  CHECK_EQ(trace.detail, "a string of 100000 bytes is not 1");
}

TEST_CASE("of a name twice in the payload the last counts") {
  CHECK(evaluated(R"({"op":"eq","path":["a"],"value":2})", {}, R"({"a":1,"a":2})").passed);
}

TEST_CASE("versions and ops that are not known are refused, 400") {
  CHECK_EQ(refused(R"({"version":2,"root":{"op":"true"}})"), "unknown_predicate_version");
  CHECK_EQ(refused(R"({"version":"1","root":{"op":"true"}})"), "unknown_predicate_version");
  CHECK_EQ(refused(R"({"version":1.5,"root":{"op":"true"}})"), "unknown_predicate_version");
  for (const std::string_view op : {"", "TRUE", "false", "and", "budget_lte", "all "}) {
    CAPTURE(op);
    const std::string text = document(R"({"op":")" + std::string(op) + R"("})");
    CHECK_EQ(refused(text), "unknown_predicate_op");
    CHECK_EQ(status([&] { Predicate{json::parse(text).root}; }), 400);
  }
}

TEST_CASE("a document that is not as the table has it is refused") {
  for (const std::string_view text :
       {"1", "{}", R"({"version":1})", R"({"root":{"op":"true"}})",
        R"({"version":1,"root":{"op":"true"},"x":1})", R"({"version":1,"version":1,"root":{"op":"true"}})"})
    CHECK_EQ(refused(text), "bad_predicate");
  for (const std::string_view root : {"[]",
                                      "{}",
                                      R"({"op":1})",
                                      R"({"op":"true","path":[]})",
                                      R"({"op":"true","op":"true"})",
                                      R"({"op":"all"})",
                                      R"({"op":"all","clauses":[]})",
                                      R"({"op":"any","clauses":{}})",
                                      R"({"op":"any","clauses":[1]})",
                                      R"({"op":"not","clauses":[{"op":"true"}]})",
                                      R"({"op":"not","clause":[]})",
                                      R"({"op":"eq","path":["a"]})",
                                      R"({"op":"eq","value":1})",
                                      R"({"op":"eq","path":"a","value":1})",
                                      R"({"op":"eq","path":[0],"value":1})",
                                      R"({"op":"eq","path":["a"],"value":1e9999999999999999})",
                                      R"({"op":"lt","path":["a"],"value":"1"})",
                                      R"({"op":"lt","path":["a"],"value":1e9999999999999999})",
                                      R"({"op":"in","path":["a"],"values":[]})",
                                      R"({"op":"in","path":["a"],"values":1})",
                                      R"({"op":"exists","path":["a"],"value":1})",
                                      R"({"op":"matches","path":["a"],"pattern":1})",
                                      R"({"op":"artifact_count_gte","count":-1})",
                                      R"({"op":"artifact_count_gte","count":1.5})",
                                      R"({"op":"artifact_count_gte"})"}) {
    CAPTURE(root);
    CHECK_EQ(refused(document(root)), "bad_predicate");
  }
  CHECK_EQ(refused(document(R"({"op":"matches","path":["a"],"pattern":"(?=a)b"})")), "bad_pattern");
}

TEST_CASE("the limits of predicates hold at the limit and not one past it") {
  const auto list = [](std::size_t count) {
    return document(R"({"op":"all","clauses":[{"op":"true"})" + repeated(R"(,{"op":"true"})", count - 2) +
                    "]}");
  };
  CHECK_EQ(refused(list(kMaxClauses)), "");
  CHECK_EQ(refused(list(kMaxClauses + 1)), "predicate_too_large");
  const auto nested = [](unsigned depth) {
    return document(repeated(R"({"op":"not","clause":)", depth - 1) + R"({"op":"true"})" +
                    repeated("}", depth - 1));
  };
  CHECK_EQ(refused(nested(kMaxClauseDepth)), "");
  CHECK_EQ(refused(nested(kMaxClauseDepth + 1)), "predicate_too_large");
  const auto path = [](std::size_t keys, std::size_t bytes) {
    return document(R"({"op":"exists","path":[")" + std::string(bytes, 'k') + '"' +
                    repeated(R"(,"k")", keys - 1) + "]}");
  };
  CHECK_EQ(refused(path(kMaxPathKeys, kMaxPathKeyBytes)), "");
  CHECK_EQ(refused(path(kMaxPathKeys + 1, 1)), "predicate_too_large");
  CHECK_EQ(refused(path(1, kMaxPathKeyBytes + 1)), "predicate_too_large");
  const auto values = [](std::size_t count) {
    return document(R"({"op":"in","path":["a"],"values":[1)" + repeated(",1", count - 1) + "]}");
  };
  CHECK_EQ(refused(values(kMaxInValues)), "");
  CHECK_EQ(refused(values(kMaxInValues + 1)), "predicate_too_large");
  const auto patterns = [](std::size_t count) {
    return document(R"({"op":"all","clauses":[{"op":"true"})" +
                    repeated(R"(,{"op":"matches","path":["a"],"pattern":"a"})", count) + "]}");
  };
  CHECK_EQ(refused(patterns(kMaxPredicatePatterns)), "");
  CHECK_EQ(refused(patterns(kMaxPredicatePatterns + 1)), "predicate_too_large");
}

TEST_CASE("fuel ends an evaluation, and the same one spends the same") {
  const json::Document payload = json::parse(kPayload);
  const Predicate predicate(
      json::parse(document(R"({"op":"eq","path":["status"],"value":"completed"})")).root);
  Fuel first;
  predicate.evaluate({payload.root}, first);
  const std::uint64_t spent = kEvaluationFuel - first.left();
  Fuel exact(spent), little(spent - 1);
  CHECK(predicate.evaluate({payload.root}, exact).passed);
  CHECK_EQ(error_code([&] { predicate.evaluate({payload.root}, little); }), "out_of_fuel");
  CHECK_EQ(status([&] { predicate.evaluate({payload.root}, little); }), 422);
}

}  // namespace
}  // namespace agentnet::paybond
