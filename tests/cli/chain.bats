load helpers

setup() { fresh_folder; }

entries() { member "$1" '["length"]'; }

@test "a chain that exists is not made again, unless with --force" {
  snapchore chain create --id log
  snapchore chain append log.chain.json "$HASH_OF_TOKENS"
  cp log.chain.json before
  gives 6 snapchore chain create --id log
  holds "$err" "log.chain.json exists already" "--force"
  cmp before log.chain.json
  gives 0 snapchore chain create --id log --force
  same "$(entries log.chain.json)" 0
}

@test "nothing is lost when eight processes append at once" {
  local writer
  snapchore chain create --id log
  for writer in 1 2 3 4 5 6 7 8; do
    (for _ in $(seq 25); do snapchore chain append log.chain.json "$HASH_OF_TOKENS" --block-id "w-$writer"; done) >"out-$writer" &
  done
  wait
  same "$(entries log.chain.json)" 200
  gives 0 snapchore chain verify log.chain.json
  for writer in 1 2 3 4 5 6 7 8; do
    same "$(grep -c "\"w-$writer\"" log.chain.json)" 25
    same "$(wc -l <"out-$writer")" 25
  done
  same "$(find . -name 'log.chain.json*' | wc -l)" 1
}

@test "many hashes are appended at once, or none" {
  snapchore chain create --id log
  printf '%s one\n%s\n' "$HASH_OF_TOKENS" "$HASH_OF_TOKENS" >hashes
  gives 0 snapchore chain append log.chain.json - <hashes
  holds "$out" "appended: 2 entries  length=2"
  same "$(member log.chain.json '["entries"][0]["block_id"]')" one
  echo nonsense >>hashes
  gives 2 snapchore chain append log.chain.json - <hashes
  holds "$err" "line 3 is no hash"
  same "$(entries log.chain.json)" 2
  gives 0 snapchore chain append log.chain.json - </dev/null
  same "$(entries log.chain.json)" 2
}

@test "a truncated version 1 ledger is found out and not written on" {
  snapchore chain create --id log
  for _ in 1 2 3; do snapchore chain append log.chain.json "$HASH_OF_TOKENS"; done
  python3 -c 'import json; d = json.load(open("log.chain.json")); d["entries"].pop(); json.dump(d, open("cut", "w"))'
  gives 9 snapchore chain verify cut
  holds "$out" "INVALID"
  holds "$err" "cut off"
  cp cut before
  gives 9 snapchore chain append cut "$HASH_OF_TOKENS"
  cmp before cut
}

@test "a version 2 ledger is held to a checkpoint that was kept" {
  snapchore chain create --id strict --ledger v2
  snapchore chain append strict.chain.json "$HASH_OF_TOKENS" --block-id b-1
  snapchore chain checkpoint strict.chain.json >checkpoint
  gives 0 snapchore chain verify strict.chain.json --checkpoint checkpoint
  gives 6 snapchore chain append strict.chain.json "$HASH_OF_TOKENS" --block-id b-2
  snapchore chain append strict.chain.json "${HASH_OF_TOKENS//c/d}" --block-id b-2
  gives 9 snapchore chain verify strict.chain.json --checkpoint checkpoint
  holds "$err" "REJECT_LENGTH"
  snapchore chain create --id plain
  gives 2 snapchore chain checkpoint plain.chain.json
}

@test "a chain behind a symbolic link stays behind it" {
  mkdir kept
  snapchore chain create --id log -o kept/log
  ln -s kept/log link
  gives 0 snapchore chain append link "$HASH_OF_TOKENS"
  [ -L link ]
  same "$(entries kept/log)" 1
}

@test "a full disk leaves the chain whole and nothing beside it" {
  snapchore chain create --id log
  for _ in 1 2 3 4; do snapchore chain append log.chain.json "$HASH_OF_TOKENS"; done
  cp log.chain.json before
  gives 1 bash -c 'trap "" XFSZ; ulimit -f 1; snapchore chain append log.chain.json "$0"' "$HASH_OF_TOKENS"
  holds "$err" "log.chain.json" "File too large"
  cmp before log.chain.json
  same "$(find . -type f | wc -l)" 2
}

@test "--dry-run shows the entry and writes nothing" {
  snapchore chain create --id log
  cp log.chain.json before
  gives 0 snapchore chain append log.chain.json "$HASH_OF_TOKENS" --dry-run
  holds "$out" "index=0"
  cmp before log.chain.json
  gives 0 snapchore chain create --id other --dry-run
  [ ! -e other.chain.json ]
}

@test "a catalogue pins its chains, and every change is found out" {
  snapchore chain create --id orders --ledger v2
  snapchore chain append orders.chain.json "$HASH_OF_TOKENS"
  gives 0 snapchore catalogue create kept --id 2026 --chain shop=orders.chain.json -o quiet
  local sha256=$out ledger
  gives 0 snapchore catalogue verify kept --id 2026 --sha256 "$sha256"
  same "$out" "VALID  VERIFIED"
  gives 9 snapchore catalogue verify kept --id 2026 --sha256 "$HASH_OF_TOKENS"
  ledger=$(echo kept/ledgers/*)
  sed -i 's/block_sealed/Block_sealed/' "$ledger"
  gives 9 snapchore catalogue verify kept --id 2026 --sha256 "$sha256"
  holds "$out" "INVALID  REJECT_LEDGER_BYTES"
  gives 6 snapchore catalogue create kept --id 2026 --chain shop=orders.chain.json
  gives 2 snapchore catalogue create new --id 2026 --chain orders.chain.json
  [ ! -e new ]
}
