# paybond policy and paybond init: presets, templates, evidence and policy files, without a network.
load helpers

setup() { fresh_folder; }

# says EXIT CODE COMMAND...: it fails with that exit code and that code in its JSON error, and prints nothing.
says() {
  local exit=$1 code=$2
  shift 2
  gives "$exit" "$@" -o json
  same "$out" ""
  same "$(member "$ERR" '["error"]["code"], d["error"]["exit_code"]')" "('$code', $exit)"
}

evidence() { paybond policy validate-evidence "$@"; }

@test "evidence that drifted exits with 10 and says how" {
  gives 0 evidence --preset cost_and_completion --canonical-file '{"status": "completed", "cost_cents": 5}'
  same "$out" VALID
  same "$err" ""
  gives 10 evidence --preset stripe_charge --vendor-file '{"charge_id": "c", "mandate_id": 1}'
  holds "$out" INVALID "missing: response_digest" "of a payment, so no evidence: mandate_id" \
    "drift: missing_field quality_field_missing forbidden_field_present"
  same "$err" ""
  gives 10 evidence --preset stripe_charge --vendor-file '{}' -f quiet
  same "$out" invalid
}

@test "evidence comes from files and standard input, and its report is JSON in the kit's envelope" {
  echo '{"charge_id": "c", "http_status": 200, "response_digest": "d"}' >vendor.json
  gives 0 evidence --preset stripe_charge --vendor-file vendor.json -f json --request-id R
  same "$(member "$OUT" '["command"], d["request_id"], d["data"]["ok"], d["data"]["canonical_payload"]')" \
    "('policy validate-evidence', 'R', True, {'vendor_ref_id': 'c', 'http_status': 200, 'response_digest': 'd'})"
  gives 0 evidence --preset stripe_charge --vendor-file - <vendor.json
  gives 10 evidence --preset stripe_charge --vendor-file vendor.json --frozen-api-version 1999
  holds "$out" "another version of the pack"
  gives 10 evidence --preset stripe_charge --vendor-file vendor.json --frozen-vendor-schema-digest 00
  gives 10 evidence --preset stripe_charge --vendor-file vendor.json --frozen-canonical-schema-digest 00
  gives 10 evidence --preset stripe_charge --vendor-file vendor.json --canonical-file '{}'
}

@test "a deprecated preset is warned of and still works" {
  gives 10 evidence --preset stripe_webhook_payment --vendor-file '{}' -f quiet
  holds "$err" vendor_webhook_confirmed
}

@test "evidence that cannot be judged is refused" {
  says 2 unknown_value evidence --preset stripe_charg --vendor-file '{}'
  says 2 missing_evidence evidence --preset stripe_charge
  says 2 bad_usage evidence --preset stripe_charge --vendor-file - --canonical-file -
  says 2 bad_evidence evidence --preset stripe_charge --vendor-file '[1]'
  says 2 bad_json evidence --preset stripe_charge --vendor-file '{nope'
  says 2 bad_input evidence --preset stripe_charge --vendor-file nothing.json
}

@test "presets and templates are listed, shown and narrowed" {
  gives 0 paybond policy templates -f quiet
  same "$(wc -l <"$OUT")" 17
  gives 0 paybond policy templates -f jsonl
  head -1 "$OUT" >first
  same "$(member first '["preset_id"]')" api_response_ok
  gives 0 paybond policy presets list
  holds "$out" stripe-commerce "max-spend-cents:<cents>"
  gives 0 paybond policy presets show --preset saas --max-spend 20
  holds "$out" "max_spend_cents: 2000" "max_spend_usd: 20"
  gives 0 paybond policy presets show --domain travel --guardrails "strict, max-spend:5.5"
  holds "$out" "max_spend_cents: 550" "max_spend_usd: 5.5"
  gives 0 paybond policy presets show travel -f quiet
  same "$out" travel-agent-v1
}

@test "presets that are not there, and options that do not go together, are refused" {
  says 2 unknown_policy_preset paybond policy presets show nope
  says 2 missing_preset paybond policy presets show
  says 2 bad_usage paybond policy presets show travel --preset saas
  says 2 bad_usage paybond policy presets show --domain travel
  says 2 bad_usage paybond policy presets show --guardrails strict
  says 2 bad_usage paybond policy presets show --domain travel --guardrails strict --max-spend 5
  says 2 unknown_guardrail paybond policy presets show --domain travel --guardrails nope
  says 2 bad_number paybond policy presets show travel --max-spend 5.5
}

@test "a preview evaluates the predicate of a preset or a template" {
  local done='{"status": "completed", "cost_cents": 100}'
  gives 0 paybond policy preview --preset cost_and_completion --evidence-file "$done"
  holds "$out" "pass  amount_lte_budget"
  gives 10 paybond policy preview --preset cost_and_completion --evidence-file "$done" --amount-cents 99
  echo '{"http_status_path": ["a", "b"], "expected_http_status": 201}' >parameters.json
  gives 0 paybond policy preview --template api_response_v1 --parameters-file parameters.json \
    --evidence-file '{"a": {"b": 201}}' --schema-file '{"required": ["a"]}' -f json
  same "$(member "$OUT" '["data"]["pass"], d["data"]["preset_id"], d["data"]["template_id"]')" \
    "(True, None, 'api_response_v1')"
  gives 10 paybond policy preview --template api_response_v1 --parameters-file parameters.json \
    --evidence-file '{"a": {"b": 201}}' --schema-file '{"required": ["c"]}' -f quiet
  same "$out" fail
}

@test "a preview that cannot be made is refused" {
  says 2 bad_usage paybond policy preview --preset cost_and_completion
  says 2 bad_usage paybond policy preview --preset cost_and_completion --template true_v1 --evidence-file '{}'
  says 2 bad_usage paybond policy preview --preset cost_and_completion --evidence '{}'
  says 2 bad_usage paybond policy preview --evidence-file '{}'
  says 2 missing_parameter paybond policy preview --template api_response_v1 --parameters-file '{}' --evidence-file '{}'
  says 5 missing_key paybond policy preview --preset cost_and_completion --evidence-file '{}'
  says 2 bad_usage paybond policy preview --template true_v1 --parameters-file - --evidence-file -
}

@test "recorded runs print what they printed" {
  gives 0 python3 "$TESTS/paybond_policy_replay.py"
  holds "$out" "recorded runs replayed"
}
