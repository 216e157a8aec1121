# paybond policy: predicates and schemas tried out offline.
load helpers

setup() { fresh_folder; }

RULE='{"version": 1, "root": {"op": "all", "clauses": [
  {"op": "eq", "path": ["status"], "value": "completed"},
  {"op": "amount_lte_budget", "path": ["cost_cents"]},
  {"op": "not", "clause": {"op": "exists", "path": ["refund", "id"]}}]}}'

preview() { paybond policy preview --predicate "$RULE" "$@"; }

@test "a preview shows the clauses as a tree and exits with the verdict" {
  gives 0 preview --evidence '{"status": "completed", "cost_cents": 500}' --amount-cents 500
  same "$out" 'pass  all
  pass  eq status: "completed" is "completed"
  pass  amount_lte_budget cost_cents: 500 is within the budget of 500
  pass  not
    FAIL  exists refund > id: is not there'
  gives 10 preview --evidence '{"status": "completed", "cost_cents": 500.01}' --amount-cents 500
  same "$out" 'FAIL  all: 1 more not needed
  pass  eq status: "completed" is "completed"
  FAIL  amount_lte_budget cost_cents: 500.01 is more than the budget of 500'
  same "$err" ""
}

@test "a preview is JSON when asked to, with the same exit code" {
  gives 10 preview --evidence '{"status": "open"}' -f json
  is_json "$OUT"
  same "$(member "$OUT" '["passed"], d["trace"]["op"], d["trace"]["children"][0]["path"]')" "(False, 'all', ['status'])"
  gives 10 preview --evidence '{"status": "open"}' -f quiet
  same "$out" fail
}

@test "predicate, evidence, budget and schema come from arguments, files and standard input" {
  echo "$RULE" >rule.json
  echo '{"amount_cents": 700, "currency": "usd"}' >budget.json
  echo '{"status": "completed", "cost_cents": 600}' >evidence.json
  gives 0 paybond policy preview --predicate rule.json --evidence - --budget budget.json <evidence.json
  gives 0 paybond policy preview --predicate - --evidence @evidence.json --amount-cents 600 <rule.json
  gives 10 paybond policy preview --predicate '{"version": 1, "root": {"op": "schema_valid"}}' \
    --evidence evidence.json --schema '{"additionalProperties": {"type": "number"}}'
  holds "$out" "FAIL  schema_valid" "/status type"
  gives 10 paybond policy preview --predicate '{"version": 1, "root": {"op": "artifact_count_gte", "count": 2}}' \
    --evidence '{}' --artifacts 1
}

@test "what cannot be evaluated is told apart from what does not pass" {
  says 5 missing_key preview --evidence '{}'
  says 5 wrong_kind preview --evidence '{"status": "completed", "cost_cents": "5"}' --amount-cents 5
  says 5 negative_amount preview --evidence '{"status": "completed", "cost_cents": -1}' --amount-cents 5
  says 2 missing_fact preview --evidence '{"status": "completed", "cost_cents": 5}'
  says 2 unknown_predicate_op paybond policy preview --predicate '{"version": 1, "root": {"op": "and"}}' --evidence '{}'
  says 2 unknown_predicate_version paybond policy preview --predicate '{"version": 2, "root": {"op": "true"}}' --evidence '{}'
  says 2 bad_predicate paybond policy preview --predicate '{"version": 1, "root": {"op": "eq"}}' --evidence '{}'
  says 2 bad_json preview --evidence '{"a":'
  says 2 unknown_keyword preview --evidence '{}' --schema '{"frob": 1}'
}

@test "options that do not go together, and budgets that are none, are refused" {
  says 2 bad_usage paybond policy preview --evidence '{}'
  says 2 bad_usage preview
  says 2 bad_usage preview --evidence '{}' --budget '{"amount_cents": 1}' --amount-cents 1
  says 2 bad_usage paybond policy preview --predicate - --evidence - </dev/null
  says 2 bad_number preview --evidence '{}' --amount-cents 1.5
  says 2 bad_number preview --evidence '{}' --amount-cents -1
  says 2 missing_field preview --evidence '{}' --budget '{"cents": 1}'
  says 2 bad_amount preview --evidence '{}' --budget '{"amount_cents": 1.5}'
  says 2 bad_amount preview --evidence '{}' --budget '{"amount_cents": -1}'
  says 2 amount_overflow preview --evidence '{}' --budget '{"amount_cents": 9223372036854775808}'
}

@test "a schema is checked, and evidence against it" {
  gives 0 paybond policy check-schema '{"required": ["a"]}'
  same "$out" VALID
  gives 0 paybond policy check-schema '{"required": ["a"]}' '{"a": 1}' -o quiet
  same "$out" valid
  gives 10 paybond policy check-schema '{"properties": {"a": {"type": "string"}}}' '{"a": 1}'
  same "$out" 'INVALID
  /a type: 1 is not of type string'
  gives 10 paybond policy check-schema '{"properties": {"a": {"type": "string"}}}' '{"a": 1}' -o json
  same "$(member "$OUT" '["valid"], d["faults"]')" \
    "(False, [{'path': '/a', 'keyword': 'type', 'message': '1 is not of type string'}])"
}

@test "a bad schema is refused with the place and the keyword" {
  says 2 unknown_keyword paybond policy check-schema '{"properties": {"a": {"frob": 1}}}'
  same "$(member "$ERR" '["error"]["details"]["path"], d["error"]["details"]["keyword"]')" "('/properties/a/frob', 'frob')"
  says 2 bad_schema paybond policy check-schema '{"minLength": -1}'
  says 2 bad_pattern paybond policy check-schema '{"pattern": "(?=x)"}'
  says 2 bad_reference paybond policy check-schema '{"$ref": "http://example.com/schema"}'
  says 2 bad_reference paybond policy check-schema '{"$ref": "#"}'
  says 2 bad_input paybond policy check-schema nowhere.json
  says 2 bad_usage paybond policy check-schema '{}' '{}' --ndjson - </dev/null
  says 2 bad_usage paybond policy check-schema - --ndjson - </dev/null
}

@test "lines are checked in order, and the exit code counts them all" {
  printf '%s\n' '{"n": 1}' '{"n": "x"}' '5' >lines
  gives 10 paybond policy check-schema '{"properties": {"n": {"type": "integer"}}}' --ndjson lines -o quiet
  same "$out" $'valid\ninvalid\nvalid'
  holds "$err" "1 lines do not follow the schema"
  echo '{"n":' >>lines
  gives 2 paybond policy check-schema '{"properties": {"n": {"type": "integer"}}}' --ndjson lines
  same "$(wc -l <"$OUT")" 4
  gives 0 paybond policy check-schema '{"properties": {"n": {"type": "integer"}}}' --ndjson - <<<'{"n": 1}'
  same "$out" '{"valid":true,"faults":[]}'
}

@test "hostile evidence ends in time and steers no terminal" {
  gives 10 timeout 20 paybond policy check-schema '{"pattern": "^(a+)+$"}' \
    <(python3 -c 'print("\"" + "a" * 200000 + "b\"")')
  python3 -c '
refs = ",".join("\"d%d\": {\"allOf\": [{\"$ref\": \"#/$defs/d%d\"}, {\"$ref\": \"#/$defs/d%d\"}]}" % (i, i + 1, i + 1) for i in range(40))
print("{\"$ref\": \"#/$defs/d0\", \"$defs\": {\"d40\": true, %s}}" % refs)' >doubling.json
  says 5 out_of_fuel timeout 20 paybond policy check-schema doubling.json '{}'
  gives 10 paybond policy check-schema '{"additionalProperties": false}' '{"\u001b[31m\u202e": 1}'
  no_controls "$OUT" "$ERR"
  gives 10 paybond policy preview --predicate '{"version": 1, "root": {"op": "eq", "path": ["\u001b[31m"], "value": 1}}' \
    --evidence '{"\u001b[31m": "\u001b]0;x\u0007\u009b"}'
  no_controls "$OUT" "$ERR"
}
