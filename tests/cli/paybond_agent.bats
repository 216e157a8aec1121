# paybond agent: runs and guarded tool calls, in the local network and behind a gateway.
load helpers

setup() {
  fresh_folder
  KEY=paybond_sk_sandbox_0123456789abcdef0123456789abcdef_canary
}

teardown() {
  [ -z "${SERVER:-}" ] || kill "$SERVER"
}

bind() { paybond agent run bind --operation paid-tool --requested-spend-cents 500 --run-id demo "$@"; }
execute() {
  paybond agent tool execute --run-id demo --operation paid-tool --tool-call-id c1 \
    --result-body '{"status": "ok", "cost_cents": 100}' "$@"
}
validate() { paybond agent tool validate --run-id demo --operation paid-tool "$@"; }
run_file() { member .paybond/runs/demo.json "$1"; }

# A funded intent of 2000 cents in $id, its token in cap.token, the payee's seed in v.hex.
funded_intent() {
  paybond keys generate-seed p.hex -o quiet >/dev/null
  paybond keys generate-seed v.hex -o quiet >/dev/null
  id=$(paybond intents create --principal-did did:web:p --seed-file p.hex --payee-did did:web:v --amount-cents 2000 \
    --allowed-tool travel.book --deadline 2035-01-02T15:04:05Z --token-file cap.token -o quiet)
}
attach() {
  paybond agent run bind --attach-intent-id "$id" --capability-token-file cap.token --payee-did did:web:v \
    --run-id demo "$@"
}

@test "a run is bound, spends, reports, and shows what happened" {
  gives 0 bind -o json
  holds "$out" '"command": "agent run bind"' '"run_id": "demo"' '"capability_token": "[redacted]"' \
    '"sandbox_lifecycle_status": "funded"'
  gives 0 validate --requested-spend-cents 200 -o json
  holds "$out" '"allow": true' '"operation": "paid-tool"' '"decision_id": "'
  gives 0 execute -o json
  holds "$out" '"command": "agent tool execute"' '"submitted": true' '"predicate_passed": true' \
    '"sandbox_lifecycle_status": "released"'
  gives 0 execute
  same "$out" "allowed: paid-tool, up to \$5.00 (500 cents)
spent: \$5.00 (500 cents)
evidence: released, sufficient"
  gives 0 paybond agent run trace --run-id demo
  holds "$out" "Spend authorized up to \$2.00" "Spend released" "Spend authorized up to \$5.00" "Spend consumed" \
    "Evidence submitted: reported cost \$1.00"
  gives 0 paybond agent run trace --run-id demo -o json
  is_json "$OUT"
  holds "$out" '"trace_file": ".paybond/runs/demo.trace.json"'
  gives 0 paybond intents get "$(run_file '["intent_id"]')" --jq .state
  same "$out" released
}

@test "files are their owner's, and the token is in none but the run's" {
  gives 0 bind -vv
  gives 0 execute -vv
  token=$(run_file '["capability_token"]')
  lacks "$out$err" "$token"
  same "$(stat -c %a .paybond .paybond/runs .paybond/runs/*.json | tr '\n' ' ')" "700 700 600 600 "
  grep -qF "$token" .paybond/runs/demo.json
  gives 1 grep -F "$token" .paybond/runs/demo.trace.json
  gives 0 paybond agent run bind --operation x --requested-spend-cents 1 --dry-run -o json
  gives 0 validate --dry-run
  lacks "$out" "$token"
  chmod 644 .paybond/runs/demo.json
  gives 0 paybond agent run status --run-id demo
  holds "$err" "can be read by others"
}

@test "validating reserves nothing" {
  bind -o quiet
  gives 0 validate
  gives 0 validate
  gives 0 paybond spend budget-remaining --intent-id "$(run_file '["intent_id"]')" --operation paid-tool -o quiet
  same "$out" 500
}

@test "a call that is asked twice is spent and reported once" {
  bind -o quiet
  gives 0 execute -o json --request-id R
  first=$out
  gives 0 execute -o json --request-id R
  same "$out" "$first"
  gives 6 execute --requested-spend-cents 200
  holds "$err" "the tool call c1 was for another"
  gives 6 paybond agent tool execute --run-id demo --operation paid-tool --tool-call-id c1 \
    --result-body '{"status": "ok", "cost_cents": 101}'
  same "$(run_file '["tool_calls"][0]["requested_spend_cents"]')" 500
  same "$(run_file '["tool_calls"].__len__()')" 1
}

@test "a call goes on where its process died" {
  bind -o quiet
  execute -o quiet
  decision=$(run_file '["tool_calls"][0]["decision_id"]')
  for state in authorized consumed; do
    python3 - "$state" <<'PYTHON'
import json, sys
run = json.load(open(".paybond/runs/demo.json"))
run["tool_calls"][0].update(state=sys.argv[1], predicate_passed=None, sandbox_lifecycle_status=None)
json.dump(run, open(".paybond/runs/demo.json", "w"))
PYTHON
    gives 0 execute -o json
    holds "$out" "$decision" '"sandbox_lifecycle_status": "released"'
  done
  python3 - <<'PYTHON'
import json
run = json.load(open(".paybond/runs/demo.json"))
run["tool_calls"] = []
json.dump(run, open(".paybond/runs/demo.json", "w"))
PYTHON
  gives 0 execute -o json
  holds "$out" "$decision"
}

@test "a denial is printed, exits with 10 and spends nothing" {
  bind -o quiet
  gives 10 validate --requested-spend-cents 501 -o json
  holds "$out" '"allow": false' '"audit_id": null' '"code": "budget_exceeded"'
  gives 10 validate -o table --operation other
  same "$out" "denied: other: the run does not allow this operation (operation_not_allowed)"
  gives 10 validate -o quiet --operation other
  same "$out" deny
  gives 10 execute --operation other -o json
  holds "$out" '"code": "operation_not_allowed"' '"submitted": false'
  gives 10 execute --requested-spend-cents 99
  holds "$err" "the result cost"
  gives 0 execute --arguments '{"estimated_price_cents": 100}' -o quiet
  same "$out" c1
  gives 10 execute --tool-call-id c2 -o json
  holds "$out" '"code": "capability_replayed"'
}

@test "an intent that is there is bound, spent from and reported by its payee" {
  funded_intent
  gives 0 attach -o json
  holds "$out" '"allowed_tools": [' travel.book '"sandbox_lifecycle_status": ""'
  gives 0 paybond agent run status --run-id demo -o json
  holds "$out" '"sandbox": false'
  call=(paybond agent tool execute --run-id demo --operation travel.book --tool-call-id c1
    --requested-spend-cents 700 --result-body '{"status": "completed", "cost_cents": 650}')
  gives 2 "${call[@]}"
  holds "$err" "--payee-signing-seed-file"
  gives 0 "${call[@]}" --payee-signing-seed-file v.hex -o json
  holds "$out" '"intent_state": "evidence_submitted"'
  first=$out
  gives 0 env APP_PAYEE_SEED_HEX="$(cat v.hex)" "${call[@]}" -o json
  same "$(jq .data <<<"$out")" "$(jq .data <<<"$first")"
  lacks "$(cat .paybond/runs/*)" "$(cat v.hex)"
}

@test "what an intent does not allow or have is not bound" {
  funded_intent
  gives 10 attach --operation other
  gives 2 attach --sandbox
  gives 2 paybond agent run bind --attach-intent-id x --capability-token-file cap.token --payee-did did:web:v
  gives 3 paybond agent run bind --attach-intent-id 550e8400-e29b-41d4-a716-446655440000 \
    --capability-token-file cap.token --payee-did did:web:v
  gives 2 paybond agent run bind --attach-intent-id "$id" --payee-did did:web:v
  holds "$err" "a capability token is missing"
  gives 2 paybond agent run bind --attach-intent-id "$id" --capability-token-file cap.token
  holds "$err" "who signs its evidence"
  gives 2 attach --payee-signing-seed-file missing.hex
  gives 2 paybond agent run bind --production --operation x --requested-spend-cents 1
  gives 0 env PAYBOND_CAPABILITY_TOKEN="$(cat cap.token)" paybond agent run bind --attach-intent-id "$id" \
    --payee-did did:web:v --run-id demo -o quiet
  [ "$(find .paybond -name '*.json' | wc -l)" -eq 1 ]
}

@test "bad input is refused before anything is sent or written" {
  gives 2 paybond agent run bind
  gives 2 paybond agent run bind --sandbox --operation x
  gives 2 bind --requested-spend-cents 0
  gives 2 bind --requested-spend-cents 1.5
  for id in ../x .x x.trace 'a b' "$(printf 'a%.0s' {1..129})"; do
    gives 2 bind --run-id "$id"
    gives 2 paybond agent run status --run-id "$id"
  done
  [ ! -e .paybond ]
  gives 3 paybond agent run status --run-id demo
  holds "$err" "there is no run 'demo'"
  gives 3 execute
  gives 5 bind --completion-preset no_such_preset
  [ ! -e .paybond ]
  bind -o quiet
  gives 6 bind
  gives 3 paybond agent run trace --run-id demo
  gives 3 paybond agent run trace --run-id demo --remote
  holds "$err" "no such run has been reported"
  gives 2 execute --result-file missing.json
  for result in '[1]' '{' '{"a": 1, "a": 2}' '{"a": NaN}'; do
    gives 2 paybond agent tool execute --run-id demo --operation paid-tool --result-body "$result"
  done
  gives 2 paybond agent tool execute --run-id demo --operation paid-tool
  gives 2 execute --tool-call-id 'a b'
  gives 2 execute --arguments '[]'
  gives 2 validate --operation "$(printf 'a%.0s' {1..257})"
  [ ! -e .paybond/runs/demo.trace.json ]
}

@test "a run file that was broken, copied or is of another tenant is refused" {
  bind -o quiet
  cp .paybond/runs/demo.json .paybond/runs/copy.json
  gives 2 paybond agent run status --run-id copy
  holds "$err" "is the run 'demo'"
  sed -i 's/"tenant_id": "local"/"tenant_id": "other"/' .paybond/runs/demo.json
  gives 9 execute
  printf '{' >.paybond/runs/demo.json
  gives 2 execute
  holds "$err" "no run of an agent"
}

@test "of two that make the same call at once one spends" {
  bind -o quiet
  for n in 1 2 3 4; do
    execute -o quiet >"out.$n" 2>&1 3>&- &
  done
  wait
  same "$(cat out.*)" "c1"$'\n'c1$'\n'c1$'\n'c1
  same "$(run_file '["tool_calls"].__len__()')" 1
}

@test "demos of frameworks are not part of this tool" {
  gives 5 paybond agent demo langgraph smoke
  holds "$err" "not part of this tool"
}

@test "recorded runs of the kit's agents, trials and tools give the same" {
  gives 0 python3 "$TESTS/paybond_agent_replay.py"
  holds "$out" "recorded runs replayed"
}

@test "the replay notices another member, value, tool or line" {
  recordings=$ROOT/tests/vectors/paybond/cli-agent
  sed 's/"offline": true/"offline": false/' "$recordings/run_dev_smoke_offline_json.txt" >value.txt
  sed 's/"execute"/"executed"/' "$recordings/run_dev_smoke_offline_json.txt" >member.txt
  sed 's/"name": "paybond_get_intent"/"name": "paybond_get_intents"/' "$recordings/run_mcp_tools.txt" >tool.txt
  sed 's/Sandbox intent created/Intent created/' "$recordings/run_dev_smoke_offline.txt" >line.txt
  for altered in value member tool line; do
    gives 1 python3 "$TESTS/paybond_agent_replay.py" "$altered.txt"
    holds "$out" "$altered.txt"
  done
}

@test "a registry says which tools cost, and how much" {
  printf '%s' '{"version": 1, "default_deny": true, "tools": {"paid-tool": {"max_spend_cents": 200, "evidence_preset": "stripe_charge"},
    "search.web": {"side_effecting": false}}}' >registry.json
  gives 0 paybond agent registry validate --file registry.json -o json
  same "$(jq -c '.data | [.ok, .version, .default_deny, .tool_count, .side_effecting_count]' <<<"$out")" '[true,1,true,2,1]'
  gives 0 bind --registry-file registry.json -o json
  same "$(jq -c .data.allowed_tools <<<"$out")" '["paid-tool","search.web"]'
  printf '{}' >registry.json
  gives 10 validate -o json
  holds "$out" tool_budget_exceeded
  gives 0 validate --requested-spend-cents 200
  gives 0 validate --operation search.web -o json
  same "$(jq -c .data.authorization <<<"$out")" \
    '{"allow":true,"operation":"search.web","audit_id":null,"decision_id":null}'
  gives 0 execute --operation search.web -o json
  same "$(jq -c '.data | [.authorization, .evidence]' <<<"$out")" '[{"allow":true},{"submitted":false}]'
  same "$(run_file '["tool_calls"]')" "[]"
  gives 0 execute --requested-spend-cents 200 -o json
  holds "$out" '"submitted": true'
}

@test "registries and policies are YAML as well as JSON" {
  printf 'version: 1\ndefault_deny: true  # others are denied\ntools:\n  paid-tool:\n    side_effecting: true\n%s\n%s\n' \
    '    max_spend_cents: 200' '    evidence_preset: "cost_and_completion"' >registry.yaml
  gives 0 paybond agent registry validate --file registry.yaml -o json
  same "$(jq -c '.data | [.ok, .default_deny, .tool_count, .side_effecting_count]' <<<"$out")" '[true,true,1,1]'
  gives 0 bind --registry-file registry.yaml
  gives 10 validate --requested-spend-cents 201 -o json
  holds "$out" tool_budget_exceeded
  gives 0 validate --requested-spend-cents 200

  paybond policy init --preset travel -f quiet >/dev/null
  gives 0 paybond agent run bind --policy-file paybond.policy.yaml --run-id travel -o json
  same "$(jq -c '.data | [.operation, .policy_version]' <<<"$out")" '["travel.book_hotel","travel-agent-v1@9c954ba6"]'
  gives 0 paybond agent tool validate --run-id travel --operation travel.book_hotel -o quiet
  same "$out" allow
}

@test "YAML that could mean something else binds nothing" {
  deep=""
  for ((i = 0; i < 17; i++)); do printf -v deep '%s%*sa:\n' "$deep" "$i" ""; done
  for text in 'tools: &x a' 'tools: *x' 'tools: !!map {}' 'tools: {a: {}}' '- a: 1' 'tools: |' '%YAML 1.2' "$deep" \
    $'version: 1\nversion: 1' $'tools:\n  a:\n  a:' 'a: b: c' $'a:\n\tb: 1' $'a: 1\n---\nb: 2' $'a: \xff' '[]' '{'; do
    printf '%s\n' "$text" >hostile.yaml
    gives 2 bind --registry-file hostile.yaml
    holds "$err" hostile.yaml
    gives 2 paybond agent run bind --policy-file hostile.yaml
    gives 2 paybond agent registry validate --file hostile.yaml
  done
  head -c 1048577 /dev/zero | tr '\0' '#' >hostile.yaml
  gives 2 bind --registry-file hostile.yaml
  gives 2 paybond agent run bind --policy-file hostile.yaml
  printf 'version: 1\nname: x\ndefault_deny: true\ntools:\n  a:\n    side_effecting: true\n' >hostile.yaml
  gives 2 paybond agent run bind --policy-file hostile.yaml
  holds "$err" "tools.a.evidence_preset"
  [ ! -e .paybond ]
}

@test "a registry that is wrong binds nothing" {
  printf '{"tools": {"a": {}}}' >registry.json
  gives 1 paybond agent registry validate --file registry.json -o json
  same "$(jq -c '.data.issues[].code' <<<"$out")" '"registry.missing_evidence_preset"'
  gives 2 bind --registry-file registry.json
  for text in '[]' '{' '{"version": 1, "version": 1}'; do
    printf '%s' "$text" >registry.json
    gives 2 bind --registry-file registry.json
    gives 2 paybond agent registry validate --file registry.json
  done
  gives 2 bind --registry-file missing.json
  gives 2 paybond agent registry validate
  [ ! -e .paybond ]
}

@test "trials of a run go the whole way in one command" {
  gives 0 paybond agent sandbox smoke --operation paid-tool --requested-spend-cents 100 -o json
  same "$(jq -c '.data | keys_unsorted' <<<"$out")" '["bind","execute","checklist_lines"]'
  same "$(jq -c '.data | [.bind.capability_token, .execute.tool_result.cost_cents, .execute.evidence.submitted]' <<<"$out")" \
    '["[redacted]",100,true]'
  gives 0 paybond agent sandbox smoke --preset travel --result-body '{"status": "done", "cost_cents": 5}'
  holds "$out" travel.book_hotel Success
  gives 10 paybond agent sandbox smoke --preset travel --result-body '{"cost_cents": 18701}'
  gives 2 paybond agent sandbox smoke
  gives 10 env PAYBOND_API_KEY=paybond_sk_live_x_canary paybond agent sandbox smoke --preset travel
  lacks "$err" canary
}

@test "a trial on an intent's money needs its payee, and is made once" {
  funded_intent
  smoke=(paybond agent production attach smoke --attach-intent-id "$id" --capability-token-file cap.token
    --requested-spend-cents 500 --payee-did did:web:v)
  gives 2 "${smoke[@]}"
  [ ! -e .paybond ]
  gives 0 "${smoke[@]}" --payee-signing-seed-file v.hex -o json
  same "$(jq -c '[.command, .data.execute.evidence.intent_state]' <<<"$out")" '["agent production attach","evidence_submitted"]'
  gives 10 "${smoke[@]}" --payee-signing-seed-file v.hex -o json
  holds "$out" intent_not_active
}

@test "evidence alone is signed and taken once" {
  funded_intent
  smoke=(paybond agent harbor evidence smoke --intent-id "$id" --payee-did did:web:v --payee-signing-seed-file v.hex)
  gives 2 "${smoke[@]}"
  gives 0 "${smoke[@]}" --result-body '{"status": "completed"}' -o json
  same "$(jq -c '.data | [.intent_id, .evidence.state]' <<<"$out")" "[\"$id\",\"evidence_submitted\"]"
  gives 6 "${smoke[@]}" --result-body '{"status": "completed"}'
  gives 2 paybond agent harbor evidence smoke --result-body '{}'
}

@test "a policy says what a run pays for, and how it is judged" {
  printf '%s' '{"version": 1, "name": "travel-agent-v1", "default_deny": true, "tools": {"travel.book_hotel":
    {"side_effecting": true, "max_spend_cents": 20000, "evidence_preset": "cost_and_completion"}, "search.web": {"side_effecting": false}},
    "intent": {"allowed_tools": ["travel.book_hotel"], "budget": {"currency": "usd", "max_spend_usd": 150}}}' >policy.json
  gives 0 paybond agent run bind --policy-file policy.json --dry-run -o json
  same "$(jq -c '.request.body | fromjson' <<<"$out")" \
    '{"operation":"travel.book_hotel","requested_spend_cents":15000,"currency":"usd","completion_preset":"cost_and_completion"}'
  gives 10 paybond agent run bind --policy-file policy.json --requested-spend-cents 15001
  gives 2 paybond agent run bind --policy-file policy.json --operation search.web
  gives 2 paybond agent run bind --policy-file policy.json --registry-file policy.json
  funded_intent
  sed 's/travel.book_hotel/travel.book/g' policy.json >booking.json
  gives 0 attach --policy-file booking.json --requested-spend-cents 300 -o json
  holds "$out" '"policy_digest": "sha256:' '"policy_version": "travel-agent-v1@' '"policy_file": "booking.json"'
  gives 10 paybond agent tool validate --run-id demo --operation travel.book --requested-spend-cents 301
  gives 0 paybond agent tool validate --run-id demo --operation search.web
  same "$(run_file '["policy_bind_content"]')" "$(cat booking.json)"
}

policy_of() {
  printf 'version: 1\nname: p\ndefault_deny: true\ntools:\n  paid-tool:\n    side_effecting: true\n%s\n' \
    "    evidence_preset: cost_and_completion${1:+
    max_spend_cents: $1}" >policy.yaml
}
reload() { paybond agent run reload-policy --run-id demo "$@"; }
bound_by_policy() {
  policy_of 500
  paybond agent run bind --policy-file policy.yaml --run-id demo -o quiet "$@"
}

@test "a changed policy takes the place of the one before" {
  bound_by_policy
  before=$(run_file '["policy_digest"]')
  gives 0 reload -o json
  same "$(jq -c '.data | [.applied, .unchanged, .previous_digest == .new_digest]' <<<"$out")" '[false,true,true]'
  policy_of 400
  gives 0 reload -o json --dry-run
  same "$(run_file '["policy_digest"]')" "$before"
  gives 0 reload -o json
  same "$(jq -c '.data | keys_unsorted' <<<"$out")" '["run_id","applied","unchanged","previous_digest","new_digest",'`
    `'"policy_digest","policy_version","policy_loaded_at"]'
  same "$(jq -r '.data | "\(.applied) \(.previous_digest)"' <<<"$out")" "true $before"
  gives 10 validate --requested-spend-cents 401
  gives 0 validate --requested-spend-cents 400
  gives 0 paybond agent run status --run-id demo -o json
  same "$(jq -c '.data.reload | [.watch, .poll, .last_reload_at != null]' <<<"$out")" '[false,false,true]'
}

@test "a policy that allows more is taken only when that is asked for" {
  bound_by_policy
  for cents in 501 ""; do
    policy_of "$cents"
    before=$(<.paybond/runs/demo.json)
    gives 10 reload -o json
    holds "$err" loosening_denied
    same "$(<.paybond/runs/demo.json)" "$before"
  done
  gives 0 reload --allow-loosen
  printf '  other:\n    side_effecting: true\n    evidence_preset: cost_and_completion\n' >>policy.yaml
  gives 10 reload --allow-loosen -o json
  holds "$err" intent_rebind_required
}

@test "what cannot be reloaded leaves the run as it is" {
  bound_by_policy
  before=$(<.paybond/runs/demo.json)
  printf 'version: 1\nversion: 1\n' >policy.yaml
  gives 2 reload
  gives 2 reload --policy-file missing.yaml
  rm policy.yaml
  gives 2 reload
  gives 3 paybond agent run reload-policy --run-id other
  gives 2 paybond agent run reload-policy
  same "$(<.paybond/runs/demo.json)" "$before"
  bind --run-id plain -o quiet
  gives 2 paybond agent run reload-policy --run-id plain -o json
  holds "$err" missing_policy
}

@test "the gateway is asked about a policy, and about what it inherits" {
  bound_by_policy
  policy_of 300
  gives 0 reload --remote --dry-run -o json
  same "$(jq -r '.request | "\(.method) \(.url)"' <<<"$out" | sed 's,://[^/]*,,')" "POST http/v1/policy/validate"
  gives 0 reload --remote -o json
  same "$(jq -c .data.applied <<<"$out")" true
  gives 2 reload --resolve-inheritance -o json
  holds "$err" invalid_overlay
  echo '{"version": 2, "name": "mine", "default_deny": true, "tools": {},
    "extends": {"org_id": "org_acme", "org_policy_id": "acme-v1"},
    "overrides": {"tools": {"paid-tool": {"max_spend_cents": 100}}}}' >overlay.json
  gives 2 reload --policy-file overlay.json
  gives 3 reload --policy-file overlay.json --resolve-inheritance -o json
  holds "$err" unknown_org_policy
  paybond policy init-org --policy-id acme-v1 --operation paid-tool --max-spend-cents 200 -o quiet
  paybond policy publish-org --file acme-v1.yaml --org org_acme -o quiet
  gives 0 reload --policy-file overlay.json --resolve-inheritance -o json
  same "$(jq -c .data.applied <<<"$out")" true
  same "$(jq -r .data.new_digest <<<"$out")" "$(paybond policy effective --file overlay.json -o quiet)"
  gives 10 validate --requested-spend-cents 101 -o json
  holds "$out" tool_budget_exceeded
  gives 0 reload --policy-file overlay.json --resolve-inheritance -o json
  same "$(jq -c '.data | [.applied, .unchanged]' <<<"$out")" '[false,true]'
}

@test "a watched policy counts at the next call, unless it allows more" {
  gives 2 bind --watch
  bound_by_policy --watch
  gives 0 paybond agent run status --run-id demo --jq .reload.watch
  same "$out" true
  policy_of 100
  gives 10 validate --requested-spend-cents 101 -o json
  holds "$out" tool_budget_exceeded
  same "$err" ""
  policy_of 200
  gives 10 validate --requested-spend-cents 101
  holds "$err" "policy.yaml is not taken"
  rm policy.yaml
  gives 0 execute --requested-spend-cents 100
  holds "$err" "policy.yaml is not taken"
}

@test "status shows how the intent is now" {
  bind -o quiet
  execute -o quiet
  python3 - <<'PYTHON'
import json
run = json.load(open(".paybond/runs/demo.json"))
run["tool_calls"] = []
json.dump(run, open(".paybond/runs/demo.json", "w"))
PYTHON
  gives 0 paybond agent run status --run-id demo -o json
  same "$(jq -r .data.sandbox_lifecycle_status <<<"$out")" released
  same "$err" ""
  gives 0 paybond agent run status --run-id demo --gateway http://127.0.0.1:9 --retries 0 -o json
  same "$(jq -r .data.sandbox_lifecycle_status <<<"$out")" funded
  holds "$err" "what was last known"
}

@test "a run is kept in the env file when that is asked for" {
  printf '# mine\nexport PAYBOND_RUN_ID=old\nOTHER=1' >.env.local
  gives 0 bind --write-env --dry-run
  same "$(grep -c . .env.local)" 3
  gives 0 bind --write-env -o json
  same "$(jq -r .data.env_file <<<"$out")" "$PWD/.env.local"
  token=$(run_file '["capability_token"]')
  lacks "$out$err" "$token"
  same "$(<.env.local)" "# mine
export PAYBOND_RUN_ID=demo
OTHER=1
PAYBOND_INTENT_ID=$(run_file '["intent_id"]')
PAYBOND_CAPABILITY_TOKEN=$token"
  same "$(stat -c %a .env.local)" 600
  touch other.env
  gives 0 bind --run-id second --env-file other.env --write-env
  grep -q '^PAYBOND_RUN_ID=second$' other.env
  gives 3 bind --run-id third --env-file missing/x.env --write-env
  [ ! -e .paybond/runs/third.json ]
}

@test "every file of init agent-middleware is one that its language takes" {
  gives 2 paybond init agent-middleware --framework mastra
  for framework in $(paybond init agent-middleware --help | python3 -c '
import re, sys
text = re.sub(r"\s+", " ", sys.stdin.read())
print(re.search(r"--framework NAME (.*?) \(default", text).group(1).rpartition(": ")[2].replace(",", " "))'); do
    gives 0 paybond init agent-middleware --framework "$framework" --force -o json
    same "$(jq -r '.data | "\(.framework) \(.preset) \(.completion_preset) \(.bytes_written)"' <<<"$out")" \
      "$framework agent-middleware cost_and_completion true"
    file=$(jq -r .data.out <<<"$out")
    case $file in
    *.py) gives 0 python3 -m py_compile "$file" ;;
    *) gives 0 sh -n "$file" ;;
    esac
    seen="${seen:-} $framework"
  done
  holds "$seen" " generic" " crewai" " claude-agents" " microsoft-agent-framework" " shell"
  gives 6 paybond init agent-middleware
  gives 0 paybond init agent-middleware --out other.py --dry-run
  [ ! -e other.py ]
}

@test "the paid tool for a shell spends what it may and reports it" {
  paybond init agent-middleware --framework shell -o quiet >/dev/null
  gives 0 sh -c '. ./paybond_agent_middleware.sh && paid_tool hotels'
  same "$(jq -r .cost_cents <<<"$out")" 100
  run=$(basename "$(ls .paybond/runs/*.json | grep -v trace)" .json)
  gives 0 paybond agent run status --run-id "$run" -o json
  same "$(jq -r .data.sandbox_lifecycle_status <<<"$out")" released
  sed -i 's/"cost_cents": %d/"cost_cents": 1%d/' paybond_agent_middleware.sh
  gives 10 sh -c '. ./paybond_agent_middleware.sh && paid_tool hotels'
  same "$out" ""
}
