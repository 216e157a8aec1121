// A frontier card from a file, from options and from both.
#include "commands/sbn/card_file.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "core/json/write.hpp"
#include "core/sbn/client_atlas.hpp"
#include "tests/commands/fixtures.hpp"

namespace agentnet::commands {
namespace {

using tests::CommandRun;
using tests::fault_of;
using tests::with;

// Of a file with that content.
std::string card_of(std::string_view content) {
  const CommandRun run;
  return json::to_compact(read_card_file(run.folder.put("card.json", content), run.context).root);
}

std::string card_with(const Arguments& arguments) {
  const CommandRun run;
  return json::to_compact(read_card(arguments, run.context).root);
}

std::string fault_with(const Arguments& arguments) {
  return fault_of([&] { (void)card_with(arguments); });
}

constexpr std::string_view kSections = R"({
  "meta": {"authored_by": "me", "label": "Audit", "card_version": "2"},
  "identity": {"scope": "s", "surface": "f", "card_id": "i", "app_family": "ops", "ecology": "e"},
  "registration_prior": {"family_class": "service", "cmax_default": 1.50, "cmax_source": "measured"},
  "operational_form": {"native_pulse": "pgdag", "steps": [1]},
  "bindings": {"apps": ["app-1", "app-2"], "workflows": ["w"], "api_keys": ["k"]},
  "notes": {"n": 1}
})";

TEST_CASE("a flat card stays as it is, in the order of the members") {
  CHECK(card_of(R"({"label":"L","domain":"d","scope":"s","card_id":"c","c_max":1.0})") ==
        R"({"card_id":"c","scope":"s","domain":"d","label":"L","c_max":1.0})");
}

TEST_CASE("members that no card has are left out, and so is what is null") {
  CHECK(card_of(R"({"other":1,"label":null,"domain":"d"})") == R"({"domain":"d"})");
  CHECK(card_of("{}") == "{}");
}

TEST_CASE("sections become members, numbers as they were written") {
  CHECK(
      card_of(kSections) ==
      R"({"card_id":"s","app_family":"ops","family_class":"service","authored_by":"me","label":"Audit",)"
      R"("ecology":"e","surface":"f","pulse_type":"pgdag","app_id":"app-1","card_version":"2","c_max":1.50,)"
      R"("cmax_default":1.50,"cmax_source":"measured",)"
      R"("operational_form":{"native_pulse":"pgdag","steps":[1]},"notes":{"n":1},)"
      R"("workflow_bindings":["w"],"api_key_ids":["k"]})");
}

TEST_CASE("a section counts more than the top, and the card's id is its scope, surface, id, in this order") {
  CHECK(card_of(R"({"label":"top","meta":{"label":"section"}})") == R"({"label":"section"})");
  CHECK(card_of(R"({"card_id":"top","identity":{"card_id":"i","surface":"f"}})") ==
        R"({"card_id":"f","surface":"f"})");
  CHECK(card_of(R"({"card_id":"top","identity":{"card_id":"i"}})") == R"({"card_id":"i"})");
  CHECK(card_of(R"({"card_id":"top","identity":{"card_id":null}})") == R"({"card_id":"top"})");
}

TEST_CASE("a section that is no object, and apps that are none, count as missing") {
  CHECK(card_of(R"({"meta":[1],"label":"top"})") == R"({"label":"top"})");
  for (const char* apps : {"[]", "{}", R"("app")", "1"})
    CHECK(card_of(R"({"app_id":"a","bindings":{"apps":)" + std::string(apps) + "}}") == R"({"app_id":"a"})");
}

TEST_CASE("what a network answered is known by its canonical path") {
  const std::string answer =
      R"({"canonical_path":"ops.audit.v2","frontier_card":{"card_id":"c","label":"L"}})";
  CHECK(card_of(answer) == R"({"card_id":"ops.audit.v2","label":"L"})");
  CHECK(card_of(R"({"canonical_path":"p","frontier_card":{"label":"L"}})") ==
        R"({"label":"L","card_id":"p"})");
  CHECK(card_of(R"({"canonical_path":"","frontier_card":{"card_id":"c"}})") == R"({"card_id":"c"})");
  // A member of that name that is no object is not the card.
  CHECK(card_of(R"({"frontier_card":"x","label":"L"})") == R"({"label":"L"})");
}

TEST_CASE("a file without an object is refused") {
  for (const char* content : {"[]", "1", "null", R"("card")"}) {
    CAPTURE(content);
    const CommandRun run;
    const std::string file = run.folder.put("card.json", content);
    CHECK(fault_of([&] { (void)read_card_file(file, run.context); }) == "usage/bad_card");
    CHECK(fault_of([&] { (void)read_card(with({{"--file", {file}}}), run.context); }) == "usage/bad_card");
  }
  CHECK(fault_with(with({{"--file", {"/none/there.json"}}})) == "usage/bad_input");
}

TEST_CASE("without a file the options are the card") {
  CHECK(card_with({}) == "{}");
  CHECK(card_with(with({{"--domain", {"ops.audit"}},
                        {"--c-max", {"2"}},
                        {"--workflow", {"a", "b"}},
                        {"--notes-file", {R"({"n": 1.0})"}},
                        {"--change-note", {"new"}}})) ==
        R"({"domain":"ops.audit","c_max":2.0,"notes":{"n":1.0},"change_note":"new",)"
        R"("workflow_bindings":["a","b"]})");
}

TEST_CASE("an option counts more than the file, in the member's place") {
  CHECK(card_with(with({{"--file", {R"({"domain":"d","label":"of file","notes":{"a":1}})"}},
                        {"--label", {"of option"}},
                        {"--notes-file", {"{}"}}})) == R"({"domain":"d","label":"of option","notes":{}})");
}

TEST_CASE("options with values of the wrong kind are refused") {
  for (const char* number : {"", "x", "1x", "nan", "inf", "-inf", "1e999", "0x10", "1,5"}) {
    CAPTURE(number);
    CHECK(fault_with(with({{"--c-max", {number}}})) == "usage/bad_number");
    CHECK(fault_with(with({{"--cmax-default", {number}}})) == "usage/bad_number");
  }
  for (const char* option :
       {"--scientific-contract-file", "--operational-form-file", "--diagnostics-file", "--notes-file"}) {
    CAPTURE(option);
    CHECK(fault_with(with({{option, {"[1]"}}})) == "usage/not_an_object");
    CHECK(fault_with(with({{option, {"{"}}})).starts_with("usage/"));
  }
}

TEST_CASE("every option of a card but the file leads to a member that the network knows") {
  const auto members = sbn::atlas::card_members();
  for (const Option& option : kCardOptions) {
    if (option.name == "--file") continue;
    CAPTURE(option.name);
    const bool is_object = option.completes == Completes::files;
    const bool is_number = option.value == "X";
    const std::string value = is_object ? "{}" : is_number ? "1" : "text";
    const CommandRun run;
    const json::Document card = read_card(with({{option.name, {value}}}), run.context);
    REQUIRE(card.root.members().size() == 1);
    const std::string_view name = card.root.members().front().name.text();
    // scope and domain stand in for the card's id, and the note goes with the new version.
    const bool is_beside = name == "scope" || name == "domain" || name == "change_note";
    CHECK((is_beside || std::find(members.begin(), members.end(), name) != members.end()));
  }
}

}  // namespace
}  // namespace agentnet::commands
