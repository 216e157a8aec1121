// The first byte chooses form and options, the rest is the document: canonical bytes are JSON, are canonical
// themselves, and do not depend on what no longer counts.
#include <string>

#include "core/base/error.hpp"
#include "core/json/canonical.hpp"
#include "core/json/parse.hpp"
#include "tests/fuzz/require.hpp"

using namespace agentnet;
using fuzz::require;

namespace {

json::CanonicalWriter writer_for(unsigned choice) {
  switch (choice % 5) {
    case 0:
      return json::CanonicalWriter(json::Form::sorted);
    case 1:
      return json::CanonicalWriter(json::Form::quantized);
    case 2:
      return json::CanonicalWriter({"a", "canon_version", ""}, json::Extra::capture);
    case 3:
      return json::CanonicalWriter({"a", "b"}, json::Extra::every_depth);
    default:
      return json::CanonicalWriter(json::Form::svp);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  json::CanonicalWriter writer = writer_for(data[0]);
  std::string first = "kept";
  json::Document document;
  try {
    document = json::parse(fuzz::text_of(data + 1, size - 1), json::kAsPython);
    writer.write(document.root, first);
  } catch (const Error&) {
    require(first == "kept");
    return 0;
  }
  require(first.starts_with("kept"));
  first.erase(0, 4);
  const bool has_duplicate = writer.duplicate().has_value();

  std::string second;
  writer.write(json::parse(first).root, second);  // strict: canonical bytes need no leniency
  require(second == first);
  require(!writer.duplicate());

  std::string third;
  const json::Value clean = json::without_duplicates(document.root, document.arena);
  writer.write(clean, third);
  require(third == first);
  require(!writer.duplicate());
  require(!has_duplicate || clean.members().data() != nullptr || !clean.is_object());
  return 0;
}
