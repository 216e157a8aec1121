// Up to the first newline a predicate, behind it a payload: compiling and evaluating end with an Error or a
// verdict, which is the same the second time, and so is the trace.
#include <string>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"
#include "core/paybond/predicate.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

constexpr std::uint64_t kFuel = 200'000;  // less than in earnest, so that one run is short

std::string outcome(const paybond::Predicate& predicate, const paybond::PredicateFacts& facts) {
  paybond::Fuel fuel(kFuel);
  try {
    const paybond::PredicateTrace trace = predicate.evaluate(facts, fuel);
    json::Arena arena;
    std::string text = json::to_compact(paybond::trace_value(trace, arena));
    require(json::parse(text).root.find("passed")->as_boolean() == trace.passed);
    return text;
  } catch (const Error& error) {
    require(error.category() == Category::refused || error.code() == "missing_fact");
    return error.message();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const paybond::Schema schema(
      json::parse(R"({"required":["a"],"additionalProperties":{"type":"number"}})").root);
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos) return 0;
  try {
    const json::Document document = json::parse(text.substr(0, newline));
    const json::Document payload = json::parse(text.substr(newline + 1));
    const paybond::Predicate predicate(document.root);
    const paybond::PredicateFacts facts{payload.root, 500, &schema, 2};
    require(outcome(predicate, facts) == outcome(predicate, facts));
    outcome(predicate, {payload.root});
  } catch (const Error& error) {
    require(error.category() == Category::usage);
  }
  return 0;
}
