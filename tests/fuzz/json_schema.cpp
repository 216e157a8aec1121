// Up to the first newline a schema, behind it an instance: compiling and validating end with an Error or a
// verdict, the verdict does not change, and it agrees with that of the schema turned round by not.
#include <string>

#include "core/json/parse.hpp"
#include "core/paybond/schema.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

constexpr std::uint64_t kFuel = 200'000;  // less than in earnest, so that one run is short

// 1: follows it, 0: does not, -1: could not be judged.
int verdict(const paybond::Schema& schema, const json::Value& instance) {
  paybond::Fuel fuel(kFuel);
  try {
    const auto faults = schema.validate(instance, fuel);
    require(faults.size() <= paybond::kMaxSchemaFaults);
    for (const paybond::SchemaFault& fault : faults)
      require(!fault.keyword.empty() && (fault.path.empty() || fault.path.front() == '/'));
    return faults.empty() ? 1 : 0;
  } catch (const Error& error) {
    require(error.category() == Category::refused);
    return -1;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::size_t newline = text.find('\n');
  if (newline == std::string_view::npos) return 0;
  try {
    const json::Document document = json::parse(text.substr(0, newline));
    const json::Document instance = json::parse(text.substr(newline + 1));
    const paybond::Schema schema(document.root);
    const int first = verdict(schema, instance.root);
    require(verdict(schema, instance.root) == first);
    // References would be to other places inside another schema.
    if (first < 0 || text.find("$") != std::string_view::npos) return 0;
    const json::Document turned = json::parse(R"({"not":)" + std::string(text.substr(0, newline)) + "}");
    const int opposite = verdict(paybond::Schema(turned.root), instance.root);
    require(opposite < 0 || opposite == 1 - first);
  } catch (const Error& error) {
    require(error.category() == Category::usage);
  }
  return 0;
}
