# sbn gateway slots stream: events into a slot, and what happens when something ends in the middle.
load helpers

setup() { fresh_folder; }
teardown() { agentnet stop >"$BATS_TEST_TMPDIR/stopped" 2>&1 || true; }

serve() {
  agentnet serve --port 0 --ready-file ready.json -q >served 2>&1 3>&- &
  SERVER=$!
  await test -s ready.json
}

# await COMMAND...: until it succeeds, for ten seconds at the most.
await() {
  local try
  for try in {1..1000}; do
    "$@" >/dev/null 2>&1 && return
    sleep 0.01
  done
  fail "did not come true: $*"
}

stream() { sbn gateway slots stream "$@"; }
new() { stream --worker w-1 --task t "$@"; }
# lines_in FILE N: at least N lines stand in it.
lines_in() { [ "$(wc -l <"$1")" -ge "$2" ]; }
events() { seq 1 "$1" | sed 's/.*/{"event_type": "e", "n": &}/'; }
detail() { member "$ERR" "[\"error\"][\"details\"][\"$1\"]"; }

@test "line N answers line N, the last line is what the slot came to" {
  printf '{"event_type": "picked_up", "n": 1}\nbad\n\n[1]\n{"score": 0.5}\n{"a": 1e16}\n{"event_type": [1]}' >lines
  gives 2 new --domain ops --attest <lines
  same "$err" "warning: 5 of 7 lines failed"
  same "$(wc -l <"$OUT")" 8
  sed -n 1p "$OUT" >line
  same "$(member line '["payload"]')" "{'action': 'picked_up', 'score': 1.0, 'reinforced': True, 'event_type': 'picked_up', 'n': 1}"
  same "$(member line '["metadata"], d["domain"], d["block_type"]')" "({'worker_id': 'w-1'}, 'ops', 'Action')"
  local number
  for number in 2:bad_json 3:empty_line 4:not_an_object 7:bad_event; do
    sed -n "${number%:*}p" "$OUT" >line
    same "$(member line '["error"]["code"], d["error"]["details"]["line"]')" "('${number#*:}', ${number%:*})"
  done
  sed -n 6p "$OUT" >line
  same "$(member line '["error"]["details"]["line"]')" 6
  sed -n 8p "$OUT" >line
  same "$(member line '["close"]["bitblock_count"], d["attestation"]["status"]')" "(2, 'attested')"
  sbn receipts get "$(member line '["attestation"]["receipt_id"]')" -o json >receipt
  gives 0 sbn receipts verify receipt
}

@test "in quiet ids are printed, and the receipt's last; rows of one kind are the answers alone" {
  gives 0 new -f quiet < <(events 2)
  same "$(sed -n '1,2s/_[01]$//p' "$OUT" | sort -u | wc -l)" 1
  holds "$(tail -n 1 "$OUT")" rcpt_
  gives 0 new -o json < <(events 2)
  is_json "$OUT"
  same "$(member "$OUT" '.__len__(), d[1]["payload"]["n"], d[2]["close"]["bitblock_count"]')" "(3, 2, 2)"
  gives 0 new --attest --jq '.attestation.status // empty' < <(events 2)
  same "$out" attested
  gives 0 new --json=snap_hash,id -v < <(events 2)
  same "$(member "$OUT" '[1].keys()')" "dict_keys(['snap_hash', 'id'])"
  holds "$err" "is closed, its receipt is rcpt_"
  gives 0 new -o tsv < <(events 2)
  same "$(wc -l <"$OUT")" 3
  same "$(sbn gateway slots list --state open -o json)" "[]"
}

@test "no events are a slot that was opened and closed" {
  gives 0 new --attest </dev/null
  same "$(wc -l <"$OUT")" 1
  same "$(member "$OUT" '["close"]["bitblock_count"], d["attestation"]["status"]')" "(0, 'attested')"
}

@test "ten thousand events are durable in order, embedded and through a server" {
  events 10000 >lines
  local round
  for round in embedded served; do
    [ $round = embedded ] || serve
    gives 0 new -f quiet <lines
    same "$(wc -l <"$OUT")" 10001
    sbn bitblocks list "$(sbn gateway slots list --limit 1 -f quiet)" --all -o jsonl >rows
    python3 -c 'import json; assert [json.loads(row)["payload"]["n"] for row in open("rows")] == [*range(1, 10001)]'
  done
}

@test "options that do not go together are refused before anything is opened" {
  gives 2 stream --task t </dev/null
  holds "$err" "--worker is needed"
  gives 2 stream --worker w </dev/null
  holds "$err" "--task is needed"
  gives 2 new --slot s </dev/null
  holds "$err" "does not go with --slot"
  gives 2 new --frontier f </dev/null
  holds "$err" "goes with --attest"
  gives 2 new --metadata - </dev/null
  gives 2 new --metadata '[1]' </dev/null
  gives 2 new --interval 0 </dev/null
  gives 2 new --in-flight 65 </dev/null
  same "$(sbn gateway slots list -o json)" "[]"
}

@test "a stream goes on with an open slot behind what is durable" {
  local slot=$(sbn gateway slots create --worker w-9 -f quiet)
  sbn bitblocks submit "$slot" '{"n": 0}' -f quiet
  gives 0 stream --slot "$slot" -o jsonl < <(events 2)
  sed -n 2p "$OUT" >line
  same "$(member line '["id"], d["metadata"]')" "('bb_${slot}_2', {'worker_id': 'w-9'})"
  gives 6 stream --slot "$slot" </dev/null
  holds "$err" "the slot is closed"
  gives 3 stream --slot none </dev/null
}

# Sends a signal to a stream that has answered two lines and then half of one.
interrupted() {
  mkfifo pipe
  sbn gateway slots stream --worker w-1 --task t -o jsonl <pipe >answers 2>errors 3>&- &
  local streaming=$! code=0
  exec 9>pipe
  printf '{"n": 1}\n{"n": 2}\n{"n"' >&9
  await lines_in answers 2
  kill "-$1" $streaming
  wait $streaming || code=$?
  exec 9>&-
  same "$code" "$2"
  same "$(cat errors)" ""
  same "$(wc -l <answers)" 3
  tail -n 1 answers >line
  same "$(member line '["close"]["state"], d["close"]["bitblock_count"]')" "('closed', 2)"
}

@test "Ctrl-C ends the input, closes the slot and exits with 130" {
  interrupted INT 130
}

@test "SIGTERM does the same and exits with 143" {
  serve
  interrupted TERM 143
}

# Streams two events, does something to the network, and streams another.
cut_off() {
  local wanted=$1 code=0
  shift
  mkfifo pipe
  sbn gateway slots stream --worker w-1 --task t --retries 0 -o jsonl "${options[@]}" <pipe >answers 2>errors 3>&- &
  local streaming=$!
  exec 9>pipe
  printf '{"n": 1}\n{"n": 2}\n' >&9
  await lines_in answers 2
  "$@"
  printf '{"n": 3}\n' >&9
  exec 9>&-
  wait $streaming || code=$?
  same "$code" "$wanted"
  ERR=errors
  is_json errors || fail "$(cat errors)"
  same "$(detail durable_events)" 2
  slot=$(detail slot_id)
}

@test "a key that is revoked in mid-stream ends it with 4; another key goes on behind it" {
  serve
  options=()
  local url=$(member ready.json '["base_url"]') made
  agentnet keys create -q -o json >made
  (umask 077 && member made '["api_key"]' >key)
  local id=$(member made '["record"]["id"]')
  options=(--base-url "$url" --api-key-file key)
  cut_off 4 agentnet keys revoke "$id" -f quiet
  gives 0 stream --slot "$slot" -o jsonl < <(echo '{"n": 3}')
  tail -n 1 "$OUT" >line
  same "$(member line '["close"]["bitblock_count"]')" 3
}

@test "a slot that is closed in mid-stream ends it with 6" {
  serve
  options=()
  close_it() { sbn gateway slots close "$(sbn gateway slots list --limit 1 -f quiet)" -f quiet; }
  cut_off 6 close_it
  holds "$(cat errors)" slot_closed
  same "$(sbn bitblocks list "$slot" -f quiet | wc -l)" 2
}

@test "a server that is gone in mid-stream ends it with 7; the slot can be taken up again" {
  serve
  options=()
  stop_it() {
    kill "$SERVER"
    wait "$SERVER"
  }
  cut_off 7 stop_it
  holds "$(cat errors)" "--slot $slot"
  gives 0 stream --slot "$slot" -o jsonl < <(echo '{"n": 3}')
  tail -n 1 "$OUT" >line
  same "$(member line '["close"]["bitblock_count"]')" 3
}

@test "another tenant's slot is as unknown as none" {
  local slot=$(sbn gateway slots create --worker w -f quiet)
  serve
  agentnet keys create --tenant rival --new-tenant -q -o json >made
  (umask 077 && member made '["api_key"]' >key)
  gives 3 stream --slot "$slot" --base-url "$(member ready.json '["base_url"]')" --api-key-file key < <(events 1)
}
