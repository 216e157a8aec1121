#include "core/sbn/chain_disposition.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

#include "core/sbn/chain_v2.hpp"
#include "tests/core/sbn/chain_fixtures.hpp"

namespace {

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

std::string changed(const ChainV2& chain, const std::function<void(Json&)>& change) {
  Json ledger = as_json(chain);
  change(ledger);
  return ledger.dump();
}

}  // namespace

TEST_CASE("a refusal says what kind of fault it is, and where") {
  const ChainV2 chain = chain_v2_of(2);
  const auto after = [&](const char* field, const Json& value) {
    const std::string text = changed(chain, [&](Json& ledger) { ledger["entries"][1][field] = value; });
    const Error error = error_of([&] { ChainV2::load(text); });
    CHECK(detail(error, "entry") == "1");
    CHECK(detail(error, "field") == field);
    CHECK(detail(error, "offset") ==
          std::to_string(text.rfind("\"" + std::string(field) + "\":") + 3 + std::string(field).size()));
    return std::string(category_name(error.category())) + "/" + error.code();
  };
  CHECK(after("schema_version", "x") == "usage/bad_ledger");
  CHECK(after("block_hash", "x") == "usage/bad_field");
  CHECK(after("chain_hash", hash_of(99)) == "verification/chain_rejected");
}

TEST_CASE("a fault inside metadata is placed where it stands") {
  const std::string text = changed(chain_v2_of(1), [](Json& ledger) {
    ledger["entries"][0]["metadata"]["list"] = {1, {{"", 2}}};
  });
  const Error error = error_of([&] { ChainV2::load(text); });
  CHECK(detail(error, "field") == "metadata");
  CHECK(detail(error, "offset") == std::to_string(text.find("\"\":2")));
}

TEST_CASE("the disposition can be read back from an Error, and only from one that has it") {
  const Error error = error_of([] { ChainV2(""); });
  CHECK(disposition_of(error) == ChainDisposition::reject_field);
  CHECK(!break_at_of(error));
  CHECK(!disposition_of(Error(Category::failed, "x", "y")));
  CHECK(!disposition_of(Error(Category::failed, "x", "y", {}, {{"disposition", std::string("NONE")}})));
  CHECK(!disposition_of(Error(Category::failed, "x", "y", {}, {{"disposition", std::int64_t{1}}})));
}

TEST_CASE("every disposition has the name that the wire gives it") {
  const std::pair<ChainDisposition, const char*> names[] = {
      {ChainDisposition::verified, "VERIFIED"},
      {ChainDisposition::reject_schema, "REJECT_SCHEMA"},
      {ChainDisposition::reject_profile, "REJECT_PROFILE"},
      {ChainDisposition::reject_canonicalization, "REJECT_CANONICALIZATION"},
      {ChainDisposition::reject_chain_id, "REJECT_CHAIN_ID"},
      {ChainDisposition::reject_index, "REJECT_INDEX"},
      {ChainDisposition::reject_duplicate_entry, "REJECT_DUPLICATE_ENTRY"},
      {ChainDisposition::reject_previous_link, "REJECT_PREVIOUS_LINK"},
      {ChainDisposition::reject_entry_hash, "REJECT_ENTRY_HASH"},
      {ChainDisposition::reject_length, "REJECT_LENGTH"},
      {ChainDisposition::reject_head, "REJECT_HEAD"},
      {ChainDisposition::reject_field, "REJECT_FIELD"}};
  for (const auto& [disposition, name] : names)
    CHECK(disposition_name(disposition) == name);
}
