#include "core/sbn/artifact.hpp"

#include <doctest/doctest.h>

#include "core/json/parse.hpp"
#include "core/json/write.hpp"

namespace agentnet::sbn {
namespace {

std::string described(std::string_view name, std::string_view content, const ArtifactOptions& options = {}) {
  json::Arena arena;
  return json::to_compact(artifact_descriptor(name, content, options, arena));
}

TEST_CASE("a descriptor names a file by its hash, its size, its kind and its name") {
  // The file and the descriptor that were recorded from the official client.
  CHECK(described("up.txt", "hello upload\n") ==
        R"({"artifact_uri":"up.txt",)"
        R"("artifact_sha256":"993a327368cc9a443f6d9a11d146da9e9ba2d561a8ef1e9190d119b2b1a002e0",)"
        R"("artifact_bytes":13,"mime_type":"text/plain","artifact_title":"up.txt"})");
}

TEST_CASE("what is said about an artifact stands in place of what is guessed") {
  const ArtifactOptions options{.uri = "s3://b/k", .mime_type = "x/y", .title = "T", .version = "2"};
  CHECK(described("dir/up.txt", "hello", options) ==
        R"({"artifact_uri":"s3://b/k",)"
        R"("artifact_sha256":"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",)"
        R"("artifact_bytes":5,"mime_type":"x/y","artifact_title":"T","artifact_version":"2"})");
}

TEST_CASE("the title of a file in a folder is its name alone") {
  CHECK(described("a/b/c.json", "{}").find(R"("artifact_title":"c.json")") != std::string::npos);
}

TEST_CASE("kinds of files are known by the last extension, in any case") {
  CHECK(mime_type_of("a.json") == "application/json");
  CHECK(mime_type_of("A.PDF") == "application/pdf");
  CHECK(mime_type_of("a.txt.png") == "image/png");
  CHECK(mime_type_of("a.unheard-of") == "application/octet-stream");
  CHECK(mime_type_of("json") == "application/octet-stream");
  CHECK(mime_type_of("dir.json/file") == "application/octet-stream");
  CHECK(mime_type_of("") == "application/octet-stream");
}

TEST_CASE("a proof has the descriptor, the kind, and what else is there") {
  json::Arena arena;
  const json::Document artifact = json::parse(R"({"k": 1})");
  CHECK(json::to_compact(artifact_payload(artifact.root, {}, arena)) ==
        R"({"artifact":{"k":1},"proof":{"kind":"artifact_attestation"}})");
  const json::Document claim = json::parse(R"({"c": 1.50})");
  const ArtifactProof proof{.kind = "K",
                            .summary = "S",
                            .subject_ref = "R",
                            .evidence_ref = "E",
                            .claim = claim.root,
                            .metadata = artifact.root};
  CHECK(json::to_compact(artifact_payload(artifact.root, proof, arena)) ==
        R"({"artifact":{"k":1},"proof":{"kind":"K","summary":"S","subject_ref":"R","evidence_ref":"E"},)"
        R"("claim":{"c":1.50},"metadata":{"k":1}})");
}

}  // namespace
}  // namespace agentnet::sbn
