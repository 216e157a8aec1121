# paybond dev: trials from beginning to end, and the page that shows them.
load helpers

setup() { fresh_folder; }

teardown() {
  [ -z "${SERVER:-}" ] || kill "$SERVER" 2>/dev/null || true
}

@test "a trial goes the whole way and leaves its traces" {
  gives 0 paybond dev smoke
  holds "$out" "✓ Policy loaded (travel)" "✓ Sandbox intent created" "✓ Tool call: travel.book_hotel" \
    "✓ Spend authorized up to \$187.00 (18,700 cents)" "✓ Evidence accepted" "✓ Settlement simulated (released)" Success
  same "$err" ""
  same "$(stat -c %a .paybond/dev-audit.jsonl .paybond/dev-trace.jsonl .paybond/runs/*.json | sort -u)" 600
  gives 0 paybond dev smoke --preset shopping -o quiet
  run=$out
  [ -e ".paybond/runs/$run.json" ] && [ -e ".paybond/runs/$run.trace.json" ]
  gives 0 paybond agent run status --run-id "$run"
  holds "$out" commerce.checkout
  same "$(wc -l <.paybond/dev-audit.jsonl) $(wc -l <.paybond/dev-trace.jsonl)" "2 2"
  gives 0 paybond intents get "$(member ".paybond/runs/$run.json" '["intent_id"]')" -o json
  holds "$out" '"state": "released"'
  token=$(member ".paybond/runs/$run.json" '["capability_token"]')
  gives 1 grep -F "$token" .paybond/dev-audit.jsonl .paybond/dev-trace.jsonl
}

@test "the answer in JSON has the members of the kit's" {
  gives 0 paybond dev smoke --dry-run -o json
  same "$(jq -c '.request.body | fromjson | .completion_preset' <<<"$out")" '"cost_and_completion"'
  gives 0 paybond dev smoke --offline -o json --request-id R
  is_json "$OUT"
  same "$(jq -c '.data | keys_unsorted' <<<"$out")" \
    '["bind","execute","checklist_lines","trace_url","console_url","agent_trace_url","offline","audit_log"]'
  same "$(jq -c '.data.bind | [.capability_token, .sandbox_lifecycle_status]' <<<"$out")" '["[redacted]","funded"]'
  same "$(jq -c '.data.execute.evidence | [.submitted, .sandbox_lifecycle_status]' <<<"$out")" '[true,"released"]'
  same "$(jq -c '[.data.offline, .request_id]' <<<"$out")" '[true,"R"]'
}

@test "a key for real money is refused before anything happens" {
  for words in "" --offline; do
    gives 10 env PAYBOND_API_KEY=paybond_sk_live_0123456789abcdef_canary paybond dev smoke $words
    lacks "$out$err" canary
    holds "$err" "real money" PAYBOND_API_KEY
  done
  [ ! -e .paybond ]
  gives 2 paybond dev smoke --preset travle
  holds "$err" travel
}

@test "offline asks nobody else" {
  export PAYBOND_API_KEY=paybond_sk_sandbox_0123456789abcdef_canary PAYBOND_GATEWAY_URL=http://127.0.0.1:9
  gives 7 paybond dev smoke --retries 0
  [ ! -e .paybond/runs ]
  gives 0 paybond dev smoke --offline
  holds "$out" Success
}

@test "trials are listed, and an empty folder has none" {
  gives 0 paybond dev trace --once
  holds "$out" "no trial"
  gives 0 paybond dev trace --once -o json
  same "$(jq -c '[.data.mode, .data.port, .data.event_count]' <<<"$out")" '["snapshot","9477",0]'
  paybond dev smoke -o quiet >run
  gives 0 paybond dev trace --once
  holds "$out" "travel.book_hotel" released "$(cat run)"
  printf 'half a li' >>.paybond/dev-trace.jsonl
  gives 0 paybond dev trace --once -o json
  same "$(jq -c '[.data.event_count, .data.events[0].run_id]' <<<"$out")" "[1,\"$(cat run)\"]"
  printf '{"id": "x", "preset": "\\u001b[31mred"}\n' >.paybond/dev-trace.jsonl
  gives 0 paybond dev trace --once
  no_controls "$OUT"
  gives 2 paybond dev trace --once --watch
}

# page: a dashboard on any free port; its address in $URL.
page() {
  mkfifo address
  paybond dev trace --port 0 -o quiet >address 2>err.txt 3>&- &
  SERVER=$!
  read -r URL <address
  URL=${URL/localhost/127.0.0.1}
}
status() { curl -s -o body -w '%{http_code}' "$@"; }

@test "the page shows trials to this machine and to nobody else" {
  paybond dev smoke -o quiet >run
  page
  same "$(status "$URL/")" 200
  same "$(status "$URL/runs/$(cat run)")" 200
  same "$(status "$URL/api/events")" 200
  same "$(jq -r '.events[0].run_id' body)" "$(cat run)"
  same "$(status -X POST "$URL/api/events")" 405
  same "$(status -H 'Host: evil.example' "$URL/api/events")" 421
  same "$(status -H 'Origin: https://evil.example' "$URL/api/events")" 403
  same "$(status "$URL/../../etc/passwd" --path-as-is)" 404
  curl -si "$URL/" >answer
  grep -qi "^content-security-policy: default-src 'none'" answer
  gives 6 paybond dev trace --port "${URL##*:}"
}

@test "Ctrl-C ends the page with 130, SIGTERM with 0" {
  page
  kill -INT "$SERVER"
  code=0
  wait "$SERVER" || code=$?
  same "$code" 130
  rm address
  page
  kill -TERM "$SERVER"
  code=0
  wait "$SERVER" || code=$?
  same "$code" 0
  # As some do, to the process and then to its group.
  code=0
  timeout --preserve-status --signal=TERM 1 paybond dev trace --port 0 -o quiet 3>&- || code=$?
  same "$code" 0
  SERVER=
}

@test "watching prints trials as they are made" {
  paybond dev smoke -o quiet >run
  mkfifo events
  paybond dev trace --watch >events 3>&- &
  SERVER=$!
  exec 4<events
  read -r -u 4 first
  same "$(jq -r .run_id <<<"$first")" "$(cat run)"
  paybond dev smoke --preset shopping -o quiet >run
  read -r -u 4 second
  same "$(jq -r .run_id <<<"$second")" "$(cat run)"
  kill -INT "$SERVER"
  code=0
  wait "$SERVER" || code=$?
  same "$code" 130
  SERVER=
}

@test "what needs the vendor's containers is not part of this tool" {
  gives 5 paybond dev up
  gives 5 paybond dev loop
}
