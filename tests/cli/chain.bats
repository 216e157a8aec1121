# Chains in files: made, appended to by many at once, verified, and whole at every moment.
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

@test "what is said on standard output is what is in the file" {
  gives 0 snapchore chain create
  local id file
  id=$(sed -n 's/^chain_id: //p' "$OUT")
  file=$(sed -n 's/^file: *//p' "$OUT")
  same "$file" "$id.chain.json"
  same "$(member "$file" '["chain_id"]')" "$id"
  gives 0 snapchore chain append "$file" "$HASH_OF_TOKENS" --event-type signed --block-id b --json
  same "$(member "$OUT" '')" "$(member "$file" '["entries"][0]')"
  gives 0 snapchore chain append "$file" "$HASH_OF_TOKENS" -o quiet
  same "$out" "$(member "$file" '["head_hash"]')"
  gives 0 snapchore chain show "$file" -o quiet
  same "$out" "$(member "$file" '["head_hash"]')"
  gives 0 snapchore chain show "$file"
  cmp "$OUT" "$file"
  gives 0 snapchore chain create --id quiet -o q.json --output-format quiet
  same "$out" quiet
}

@test "the exit code tells what is wrong with a chain's file" {
  gives 3 snapchore chain show missing
  holds "$err" "chain file not found: missing" "snapchore chain create --output missing"
  gives 3 snapchore chain append missing "$HASH_OF_TOKENS"
  [ ! -e missing ]
  gives 3 snapchore chain create --id x -o missing/x
  gives 2 snapchore chain create --id a/b
  holds "$err" "--output FILE"
  snapchore chain create --id log
  snapchore chain append log.chain.json "$HASH_OF_TOKENS"
  sed 's/"index": 0/"index": 1/' log.chain.json >shifted
  gives 9 snapchore chain verify shifted
  sed 's/"event_type": "[a-z_]*"/"event_type": "forged"/' log.chain.json >forged
  gives 9 snapchore chain verify forged
  holds "$err" "error: forged: chain hash mismatch at index 0"
  gives 9 snapchore chain append forged "$HASH_OF_TOKENS"
  gives 9 snapchore chain show forged
  need_permissions
  chmod 000 log.chain.json
  gives 4 without_privileges snapchore chain show log.chain.json
  gives 4 without_privileges snapchore chain append log.chain.json "$HASH_OF_TOKENS"
}

@test "entries that were swapped, taken out or repeated are found out" {
  snapchore chain create --id log
  seq 5 | sed 's/.*/{"n": &}/' | snapchore hash --ndjson - -o quiet | snapchore chain append log.chain.json -
  local change
  for change in 'e[1], e[2] = e[2], e[1]' 'del e[1]' 'del e[0]' 'e.insert(1, e[1])' 'e[2]["index"] = 7' 'e[3]["previous_chain_hash"] = None' 'd["entries"] = e[::-1]'; do
    python3 -c '
import json, sys
d = json.load(open("log.chain.json")); e = d["entries"]
exec(sys.argv[1])
d["length"], d["head_hash"] = len(d["entries"]), d["entries"][-1]["chain_hash"]
json.dump(d, open("changed", "w"))' "$change"
    gives 9 snapchore chain verify changed
    gives 9 snapchore chain verify changed --json
  done
}

@test "a hash that is none is told of, and refused in a version 2 ledger" {
  snapchore chain create --id log
  gives 0 snapchore chain append log.chain.json nothash
  holds "$err" "HASH is not 64 hexadecimal digits; it is chained as it is"
  snapchore chain create --id strict --ledger v2
  gives 2 snapchore chain append strict.chain.json nothash
  lacks "$err" "chained as it is"
  holds "$err" "block_hash is not 64 hexadecimal digits"
  same "$(entries strict.chain.json)" 0
}

@test "nothing is lost when many append to a version 2 ledger at once, one and many at a time" {
  local writer
  snapchore chain create --id strict --ledger v2
  for writer in 1 2 3 4; do
    (for number in $(seq 10); do
      snapchore hash "{\"w\": $writer, \"n\": $number}" | snapchore chain append strict.chain.json -
    done) >/dev/null &
  done
  seq 100 | sed 's/.*/{"many": &}/' | snapchore hash --ndjson - -o quiet | snapchore chain append strict.chain.json - >/dev/null &
  wait
  same "$(entries strict.chain.json)" 140
  gives 0 snapchore chain verify strict.chain.json
}

@test "a link that is followed by two names is one chain" {
  snapchore chain create --id log
  ln -s log.chain.json other
  local name
  for name in log.chain.json other log.chain.json other; do
    (for _ in $(seq 10); do snapchore chain append $name "$HASH_OF_TOKENS"; done) >/dev/null &
  done
  wait
  same "$(entries log.chain.json)" 40
  [ -L other ]
}

@test "the mode of a chain's file stays, and a new one has that of the umask" {
  (umask 027 && snapchore chain create --id log)
  same "$(stat -c %a log.chain.json)" 640
  chmod 604 log.chain.json
  snapchore chain append log.chain.json "$HASH_OF_TOKENS"
  same "$(stat -c %a log.chain.json)" 604
}

@test "interrupted appends leave whole chains" {
  snapchore chain create --id log
  seq 2000 | sed 's/.*/{"n": &}/' | snapchore hash --ndjson - -o quiet >hashes
  snapchore chain append log.chain.json - <hashes
  local round length before=2000
  for round in 1 2 3 4 5 6 7 8; do
    env --default-signal=INT snapchore chain append log.chain.json "$HASH_OF_TOKENS" >/dev/null &
    # Somewhere into its work: later in each round, without a clock.
    for ((length = 0; length < round * 400; ++length)); do :; done
    kill -INT $! 2>/dev/null || true
    wait $! || true
    length=$(entries log.chain.json)
    [ "$length" -eq $before ] || [ "$length" -eq $((before + 1)) ] || fail "$length entries after $before"
    before=$length
    gives 0 snapchore chain verify log.chain.json
  done
}

@test "a folder that may not be written to is a failure, and the chain stays" {
  need_permissions
  mkdir closed
  snapchore chain create --id log -o closed/log
  chmod 555 closed
  cp closed/log before
  gives 4 without_privileges snapchore chain append closed/log "$HASH_OF_TOKENS"
  holds "$err" "closed/log" "Permission denied"
  gives 4 without_privileges snapchore chain create --id new -o closed/new
  cmp before closed/log
  same "$(ls closed)" log
}

@test "a limit on file sizes is an error and not a death" {
  snapchore chain create --id log
  local _
  for _ in 1 2 3; do snapchore chain append log.chain.json "$HASH_OF_TOKENS"; done
  cp log.chain.json before
  gives 1 bash -c 'ulimit -f 1; snapchore chain append log.chain.json "$0"' "$HASH_OF_TOKENS"
  holds "$err" "error: cannot write" "log.chain.json: File too large"
  gives 1 bash -c 'ulimit -f 1; snapchore chain show log.chain.json >shown'
  cmp before log.chain.json
  same "$(ls | tr '\n' ' ')" "before log.chain.json shown "
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
