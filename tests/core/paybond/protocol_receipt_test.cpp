#include "core/paybond/protocol_receipt.hpp"

#include "core/paybond/seed.hpp"
#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

ProtocolReceipt kind_of(const Vector& vector) {
  const std::string kind = vector.at("receipt_kind");
  if (kind == "authorization") return ProtocolReceipt::authorization;
  REQUIRE_EQ(kind, "settlement");
  return ProtocolReceipt::settlement;
}

Verdict verify(const Vector& receipt, ProtocolReceipt kind, std::vector<crypto::PublicKey> trusted = {}) {
  return verify_protocol_receipt(json::parse(receipt.dump()).root, kind, trusted);
}

TEST_CASE("recorded protocol receipts are signed and judged as recorded") {
  for (const auto& vector : read_vectors("protocol_receipts.json")) {
    CAPTURE(vector.at("id"));
    const ProtocolReceipt kind = kind_of(vector);
    const json::Document input = json::parse(vector.at("input").dump());
    SeedKeys keys;
    const auto key = keys.of_hex(vector.at("seed_hex").get<std::string>());
    if (!vector.at("signed").at("ok").get<bool>()) {
      CHECK_EQ(error_code([&] { sign_protocol_receipt(input.root, kind, key); }), "malformed");
      continue;
    }
    CHECK_EQ(canonical_protocol_receipt(input.root, kind), vector.at("canonical_utf8").get<std::string>());
    const auto made = Vector::parse(sign_protocol_receipt(input.root, kind, key));
    CHECK(nlohmann::json(made) == nlohmann::json(vector.at("signed").at("value")));
    const auto& recorded = vector.at("signed").at("value");
    CHECK_EQ(verify(recorded, kind).valid, vector.at("verify").at("ok").get<bool>());
    auto tampered = recorded;
    tampered["tenant_id"] = "tenant-b";
    CHECK_EQ(verify(tampered, kind).valid, vector.at("verify_tampered_tenant").at("ok").get<bool>());
    CHECK(verify(recorded, kind, {key.public_key()}).valid);
    CHECK_EQ(verify(recorded, kind, {crypto::PublicKey{}}).reason, "untrusted_key");
  }
}

TEST_CASE("a receipt of one kind is none of the other") {
  for (const auto& vector : read_vectors("protocol_receipts.json")) {
    if (!vector.at("signed").at("ok").get<bool>()) continue;
    const auto other = kind_of(vector) == ProtocolReceipt::settlement ? ProtocolReceipt::authorization
                                                                      : ProtocolReceipt::settlement;
    CHECK_EQ(verify(vector.at("signed").at("value"), other).reason, "malformed");
  }
}

TEST_CASE("each member that is signed breaks the receipt when it is changed") {
  const auto vector = read_vectors("protocol_receipts.json").front();
  const auto recorded = vector.at("signed").at("value");
  for (const auto& [name, value] : recorded.items()) {
    CAPTURE(name);
    auto changed = recorded;
    changed.erase(name);
    const bool has_default =
        name == "schema_version" || name == "kind" || name == "receipt_version" || name == "status";
    CHECK_EQ(verify(changed, kind_of(vector)).valid, has_default);
  }
}

}  // namespace
}  // namespace agentnet::paybond
