# Bulk work: a document a line in, an answer a line out.
load helpers

setup() { fresh_folder; }

# numbered N: the documents {"n": 1} to {"n": N}, a line each.
numbered() {
  seq 1 "$1" | sed 's/.*/{"n": &}/'
}

@test "line N of the output answers line N of the input, errors in their places" {
  printf '{"n": 1}\n\n{"n": 2}\r\nbad\n[1]\n{"n": 3}' >lines
  gives 2 snapchore hash --ndjson lines
  same "$(wc -l <"$OUT")" 6
  same "$(sed -n 1p "$OUT")" "$(snapchore hash '{"n": 1}' -o jsonl)"
  same "$(sed -n 3p "$OUT")" "$(snapchore hash '{"n": 2}' -o jsonl)"
  same "$(sed -n 6p "$OUT")" "$(snapchore hash '{"n": 3}' -o jsonl)"
  local number code
  for number in 2:empty_line 4:bad_json 5:not_an_object; do
    sed -n "${number%:*}p" "$OUT" >line
    is_json line
    same "$(member line '["error"]["details"]["line"]')" "${number%:*}"
    same "$(member line '["error"]["exit_code"]')" 2
  done
  same "$err" "warning: 3 of 6 lines failed"
}

@test "in quiet a failed line is an empty line" {
  printf '{"n": 1}\nbad\n{"n": 2}\n' >lines
  gives 2 snapchore hash --ndjson lines -o quiet
  same "$out" "$(snapchore hash '{"n": 1}')"$'\n\n'"$(snapchore hash '{"n": 2}')"
  gives 2 snapchore hash --ndjson lines -o quiet --json=hash
  same "$(sed -n 1p "$OUT")" "$(snapchore hash '{"n": 1}')"
}

@test "fields and filters leave the errors in their places as they are" {
  printf '{"n": 1}\nbad\n{"n": 2}\n' >lines
  gives 2 snapchore hash --ndjson lines -o jsonl --json=hash
  same "$(sed -n 3p "$OUT")" '{"hash":"'"$(snapchore hash '{"n": 2}')"'"}'
  holds "$(sed -n 2p "$OUT")" '{"error":{"code":"bad_json"'
  gives 2 snapchore hash --ndjson lines --jq .hash
  same "$(sed -n 3p "$OUT")" "$(snapchore hash '{"n": 2}')"
  holds "$(sed -n 2p "$OUT")" '{"error":{"code":"bad_json"'
  gives 2 snapchore hash --ndjson lines --json=hash
  is_json "$OUT"
  same "$(member "$OUT" '[2]["hash"]')" "$(snapchore hash '{"n": 2}')"
  same "$(member "$OUT" '[1]["error"]["code"]')" bad_json
  gives 2 snapchore hash --ndjson lines --jq '.['
  holds "$err" "--jq: syntax error"
}

@test "every format can be streamed" {
  printf '{"n": 1}\nbad\n{"n": 2}\n' >lines
  gives 2 snapchore hash --ndjson lines -o json
  is_json "$OUT"
  same "$(member "$OUT" '[2]["hash"]')" "$(snapchore hash '{"n": 2}')"
  gives 2 snapchore hash --ndjson lines -o tsv
  same "$(sed -n 1p "$OUT")" $'hash\tcanon_version'
  same "$(sed -n 4p "$OUT")" "$(snapchore hash '{"n": 2}')"$'\tSVP-1.0'
  gives 2 snapchore hash --ndjson lines -o table
  holds "$out" "HASH" "error: invalid JSON" "$(snapchore hash '{"n": 2}')"
  gives 2 snapchore hash --ndjson lines -o yaml
  python3 - "$TESTS" "$OUT" <<'PYTHON'
import sys
sys.path.insert(0, sys.argv[1])
import formats
rows = formats.yaml(open(sys.argv[2]).read())
assert len(rows) == 3 and rows[1]["error"]["details"]["line"] == 2, rows
PYTHON
}

@test "an error comes first in tsv without becoming the header" {
  printf 'bad\n{"n": 1}\n' >lines
  gives 2 snapchore hash --ndjson lines -o tsv
  holds "$(sed -n 1p "$OUT")" '{"error":'
  same "$(sed -n 2p "$OUT")" $'hash\tcanon_version'
}

@test "no lines are no lines in each format" {
  local format
  for format in jsonl quiet tsv dotenv; do
    gives 0 snapchore hash --ndjson /dev/null -o "$format"
    same "$out" ""
  done
  gives 0 snapchore hash --ndjson /dev/null -o json
  same "$out" "[]"
  gives 0 snapchore hash --ndjson - -o table </dev/null
  same "$out" "(no results)"
}

@test "100,000 lines give the same with 1, 2 and 7 threads, in order" {
  numbered 100000 | sed '50000s/.*/not JSON/' >lines
  local threads
  for threads in 1 2 7; do
    gives 2 snapchore hash --ndjson lines --threads $threads
    same "$(wc -l <"$OUT")" 100000
    cp "$OUT" "hashes.$threads"
  done
  cmp hashes.1 hashes.2
  cmp hashes.1 hashes.7
  same "$(sed -n 99999p hashes.7)" "$(snapchore hash '{"n": 99999}' -o jsonl)"
  holds "$(sed -n 50000p hashes.7)" '"details":{"line":50000'
  gives 2 snapchore hash --ndjson - --threads 7 <lines
  cmp hashes.1 "$OUT"
}

@test "the number of threads is checked" {
  local threads
  for threads in 0 65 -1 x 1.5 "" 99999999999999999999; do
    gives 2 snapchore hash --ndjson /dev/null --threads="$threads"
    holds "$err" "--threads"
  done
  gives 0 snapchore hash --ndjson - --threads 64 <<<'{}'
}

@test "a line over 16 MiB is answered in its place, one of 16 MiB is worked on" {
  python3 - <<'PYTHON'
limit = 16 * 1024 * 1024
with open("lines", "w") as lines:
    lines.write('{"n": 1}\n')
    for length in (limit, limit + 1, 3 * limit):
        lines.write('{"x":"' + "y" * (length - 8) + '"}\n')
    lines.write('{"n": 2}\n')
    lines.write('{"x":"' + "y" * limit)
PYTHON
  local threads
  for threads in 1 3; do
    gives 2 snapchore hash --ndjson lines --threads $threads
    same "$(wc -l <"$OUT")" 6
    holds "$(sed -n 2p "$OUT")" '{"hash":"'
    holds "$(sed -n 3p "$OUT")" '"code":"too_large"' '"line":3'
    holds "$(sed -n 4p "$OUT")" '"code":"too_large"' '"line":4'
    same "$(sed -n 5p "$OUT")" "$(snapchore hash '{"n": 2}' -o jsonl)"
    holds "$(sed -n 6p "$OUT")" '"code":"too_large"' '"line":6'
  done
}

@test "memory stays flat however long the input is" {
  # 200,000 lines of 1 KiB under a limit that holds a small part of them.
  python3 -c 'import sys; sys.stdout.write(("{\"x\": \"" + "y" * 1012 + "\"}\n") * 200000)' >lines
  gives 0 bash -c 'ulimit -v 100000; snapchore hash --ndjson lines --threads 2 -o quiet'
  same "$(wc -l <"$OUT")" 200000
}

@test "a line is answered before the next one is written" {
  mkfifo in answers
  snapchore hash --ndjson - <in >answers &
  local process=$!
  exec {to}>in {from}<answers
  local answer
  local number
  for number in 1 2 3; do
    printf '{"n": %d}\n' $number >&$to
    read -r -t 20 answer <&$from
    same "$answer" "$(snapchore hash "{\"n\": $number}" -o jsonl)"
  done
  printf '{"n": 4}' >&$to
  exec {to}>&-
  read -r -t 20 answer <&$from
  same "$answer" "$(snapchore hash '{"n": 4}' -o jsonl)"
  wait $process
}

@test "a reader that goes away ends the work quietly" {
  numbered 200000 >lines
  run bash -c 'set -o pipefail; snapchore hash --ndjson lines | head -n 1; echo "${PIPESTATUS[0]}"'
  same "$output" "$(snapchore hash '{"n": 1}' -o jsonl)"$'\n0'
  run bash -c 'yes "{}" | snapchore hash --ndjson - -o quiet | head -n 1; echo "${PIPESTATUS[1]}"'
  holds "$output" $'\n0'
  run bash -c 'snapchore hash --ndjson lines | true; echo "${PIPESTATUS[0]}"'
  same "$output" 0
}

@test "a full disk ends the work with a message" {
  numbered 200000 >lines
  gives 1 bash -c 'snapchore hash --ndjson lines >/dev/full'
  same "$err" "error: cannot write standard output: No space left on device"
  gives 1 bash -c 'ulimit -f 100; exec snapchore hash --ndjson lines >hashes'
  holds "$err" "cannot write standard output: File too large"
}

@test "an interrupt ends the work, and what was printed are whole lines in order" {
  mkfifo in
  env --default-signal=INT snapchore hash --ndjson - -o quiet <in >hashes &
  local process=$!
  exec {to}>in
  numbered 50000 >&$to
  kill -INT $process 2>/dev/null
  local code=0
  wait $process || code=$?
  exec {to}>&-
  same "$code" 130
  numbered 50000 | snapchore hash --ndjson - -o quiet | head -n "$(wc -l <hashes)" | cmp - hashes
}

@test "a terminated run says so with its exit code" {
  mkfifo in
  snapchore hash --ndjson - <in >hashes &
  local process=$!
  exec {to}>in
  kill -TERM $process
  local code=0
  wait $process || code=$?
  exec {to}>&-
  same "$code" 143
}

@test "duplicates are counted, and refused line by line with --strict" {
  printf '{"a": 1, "a": 2}\n{"a": 2}\n{"b": {"c": 1, "c": 1}}\n' >lines
  gives 0 snapchore hash --ndjson lines -o quiet
  holds "$err" "warning: 2 of 3 lines hold a member twice; the last one counts"
  same "$(sed -n 1p "$OUT")" "$(sed -n 2p "$OUT")"
  gives 2 snapchore hash --ndjson lines --strict
  holds "$err" "2 of 3 lines failed"
  holds "$(sed -n 3p "$OUT")" '"code":"duplicate_name"' '"line":3'
  gives 0 snapchore seal --ndjson lines
  holds "$err" "2 of 3 lines hold a member twice"
  gives 2 snapchore seal --ndjson lines --strict
  holds "$(sed -n 1p "$OUT")" '"code":"duplicate_name"'
}

@test "--canonical and --volatile work line by line" {
  printf '{"b": 1, "a": 2}\n{"x": 1}\n' >lines
  gives 0 snapchore hash --ndjson lines --canonical --volatile x
  same "$out" $'{"a":2,"b":1,"canon_version":"SVP-1.0"}\n{"canon_version":"SVP-1.0"}'
}

@test "sealed lines verify, line by line, and a changed one is told of" {
  numbered 2000 >lines
  gives 0 snapchore seal --ndjson lines --domain d --type t --threads 3
  cp "$OUT" blocks
  same "$(sort -u blocks | wc -l)" 2000
  same "$(sed -n 1234p blocks | python3 -c 'import json, sys; b = json.load(sys.stdin); print(b["payload"]["n"], b["domain"], b["type"])')" "1234 d t"
  gives 0 snapchore verify-block --ndjson blocks
  same "$(grep -c '"valid":true' "$OUT")" 2000
  same "$err" ""
  sed -i '3s/"n":3/"n":4/; 7s/^/x/' blocks
  gives 2 snapchore verify-block --ndjson blocks
  holds "$(sed -n 3p "$OUT")" '{"valid":false,'
  holds "$(sed -n 7p "$OUT")" '"error"'
  holds "$err" "1 of 2000 lines failed" "1 of 2000 lines did not verify"
  sed -i 7d blocks
  gives 9 snapchore verify-block --ndjson blocks
  gives 9 snapchore verify-block --ndjson blocks -o quiet
  same "$(sed -n 3p "$OUT")" ""
  same "$(wc -l <"$OUT")" 1999
}

@test "verify-block warns of duplicates in bulk as it does alone" {
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal '{"amount": 1}' --output-format jsonl >block
  sed 's/"amount":1/"amount":1000,"amount":1/' block >hidden
  gives 0 snapchore verify-block hidden
  holds "$err" "'amount' appears twice"
  gives 0 snapchore verify-block --ndjson hidden
  holds "$err" "1 of 1 lines hold a member twice"
}

@test "a file that cannot be read is a usage error before anything is printed" {
  gives 2 snapchore hash --ndjson missing
  same "$out" ""
  gives 2 snapchore hash --ndjson .
  same "$out" ""
  need_permissions
  printf '{}' >sealed && chmod 000 sealed
  gives 2 without_privileges snapchore hash --ndjson sealed
  holds "$err" "Permission denied"
}

@test "binary input gives errors, line by line" {
  python3 -c 'import sys; sys.stdout.buffer.write(bytes(range(256)) * 64)' >binary
  gives 2 snapchore hash --ndjson binary
  same "$(grep -c '^{"error":{' "$OUT")" "$(($(wc -l <binary) + 1))"
  no_controls "$OUT" "$ERR"
}
