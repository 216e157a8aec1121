# sbn agent, sbn twin, and the calls of SnapChore that are not about one payload.
load helpers

setup() { fresh_folder; }

@test "agent says as whom it would call, and shows no key" {
  gives 0 sbn agent whoami -f json
  same "$(member "$OUT" '["auth_mode"]') $(member "$OUT" '["base_url"]')" "unauthenticated None"
  SBN_API_KEY=sbn_test_CANARYCANARYCANARY SBN_BASE_URL=http://127.0.0.1:1 gives 0 sbn agent whoami -f json
  same "$(member "$OUT" '["auth_mode"]') $(member "$OUT" '["api_key"]') $(member "$OUT" '["base_url"]')" \
    "api_key sbn_test...NARY http://127.0.0.1:1"
  lacks "$out$err" CANARYCANARY
  SBN_API_KEY=sbn_test_CANARYCANARYCANARY gives 0 sbn agent status
  lacks "$out$err" CANARYCANARY
  holds "$out" api_key gateway
}

@test "agent lists what it reaches" {
  gives 0 sbn agent capabilities -f quiet
  same "$out" $'gateway\nsnapchore\nreality\nlattice\nnuma\nreceipts\ngovernance'
  gives 0 sbn agent capabilities -f json
  same "$(member "$OUT" '["capabilities"][5]["mode"]')" read
}

@test "agent snap and agent receipts are the commands of snapchore and receipts" {
  gives 0 sbn agent snap seal '{"a": 1}' -f quiet
  local hash=$out
  gives 0 sbn snapchore discover "$hash" -f quiet
  same "$out" "$hash"
  gives 0 sbn twin receipts list -f quiet
  local receipt=$out
  gives 0 sbn agent receipt "$receipt" -f json
  same "$(member "$OUT" '["id"]') $(member "$OUT" '["snapchore_hash"]')" "$receipt $hash"
  gives 3 sbn agent receipt rcpt_none
  holds "$err" "there is no such receipt"
}

@test "an object option is JSON, a file or standard input" {
  echo '{"from": "file"}' >metadata.json
  gives 0 sbn snapchore seal '{"a": 1}' --metadata-json metadata.json -f json
  same "$(member "$OUT" '["metadata"]["from"]')" file
  gives 0 sbn snapchore seal '{"a": 1}' --metadata-json - -f json <metadata.json
  same "$(member "$OUT" '["metadata"]["from"]')" file
  gives 2 sbn snapchore seal '{"a": 1}' --metadata-json missing.json
  holds "$err" "--metadata-json" "missing.json"
  gives 2 sbn snapchore seal '{"a": 1}' --metadata-json '[1]'
  holds "$err" "--metadata-json must be a JSON object"
  gives 2 sbn snapchore seal '{"a": 1}' --metadata-json '{"a":}'
  holds "$err" "--metadata-json"
}

@test "an API key is printed once, works, and ends when it is revoked" {
  gives 0 sbn snapchore keys create --name ci --mode test -f json
  local key id
  key=$(member "$OUT" '["api_key"]')
  id=$(member "$OUT" '["record"]["id"]')
  [[ $key == sbn_test_* ]] || fail "$key"
  gives 0 sbn snapchore keys list -f json
  lacks "$out" "$key"
  holds "$out" "$id"
  gives 0 sbn snapchore keys revoke "$id"
  gives 0 sbn snapchore keys revoke "$id"
  gives 3 sbn snapchore keys revoke key_none
}

@test "a sealed block is promoted, once and for all" {
  local hash
  hash=$(sbn snapchore seal '{"a": 1}' -f quiet)
  gives 0 sbn snapchore promote --hash "$hash" --frontier f.1 -f json
  local first=$out
  gives 0 sbn snapchore promote --hash "$hash" --frontier other -f json
  same "$out" "$first"
  gives 3 sbn snapchore promote --hash "$(printf '%064d' 7)"
  gives 5 sbn snapchore promote
  holds "$err" "smartblock_record_id or snapchore_hash is needed"
}

@test "a file is proved by its hash, and its content goes nowhere" {
  echo CANARY >report.txt
  gives 0 sbn snapchore artifact seal report.txt --summary "Q3" -f json
  lacks "$out" CANARY
  same "$(member "$OUT" '["payload"]["artifact"]["artifact_sha256"]')" "$(sha256sum <report.txt | cut -d' ' -f1)"
  same "$(member "$OUT" '["domain"]') $(member "$OUT" '["type"]')" "artifact.proof audit"
  gives 0 sbn snapchore artifact capture --descriptor '{"artifact_uri": "x"}' -f quiet
  gives 2 sbn snapchore artifact capture
  holds "$err" "one of FILE and --descriptor is needed"
  gives 2 sbn snapchore artifact capture report.txt --descriptor '{}'
  gives 3 sbn snapchore artifact seal missing.txt
  holds "$err" "missing.txt"
}

@test "every recorded run of the network's own command gives the same requests, output and exit code" {
  gives 0 python3 "$TESTS/sbn_replay.py"
  holds "$out" "recorded runs replayed"
}
