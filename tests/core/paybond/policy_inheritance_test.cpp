// Overlays on base policies: what comes of them, and that they never allow more.
#include "core/paybond/policy_inheritance.hpp"

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Json = nlohmann::ordered_json;

Json base_policy() {
  return Json::parse(R"({"version":2,"name":"base","default_deny":true,"tools":{
    "a.b":{"side_effecting":true,"max_spend_cents":100,"evidence_preset":"cost_and_completion","operation":"pay"},
    "c":{"side_effecting":false},
    "by.arg":{"side_effecting":true,"spend_from_args":"price.cents","evidence_preset":"api_response_ok"}},
    "intent":{"policy_binding":{"template_id":"true_v1","version_seq":2},
              "budget":{"currency":"usd","max_spend_usd":5},"allowed_tools":["a.b","c"]}})");
}

Json overlay_policy(const std::string& members = "{}") {
  Json overlay = Json::parse(R"({"version":2,"name":"over","default_deny":true,
    "extends":{"org_policy_id":"base","org_id":"org_a"},"tools":{}})");
  overlay.update(Json::parse(members));
  return overlay;
}

struct Merged {
  Json effective;
  std::vector<std::string> applied;
  std::vector<std::string> widened;  // their paths
};

Merged merge(const Json& base, const Json& overlay) {
  const json::Document first = json::parse(base.dump());
  const json::Document second = json::parse(overlay.dump());
  REQUIRE(check_policy(first.root).is_valid());
  REQUIRE(overlay_faults(second.root).empty());
  json::Arena arena;
  const PolicyMerge merged = merge_policies(first.root, second.root, arena);
  Merged out{{}, merged.applied, {}};
  for (const PolicyFault& each : merged.widenings)
    out.widened.push_back(each.path);
  CHECK(merged.effective.is_null() == !out.widened.empty());
  if (!merged.effective.is_null()) out.effective = Json::parse(json::to_compact(merged.effective));
  return out;
}

Merged merge(const std::string& members) {
  return merge(base_policy(), overlay_policy(members));
}

using Paths = std::vector<std::string>;

TEST_CASE("an overlay that says nothing is its base under another name") {
  const Merged merged = merge("{}");
  Json expected = base_policy();
  expected["version"] = 1;
  expected["name"] = "over";
  CHECK(merged.effective == expected);
  CHECK(merged.applied.empty());
}

TEST_CASE("own tools stand behind those of the base") {
  const Merged merged = merge(R"({"tools":{"d":{"side_effecting":false}}})");
  std::vector<std::string> names;
  for (const auto& [name, tool] : merged.effective["tools"].items())
    names.push_back(name);
  CHECK(names == Paths{"a.b", "c", "by.arg", "d"});
}

TEST_CASE("an own tool takes neither name nor operation of one of the base") {
  CHECK(merge(R"({"tools":{"c":{"side_effecting":false}}})").widened == Paths{"tools.c"});
  for (const std::string operation : {"pay", "a.b", "c"}) {
    const std::string tool = R"({"tools":{"d":{"side_effecting":true,"max_spend_cents":9999,)"
                             R"("evidence_preset":"cost_and_completion","operation":")" +
                             operation + R"("}}})";
    CAPTURE(operation);
    CHECK(merge(tool).widened == Paths{"tools.d"});
  }
  CHECK(merge(R"({"tools":{"pay":{"side_effecting":false}}})").widened == Paths{"tools.pay"});
}

TEST_CASE("an override changes a tool of the base where it narrows") {
  const Merged merged =
      merge(R"({"overrides":{"tools":{"a.b":{"max_spend_cents":99,"evidence_preset":"api_response_ok"}}}})");
  CHECK(merged.effective["tools"]["a.b"]["max_spend_cents"] == 99);
  CHECK(merged.effective["tools"]["a.b"]["evidence_preset"] == "api_response_ok");
  CHECK(merged.effective["tools"]["a.b"]["operation"] == "pay");
  CHECK(merged.applied == Paths{"tools.a.b.max_spend_cents", "tools.a.b.evidence_preset"});
}

TEST_CASE("a limit may be as high as the base's and no cent higher") {
  const auto with = [](const std::string& cents) {
    return merge(R"({"overrides":{"tools":{"a.b":{"max_spend_cents":)" + cents + "}}}}").widened;
  };
  CHECK(with("0").empty());
  CHECK(with("100").empty());
  CHECK(with("101") == Paths{"tools.a.b.max_spend_cents"});
}

TEST_CASE("a limit takes the place of an argument, and never the other way round") {
  const Merged limited = merge(R"({"overrides":{"tools":{"by.arg":{"max_spend_cents":7}}}})");
  CHECK(limited.effective["tools"]["by.arg"] ==
        Json::parse(R"({"side_effecting":true,"evidence_preset":"api_response_ok","max_spend_cents":7})"));
  const std::string other = R"({"overrides":{"tools":{"by.arg":{"spend_from_args":"other"}}}})";
  CHECK(merge(other).widened == Paths{"tools.by.arg.spend_from_args"});
  const std::string same = R"({"overrides":{"tools":{"by.arg":{"spend_from_args":"price.cents"}}}})";
  CHECK(merge(same).widened.empty());
  const std::string loose = R"({"overrides":{"tools":{"a.b":{"spend_from_args":"x"}}}})";
  CHECK(merge(loose).widened == Paths{"tools.a.b.spend_from_args"});
}

TEST_CASE("side effects are never taken back, and operations never taken over") {
  const auto with = [](const std::string& change) {
    return merge(R"({"overrides":{"tools":{)" + change + "}}}").widened;
  };
  CHECK(with(R"("a.b":{"side_effecting":false})") == Paths{"tools.a.b.side_effecting"});
  CHECK(with(R"("a.b":{"side_effecting":true})").empty());
  CHECK(with(R"("c":{"side_effecting":true,"evidence_preset":"api_response_ok"})").empty());
  CHECK(with(R"("c":{"operation":"pay"})") == Paths{"tools.c.operation"});
  CHECK(with(R"("c":{"operation":"read"})").empty());
  CHECK(with(R"("zz":{"max_spend_cents":1})") == Paths{"overrides.tools.zz"});
}

TEST_CASE("default_deny holds when anybody says so") {
  const auto denies = [](bool base, bool overlay, const char* overrides) {
    Json first = base_policy();
    first["default_deny"] = base;
    Json second = overlay_policy(overrides);
    second["default_deny"] = overlay;
    return merge(first, second).effective["default_deny"].get<bool>();
  };
  CHECK_FALSE(denies(false, false, "{}"));
  CHECK(denies(true, false, "{}"));
  CHECK(denies(false, true, "{}"));
  CHECK(denies(true, false, R"({"overrides":{"default_deny":false}})"));
  CHECK(denies(false, false, R"({"overrides":{"default_deny":true}})"));
}

TEST_CASE("allowed tools are a part of the base's") {
  const Merged narrowed = merge(R"({"overrides":{"intent":{"allowed_tools":["c"]}}})");
  CHECK(narrowed.effective["intent"]["allowed_tools"] == Json::parse(R"(["c"])"));
  CHECK(merge(R"({"intent":{"allowed_tools":["c","a.b"]}})").effective["intent"]["allowed_tools"] ==
        Json::parse(R"(["c","a.b"])"));
  CHECK(merge(R"({"intent":{"allowed_tools":[]}})").effective["intent"]["allowed_tools"].size() == 2);
  CHECK(merge(R"({"intent":{"allowed_tools":["a.b","by.arg"]}})").widened == Paths{"intent.allowed_tools"});
  const std::string both =
      R"({"intent":{"allowed_tools":["a.b"]},"overrides":{"intent":{"allowed_tools":["c"]}}})";
  CHECK(merge(both).effective["intent"]["allowed_tools"] == Json::parse(R"(["c"])"));
}

TEST_CASE("a base without allowed tools leaves the choice to the overlay") {
  Json base = base_policy();
  base["intent"].erase("allowed_tools");
  const Merged merged = merge(base, overlay_policy(R"({"intent":{"allowed_tools":["by.arg"]}})"));
  CHECK(merged.effective["intent"]["allowed_tools"] == Json::parse(R"(["by.arg"])"));
}

TEST_CASE("a budget is at most the base's and in its currency") {
  const auto with = [](const std::string& budget) {
    return merge(R"({"overrides":{"intent":{"budget":)" + budget + "}}}");
  };
  CHECK(with(R"({"currency":"usd","max_spend_usd":4.99})").effective["intent"]["budget"]["max_spend_usd"] ==
        4.99);
  CHECK(with(R"({"currency":"usd","max_spend_usd":5})").widened.empty());
  CHECK(with(R"({"currency":"usd","max_spend_usd":5.01})").widened == Paths{"intent.budget.max_spend_usd"});
  CHECK(with(R"({"currency":"usd"})").effective["intent"]["budget"]["max_spend_usd"] == 5);
  CHECK(with(R"({"currency":"eur","max_spend_usd":4})").widened == Paths{"intent.budget.currency"});
}

TEST_CASE("a binding keeps its template and grows no older") {
  const auto with = [](const std::string& binding) {
    return merge(R"({"overrides":{"intent":{"policy_binding":)" + binding + "}}}").widened;
  };
  CHECK(with(R"({"version_seq":2})").empty());
  CHECK(with(R"({"version_seq":3})").empty());
  CHECK(with(R"({"version_seq":1})") == Paths{"intent.policy_binding.version_seq"});
  CHECK(with(R"({"template_id":"true_v1"})").empty());
  CHECK(with(R"({"template_id":"api_response_v1"})") == Paths{"intent.policy_binding.template_id"});
}

TEST_CASE("the adapter's flag is never taken back") {
  const std::string off = R"({"overrides":{"adapter":{"deny_provider_executed_tools":false}}})";
  const std::string on = R"({"adapter":{"deny_provider_executed_tools":true}})";
  CHECK(merge(on).effective["adapter"]["deny_provider_executed_tools"] == true);
  CHECK(merge(off).effective["adapter"]["deny_provider_executed_tools"] == false);
  Json base = base_policy();
  base.update(Json::parse(on));
  CHECK(merge(base, overlay_policy()).effective["adapter"]["deny_provider_executed_tools"] == true);
  CHECK(merge(base, overlay_policy(off)).widened == Paths{"adapter.deny_provider_executed_tools"});
}

TEST_CASE("all widenings are told, up to the limit") {
  const std::string two = R"({"overrides":{"tools":{"a.b":{"max_spend_cents":101,"side_effecting":false}}}})";
  CHECK(merge(two).widened == Paths{"tools.a.b.side_effecting", "tools.a.b.max_spend_cents"});
  Json many = overlay_policy();
  for (std::size_t i = 0; i <= kMaxPolicyFaults; ++i)
    many["overrides"]["tools"]["t" + std::to_string(i)] = {{"max_spend_cents", 1}};
  CHECK(merge(base_policy(), many).widened.size() == kMaxPolicyFaults);
}

TEST_CASE("what is wrong with an overlay whatever its base is") {
  const auto faults = [](const Json& overlay) {
    Paths paths;
    for (const PolicyFault& each : overlay_faults(json::parse(overlay.dump()).root))
      paths.push_back(each.path);
    return paths;
  };
  CHECK(faults(overlay_policy()).empty());
  CHECK(faults(overlay_policy(R"({"extends":"base"})")) == Paths{"extends"});
  CHECK(faults(overlay_policy(R"({"extends":{"org_policy_id":"base","org_id":"a","more":1}})")) ==
        Paths{"extends.org_id", "extends"});
  CHECK(faults(overlay_policy(R"({"name":"A"})")) == Paths{"name"});
}

}  // namespace
}  // namespace agentnet::paybond
