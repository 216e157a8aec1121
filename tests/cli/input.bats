# Where a document comes from: text, a file, standard input; and what is wrong with it.
load helpers

setup() { fresh_folder; }

@test "text, a file, @file and standard input are the same document" {
  printf '{"tokens": 1500}' >p.json
  local argument
  for argument in '{"tokens": 1500}' p.json @p.json ./p.json "$PWD/p.json" -; do
    gives 0 snapchore hash "$argument" <p.json
    same "$out" "$HASH_OF_TOKENS"
    gives 0 snapchore verify "$argument" "$HASH_OF_TOKENS" <p.json
    same "$out" VALID
    gives 0 snapchore seal "$argument" --jq .payload <p.json
    same "$out" '{"tokens":1500}'
  done
  gives 0 snapchore hash /dev/stdin <p.json
  same "$out" "$HASH_OF_TOKENS"
}

@test "a file whose name looks like something else is named with @ or a folder" {
  printf '{"tokens": 1500}' >'{}'
  printf '{"tokens": 1500}' >@x
  printf '{"tokens": 1500}' >-
  local argument
  for argument in '@{}' './{}' @@x ./@x @- ./-; do
    gives 0 snapchore hash "$argument"
    same "$out" "$HASH_OF_TOKENS"
  done
}

@test "text that begins with a space is a file's name, as in the mirrored program" {
  gives 2 snapchore hash ' {"a": 1}'
  holds "$err" "No such file"
}

@test "a missing document, two sources and two readers of standard input are usage errors" {
  gives 2 snapchore hash
  holds "$err" "INPUT is missing"
  gives 2 snapchore hash '{}' --ndjson -
  holds "$err" "INPUT and --ndjson exclude each other"
  gives 2 snapchore seal '{}' --ndjson -
  gives 2 snapchore seal --ndjson - -o x.json
  gives 2 snapchore verify-block
  gives 2 snapchore verify-block '{}' --ndjson -
  gives 2 snapchore verify-block '{}' --envelope x --trust y
  gives 2 snapchore verify-block '{}' --trust y
  holds "$err" "--trust goes with --envelope"
  gives 2 snapchore seal - --envelope in-toto --signing-key - <<<'{}'
  holds "$err" "cannot both be standard input"
  gives 2 snapchore hash '{}' --threads 2
  holds "$err" "--threads goes with --ndjson"
  gives 2 snapchore seal '{}' --threads 2
  gives 2 snapchore verify-block '{}' --threads 2
}

@test "errors name the input and the place" {
  printf '{\n  "a": 1,\n  "b": oops\n}' >bad.json
  gives 2 snapchore hash bad.json
  holds "$err" "error: bad.json: invalid JSON" "line 3, column 8 (byte 19)"
  gives 2 snapchore hash - <bad.json
  holds "$err" "error: standard input: invalid JSON" "line 3"
  gives 2 snapchore seal '{"a": }'
  holds "$err" "error: the argument: invalid JSON" "byte 6"
  gives 2 snapchore hash bad.json --json
  same "$(member "$ERR" '["error"]["details"]')" "{'offset': 19, 'line': 3, 'column': 8}"
}

@test "what has no hash is refused with its reason" {
  local text
  while IFS='|' read -r text reason; do
    printf '%s' "$text" >doc
    gives 2 snapchore hash doc
    holds "$err" "$reason"
    gives 2 snapchore verify doc "$HASH_OF_TOKENS"
    gives 2 snapchore seal doc
  done <<'EOF'
{"a": NaN}|byte
{"a": 1e16}|1e16
{"a": "\ud800"}|surrogate
{"a": 01}|invalid JSON
{"a": 1} x|invalid JSON
{"a": "tab	inside"}|control character
EOF
}

@test "a payload that is no object can be sealed, but has no hash of its own" {
  printf '[1, 2]' >array
  printf '5' >scalar
  gives 2 snapchore hash array
  holds "$err" "only a JSON object"
  gives 2 snapchore hash scalar
  gives 0 snapchore seal array --jq .payload
  same "$out" '[1,2]'
}

@test "numbers keep their text and their size" {
  gives 0 snapchore hash --canonical '{"big": 123456789012345678901234567890, "zero": -0.0, "half": 5e-13}'
  same "$out" '{"big":123456789012345678901234567890,"canon_version":"SVP-1.0","half":1e-12,"zero":-0.0}'
  gives 0 snapchore seal '{"big": 123456789012345678901234567890}' -o b.json
  holds "$(cat b.json)" 123456789012345678901234567890
  gives 0 snapchore verify-block b.json
}

@test "the hash is the SHA-256 of the canonical bytes" {
  local text
  for text in '{}' '{"b": [1, {"y": null, "x": "é😀"}], "a": 0.1, "nonce": 5}' '{"metadata": {"ts": 1, "k": "\u0007\/"}}'; do
    snapchore hash --canonical "$text" >bytes
    gives 0 snapchore hash "$text"
    same "$out" "$(sha256sum <bytes | cut -d' ' -f1)"
  done
}

@test "--volatile leaves a member out, more than once" {
  local plain
  plain=$(snapchore hash '{"a": 1}')
  gives 0 snapchore hash '{"a": 1, "x": 2, "metadata": {}, "y": 3}' --volatile x --volatile=y --volatile metadata
  same "$out" "$plain"
  gives 0 snapchore hash '{"a": 1, "x": 2}'
  [ "$out" != "$plain" ]
}

@test "a member that appears twice is told of everywhere, and refused with --strict" {
  printf '{"a": 1, "b": {"k": 1, "k": 2}}' >twice.json
  local command
  for command in "hash twice.json" "seal twice.json" "verify twice.json $(snapchore hash twice.json 2>/dev/null)"; do
    gives 0 snapchore $command
    holds "$err" "warning: twice.json: the member 'k' appears twice (byte" "the last one counts"
    gives 2 snapchore $command --strict
    same "$out" ""
    holds "$err" "error: twice.json: the member 'k' appears twice"
    gives 2 snapchore $command --strict --output-format json
    same "$(member "$ERR" '["error"]["code"]')" duplicate_name
    gives 0 snapchore $command -q
    same "$err" ""
    gives 0 snapchore $command --log-format json
    same "$(member "$ERR" '["code"]')" duplicate_name
  done
  same "$(snapchore hash twice.json -q)" "$(snapchore hash '{"a": 1, "b": {"k": 2}}')"
}

@test "verify-block warns of a member that appears twice and of members that no hash covers" {
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal '{"a": 1}' -o b.json
  sed 's/"domain": "general",/"domain": "other", "domain": "general",/' b.json >twice.json
  gives 0 snapchore verify-block twice.json
  holds "$err" "the member 'domain' appears twice"
  sed 's/"domain"/"approved_by": "the boss", "domain"/' b.json >more.json
  gives 0 snapchore verify-block more.json
  holds "$err" "no hash covers these members" "approved_by"
}

@test "the last of two equal members decides, and a block that another reader would see differently is told of" {
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal '{"amount": 1}' -o b.json
  sed 's/"amount": 1/"amount": 1, "amount": 1000/' b.json >forged.json
  gives 9 snapchore verify-block forged.json
  holds "$out" INVALID
  sed 's/"amount": 1/"amount": 1000, "amount": 1/' b.json >hidden.json
  gives 0 snapchore verify-block hidden.json
  holds "$err" "'amount' appears twice"
}

@test "memory that ends is an error, not a crash" {
  gives 1 bash -c 'ulimit -v 200000; snapchore hash /dev/zero'
  same "$err" "error: out of memory"
}

@test "a pipe can be read in place of a file" {
  gives 0 snapchore verify-block <(snapchore seal '{"a": 1}')
  holds "$out" VALID
}

@test "what a hash must look like is explained" {
  local upper=${HASH_OF_TOKENS^^}
  gives 9 snapchore verify '{"tokens": 1500}' "$upper"
  holds "$err" "upper-case"
  gives 9 snapchore verify '{"tokens": 1500}' "sha256:$HASH_OF_TOKENS"
  holds "$err" "without 'sha256:'"
  gives 9 snapchore verify '{"tokens": 1500}' ""
  holds "$err" "64"
  gives 9 snapchore verify '{"tokens": 1501}' "$HASH_OF_TOKENS"
  holds "$out" "INVALID  expected=$HASH_OF_TOKENS  got=4fa22e44"
  same "$err" ""
}
