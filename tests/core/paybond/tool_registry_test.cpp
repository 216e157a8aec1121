#include "core/paybond/tool_registry.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

ToolRegistry read(const std::string& text) {
  return read_registry(json::parse(text).root);
}

// The codes of what is wrong, without their first word.
std::vector<std::string> faults(const std::string& text) {
  std::vector<std::string> codes;
  for (const RegistryIssue& issue : read(text).issues) {
    if (!issue.is_note) codes.push_back(issue.code.substr(std::string("registry.").size()));
  }
  return codes;
}

TEST_CASE("tools are read with what they cost") {
  const ToolRegistry registry = read(
      R"({"version": 1, "default_deny": true, "tools": {)"
      R"("book": {"side_effecting": true, "max_spend_cents": 20000, "evidence_preset": "stripe_charge"},)"
      R"("pay": {"operation": "pay.now", "evidence_preset": "stripe_charge"}, "search": {"side_effecting": false}}})");
  CHECK(registry.ok());
  CHECK_EQ(registry.version, 1);
  CHECK(registry.default_deny);
  CHECK_EQ(registry.tool_count, 3);
  CHECK_EQ(registry.side_effecting_count(), 2);
  CHECK_EQ(registry.tools.at(0).operation, "book");
  CHECK_EQ(registry.tools.at(0).max_spend_cents, 20'000);
  CHECK_EQ(registry.tools.at(1).operation, "pay.now");
  CHECK(registry.tools.at(1).side_effecting);
  CHECK_FALSE(registry.tools.at(2).side_effecting);
  CHECK_EQ(registry.issues.at(0).code, "registry.default_deny_documented");
}

TEST_CASE("an empty registry has nothing wrong with it") {
  for (const std::string text :
       {"{}", R"({"version": 1})", R"({"tools": {}})", R"({"default_deny": false})"}) {
    CAPTURE(text);
    CHECK(read(text).issues.empty());
  }
  CHECK_FALSE(read("{}").version.has_value());
}

TEST_CASE("each fault has a code, as the kit has it where it knows it") {
  using Codes = std::vector<std::string>;
  CHECK_EQ(faults(R"({"version": 2})"), Codes{"unsupported_version"});
  CHECK_EQ(faults(R"({"version": "1"})"), Codes{"unsupported_version"});
  CHECK_EQ(faults(R"({"default_deny": "x"})"), Codes{"invalid_default_deny"});
  CHECK_EQ(faults(R"({"tools": []})"), Codes{"invalid_tools"});
  CHECK_EQ(faults(R"({"tools": {"a": 7}})"), Codes{"invalid_tool_entry"});
  CHECK_EQ(faults(R"({"tools": {"a": {}}})"), Codes{"missing_evidence_preset"});
  CHECK_EQ(faults(R"({"tools": {"a": {"evidence_preset": ""}}})"), Codes{"missing_evidence_preset"});
  CHECK_EQ(faults(R"({"tools": {"a": {"evidence_preset": "nope"}}})"), Codes{"unknown_evidence_preset"});
  CHECK(faults(R"({"tools": {"a": {"side_effecting": false, "evidence_preset": "nope"}}})").empty());
  CHECK_EQ(faults(R"({"tools": {"a": {"side_effecting": "no", "evidence_preset": "stripe_charge"}}})"),
           Codes{"invalid_side_effecting"});
  for (const std::string most : {"-1", "1.5", "\"5\"", "99999999999999999999"})
    CHECK_EQ(
        faults(R"({"tools": {"a": {"evidence_preset": "stripe_charge", "max_spend_cents": )" + most + "}}}"),
        Codes{"invalid_max_spend"});
  CHECK_EQ(faults(R"({"tools": {"a": {"operation": "x", "evidence_preset": "stripe_charge"},)"
                  R"("x": {"side_effecting": false}}})"),
           Codes{"duplicate_operation"});
}

TEST_CASE("what cannot be understood never allows more") {
  CHECK(read(R"({"default_deny": 1})").default_deny);
  CHECK(read(R"({"tools": {"a": {"side_effecting": 0}}})").tools.at(0).side_effecting);
  CHECK_EQ(read(R"({"tools": {"a": {"max_spend_cents": -5}}})").tools.at(0).max_spend_cents, 0);
}

TEST_CASE("a registry has at most so many tools") {
  nlohmann::ordered_json tools = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < kMaxRegistryTools; ++i)
    tools["t" + std::to_string(i)] = {{"side_effecting", false}};
  CHECK(faults(nlohmann::ordered_json({{"tools", tools}}).dump()).empty());
  tools["more"] = {{"side_effecting", false}};
  CHECK_EQ(faults(nlohmann::ordered_json({{"tools", tools}}).dump()),
           std::vector<std::string>{"too_many_tools"});
}

TEST_CASE("a registry that is used must be right") {
  CHECK_EQ(error_code([] { require_registry(json::parse(R"({"tools": {"a": {}}})").root); }), "bad_registry");
  CHECK_EQ(error_code([] { read_registry(json::parse("[]").root); }), "bad_registry");
  CHECK_EQ(error_code([] { require_registry(json::parse(R"({"default_deny": true})").root); }), "");
}

}  // namespace
}  // namespace agentnet::paybond
