#include "core/paybond/audit_manifest.hpp"

#include "tests/core/paybond/fixtures.hpp"

namespace agentnet::paybond {
namespace {

using Vector = nlohmann::ordered_json;

Verdict verify(const Vector& manifest, const std::vector<crypto::PublicKey>& trusted = {}) {
  return verify_manifest(json::parse(manifest.dump()).root, trusted);
}

TEST_CASE("recorded manifests have the recorded core and are judged as recorded") {
  for (const auto& vector : read_vectors("audit_manifest.json")) {
    CAPTURE(vector.at("id"));
    const auto& manifest = vector.at("manifest");
    if (vector.contains("core_utf8")) {
      CHECK_EQ(manifest_core(json::parse(manifest.dump()).root), vector.at("core_utf8").get<std::string>());
    }
    const auto& result = vector.at("result");
    CHECK_EQ(verify(manifest).valid, result.at("ok").get<bool>() && result.at("value").get<bool>());
  }
}

TEST_CASE("each member that is signed breaks the manifest when it is changed") {
  const auto manifest = read_vectors("audit_manifest.json").front().at("manifest");
  for (const auto& [name, value] : manifest.items()) {
    CAPTURE(name);
    auto changed = manifest;
    changed[name] = "other";
    CHECK_FALSE(verify(changed).valid);
    changed.erase(name);
    CHECK_FALSE(verify(changed).valid);
  }
}

TEST_CASE("with trusted keys only they count") {
  const auto manifest = read_vectors("audit_manifest.json").front().at("manifest");
  CHECK(verify(manifest, {crypto::PublicKey::from_raw(hex(manifest.at("signing_public_key_ed25519_hex")))})
            .valid);
  CHECK_EQ(verify(manifest, {crypto::PublicKey{}}).reason, "untrusted_key");
  CHECK_EQ(verify(Vector::array()).reason, "malformed");
}

}  // namespace
}  // namespace agentnet::paybond
