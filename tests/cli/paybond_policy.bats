# paybond policy and paybond init: presets, templates, evidence and policy files, without a network.
load helpers

setup() { fresh_folder; }

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

@test "a catalogue of one's own is said not to be read" {
  PAYBOND_COMPLETION_CATALOG=mine.json gives 0 paybond policy templates -f quiet
  holds "$err" PAYBOND_COMPLETION_CATALOG
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

@test "a policy file is written whole, once, and is a policy" {
  gives 0 paybond policy init --preset travel -f quiet
  same "$out" "$PWD/paybond.policy.yaml"
  gives 0 paybond policy validate-tools --file paybond.policy.yaml -f json --request-id R
  same "$(member "$OUT" '["data"], d["request_id"]')" \
    "({'valid': True, 'policy_name': 'travel-agent-v1', 'tools': {'side_effecting': 1, 'read_only': 1}, 'errors': []}, 'R')"
  says 6 exists paybond policy init --preset saas
  grep -q travel-agent-v1 paybond.policy.yaml
  gives 0 paybond policy init --preset saas --max-spend 7 --force
  grep -q "max_spend_cents: 700" paybond.policy.yaml
  gives 0 paybond policy init --out other.yaml --dry-run
  [ ! -e other.yaml ]
  gives 0 paybond policy init --operation search.paid --evidence-preset stripe_charge --out other.yaml
  holds "$(<other.yaml)" "name: search-paid-v1" "template_id: api_response_v1"
}

@test "an organisation's policy and its overlay are written" {
  gives 0 paybond policy init-org --policy-id acme-v1 --max-spend-cents 777
  gives 0 paybond policy validate-tools --file acme-v1.yaml
  grep -q "max_spend_cents: 777" acme-v1.yaml
  gives 0 paybond policy extend --extends org_acme/acme-v1 --base-policy "acme v1.yaml" --operation acme.pay
  holds "$(<paybond.policy.yaml)" "org_id: org_acme" 'base_policy: "acme v1.yaml"' acme.pay
  gives 10 paybond policy validate-tools --file paybond.policy.yaml
  holds "$out" "extends: an overlay says"
}

@test "files that could not be policies are not written" {
  says 2 bad_tool_name paybond policy init --operation 'bad op'
  says 2 unknown_value paybond policy init --evidence-preset nope
  says 2 bad_usage paybond policy init --preset travel --operation a.b
  says 2 bad_usage paybond policy init --max-spend 5
  says 2 empty_policy paybond policy init --domain aws --guardrails read-only-search
  says 2 missing_option paybond policy init-org
  says 2 bad_policy_name paybond policy init-org --policy-id 'bad id!'
  says 2 bad_extends paybond policy extend --extends acme
  says 2 bad_policy_name paybond policy extend --extends org_a/b --name X
  says 2 bad_usage paybond policy extend --extends org_a/b --evidence-preset stripe_charge
  says 3 no_such_file paybond policy init --out nowhere/x.yaml
  [ -z "$(ls)" ]
}

@test "all faults of a policy are told, on standard output, with exit code 10" {
  printf 'version: 1\nname: X\ntools:\n  a:\n    side_effecting: true\n' >bad.yaml
  gives 10 paybond policy validate-tools --file bad.yaml
  same "$out" 'INVALID 
  name: must be a name: lower-case letters, digits, _ and -
  default_deny: is missing
  tools.a.evidence_preset: a tool with side effects must name the preset of its evidence'
  gives 10 paybond policy validate-tools --file - -f quiet <bad.yaml
  same "$out" invalid
  same "$err" "error: standard input is no valid policy: 3 faults"
  gives 10 paybond policy validate-tools --file bad.yaml -f json
  same "$(member "$OUT" '["data"]["valid"], len(d["data"]["errors"])')" "(False, 3)"
  same "$(member "$ERR" '["error"]["code"]')" policy_invalid
  gives 10 paybond policy validate-tools --file bad.yaml --remote -f json
  same "$(member "$OUT" '["data"]["remote_valid"], d["data"]["tenant_id"]')" "(False, 'local')"
  says 2 bad_yaml paybond policy validate-tools --file - <<<'a: b: c'
  holds "$err" "line 1"
  says 2 yaml_unsupported paybond policy validate-tools --file - <<<'a: &b c'
  says 2 duplicate_name paybond policy validate-tools --file - <<<'{"version": 1, "version": 2}'
  says 2 missing_option paybond policy validate-tools
  says 2 bad_usage paybond policy validate-tools --file bad.yaml --remote --local-only
}

@test "with --strict what is only warned of is a fault" {
  paybond policy init --evidence-preset stripe_webhook_payment -f quiet >/dev/null
  gives 0 paybond policy validate-tools --file paybond.policy.yaml
  holds "$err" "use vendor_webhook_confirmed"
  gives 10 paybond policy validate-tools --file paybond.policy.yaml --strict
}

@test "every module of init completion runs, and its sample is good evidence" {
  local preset option
  for preset in $(paybond policy templates -f quiet); do
    gives 0 paybond init completion --preset "$preset" --out module.py --force
    gives 0 python3 module.py
    cp "$OUT" sample.json
    option=--canonical-file
    grep -q "vendor's fields" module.py && option=--vendor-file
    case $preset in stripe_webhook_payment) continue ;; esac
    gives 0 evidence --preset "$preset" "$option" sample.json
  done
  gives 1 python3 -c 'import module; module.build_evidence(invoice_number=5)'
  says 6 exists paybond init completion --preset api_response_ok --out module.py
}

@test "recorded runs print what they printed" {
  gives 0 python3 "$TESTS/paybond_policy_replay.py"
  holds "$out" "recorded runs replayed"
}

@test "the replay notices another value, order, exit code, or text" {
  local recordings=$ROOT/tests/vectors/paybond/cli-policy edit
  while read -r file edit; do
    sed "$edit" "$recordings/$file" >"$file"
    cmp -s "$file" "$recordings/$file" && fail "nothing changed: $edit"
    gives 1 python3 "$TESTS/paybond_policy_replay.py" "$file"
  done <<'END'
run_policy_templates.txt s/"recommended_amount_cents": 500,/"recommended_amount_cents": 501,/
run_policy_init.txt s/^exit: 0/exit: 1/
run_policy_presets_list.txt s/"id": "aws", "kind": "composed"/"kind": "composed", "id": "aws"/
run_policy_presets_show_travel.txt s/20000/20001/
run_validate_evidence.txt s/"pack_stale": false/"pack_stale": true/
END
}

@test "a published base policy and an overlay make an effective policy, which is never wider" {
  gives 0 paybond policy init-org --policy-id acme-v1 --max-spend-cents 500
  gives 0 paybond policy publish-org --file acme-v1.yaml --org org_acme -f quiet
  same "$out" org_acme/acme-v1
  gives 0 paybond policy publish-org --file acme-v1.yaml --org org_acme -f json
  same "$(member "$OUT" '["data"]["version_seq"]')" 1
  gives 0 paybond policy extend --extends org_acme/acme-v1
  gives 0 paybond policy effective --file paybond.policy.yaml -f quiet
  digest=$out
  gives 0 paybond policy effective --file paybond.policy.yaml --digest "$digest" -f json
  same "$(member "$OUT" '["data"]["unchanged"], "effective_policy" in d["data"]')" "(True, False)"
  gives 0 paybond policy validate-tools --file paybond.policy.yaml --resolve-inheritance -f json
  same "$(member "$OUT" '["data"]["effective_policy_digest"]')" "$digest"
  printf 'overrides:\n  tools:\n    travel.book_hotel:\n      max_spend_cents: 501\n' >>paybond.policy.yaml
  says 10 policy_widens paybond policy effective --file paybond.policy.yaml
  gives 10 paybond policy validate-tools --file paybond.policy.yaml --resolve-inheritance
  holds "$out" "tools.travel.book_hotel.max_spend_cents: is more than the base policy's 500"
}

@test "what is no base policy or no overlay is refused before anything is asked" {
  gives 0 paybond policy init-org --policy-id acme-v1
  gives 0 paybond policy extend --extends org_acme/other-v1
  says 2 missing_option paybond policy publish-org --file acme-v1.yaml
  says 2 bad_org_id paybond policy publish-org --file acme-v1.yaml --org acme
  says 2 bad_policy paybond policy publish-org --file paybond.policy.yaml --org org_acme
  says 2 no_overlay paybond policy effective --file acme-v1.yaml
  says 3 unknown_org_policy paybond policy effective --file paybond.policy.yaml
  gives 0 paybond policy publish-org --file acme-v1.yaml --org org_acme --dry-run
  holds "$out" PUT "/v1/admin/org-policies/acme-v1?org_id=org_acme"
}

@test "signed records of others become evidence" {
  vector() { jq -c "[.vectors[] | select(.name == \"$1\")][0]$2" "$ROOT/tests/vectors/paybond/attested_evidence.json"; }
  vector "executed with a result" .decision >decision.json
  vector "executed with a result" .outcome >outcome.json
  gives 0 paybond policy import-mcp-receipt --decision-file decision.json --outcome-file outcome.json -o json \
    --write-evidence-file evidence.json
  same "$(jq -cS .data.evidence <<<"$out")" "$(vector "executed with a result" .evidence | jq -cS .)"
  same "$(jq -c '[.command, .data.preset_id, .data.harbor_template_id, .data.source]' <<<"$out")" \
    '["policy import-mcp-receipt","artifact_attested","artifact_hash_v1","sep2828_mcp_receipt"]'
  gives 0 paybond policy validate-evidence --preset artifact_attested --canonical-file evidence.json
  says 6 exists paybond policy import-mcp-receipt --decision-file decision.json --outcome-file outcome.json \
    --write-evidence-file evidence.json
  says 9 records_not_a_pair paybond policy import-mcp-receipt --decision-file decision.json \
    --outcome-file "$(vector "result without status" .outcome)"
  sed 's/executed/cancelled/' outcome.json >changed.json
  says 9 signature_invalid paybond policy import-mcp-receipt --decision-file decision.json --outcome-file - \
    --write-evidence-file other.json <changed.json
  [ ! -e other.json ]
  says 2 duplicate_name paybond policy import-mcp-receipt --decision-file decision.json --outcome-file '{"a":1,"a":1}'
  gives 2 paybond policy import-mcp-receipt --decision-file - --outcome-file -

  vector eip712 .input >receipt.json
  signer=$(vector eip712 .expected_signer | jq -r .)
  gives 0 paybond policy import-x402-receipt --receipt-file receipt.json --expected-signer "$signer" -o json
  same "$(jq -c '[.data.source, .data.evidence.operation]' <<<"$out")" '["x402_receipt_v1","attested"]'
  says 9 signer_mismatch paybond policy import-x402-receipt --receipt-file receipt.json --expected-signer 0x00
  says 2 missing_option paybond policy import-x402-receipt --receipt-file receipt.json
  says 2 bad_receipt paybond policy import-x402-receipt --receipt-file '{}' --expected-signer "$signer"
  says 2 funding_artifact paybond policy import-x402-receipt --receipt-file '{"capture_id":"x"}' --expected-signer a
}
