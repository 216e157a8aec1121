#include "core/paybond/completion_evidence.hpp"

#include <algorithm>
#include <cmath>

#include "core/base/error.hpp"
#include "core/json/number.hpp"

namespace agentnet::paybond {
namespace {

void add_once(std::vector<std::string_view>& list, std::string_view name) {
  if (std::ranges::find(list, name) == list.end()) list.push_back(name);
}

// Whether Python would print the code point whose UTF-8 begins at `at` as it is, as far as Latin-1 and the
// General Punctuation go: beyond them practically all that is written is.
bool is_printed(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  if (byte(0) < 0x80) return byte(0) >= 0x20 && byte(0) != 0x7F;
  if (byte(0) == 0xC2) return byte(1) > 0xA0 && byte(1) != 0xAD;
  if (byte(0) == 0xE2 && byte(1) == 0x80) return (byte(2) >= 0x90 && byte(2) <= 0xA7) || byte(2) >= 0xB0;
  if (byte(0) == 0xE2 && byte(1) == 0x81) return byte(2) < 0x9F || byte(2) > 0xAF;
  if (byte(0) == 0xE3 && byte(1) == 0x80) return byte(2) != 0x80;
  return !(byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF);
}

// Python's repr of a text, exact to the first character that is not printed: no name of a field holds a
// backslash, so what follows one decides no order.
std::string python_repr(std::string_view text) {
  const bool double_quoted = text.find('\'') != text.npos && text.find('"') == text.npos;
  const char quote = double_quoted ? '"' : '\'';
  std::string out(1, quote);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80;
    if (text[i] == quote || text[i] == '\\' || (!continues && !is_printed(text, i))) return out + '\\';
    out += text[i];
  }
  return out + quote;
}

bool is_of_kind(const json::Value& value, EvidenceKind kind) {
  switch (kind) {
    case EvidenceKind::text:
      return value.is_string();
    case EvidenceKind::texts:
      return value.is_array() && std::ranges::all_of(value.items(), &json::Value::is_string);
    case EvidenceKind::whole:
      break;
  }
  if (value.is_integer()) return true;
  if (value.kind() != json::Kind::decimal) return false;
  const double number = json::to_double(value.text());
  return std::isfinite(number) && std::trunc(number) == number;
}

// The message of the kit for a mismatch, as far as it decides whether it comes before that of a missing
// field. Values that are no texts come after: their forms begin beyond the quotation mark.
std::string mismatch_message(const json::Value& value, EvidenceKind kind) {
  if (!value.is_string()) return "~";
  return python_repr(value.text()) + " is not of type '" +
         (kind == EvidenceKind::whole ? "integer'" : "array'");
}

// Holds rows against evidence; what is found goes to `kinds`.
bool follows(const json::Value& evidence, std::span<const EvidenceField> fields, bool required,
             std::vector<std::string_view>& kinds) {
  if (!evidence.is_object()) {
    add_once(kinds, "type_mismatch");
    return false;
  }
  std::string missing;  // the first message of each sort, in the order of their texts
  std::string mismatch;
  for (const EvidenceField& field : fields) {
    const json::Value* value = evidence.find(field.name);
    if (value != nullptr && is_of_kind(*value, field.kind)) continue;
    if (value == nullptr && !required) continue;
    std::string message = value == nullptr ? "'" + std::string(field.name) + "' is a required property"
                                           : mismatch_message(*value, field.kind);
    std::string& first = value == nullptr ? missing : mismatch;
    if (first.empty() || message < first) first = std::move(message);
  }
  const bool mismatch_leads = !mismatch.empty() && mismatch < missing;
  if (mismatch_leads) add_once(kinds, "type_mismatch");
  if (!missing.empty()) add_once(kinds, "missing_field");
  if (!mismatch.empty()) add_once(kinds, "type_mismatch");
  return missing.empty() && mismatch.empty();
}

bool is_stale(const VendorContract& contract, const FrozenContract& frozen) {
  const auto differs = [](std::string_view kept, std::string_view now) {
    return !kept.empty() && kept != now;
  };
  return differs(frozen.api_version, contract.api_version) ||
         differs(frozen.vendor_schema_digest, contract.schema_digest) ||
         differs(frozen.canonical_schema_digest, contract.canonical_digest);
}

void check_fields_of_pack(const CompletionPreset& preset, const json::Value& vendor,
                          CompletionReport& report) {
  const json::Value& source = vendor.is_null() ? report.canonical : vendor;
  if (source.is_object()) {
    for (const std::string_view field : preset.quality) {
      const json::Value* value = source.find(field);
      if (value == nullptr || value->is_null()) report.quality_missing.push_back(field);
    }
  }
  if (!report.quality_missing.empty()) report.drift_kinds.emplace_back("quality_field_missing");
  for (const json::Value& evidence : {vendor, report.canonical}) {
    if (!evidence.is_object()) continue;
    for (const json::Member& member : evidence.members()) {
      const auto named = std::ranges::find(preset.forbidden, member.name.text());
      if (named != preset.forbidden.end()) add_once(report.forbidden, *named);
    }
  }
  if (report.forbidden.empty()) return;
  report.vendor_schema_ok = report.canonical_schema_ok = false;
  report.drift_kinds.emplace_back("forbidden_field_present");
}

json::Value names_value(const std::vector<std::string_view>& names, json::Arena& arena) {
  json::ArrayBuilder list(arena);
  for (const std::string_view name : names)
    list.add(json::Value::string(name));
  return list.done();
}

}  // namespace

bool CompletionReport::ok() const {
  return vendor_schema_ok && canonical_schema_ok && drift_kinds.empty();
}

json::Value map_vendor_evidence(const CompletionPreset& preset, const json::Value& vendor,
                                json::Arena& arena) {
  if (!vendor.is_object())
    throw Error(Category::usage, "bad_evidence", "vendor evidence must be an object to be mapped");
  json::ObjectBuilder mapped(arena);
  for (json::Member member : vendor.members()) {
    const auto row = std::ranges::find(preset.vendor, member.name.text(), &EvidenceField::name);
    if (row != preset.vendor.end() && !row->canonical.empty())
      member.name = json::Value::string(row->canonical);
    if (member.name.text() == kArtifactField && !member.value.is_array())
      member.value = json::ArrayBuilder(arena).add(member.value).done();
    mapped.add(member);
  }
  return without_duplicates(mapped.done(), arena);
}

CompletionReport check_completion(const CompletionPreset& preset, const json::Value& vendor,
                                  const json::Value& canonical, const FrozenContract& frozen,
                                  json::Arena& arena) {
  const json::Value sent = without_duplicates(vendor, arena);
  CompletionReport report{.preset_id = preset.id, .canonical = without_duplicates(canonical, arena)};
  const bool pack = preset.is_vendor_pack();
  if (report.canonical.is_null() && !sent.is_null())
    report.canonical = pack ? map_vendor_evidence(preset, sent, arena) : sent;
  report.pack_stale = pack && is_stale(preset.contract, frozen);
  if (report.pack_stale) report.drift_kinds.emplace_back("pack_stale");

  if (!report.canonical.is_null()) {
    report.canonical_schema_ok =
        follows(report.canonical, preset.canonical, preset.required, report.drift_kinds);
  } else if (!pack) {
    report.canonical_schema_ok = false;
    add_once(report.drift_kinds, "missing_field");
  }
  if (!pack) return report;

  if (sent.is_null()) {
    report.vendor_schema_ok = false;
    add_once(report.drift_kinds, "missing_field");
  } else if (!report.pack_stale) {
    report.vendor_schema_ok = follows(sent, preset.vendor, true, report.drift_kinds);
  }
  check_fields_of_pack(preset, sent, report);
  return report;
}

json::Value report_value(const CompletionReport& report, json::Arena& arena) {
  return json::ObjectBuilder(arena)
      .add("preset_id", report.preset_id)
      .add_boolean("vendor_schema_ok", report.vendor_schema_ok)
      .add_boolean("canonical_schema_ok", report.canonical_schema_ok)
      .add("quality_fields_missing", names_value(report.quality_missing, arena))
      .add("forbidden_fields_present", names_value(report.forbidden, arena))
      .add_boolean("pack_stale", report.pack_stale)
      .add("drift_kinds", names_value(report.drift_kinds, arena))
      .add("canonical_payload", report.canonical)
      .done();
}

}  // namespace agentnet::paybond
