// The catalogue of completion presets: what evidence a paid piece of work comes with, and when it releases
// the money (wire reference paybond 11).
//
// Five presets are archetypes, one for each template of predicates. The others are vendor packs: an archetype
// for the evidence of one vendor, whose fields have names of their own and are mapped to the canonical ones.
// What is here are facts as rows: names, kinds, numbers, digests. Schemas, parameters and predicates are
// built from them.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/json/value.hpp"

namespace agentnet::paybond {

inline constexpr std::int64_t kCompletionCatalogVersion = 1;
// A canonical field that is a list: a vendor's single value for it becomes a list of one.
inline constexpr std::string_view kArtifactField = "artifact_blake3_hex";

enum class EvidenceKind : std::uint8_t { text, whole, texts };

struct EvidenceField {
  std::string_view name;
  EvidenceKind kind = EvidenceKind::text;
  std::string_view canonical = {};  // of a vendor's field: the one it stands for; empty when of the same name
};

// How a template judges canonical evidence.
enum class CompletionTemplate : std::uint8_t {
  api_response,   // the number at `subject` is `expected`, and the schema holds
  webhook,        // the text at `subject` is `expected`, and the schema holds
  artifact_hash,  // the same, and there is an artifact's hash
  budget,         // the text at `subject` is `expected`, and the number at `cost` at most the intent's amount
  always,
};

// The contract with a vendor that a pack was made for. Evidence that froze another version or digest is
// stale.
struct VendorContract {
  std::string_view provider;
  std::string_view api_version;
  std::string_view kind;
  // BLAKE3 of the canonical form of the two schemas as they were published. Those of vendor schemas whose
  // published form has remarks on its fields cover the remarks, which are not here; the canonical ones all
  // follow from the rows.
  std::string_view schema_digest;
  std::string_view canonical_digest;
};

struct CompletionPreset {
  std::string_view id;
  std::string_view title;
  std::string_view archetype = {};  // of a vendor pack; empty for an archetype
  CompletionTemplate harbor_template = CompletionTemplate::always;
  std::string_view subject = {};
  std::string_view expected = {};
  std::string_view cost = {};
  std::span<const EvidenceField> canonical = {};
  std::span<const EvidenceField> vendor = {};
  std::span<const std::string_view> quality = {};    // vendor fields that must be there and not null
  std::span<const std::string_view> forbidden = {};  // of the payment, so no proof of the work
  VendorContract contract = {};
  std::int64_t recommended_cents = 0;
  std::span<const std::string_view> rails = {};
  std::string_view superseded_by = {};  // of a deprecated preset
  bool required = true;                 // whether evidence must have the canonical fields

  bool is_vendor_pack() const { return !archetype.empty(); }
};

// All 17, archetypes first, in the catalogue's order.
std::span<const CompletionPreset> completion_presets();
// Their ids in that order, for choices.
extern const std::array<std::string_view, 17> kCompletionPresetIds;

// Throws Error usage/unknown_completion_preset.
const CompletionPreset& completion_preset(std::string_view id);
// Null when there is none of that id.
const CompletionPreset* find_completion_preset(std::string_view id);

// "api_response_v1" and so on.
std::string_view template_id(CompletionTemplate which);
// The archetype of a template of that id; null when there is none.
const CompletionPreset* find_template(std::string_view id);

// One sentence of this project that says when the preset's evidence releases the money.
std::string completion_summary(const CompletionPreset& preset);

// The JSON Schema that rows stand for.
json::Value evidence_schema(std::span<const EvidenceField> fields, bool required, json::Arena& arena);
// The parameters that make the template the preset's own.
json::Value template_parameters(const CompletionPreset& preset, json::Arena& arena);

}  // namespace agentnet::paybond
