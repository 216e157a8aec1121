// Templates: how they are read, and what keeps them from running.
#include "core/sbn/pgdag/template.hpp"

#include "tests/core/sbn/pgdag/fixtures.hpp"

namespace agentnet::sbn::pgdag {
namespace {

using namespace fixtures;

DagTemplate read(const std::string& text) {
  return DagTemplate::from_json(json::parse(text).root);
}
std::string code(const std::string& text) {
  return code_of([&] { read(text); });
}

TEST_CASE("the short form means the same as the long one") {
  json::Arena arena;
  const json::Document brief = json::parse(R"({"name":"t","nodes":["a","b"],"edges":[["a","b"]]})");
  const std::string drawn = json::to_compact(DagTemplate::from_json(brief.root).to_json(arena));
  CHECK(drawn ==
        R"({"name":"t","version":"1.0","domain":"general","nodes":[{"id":"a","label":"","step_type":"",)"
        R"("metadata":{}},{"id":"b","label":"","step_type":"","metadata":{}}],"edges":[{"source":"a",)"
        R"("target":"b","edge_type":"sequence"}],"metadata":{}})");
  const json::Document whole = json::parse(drawn);
  CHECK(json::to_compact(DagTemplate::from_json(whole.root).to_json(arena)) == drawn);
}

TEST_CASE("a condition stands in for the edge type sequence only") {
  const auto type = [](const std::string& edge) {
    return read(R"({"name":"t","nodes":["a"],"edges":[{"source":"a","target":"b",)" + edge + "}]}")
        .edges[0]
        .edge_type;
  };
  CHECK(type(R"("condition":"fork")") == "fork");
  CHECK(type(R"("condition":"fork","edge_type":"join")") == "join");
}

TEST_CASE("what is no template is refused by name") {
  CHECK(code("[]") == "bad_template");
  CHECK(code(R"({"nodes":[]})") == "bad_template");
  CHECK(code(R"({"name":7,"nodes":[]})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":{}})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":[7]})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":[{"id":""}]})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":[{"id":"a","metadata":[]}]})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":["a"],"edges":[["a"]]})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":["a"],"edges":[{"source":"a"}]})") == "bad_template");
  CHECK(code(R"({"name":"t","nodes":["a","a"]})") == "duplicate_node");
  CHECK(code(R"({"name":"t"})") == "nothing");
}

TEST_CASE("an id may be as long as the limit and no longer") {
  const auto with_id = [](std::size_t bytes) {
    return R"({"name":"t","nodes":[")" + std::string(bytes, 'x') + "\"]}";
  };
  CHECK(code(with_id(kMaxNodeIdBytes)) == "nothing");
  CHECK(code(with_id(kMaxNodeIdBytes + 1)) == "too_large");
}

TEST_CASE("a template may have as many nodes as the limit and no more") {
  const auto with_nodes = [](std::size_t count) {
    std::string text = R"({"name":"t","nodes":["0")";
    for (std::size_t i = 1; i < count; ++i)
      text += ",\"" + std::to_string(i) + "\"";
    return text + "]}";
  };
  CHECK(code(with_nodes(kMaxNodes)) == "nothing");
  CHECK(code(with_nodes(kMaxNodes + 1)) == "too_large");
}

TEST_CASE("cycles are named, also behind steps that would run") {
  const auto problems =
      problems_of(dag_of({"s", "a", "b", "c"}, {{"s", "a"}, {"a", "b"}, {"b", "c"}, {"c", "a"}}));
  REQUIRE(problems.size() == 1);
  CHECK(problems[0].code == "cycle");
  CHECK(problems[0].message == "the steps wait for each other: a -> b -> c -> a");
  CHECK(problems_of(dag_of({"a"}, {{"a", "a"}}))[0].message == "the steps wait for each other: a -> a");
  CHECK(code_of([] { require_sound(dag_of({"a"}, {{"a", "a"}})); }) == "cycle");
}

TEST_CASE("ends of edges that are no nodes are named") {
  const auto problems = problems_of(dag_of({"a"}, {{"a", "x"}, {"y", "a"}}));
  REQUIRE(problems.size() == 2);
  CHECK(problems[0].message == "edge 1 (a -> x) names 'x', which is no node");
  CHECK(problems[1].message == "edge 2 (y -> a) names 'y', which is no node");
  CHECK(code_of([] { require_sound(dag_of({"a"}, {{"a", "x"}})); }) == "unknown_edge_end");
}

TEST_CASE("a sound template has no problems, whatever order it is declared in") {
  CHECK(problems_of(dag_of({"d", "c", "b", "a"}, {{"a", "b"}, {"b", "c"}, {"c", "d"}, {"a", "d"}})).empty());
  CHECK(problems_of(dag_of({})).empty());
}

}  // namespace
}  // namespace agentnet::sbn::pgdag
