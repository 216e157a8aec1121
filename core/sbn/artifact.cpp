#include "core/sbn/artifact.hpp"

#include <algorithm>
#include <string>

#include "core/crypto/sha256.hpp"
#include "core/sbn/request_parts.hpp"

namespace agentnet::sbn {
namespace {

struct MimeType {
  std::string_view extension;
  std::string_view type;
};

// The common ones of the IANA registry; whoever has another says it.
constexpr MimeType kMimeTypes[] = {
    {"bin", "application/octet-stream"},
    {"bmp", "image/bmp"},
    {"css", "text/css"},
    {"csv", "text/csv"},
    {"doc", "application/msword"},
    {"gif", "image/gif"},
    {"htm", "text/html"},
    {"html", "text/html"},
    {"ico", "image/vnd.microsoft.icon"},
    {"jpeg", "image/jpeg"},
    {"jpg", "image/jpeg"},
    {"js", "text/javascript"},
    {"json", "application/json"},
    {"mov", "video/quicktime"},
    {"mp3", "audio/mpeg"},
    {"mp4", "video/mp4"},
    {"mpeg", "video/mpeg"},
    {"pdf", "application/pdf"},
    {"png", "image/png"},
    {"py", "text/x-python"},
    {"svg", "image/svg+xml"},
    {"tar", "application/x-tar"},
    {"tif", "image/tiff"},
    {"tiff", "image/tiff"},
    {"tsv", "text/tab-separated-values"},
    {"txt", "text/plain"},
    {"wasm", "application/wasm"},
    {"wav", "audio/x-wav"},
    {"webm", "video/webm"},
    {"xml", "text/xml"},
    {"zip", "application/zip"},
};

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace

std::string_view mime_type_of(std::string_view name) {
  const std::string_view file = last_part(name);
  const std::size_t dot = file.rfind('.');
  std::string extension(dot == std::string_view::npos ? std::string_view() : file.substr(dot + 1));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; });
  const auto* const found = std::find_if(std::begin(kMimeTypes), std::end(kMimeTypes),
                                         [&](const MimeType& each) { return each.extension == extension; });
  return found == std::end(kMimeTypes) ? "application/octet-stream" : found->type;
}

json::Value artifact_descriptor(std::string_view name, std::string_view content,
                                const ArtifactOptions& options, json::Arena& arena) {
  json::ObjectBuilder descriptor(arena);
  descriptor.add("artifact_uri", options.uri.empty() ? name : std::string_view(options.uri));
  descriptor.add("artifact_sha256", std::string_view(crypto::sha256_hex(content)));
  descriptor.add_integer("artifact_bytes", static_cast<std::int64_t>(content.size()));
  descriptor.add("mime_type",
                 options.mime_type.empty() ? mime_type_of(name) : std::string_view(options.mime_type));
  descriptor.add("artifact_title", options.title.empty() ? last_part(name) : std::string_view(options.title));
  add_unless_empty(descriptor, "artifact_version", options.version);
  return descriptor.done();
}

json::Value artifact_payload(const json::Value& descriptor, const ArtifactProof& proof, json::Arena& arena) {
  json::ObjectBuilder about(arena);
  about.add("kind", std::string_view(proof.kind));
  add_unless_empty(about, "summary", proof.summary);
  add_unless_empty(about, "subject_ref", proof.subject_ref);
  add_unless_empty(about, "evidence_ref", proof.evidence_ref);
  json::ObjectBuilder payload(arena);
  payload.add("artifact", descriptor).add("proof", about.done());
  add_unless_null(payload, "claim", proof.claim);
  add_unless_null(payload, "metadata", proof.metadata);
  return payload.done();
}

}  // namespace agentnet::sbn
