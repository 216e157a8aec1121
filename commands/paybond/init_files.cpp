#include "commands/paybond/init_files.hpp"

#include "core/json/write.hpp"

namespace agentnet::commands {
namespace {

using paybond::CompletionPreset;
using paybond::EvidenceField;
using paybond::EvidenceKind;

// JSON of objects, lists, texts and numbers is Python, too.
std::string python(const json::Value& value) {
  return json::to_indented(value);
}

std::span<const EvidenceField> fields_of(const CompletionPreset& preset) {
  return preset.is_vendor_pack() ? preset.vendor : preset.canonical;
}

// A field's value in evidence that passes: what the template expects where it looks, otherwise any.
json::Value sample_of(const CompletionPreset& preset, const EvidenceField& field, json::Arena& arena) {
  const std::string_view canonical = field.canonical.empty() ? field.name : field.canonical;
  if (canonical == preset.subject) {
    return field.kind == EvidenceKind::whole ? json::Value::number(json::Kind::integer, preset.expected)
                                             : json::Value::string(preset.expected);
  }
  if (field.kind == EvidenceKind::whole) return json::Value::integer(arena, 1);
  const json::Value text = json::Value::string(arena, "example-" + std::string(field.name));
  return field.kind == EvidenceKind::text ? text : json::ArrayBuilder(arena).add(text).done();
}

constexpr std::string_view kBuild = R"(
PYTHON_TYPES = {"string": str, "integer": int, "array": list}


def build_evidence(**fields):
    """Evidence of these fields; ValueError when one is missing, unknown or of another type."""
    known = EVIDENCE_SCHEMA["properties"]
    for name in EVIDENCE_SCHEMA.get("required", []):
        if name not in fields:
            raise ValueError(f"{name} is missing")
    for name, value in fields.items():
        if name not in known:
            raise ValueError(f"{name} is no field of {COMPLETION_PRESET_ID}")
        if not isinstance(value, PYTHON_TYPES[known[name]["type"]]) or isinstance(value, bool):
            raise ValueError(f"{name} must be of type {known[name]['type']}")
    return dict(fields)


if __name__ == "__main__":
    import json

    print(json.dumps(build_evidence(**SAMPLE_EVIDENCE), indent=2))
)";

constexpr std::string_view kGuardrail = R"(# Runs a paid tool only with a budget, in Paybond's sandbox.
#
# guarded("search.paid", 100, search, "hotels") asks for a budget of 1.00, runs search("hotels"), and sends what it
# cost as evidence. PAYBOND_API_KEY is the key, PAYBOND_GATEWAY_URL the gateway.
import json
import os
import urllib.request

COMPLETION_PRESET_ID = "cost_and_completion"
SECONDS = 30


def call_gateway(path, body):
    """Posts JSON and returns the answer's; urllib.error.HTTPError when it is refused."""
    request = urllib.request.Request(
        os.environ["PAYBOND_GATEWAY_URL"].rstrip("/") + path,
        data=json.dumps(body).encode(),
        headers={"authorization": "Bearer " + os.environ["PAYBOND_API_KEY"], "content-type": "application/json"},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=SECONDS) as response:
        return json.load(response)


def guarded(operation, cents, tool, *arguments):
    """(what the tool returned, the gateway's answer to its evidence). Without a budget the tool does not run."""
    budget = call_gateway(
        "/v1/sandbox/guardrails/bootstrap",
        {"operation": operation, "requested_spend_cents": cents, "completion_preset": COMPLETION_PRESET_ID},
    )
    status = "failed"
    result = None
    try:
        result = tool(*arguments)
        status = "completed"
    finally:
        evidence = {"payload": {"status": status, "cost_cents": cents}}
        settled = call_gateway(f"/v1/sandbox/guardrails/{budget['intent_id']}/evidence", evidence)
    return result, settled


if __name__ == "__main__":
    print(guarded("paid-tool", 100, lambda: "done"))
)";

}  // namespace

std::string completion_file(const CompletionPreset& preset) {
  json::Arena arena;
  json::ObjectBuilder sample(arena);
  for (const EvidenceField& field : fields_of(preset))
    sample.add(field.name, sample_of(preset, field, arena));
  const std::string id(preset.id);
  std::string out =
      "# Evidence for the completion preset " + id + ".\n# " + completion_summary(preset) + "\n";
  if (preset.is_vendor_pack())
    out += "# These are the vendor's fields: paybond policy validate-evidence --vendor-file maps them.\n";
  out += "\nCOMPLETION_PRESET_ID = \"" + id + "\"\n";
  out += "HARBOR_TEMPLATE_ID = \"" + std::string(paybond::template_id(preset.harbor_template)) + "\"\n";
  const bool required = preset.is_vendor_pack() || preset.required;
  out += "\nEVIDENCE_SCHEMA = " + python(evidence_schema(fields_of(preset), required, arena)) + "\n";
  out += "\nTEMPLATE_PARAMETERS = " + python(template_parameters(preset, arena)) + "\n";
  out += "\nSAMPLE_EVIDENCE = " + python(sample.done()) + "\n";
  out += "\n# version_seq and head_digest are those of the published template.\n";
  out += "POLICY_BINDING = {\"template_id\": HARBOR_TEMPLATE_ID, \"parameters\": TEMPLATE_PARAMETERS}\n";
  return out + std::string(kBuild);
}

std::string guardrail_file() {
  return std::string(kGuardrail);
}

}  // namespace agentnet::commands
