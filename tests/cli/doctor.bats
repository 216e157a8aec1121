# agentnet doctor: looks at everything, makes nothing, and finds what is broken.
load helpers

setup() {
  fresh_folder
  STATE=$HOME/.local/state/agentnet
}

teardown() { agentnet stop >"$BATS_TEST_TMPDIR/stopped" 2>&1 || true; }

# status CHECK: what the doctor said of it in the last JSON output.
status() { python3 -c 'import json, sys; print({r["check"]: r["status"] for r in json.load(open(sys.argv[1]))}[sys.argv[2]])' "$OUT" "$1"; }
detail() { python3 -c 'import json, sys; print({r["check"]: r["detail"] for r in json.load(open(sys.argv[1]))}[sys.argv[2]])' "$OUT" "$1"; }

@test "an empty home is in order, and stays empty" {
  gives 0 agentnet doctor -o json
  same "$(member "$OUT" '.__len__(), {r["status"] for r in d}, list(d[0])')" \
    "(14, {'ok'}, ['check', 'status', 'detail'])"
  same "$(find "$HOME" -mindepth 1)" ""
}

@test "a network in use is in order, and no secret is shown" {
  sbn -f quiet snapchore seal '{"a": 1}' >hash
  local format key
  key=$(member "$STATE/credentials.json" '["api_keys"]["sbn"]')
  for format in json jsonl table quiet yaml dotenv tsv; do
    gives 0 agentnet doctor -o $format -vv
    lacks "$out$err" "$key" PRIVATE
  done
  gives 0 agentnet doctor --jq 'select(.status != "ok")'
  same "$out" ""
  gives 0 sbn snapchore seal '{"a": 2}'
}

@test "a running server is asked whether it is ready" {
  agentnet serve --port 0 --ready-file ready.json -q >served 2>&1 3>&- &
  local waited
  for waited in $(seq 200); do
    [ -s ready.json ] && break
    sleep 0.05
  done
  gives 0 agentnet doctor -o json
  holds "$(detail server)" "$(member ready.json '["base_url"]')" "is ready"
}

@test "files that others can read, and a folder that is open, are found" {
  sbn -f quiet snapchore seal '{"a": 1}' >hash
  chmod 755 "$STATE"
  gives 0 agentnet doctor -o json
  same "$(status state_folder)" warning
  holds "$(detail state_folder)" "0755" "chmod 700"
  chmod 700 "$STATE"
  chmod 644 "$STATE/validator-2.pem"
  gives 1 agentnet doctor -o json
  same "$(status state_files)" failed
  holds "$(detail state_files)" "validator-2.pem"
}

@test "a damaged store, a foreign one and a later one are found" {
  sbn -f quiet snapchore seal '{"a": 1}' >hash
  cp "$STATE/network.db" good.db
  printf 'DAMAGE' | dd of="$STATE/network.db" bs=1 seek=9000 conv=notrunc status=none
  gives 1 agentnet doctor -o json
  same "$(status integrity)" failed
  printf 'no store' >"$STATE/network.db"
  gives 1 agentnet doctor -o json
  same "$(status store)" failed
  same "$(status integrity)" warning
  rm "$STATE"/network.db*
  cp good.db "$STATE/network.db"
  chmod 600 "$STATE/network.db"
  gives 0 agentnet doctor
  printf '\0\0\0\143' | dd of="$STATE/network.db" bs=1 seek=60 conv=notrunc status=none
  gives 1 agentnet doctor
}

@test "keys that are damaged, missing or revoked are found" {
  sbn -f quiet snapchore seal '{"a": 1}' >hash
  printf '{' >"$STATE/credentials.json"
  gives 1 agentnet doctor -o json
  same "$(status credentials)" failed
  rm "$STATE/credentials.json" "$STATE/validator-1.pem"
  gives 0 agentnet doctor -o json
  same "$(status credentials) $(status validators)" "warning warning"
  agentnet keys list -o quiet >ids
  agentnet keys revoke "$(tail -n 1 ids)" -q >revoked
  gives 0 agentnet doctor -o json
  same "$(status credentials)" warning
  holds "$(detail credentials)" "paybond is revoked"
  agentnet keys revoke "$(tail -n 2 ids | head -n 1)" -q >revoked
  gives 0 agentnet doctor -o json
  same "$(status credentials)" warning
  holds "$(detail credentials)" "sbn is revoked"
  printf 'x' >"$STATE/validator-1.pem"
  gives 1 agentnet doctor -o json
  same "$(status validators)" failed
}

@test "a configuration with a fault is found, also one that --config names" {
  mkdir -p "$HOME/.config/agentnet"
  printf '{' >"$HOME/.config/agentnet/config.json"
  printf '{' >"$HOME/.config/agentnet/trust.json"
  gives 1 agentnet doctor -o json
  same "$(status configuration) $(status trust)" "failed failed"
  rm "$HOME/.config/agentnet/trust.json"
  printf '{"profiles": {"default": {"sbn": {"base_url": "http://h.example"}}}}' >good.json
  gives 0 agentnet doctor --config good.json -o json
  holds "$(detail configuration)" "http://h.example"
  gives 1 agentnet doctor --config missing.json
}

@test "few open files are told" {
  limited() { (ulimit -n "$1" && shift && "$@"); }
  gives 0 limited 256 agentnet doctor -o json
  same "$(status open_files)" warning
  gives 1 limited 64 agentnet doctor -o json
  same "$(status open_files)" failed
}
