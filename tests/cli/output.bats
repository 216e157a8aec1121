# How results and messages are printed: formats, fields, filters, colors, levels.
load helpers

setup() { fresh_folder; }

DOCUMENT='{"tokens": 1500}'

@test "each format prints the same result in its own way" {
  gives 0 snapchore hash "$DOCUMENT" -o table
  same "$out" "$HASH_OF_TOKENS"
  gives 0 snapchore hash "$DOCUMENT" -o quiet
  same "$out" "$HASH_OF_TOKENS"
  gives 0 snapchore hash "$DOCUMENT" -o json
  same "$out" $'{\n  "hash": "'"$HASH_OF_TOKENS"$'",\n  "canon_version": "SVP-1.0"\n}'
  gives 0 snapchore hash "$DOCUMENT" -o jsonl
  same "$out" '{"hash":"'"$HASH_OF_TOKENS"'","canon_version":"SVP-1.0"}'
  gives 0 snapchore hash "$DOCUMENT" -o yaml
  same "$out" $'hash: '"$HASH_OF_TOKENS"$'\ncanon_version: SVP-1.0'
  gives 0 snapchore hash "$DOCUMENT" -o dotenv
  same "$out" $'HASH="'"$HASH_OF_TOKENS"$'"\nCANON_VERSION="SVP-1.0"'
  gives 0 snapchore hash "$DOCUMENT" -o tsv
  same "$out" $'hash\tcanon_version\n'"$HASH_OF_TOKENS"$'\tSVP-1.0'
}

@test "yaml and tsv of nested values hold what json holds" {
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal \
    '{"list": [1, [2, {"deep": []}], {}], "yes": "yes", "no": null, "text": "a: b\n- c #d", "k e y": "é\u001b\u202e", "12": -0.0, "": ""}' -o b.json
  local command
  for command in "agentnet fidelity" "agentnet commands" "agentnet version" "snapchore verify-block b.json"; do
    $command -o json >json
    $command -o yaml >yaml
    python3 - "$TESTS" <<'PYTHON'
import json, sys
sys.path.insert(0, sys.argv[1])
import formats
assert formats.yaml(open("yaml").read()) == json.load(open("json")), open("yaml").read()
PYTHON
  done
  # A block goes through yaml as it is: the hash shows that nothing was lost.
  snapchore chain create --id nested >/dev/null
  snapchore hash b.json -o quiet | snapchore chain append nested.chain.json - -q >/dev/null
  snapchore chain show nested.chain.json -o yaml >yaml
  python3 - "$TESTS" <<'PYTHON'
import json, sys
sys.path.insert(0, sys.argv[1])
import formats
assert formats.yaml(open("yaml").read()) == json.load(open("nested.chain.json"))
PYTHON
}

@test "yaml quotes what it would read as something else" {
  local value
  for value in yes no null true "~" 1.0 "" "a: b" "- x" "#c" "0x1f" "2026-01-01" $'tab\there' "é"; do
    SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal --domain "$value" '{}' --output-format yaml >block
    holds "$(grep ^domain: block)" 'domain: "'
  done
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal --domain ai.inference '{}' --output-format yaml >block
  holds "$(cat block)" "domain: ai.inference"
}

@test "dotenv can be sourced, whatever the values are" {
  local value=$'$(touch gone) `touch gone` "quoted" \\ \'single\' $HOME\nsecond line; touch gone'
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal --domain "$value" '{"a b": 1, "9": 2}' --output-format dotenv >block.env
  . ./block.env
  same "$(printf '%b' "$DOMAIN")" "$(printf '%b' "$value")"
  same "$PAYLOAD_A_B,$PAYLOAD__9" 1,2
  [ ! -e gone ]
}

@test "tsv escapes what would break its cells" {
  SB_SNAPCHORE_SKIP_AUTH=1 snapchore seal --domain $'a\tb\nc\\d\re' '{}' --output-format tsv >block.tsv
  same "$(wc -l <block.tsv)" 2
  same "$(sed -n 2p block.tsv | cut -f2)" 'a\tb\nc\\d\re'
}

@test "--json=FIELDS prints the named fields in the order of the names" {
  gives 0 snapchore hash "$DOCUMENT" --json=canon_version,hash
  same "$(tr -d ' \n' <"$OUT")" '{"canon_version":"SVP-1.0","hash":"'"$HASH_OF_TOKENS"'"}'
  gives 0 snapchore hash "$DOCUMENT" --json=hash -o jsonl
  same "$out" '{"hash":"'"$HASH_OF_TOKENS"'"}'
  gives 0 snapchore hash "$DOCUMENT" --json=hash -o yaml
  same "$out" "hash: $HASH_OF_TOKENS"
  gives 0 snapchore hash "$DOCUMENT" --json=
  holds "$out" '"hash"' '"canon_version"'
}

@test "an unknown field is a usage error that lists the fields" {
  gives 2 snapchore hash "$DOCUMENT" --json=hsh
  same "$out" ""
  same "$(member "$ERR" '["error"]["code"]')" unknown_field
  same "$(member "$ERR" '["error"]["hint"]')" "fields: hash, canon_version"
}

@test "the value of --json stands behind '=' only" {
  gives 2 snapchore hash "$DOCUMENT" --json hash
  holds "$err" "unexpected argument 'hash'"
}

@test "--jq prints strings bare and everything else as JSON" {
  gives 0 snapchore hash "$DOCUMENT" --jq .hash
  same "$out" "$HASH_OF_TOKENS"
  gives 0 snapchore hash "$DOCUMENT" --jq '., [1], null, (.hash | length)'
  same "$out" $'{"hash":"'"$HASH_OF_TOKENS"$'","canon_version":"SVP-1.0"}\n[1]\nnull\n64'
  gives 0 snapchore hash "$DOCUMENT" --jq empty
  same "$out" ""
  gives 0 agentnet commands --jq 'select(.access == "writes") | .command'
  holds "$out" "snapchore seal" "snapchore chain append"
  lacks "$out" "snapchore verify"
}

@test "--jq works on the JSON of the selected fields, in any format" {
  gives 0 snapchore hash "$DOCUMENT" --jq 'keys' --json=hash
  same "$out" '["hash"]'
  gives 0 snapchore hash "$DOCUMENT" --jq '.hash' -o quiet
  same "$out" "$HASH_OF_TOKENS"
}

@test "a filter that does not compile or fails is a usage error in its own words" {
  gives 2 snapchore hash "$DOCUMENT" --jq '.['
  holds "$err" "error: --jq: syntax error"
  gives 2 snapchore hash "$DOCUMENT" --jq '.hash.deeper'
  holds "$err" "error: --jq: Cannot index string"
  gives 2 snapchore hash "$DOCUMENT" --jq 'error("the reason")'
  same "$err" "error: --jq: the reason"
  gives 2 snapchore hash "$DOCUMENT" --jq '"why" | halt_error'
  same "$err" "error: --jq: why"
  gives 0 snapchore hash "$DOCUMENT" --jq '"before", halt, "after"'
  same "$out" before
  gives 2 snapchore hash "$DOCUMENT" --jq nosuchfunction --output-format json
  same "$(member "$ERR" '["error"]["code"]')" bad_filter
}

# A module in place of agentnet-jq that notes each call and hands on what it is given.
make_counting_module() {
  cat >counting.c <<'CODE'
#include "cli/jq_module.h"
#include <stdio.h>
static void note(const char* call) {
  FILE* calls = fopen("calls", "a");
  fprintf(calls, "%s\n", call);
  fclose(calls);
}
agentnet_jq* agentnet_jq_open(const char* filter, char* message, size_t size) {
  (void)message, (void)size;
  note("open");
  return (agentnet_jq*)filter;
}
int agentnet_jq_run(agentnet_jq* filter, const char* json, size_t length, agentnet_jq_emit* emit, void* context,
                    char* message, size_t size) {
  (void)filter, (void)message, (void)size;
  note("run");
  return emit(context, json, length), 0;
}
void agentnet_jq_close(agentnet_jq* filter) { (void)filter; }
CODE
  mkdir -p bin
  cp "$BIN/agentnet" bin/snapchore
  cc -shared -fPIC -I "$ROOT" -o bin/agentnet-jq.so counting.c
}

@test "a filter is compiled once, however many rows it is for" {
  make_counting_module
  seq 1 500 | sed 's/.*/{"n": &}/' >lines
  gives 0 bin/snapchore hash --ndjson lines --jq .hash
  same "$(wc -l <"$OUT")" 500
  same "$(sort calls | uniq -c | xargs)" "1 open 500 run"
}

@test "what a filter remembers or failed with at one row does not reach the next" {
  printf '{"n": 1}\n{"n": 2}\n{"n": 3}\n' >lines
  gives 0 snapchore hash --ndjson lines --jq '., halt, 1 | type'
  same "$out" $'object\nobject\nobject'
  gives 0 snapchore hash --ndjson lines --jq 'reduce (1, 2) as $n (0; . + $n)'
  same "$out" $'3\n3\n3'
  gives 0 snapchore hash --ndjson lines --jq '[limit(1; repeat(7))]'
  same "$out" $'[7]\n[7]\n[7]'
}

@test "an endless filter ends when its reader does" {
  run bash -c 'timeout 10 snapchore hash "{}" --jq "repeat(1)" | head -n 2; echo "${PIPESTATUS[0]}"'
  same "$output" $'1\n1\n0'
}

@test "without its module --jq says where it was looked for, and everything else works" {
  mkdir -p bin
  cp "$BIN/agentnet" bin/snapchore
  gives 1 bin/snapchore hash "$DOCUMENT" --jq .hash
  holds "$err" "the module agentnet-jq could not be loaded" "$PWD/bin/agentnet-jq.so" "lib/agentnet/agentnet-jq.so"
  gives 1 bin/snapchore hash "$DOCUMENT" --jq .hash --json
  same "$(member "$ERR" '["error"]["code"]')" no_module
  gives 0 bin/snapchore hash "$DOCUMENT"
  printf 'no shared object' >bin/agentnet-jq.so
  gives 1 bin/snapchore hash "$DOCUMENT" --jq .hash
  holds "$err" "could not be loaded"
  rm bin/agentnet-jq.so
  mkdir -p lib/agentnet
  cp "$BIN/agentnet-jq.so" lib/agentnet/
  gives 0 bin/snapchore hash "$DOCUMENT" --jq .hash
  same "$out" "$HASH_OF_TOKENS"
}

@test "no module of the current folder is ever loaded" {
  printf 'no shared object' >agentnet-jq.so
  mkdir -p bin && cp "$BIN/agentnet" bin/snapchore
  (cd bin && PATH=.:$PATH gives 1 snapchore hash '{}' --jq .hash)
  LD_LIBRARY_PATH=$PWD gives 0 snapchore hash '{}' --jq .canon_version
}

@test "messages have levels, and -q leaves only errors" {
  local twice='{"a": 1, "a": 2}'
  gives 0 snapchore hash "$twice" -q
  same "$err" ""
  gives 0 snapchore hash "$twice" --log-level error
  same "$err" ""
  gives 0 snapchore hash "$twice" --log-level warning
  holds "$err" "warning:"
  gives 2 snapchore hash '{' -q
  holds "$err" "error:"
  gives 0 snapchore hash --ndjson - -v <<<'{}'
  holds "$err" "1 lines"
  gives 0 snapchore hash --ndjson - <<<'{}'
  same "$err" ""
}

@test "--log-format json makes every message one JSON line, errors too" {
  gives 0 snapchore hash '{"a": 1, "a": 2}' --log-format json
  is_json "$ERR"
  same "$(member "$ERR" '["level"]')" warning
  gives 2 snapchore hash '{' --log-format json
  is_json "$ERR"
  same "$(member "$ERR" '["error"]["exit_code"]')" 2
}

@test "NO_COLOR, CLICOLOR_FORCE and --color decide about color, --color most" {
  gives 0 snapchore hash '{"a": 1, "a": 2}'
  lacks "$err" $'\e'
  CLICOLOR_FORCE=1 gives 0 snapchore hash '{"a": 1, "a": 2}'
  holds "$err" $'\e[33mwarning:\e[0m'
  CLICOLOR_FORCE=1 gives 2 snapchore hash '{'
  holds "$err" $'\e[31merror:\e[0m'
  CLICOLOR_FORCE=1 NO_COLOR=1 gives 2 snapchore hash '{'
  lacks "$err" $'\e'
  NO_COLOR=1 gives 2 snapchore hash '{' --color always
  holds "$err" $'\e[31m'
  CLICOLOR_FORCE=1 gives 2 snapchore hash '{' --color=never
  lacks "$err" $'\e'
  CLICOLOR_FORCE=1 gives 2 snapchore hash '{' --log-format json
  lacks "$err" $'\e'
}

@test "a table pads its columns by characters, not bytes" {
  snapchore chain create --id t >/dev/null
  snapchore chain append t.chain.json "$HASH_OF_TOKENS" --event-type größer >/dev/null
  snapchore chain append t.chain.json "$HASH_OF_TOKENS" --event-type x --block-id b >/dev/null
  gives 0 snapchore chain show t.chain.json -o table
  same "$(sed -n 1p "$OUT" | cut -c1-28)" "INDEX  EVENT_TYPE  BLOCK_HAS"
  same "$(python3 -c 'import sys; print(len({line.index("ce41") for line in list(open(sys.argv[1], encoding="utf-8"))[1:]}))' "$OUT")" 1
}
