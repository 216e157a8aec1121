# sbn console and sbn control-plane: projects, keys, usage, webhooks, rate plans, beside what every command is
# tested for.
load helpers

setup() { fresh_folder; }

project() { sbn console projects create "${1:-shop}" -f quiet; }
# as KEY COMMAND...: runs it with that key.
as() {
  (umask 077 && printf '%s\n' "$1" >"$BATS_TEST_TMPDIR/key.txt")
  "${@:2}" --api-key-file "$BATS_TEST_TMPDIR/key.txt" --base-url "$URL"
}

# serve: a server for this test, at $URL.
serve() {
  agentnet serve --port 0 -q --ready-file "$BATS_TEST_TMPDIR/ready.json" >/dev/null 3>&- &
  SERVER=$!
  local tries=0
  until [ -s "$BATS_TEST_TMPDIR/ready.json" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 1000 ] && kill -0 "$SERVER" || fail "the server did not start"
    read -rt 0.02 <> <(:) || true
  done
  URL=$(member "$BATS_TEST_TMPDIR/ready.json" '["base_url"]')
}
teardown() { if [ -n "${SERVER-}" ]; then kill "$SERVER" && wait "$SERVER" || true; fi; }

@test "a project is made, switched to, changed, archived and deleted" {
  local id
  id=$(project)
  gives 0 sbn console projects list -f quiet
  same "$out" $'local\n'"$id"
  gives 0 sbn console projects switch "$id" -f quiet
  same "$out" "$id"
  gives 0 sbn console projects update --name 'the shop' --description 'what it seals' -f json
  same "$(member "$OUT" '["name"]') $(member "$OUT" '["current"]')" "the shop True"
  gives 0 sbn console projects archive
  holds "$out" "archived"
  gives 6 sbn console projects update --name other
  holds "$err" "the project is archived"
  gives 6 sbn console keys create "$id"
  gives 0 sbn console projects unarchive
  gives 0 sbn console projects delete --yes -f quiet
  same "$out" "$id"
  gives 0 sbn console projects show -f quiet
  same "$out" local
  gives 3 sbn console projects switch "$id"
}

@test "deleting asks, and where nobody can answer it says so" {
  gives 1 sbn console projects delete </dev/null
  holds "$err" "--yes"
  gives 2 sbn console projects delete --no-input
  gives 0 sbn console projects delete --dry-run
  holds "$out" '"method": "DELETE"'
  gives 6 sbn console projects delete --yes
  holds "$err" "cannot delete the tenant it belongs to"
  gives 1 sbn console webhooks delete local wh_1 </dev/null
}

@test "settings are merged, and null takes one away" {
  sbn console settings set '{"region": "eu", "n": 1.50}'
  gives 0 sbn console settings set '{"region": null, "more": [1]}'
  gives 0 sbn console settings show
  same "$(tr -d ' \n' <"$OUT")" '{"n":1.50,"more":[1]}'
  gives 0 sbn console settings show -f quiet
  same "$out" $'n\nmore'
  gives 2 sbn console settings set '[1]'
  gives 2 sbn console settings set '{'
  gives 0 sbn console events -f jsonl
  same "$(wc -l <"$OUT")" 2
}

@test "a key is shown once, and an old or revoked one is refused" {
  local id key next key_id
  serve
  id=$(project)
  key=$(sbn console keys create "$id" --label ci -f quiet)
  key_id=$(sbn console keys list "$id" -f quiet)
  gives 0 as "$key" sbn snapchore seal '{"a": 1}'
  gives 0 sbn console keys list "$id" -f json
  lacks "$out" "$key"
  next=$(sbn console keys rotate "$id" "$key_id" -f quiet)
  gives 4 as "$key" sbn snapchore stats
  gives 0 as "$next" sbn snapchore stats
  gives 0 sbn console keys revoke "$id" "$key_id"
  gives 0 sbn console keys revoke "$id" "$key_id"
  gives 4 as "$next" sbn snapchore stats
  gives 6 sbn console keys rotate "$id" "$key_id"
  gives 0 sbn console keys events "$id" "$key_id" -f quiet
  same "$out" $'key.revoked\nkey.rotated\nkey.created'
  gives 0 sbn console usage keys "$id" -f json
  same "$(member "$OUT" '["keys"][0]["snapchore_events"]')" 1
}

@test "a key with few scopes may do what they say" {
  local key
  serve
  key=$(sbn console keys create local --scope receipts.read -f quiet)
  gives 0 as "$key" sbn snapchore stats
  gives 4 as "$key" sbn snapchore seal '{"a": 1}'
  gives 4 as "$key" sbn console projects list
  gives 5 sbn console keys create local --plan gold
  gives 5 sbn console keys create local --scope 'a b'
}

@test "usage is counted in the command itself, too, and told as CSV" {
  sbn snapchore seal '{"a": 1}'
  printf '{}\n{}\n' | sbn snapchore seal --ndjson -
  gives 0 sbn console usage summary local -f json
  same "$(member "$OUT" '["usage"]["snapchore_events"]')" 3
  gives 0 sbn console usage csv local
  holds "$out" "month,key_id,label" ",sandbox,0,3,0"
  gives 0 sbn console usage csv local -o json
  same "$(member "$OUT" '[0]["snapchore_events"]')" 3
}

@test "billing is simulated and says so" {
  gives 0 sbn console billing checkout local builder -f json
  same "$(member "$OUT" '["simulated"]')" True
  gives 0 sbn console billing status local -f quiet
  same "$out" builder
  gives 5 sbn console billing checkout local gold
  gives 5 sbn console analytics gec-trend local
  holds "$err" "does not serve this yet"
}

@test "the secret of a webhook comes from a file or is made, and is shown at most once" {
  local id
  printf 'secret-of-mine\n' >secret.txt
  gives 0 sbn console webhooks create local https://hooks.example --secret-file secret.txt --event key.created -f json
  lacks "$out" secret-of-mine
  gives 0 sbn console webhooks create local https://hooks.example -f json
  holds "$out" whsec_
  id=$(member "$OUT" '["id"]')
  gives 0 sbn console webhooks list local -f json
  lacks "$out" whsec_
  : >empty
  gives 2 sbn console webhooks create local https://hooks.example --secret-file empty
  gives 3 sbn console webhooks create local https://hooks.example --secret-file missing
  gives 2 sbn console webhooks update local "$id" --enabled maybe
  gives 0 sbn console webhooks update local "$id" --enabled false --event slot.closed --event slot.opened -f json
  same "$(member "$OUT" '["events"]')" "['slot.closed', 'slot.opened']"
  gives 5 sbn console webhooks create local http://10.0.0.1/
  gives 5 sbn console webhooks create local https://hooks.example --event no.such
  gives 0 sbn console webhooks delete local "$id" --yes
  gives 3 sbn console webhooks deliveries local "$id"
}

@test "without a server events wait; a test is sent by the command itself" {
  local id
  id=$(sbn console webhooks create local http://127.0.0.1:9/ -f quiet)
  sbn console keys create local
  gives 0 sbn console webhooks deliveries local "$id" -f json
  same "$(member "$OUT" '["deliveries"][0]["status"]')" pending
  gives 0 sbn console webhooks test local "$id" -f json
  same "$(member "$OUT" '["delivered"]')" False
  gives 1 sbn console webhooks test local "$id" --exit-status
}

@test "calls beyond a rate plan end with 10 and say so" {
  local plan id key
  serve
  plan=$(sbn control-plane plans create small --daily-quota 2 --burst-limit 100 -f quiet)
  id=$(sbn control-plane tenants create shop --contact-email ops@example.com \
    --aggregator-endpoint https://agg.example --rate-plan "$plan" -f quiet)
  key=$(sbn console keys create "$id" -f quiet)
  gives 0 as "$key" sbn snapchore capture '{"a": 1}'
  gives 0 as "$key" sbn snapchore capture '{"a": 2}'
  gives 10 as "$key" sbn snapchore capture '{"a": 3}'
  holds "$err" "2 calls a day"
  gives 0 sbn control-plane tenants set-plan "$id" none -f json
  same "$(member "$OUT" '["rate_plan"]["id"]')" none
  gives 0 as "$key" sbn snapchore capture '{"a": 3}'
}

@test "validators are registered once and say that they are there" {
  gives 0 sbn control-plane validators register local v-1 --endpoint https://v.example --region eu
  gives 0 sbn control-plane validators register local v-1 --endpoint https://v.example --region eu -f quiet
  same "$out" v-1
  gives 6 sbn control-plane validators register local v-1 --endpoint https://w.example
  gives 0 sbn control-plane heartbeat local v-1
  holds "$out" active
  gives 3 sbn control-plane heartbeat local v-2
  gives 2 sbn control-plane validators register local v-2
  gives 2 sbn control-plane plans create p --daily-quota 0 --burst-limit 1
  gives 2 sbn control-plane plans create p
  gives 2 sbn control-plane tenants create t
}

@test "a repeated --idempotency-key does the work once, and another request under it is a conflict" {
  gives 0 sbn snapchore seal '{"a": 1}' --idempotency-key k-1 -f json
  cp "$OUT" first
  gives 0 sbn snapchore seal '{"a": 1}' --idempotency-key k-1 -f json
  cmp first "$OUT"
  gives 6 sbn snapchore seal '{"a": 2}' --idempotency-key k-1
  holds "$err" "used with another request"
  gives 0 sbn snapchore stats -f quiet
  same "$out" 1
  local before=$(sbn console keys list -f quiet | wc -l)
  gives 0 sbn console keys create local --idempotency-key k-2 -f json
  gives 0 sbn console keys create local --idempotency-key k-2 -f json
  same "$(member "$OUT" '["api_key"]')" None
  gives 0 sbn console keys list -f quiet
  same "$(wc -l <"$OUT")" $((before + 1))
}

@test "a chain that is imported again under the same key is not doubled" {
  snapchore chain create --id log
  snapchore chain append log.chain.json "$HASH_OF_TOKENS"
  snapchore chain append log.chain.json "$HASH_OF_TOKENS"
  gives 0 sbn snapchore chain import log.chain.json --idempotency-key k -f json
  gives 0 sbn snapchore chain import log.chain.json --idempotency-key k -f json
  same "$(member "$OUT" '["length"]')" 2
}
