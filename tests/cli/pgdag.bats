# sbn pgdag: workflows whose steps are programs, their records, and all that steps do wrong.
load helpers

setup() {
  fresh_folder
  export XDG_STATE_HOME=$BATS_TEST_TMPDIR/state
  RUNS=$XDG_STATE_HOME/agentnet/runs
  cat >diamond.json <<'JSON'
{"name": "diamond", "nodes": ["a", {"id": "b"}, {"id": "c", "metadata": {"command": "echo '{\"c\": 1}'"}}, "d"],
 "edges": [["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]]}
JSON
}

one() { printf '{"name": "t", "nodes": ["a"]}'; }

@test "steps get what was made before them, and the record holds" {
  gives 0 sbn pgdag run diamond.json --inputs '{"n": 3}' --run-id r1 --actor me -o json \
    --step a='python3 -c "import json, sys; print(json.dumps({\"m\": json.load(sys.stdin)[\"n\"] * 2}))"' \
    --step b='echo "{\"b\": 1}"' --step d='python3 -c "import json, sys; d = json.load(sys.stdin); print(json.dumps({\"sum\": d[\"m\"] + d[\"b\"] + d[\"c\"]}))"'
  same "$(member "$OUT" '["status"], d["final_outputs"]["sum"], list(d["proofs"])')" "('complete', 8, ['a', 'b', 'c', 'd'])"
  same "$err" ""
  same "$(stat -c %a "$RUNS/r1.json")" 600
  gives 0 sbn pgdag verify r1 -o json
  same "$(member "$OUT" '["valid"], d["steps"]')" "(True, 4)"
  gives 0 sbn pgdag list -o quiet
  same "$out" r1
  gives 0 sbn pgdag show r1 -o json
  same "$(member "$OUT" '["inputs"], d["actor"], d["kernel"]')" "({'n': 3}, 'me', '0.14.0')"
}

@test "steps run side by side when they may, with the same hashes each time" {
  # Each waits for the other: one at a time they would not end.
  mkfifo left right
  gives 0 timeout 60 sbn pgdag run diamond.json --parallel 2 --run-id p --step a=builtin:pass --step d=builtin:pass \
    --step b='echo x >left; read x <right; echo "{}"' --step c='read x <left; echo x >right; echo "{\"c\": 1}"'
  gives 0 sbn pgdag verify p
  gives 0 sbn pgdag graph p
  holds "$out" "a [done]" "d <- b, c [done]"
}

@test "a template that cannot run is refused before anything runs" {
  touch_step='a=touch ran; echo "{}"'
  for case in 'cycle|{"name":"t","nodes":["a","b"],"edges":[["a","b"],["b","a"]]}' \
    'duplicate_node|{"name":"t","nodes":["a","a"]}' 'unknown_edge_end|{"name":"t","nodes":["a"],"edges":[["a","z"]]}' \
    'no_command|{"name":"t","nodes":["a","b"]}' 'bad_template|{"nodes":["a"]}' 'bad_template|[]' 'bad_json|{"name"'; do
    gives 2 sbn pgdag run "${case#*|}" --step "$touch_step" -o json
    holds "$err" "\"code\":\"${case%%|*}\""
    same "$out" ""
  done
  gives 2 sbn pgdag run "$(one)" --step "$touch_step" --step 'zz=true' -o json
  holds "$err" '"code":"unknown_step"'
  gives 2 sbn pgdag run "$(one)" --step 'a=builtin:zz' -o json
  holds "$err" '"code":"unknown_builtin"'
  gives 2 sbn pgdag run "$(one)" --step "$touch_step" --run-id ../x
  gives 2 sbn pgdag run "$(one)" --step "$touch_step" --inputs '[1]'
  [ ! -e ran ] && [ ! -e "$RUNS" ]
}

@test "what a step does wrong has a name, and leaves a record that holds and resumes" {
  for case in 'step_failed|echo oops >&2; exit 3' 'step_killed|kill -9 $$' 'step_bad_output|echo hello' 'step_bad_output|true' \
    'step_bad_output|echo "[1]"' 'step_bad_output|echo "{}{}"' 'step_too_large|yes' 'step_timeout|sleep 100 & sleep 100' \
    'step_bad_output|echo "{\"wait_for\": 7}"'; do
    rm -rf "$RUNS"
    gives 1 timeout 60 sbn pgdag run "$(one)" --run-id f --step "a=${case#*|}" --step-timeout 2 -o json
    holds "$err" "\"code\":\"${case%%|*}\""
    same "$(member "$OUT" '["status"], d["proofs"]["a"]["status"]')" "('failed', 'failed')"
    gives 0 sbn pgdag verify f
  done
  gives 0 sbn pgdag run --resume f --step 'a=echo "{}"'
  gives 0 sbn pgdag verify f
  gives 6 sbn pgdag run --resume f
}

@test "the end of standard error says why, without what drives a terminal" {
  gives 1 sbn pgdag run "$(one)" --step 'a=printf "\033[31mred\n" >&2; exit 1'
  holds "$err" "exit status 1" red
  no_controls "$ERR" "$OUT"
}

@test "resuming runs no step twice" {
  chain='{"name": "t", "nodes": ["a", "b", "c"]}'
  gives 1 sbn pgdag run "$chain" --run-id r --step 'a=echo a >>log; echo "{}"' --step 'b=echo b >>log; test -e go && echo "{}"' --step 'c=echo c >>log; echo "{}"'
  touch go
  gives 0 sbn pgdag run --resume r
  same "$(tr -d '\n' <log)" abbc
  gives 0 sbn pgdag verify r
}

@test "Ctrl-C and kill leave a record that resumes" {
  for how in INT TERM KILL; do
    rm -rf go log reached "$RUNS"
    sbn pgdag run '{"name": "t", "nodes": ["a", "b"]}' --run-id r --step 'a=echo a >>log; echo "{}"' \
      --step 'b=test -e go || { touch reached; sleep 100; }; echo "{}"' >/dev/null 2>&1 &
    pid=$!
    until [ -e reached ]; do read -rt 0.05 <> <(:) || true; done
    kill -$how $pid
    code=0
    wait $pid || code=$?
    case $how in INT) same $code 130 ;; TERM) same $code 143 ;; KILL) same $code 137 ;; esac
    gives 0 sbn pgdag verify r -o json
    case $how in KILL) same "$(member "$OUT" '["status"]')" running ;; *) same "$(member "$OUT" '["status"]')" interrupted ;; esac
    touch go
    gives 0 sbn pgdag run --resume r
    gives 0 sbn pgdag verify r
    same "$(cat log)" a
  done
}

@test "a step waits for an event, and gets it" {
  step='a=python3 -c "import json, sys; d = json.load(sys.stdin); print(json.dumps({\"by\": d[\"who\"]} if \"who\" in d else {\"wait_for\": {\"event_type\": \"approval\", \"partial_outputs\": {\"half\": 1}}}))"'
  gives 8 sbn pgdag run "$(one)" --run-id w --step "$step" -o json
  same "$(member "$OUT" '["status"], d["wait_event"]["event_type"], d["final_outputs"]')" "('waiting', 'approval', {'half': 1})"
  gives 0 sbn pgdag verify w
  gives 8 sbn pgdag run --resume w
  gives 2 sbn pgdag run --resume w --event '[1]'
  gives 0 sbn pgdag run --resume w --event '{"who": "me"}' -o json
  same "$(member "$OUT" '["final_outputs"]["by"], d["final_outputs"]["half"]')" "('me', 1)"
  gives 0 sbn pgdag verify w
  gives 2 sbn pgdag run "$(one)" --step a=builtin:pass --event '{}'
}

@test "a record that was changed does not hold, and does not go on" {
  gives 1 sbn pgdag run '{"name": "t", "nodes": ["a", "b"]}' --run-id r --step 'a=echo "{\"v\": 1}"' --step b=false
  sed -i 's/"v":1/"v":2/' "$RUNS/r.json"
  gives 9 sbn pgdag verify r
  holds "$err" "a: outputs_fingerprint"
  gives 9 sbn pgdag run --resume r --step b=builtin:pass
  echo '{}' >"$RUNS/other.json"
  gives 2 sbn pgdag verify other
  gives 3 sbn pgdag verify nothing
  gives 0 sbn pgdag list -o quiet
  same "$out" r
}

@test "steps see no secrets, and no standard input but their own" {
  export SBN_API_KEY=canary MY_TOKEN=canary DB_PASSWORD=canary KEYBOARD=fine
  gives 0 sbn pgdag run "$(one)" --step 'a=env >seen; cat >in; echo "{}"' --inputs '{"x": 1}' <<<"not for steps"
  lacks "$(cat seen)" canary
  holds "$(cat seen)" KEYBOARD=fine PGDAG_STEP_ID=a
  same "$(cat in)" '{"x":1}'
}

@test "a sealed run leaves a receipt for each step" {
  gives 0 sbn pgdag run diamond.json --step '*=builtin:pass' --step c=builtin:pass --seal --run-id s -o json
  receipt=$(member "$OUT" '["proofs"]["d"]["receipt_id"]')
  gives 0 sbn receipts get "$receipt" -o json
  cp "$OUT" receipt.json
  gives 0 sbn receipts verify receipt.json
  gives 0 sbn pgdag verify s
}

@test "the kernel of 0.12.2 forwards no outputs" {
  gives 0 sbn pgdag run '{"name": "t", "nodes": ["a", "b"]}' --step 'a=echo "{\"v\": 1}"' --step 'b=cat' --kernel 0.12.2 --run-id k -o json
  same "$(member "$OUT" '["final_outputs"].get("v"), "anchor_hash" in d["proofs"]["a"]')" "(None, False)"
  gives 0 sbn pgdag verify k
}

@test "two runs cannot have one id, and a dry run leaves nothing" {
  gives 0 sbn pgdag run "$(one)" --step a=builtin:pass --dry-run --run-id d
  [ ! -e "$RUNS" ]
  gives 0 sbn pgdag run "$(one)" --step a=builtin:pass --run-id d
  gives 6 sbn pgdag run "$(one)" --step a=builtin:pass --run-id d
}

@test "graphs are quoted for those who read them" {
  gives 0 sbn pgdag graph '{"name": "q\"\\", "nodes": ["a\"b", "c"]}' --as dot
  holds "$out" '"a\"b" -> "c";'
  gives 0 sbn pgdag graph '{"name": "t", "nodes": ["a\"b", "c"]}' --as mermaid
  holds "$out" 'n0["a#quot;b"]' "n0 --> n1"
  gives 2 sbn pgdag graph diamond.json --as svg
}
