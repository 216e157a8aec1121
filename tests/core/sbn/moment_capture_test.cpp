#include "core/sbn/moment_capture.hpp"

#include <doctest/doctest.h>

#include "core/crypto/sha256.hpp"
#include "core/sbn/moment.hpp"
#include "tests/core/sbn/moment_fixtures.hpp"

using namespace agentnet;
using namespace agentnet::sbn;
using namespace agentnet::sbn::fixtures;

namespace {

struct Camera {
  json::Arena arena;
  CountingRandom random;
  HostFacts host = sample_host();
  MomentPolicy policy;

  json::Value capture(const std::optional<std::string>& subject) {
    return capture_context({kNoon, host, policy, random}, subject, arena);
  }
};

}  // namespace

TEST_CASE("a device capture describes this host by digests") {
  Camera camera;
  camera.policy.simulate = false;
  const json::Value context = camera.capture("subject");
  CHECK(at(context, {"capture_mode"}).text() == "device");
  CHECK(at(context, {"device_timestamp"}).text() == "2026-11-23T12:00:00Z");
  CHECK(at(context, {"system_meta", "hw_fingerprint"}).text() == crypto::sha256_hex("3281355014145"));
  CHECK(at(context, {"system_meta", "hostname_hash"}).text() == crypto::sha256_hex("vm"));
  CHECK(at(context, {"system_meta", "os"}).text() == "Linux");
  CHECK(at(context, {"system_meta", "arch"}).text() == "x86_64");
  CHECK(at(context, {"system_meta", "cpu_count"}).text() == "2");
  CHECK(at(context, {"device_id"}).text() == device_id_of(at(context, {"system_meta"})));
}

TEST_CASE("the same host has the same device id in every capture") {
  Camera camera;
  camera.policy.simulate = false;
  const std::string first(at(camera.capture("a"), {"device_id"}).text());
  CHECK(at(camera.capture("b"), {"device_id"}).text() == first);
  camera.host.cpu_count = 3;
  CHECK(at(camera.capture("a"), {"device_id"}).text() != first);
}

TEST_CASE("a simulated capture is another device each time and says nothing of this host") {
  Camera camera;
  const json::Value context = camera.capture("subject");
  CHECK(at(context, {"capture_mode"}).text() == "simulate");
  CHECK(at(context, {"system_meta", "os"}).text() == "SimOS");
  CHECK(at(context, {"system_meta", "hostname_hash"}).text().starts_with("sim_"));
  CHECK(at(context, {"system_meta", "hw_fingerprint"}).text().starts_with("sim_hw_"));
  CHECK(json::to_compact(context).find("x86_64") == std::string::npos);
  const std::string first(at(context, {"device_id"}).text());
  CHECK(at(camera.capture("subject"), {"device_id"}).text() != first);
}

TEST_CASE("a capture carries the claim that belongs to it, bound to the seal subject") {
  Camera camera;
  const json::Value context = camera.capture("the subject");
  CHECK(canonical_claim(at(context, {"capture_claim"})) ==
        canonical_claim(*build_capture_claim(context, camera.arena)));
  CHECK(at(context, {"capture_claim", "subject_kind"}).text() == "seal_surface");
  CHECK(at(context, {"capture_claim", "subject_sha256"}).text() == "the subject");
  CHECK(context.find("capture_proof") == nullptr);
}

TEST_CASE("a capture about nothing is about its own id") {
  Camera camera;
  const json::Value context = camera.capture({});
  const std::string id(at(context, {"capture_id"}).text());
  CHECK(at(context, {"subject_kind"}).text() == "capture_only");
  CHECK(at(context, {"subject_sha256"}).text() ==
        crypto::sha256_hex("{\"capture_id\":\"" + id +
                           "\",\"schema_version\":\"snapchore.capture_only_subject.v1\"}"));
}

TEST_CASE("a capture is signed when the policy has a signer") {
  Camera camera;
  camera.policy.signer = CaptureSigner{signing_key(7), "k"};
  const json::Value context = camera.capture("subject");
  const ProofCheck check =
      verify_capture_proof(at(context, {"capture_claim"}), context.find("capture_proof"), {});
  CHECK(check.signature_valid);
  CHECK(check.key_id == "k");
}
