// What `sbn atlas register` makes of workflows, pairs and specs.
#include "commands/sbn/workflow_specs.hpp"

#include <doctest/doctest.h>

#include "core/json/write.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::CommandRun;
using tests::fault_of;
using tests::with;

using Names = std::vector<std::string>;

WorkflowSpecs read(const Arguments& arguments) {
  const CommandRun run;
  return read_workflow_specs(arguments, run.context);
}

std::string text_of(const Arguments& arguments) {
  return json::to_compact(read(arguments).specs.root);
}

std::string fault_in(const Arguments& arguments) {
  return fault_of([&] { (void)read(arguments); });
}

TEST_CASE("a workflow that is only named has a spec without values") {
  CHECK(text_of(with({{"--workflow", {"code"}}})) ==
        R"([{"workflow":"code","frontier_id":null,"pulse_type":null,"event_types":[]}])");
}

TEST_CASE("workflows stand in the order in which they are first named, each once") {
  const WorkflowSpecs specs = read(with({{"--workflows", {"a, b,,a"}},
                                         {"--workflow", {" c ", "b", " "}},
                                         {"--workflow-spec", {R"({"workflow":"d"})"}},
                                         {"--bind", {"e=f", "a=g"}},
                                         {"--pulse", {"h=batch"}},
                                         {"--events", {"i=x", "c=y"}}}));
  CHECK(specs.workflows == Names{"a", "b", "c", "d", "e", "h", "i"});
  CHECK(specs.specs.root.items().size() == specs.workflows.size());
}

TEST_CASE("pairs say a frontier, a pulse and events, with white space around them or not") {
  CHECK(text_of(with({{"--bind", {" code = dev.code "}},
                      {"--pulse", {"code= slot_stream"}},
                      {"--events", {"code=commit, review ,,"}}})) ==
        R"([{"workflow":"code","frontier_id":"dev.code","pulse_type":"slot_stream",)"
        R"("event_types":["commit","review"]}])");
}

TEST_CASE("the value of a pair begins behind the first sign") {
  CHECK(text_of(with({{"--bind", {"a=b=c"}}})).find(R"("frontier_id":"b=c")") != std::string::npos);
}

TEST_CASE("a pair without one of its sides is refused") {
  for (const std::string_view option : {"--bind", "--pulse", "--events"}) {
    for (const char* text : {"", "=", "a", "a=", "=b", " = b", "a= "}) {
      CAPTURE(option);
      CAPTURE(text);
      CHECK(fault_in(with({{option, {text}}})) == "usage/bad_pair");
    }
  }
}

TEST_CASE("--pulse takes the three pulses and nothing else") {
  for (const std::string_view pulse : kPulses)
    CHECK(fault_in(with({{"--pulse", {"a=" + std::string(pulse)}}})) == "nothing");
  for (const char* pulse : {"stream", "SLOT_STREAM", "batch,pgdag"}) {
    CAPTURE(pulse);
    CHECK(fault_in(with({{"--pulse", {"a=" + std::string(pulse)}}})) == "usage/unknown_value");
  }
}

TEST_CASE("of two values the pairs win over the spec, and later ones over earlier ones") {
  const std::string spec =
      R"({"workflow":"a","frontier_id":"of.spec","pulse_type":"batch","event_types":["e"]})";
  CHECK(text_of(with({{"--workflow-spec", {spec}}})) == "[" + spec + "]");
  CHECK(text_of(with({{"--workflow-spec", {spec}},
                      {"--bind", {"a=one", "a=two"}},
                      {"--pulse", {"a=pgdag"}},
                      {"--events", {"a=f,g"}}})) ==
        R"([{"workflow":"a","frontier_id":"two","pulse_type":"pgdag","event_types":["f","g"]}])");
  CHECK(text_of(with({{"--workflow-spec", {spec, R"({"workflow":"a","frontier_id":"later"})"}}})) ==
        R"([{"workflow":"a","frontier_id":"later","pulse_type":"batch","event_types":["e"]}])");
}

TEST_CASE("a spec may say frontier for frontier_id, which counts more, and events as a text") {
  const auto spec = [](const char* text) { return text_of(with({{"--workflow-spec", {text}}})); };
  CHECK(spec(R"({"workflow":" a ","frontier":"x","event_types":"c, d"})") ==
        R"([{"workflow":"a","frontier_id":"x","pulse_type":null,"event_types":["c","d"]}])");
  CHECK(spec(R"({"workflow":"a","frontier":"x","frontier_id":"y"})").find(R"("frontier_id":"y")") !=
        std::string::npos);
  CHECK(spec(R"({"workflow":"a","frontier":"x","frontier_id":""})").find(R"("frontier_id":"x")") !=
        std::string::npos);
}

TEST_CASE("members of release 0.14 go along, those without a value and unknown ones do not") {
  CHECK(text_of(with({{"--workflow-spec",
                       {R"({"phase":"p","workflow":"a","other":1,"app_name":null,"gec_domain":"",)"
                        R"("action_weight_map":{"x":1.50}})"}}})) ==
        R"([{"workflow":"a","frontier_id":null,"pulse_type":null,"event_types":[],"phase":"p",)"
        R"("action_weight_map":{"x":1.50}}])");
}

TEST_CASE("a file holds a list of specs, bare or under workflow_specs") {
  for (const char* content : {R"([{"workflow":"a"},{"workflow":"b"}])",
                              R"({"workflow_specs":[{"workflow":"a"},{"workflow":"b"}]})"}) {
    const CommandRun run;
    const std::string file = run.folder.put("specs.json", content);
    CHECK(read_workflow_specs(with({{"--workflow-specs-file", {file}}}), run.context).workflows ==
          Names{"a", "b"});
  }
}

TEST_CASE("a file of specs can be standard input") {
  const CommandRun run(R"([{"workflow":"a"}])");
  CHECK(read_workflow_specs(with({{"--workflow-specs-file", {"-"}}}), run.context).workflows == Names{"a"});
}

TEST_CASE("a file that holds no list of specs is refused") {
  for (const char* content : {"{}", "1", "null", R"({"workflow_specs":{}})", "[1]", "[null]", "[[]]",
                              R"([{"workflow":""}])", R"([{"workflow":null}])", R"([{}])"}) {
    CAPTURE(content);
    const CommandRun run;
    const Arguments arguments = with({{"--workflow-specs-file", {run.folder.put("specs.json", content)}}});
    CHECK(fault_of([&] { (void)read_workflow_specs(arguments, run.context); }) == "usage/bad_spec");
  }
  CHECK(fault_in(with({{"--workflow-specs-file", {"/none/there.json"}}})) == "usage/bad_input");
}

TEST_CASE("a value of the wrong kind in a spec is refused, not guessed") {
  for (const char* spec : {R"({"workflow":"a","frontier_id":1})", R"({"workflow":"a","frontier":["x"]})",
                           R"({"workflow":"a","pulse_type":{"x":1}})"}) {
    CAPTURE(spec);
    CHECK(fault_in(with({{"--workflow-spec", {spec}}})) == "usage/bad_spec");
  }
  CHECK(fault_in(with({{"--workflow-spec", {"{"}}})).starts_with("usage/"));
}

TEST_CASE("an app without a workflow is refused") {
  CHECK(fault_in({}) == "usage/no_workflows");
  CHECK(fault_in(with({{"--workflows", {" , "}}, {"--workflow", {" "}}})) == "usage/no_workflows");
  CHECK(fault_in(with({{"--workflow-specs-file", {"[]"}}})) == "usage/no_workflows");
}

}  // namespace
}  // namespace agentnet::commands
