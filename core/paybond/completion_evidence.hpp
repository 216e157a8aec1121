// Whether evidence is as a completion preset wants it, found out before it is submitted (wire reference
// paybond 11).
//
// A vendor pack is checked twice: what the vendor sent against the vendor's schema, and what is made of it,
// or was given, against the canonical one. An archetype knows canonical evidence alone. The verdict says
// nothing about the predicate: that is the network's when the evidence arrives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/json/value.hpp"
#include "core/paybond/completion_catalog.hpp"

namespace agentnet::paybond {

// What the evidence's maker knew of the pack; empty when nothing was kept.
struct FrozenContract {
  std::string_view api_version = {};
  std::string_view vendor_schema_digest = {};
  std::string_view canonical_schema_digest = {};
};

struct CompletionReport {
  std::string_view preset_id = {};
  bool vendor_schema_ok = true;
  bool canonical_schema_ok = true;
  std::vector<std::string_view> quality_missing = {};  // in the catalogue's order
  std::vector<std::string_view> forbidden = {};        // in the order of the evidence, the vendor's first
  bool pack_stale = false;
  // Each once, in the order in which they were found: pack_stale, then missing_field and type_mismatch,
  // quality_field_missing, forbidden_field_present.
  std::vector<std::string_view> drift_kinds = {};
  json::Value canonical = {};  // what was given or made; null when neither could be

  bool ok() const;
};

// `vendor` and `canonical` may each be null, which is "not given"; with vendor evidence alone the canonical
// is made of it. Of a name twice the last counts. Texts and values of the report lie in `arena`, the
// catalogue and the evidence.
//
// A stale pack's vendor schema is not held against the evidence. Missing fields and mismatches are found in
// the order of the kit, which sorts by the text of its messages.
// Throws Error usage/bad_evidence when vendor evidence of a pack must be mapped and is no object.
CompletionReport check_completion(const CompletionPreset& preset, const json::Value& vendor,
                                  const json::Value& canonical, const FrozenContract& frozen,
                                  json::Arena& arena);

// {preset_id, vendor_schema_ok, canonical_schema_ok, quality_fields_missing, forbidden_fields_present,
// pack_stale, drift_kinds, canonical_payload}.
json::Value report_value(const CompletionReport& report, json::Arena& arena);

// Vendor evidence, an object, under canonical names; fields that are not mapped stay. What arrives at
// kArtifactField and is no list becomes a list of one; of two values for one name the later counts, at the
// place of the first. The preset must be a vendor pack.
json::Value map_vendor_evidence(const CompletionPreset& preset, const json::Value& vendor,
                                json::Arena& arena);

}  // namespace agentnet::paybond
