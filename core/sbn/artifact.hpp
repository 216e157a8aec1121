// Proofs of artifacts: which payload says that a file was there (wire reference sbn, section c [0.14]).
//
// A descriptor names a file by its SHA-256 and says what it is:
//   {artifact_uri, artifact_sha256, artifact_bytes, mime_type, artifact_title?, artifact_version?}
// A proof payload puts it beside what it proves:
//   {artifact: DESCRIPTOR, proof: {kind, summary?, subject_ref?, evidence_ref?}, claim?, metadata?}
#pragma once

#include <string>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::sbn {

inline constexpr std::string_view kArtifactProofKind = "artifact_attestation";
inline constexpr std::string_view kArtifactDomain = "artifact.proof";
inline constexpr std::string_view kArtifactBlockType = "audit";

struct ArtifactOptions {
  std::string uri = {};        // empty: the name as it is given
  std::string mime_type = {};  // empty: by the name's extension
  std::string title = {};      // empty: the last part of the name
  std::string version = {};    // empty: not there
};

// Of the file's content. `name` is the path that it was read from.
json::Value artifact_descriptor(std::string_view name, std::string_view content,
                                const ArtifactOptions& options, json::Arena& arena);

struct ArtifactProof {
  std::string kind{kArtifactProofKind};
  std::string summary = {};  // empty: not there, as the two below
  std::string subject_ref = {};
  std::string evidence_ref = {};
  json::Value claim = {};  // null: not there, as the one below
  json::Value metadata = {};
};
json::Value artifact_payload(const json::Value& descriptor, const ArtifactProof& proof, json::Arena& arena);

// By the extension of the name in any case; "application/octet-stream" when it is unknown.
std::string_view mime_type_of(std::string_view name);

}  // namespace agentnet::sbn
