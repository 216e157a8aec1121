# What holds for every command; the loops are in contract.py and misuse.py.
load helpers

setup() { fresh_folder; }

# in_halves SCRIPT: runs it twice at once, each time over half of the commands.
in_halves() {
  local first code=0
  AGENTNET_TEST_PART=1/2 python3 "$1" >first.txt 2>&1 3>&- &
  first=$!
  AGENTNET_TEST_PART=2/2 python3 "$1" || code=$?
  wait "$first" || { code=$?; cat first.txt; }
  return "$code"
}

@test "every command keeps the contract of help, formats, streams and errors" {
  in_halves "$TESTS/contract.py"
}

@test "every command withstands wrong, hostile and secret input" {
  in_halves "$TESTS/misuse.py"
}

@test "a program without a command prints its help" {
  gives 0 agentnet
  holds "$out" "Commands:" "snapchore"
  gives 0 snapchore
  holds "$out" "Commands:" "verify-block"
  gives 2 sbn # as the mirrored program does
  holds "$out" "Commands:" "snapchore"
}

@test "a group without a command complains, or prints its help where the mirrored program does" {
  gives 2 snapchore chain
  same "$out" ""
  holds "$err" "'snapchore chain' needs a command" "create, append, show, verify, checkpoint"
  gives 2 sbn snapchore
  holds "$out" "Commands:"
}

@test "an unknown program name in argv[0] is agentnet" {
  ln -s "$BIN/agentnet" renamed
  gives 0 ./renamed version
  holds "$out" "agentnet "
}

@test "help for exit codes lists every code that a command can have" {
  gives 0 agentnet help exit-codes
  local code
  for code in 0 1 2 3 4 5 6 7 8 9 10 130 143; do
    [[ $out =~ (^|$'\n')\ *$code\ \ [a-z] ]] || fail "no line for $code"
  done
}

@test "versions: ours, and the release that snapchore mirrors" {
  gives 0 agentnet --version
  [[ $out =~ ^agentnet\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || fail "$out"
  local version=$out
  gives 0 sbn --version
  same "$out" "$version"
  gives 0 agentnet version
  same "$out" "$version"
  gives 0 agentnet version -o json
  same "agentnet $(member "$OUT" '["agentnet"]')" "$version"
  gives 0 snapchore --version
  same "$(member "$OUT" '["snapchore"]')" 0.2.0
  gives 2 snapchore version
}

@test "SBN_OUTPUT_FORMAT sets the format of sbn, and of sbn only" {
  export SBN_OUTPUT_FORMAT=json
  gives 0 sbn snapchore hash '{"tokens": 1500}'
  same "$(member "$OUT" '["hash"]')" "$HASH_OF_TOKENS"
  gives 0 agentnet sbn snapchore hash '{"tokens": 1500}'
  same "$(member "$OUT" '["hash"]')" "$HASH_OF_TOKENS"
  gives 0 snapchore hash '{"tokens": 1500}'
  same "$out" "$HASH_OF_TOKENS"
  gives 0 sbn snapchore hash '{"tokens": 1500}' -o quiet
  same "$out" "$HASH_OF_TOKENS"
  gives 2 sbn snapchore hash --nope
  holds "$err" '{"error":{"code":"unknown_option"'
  gives 2 agentnet sbn snapchore hash --nope
  holds "$err" '{"error":{"code":"unknown_option"'
  SBN_OUTPUT_FORMAT=jsn gives 2 sbn snapchore hash '{}'
  holds "$err" "SBN_OUTPUT_FORMAT does not take 'jsn'" "one of: json, jsonl"
}

@test "global options stand before the command, after it, and after its arguments" {
  local words
  for words in "-o quiet hash {}" "hash -o quiet {}" "hash {} -o quiet" "hash {} -oquiet" "hash {} -o=quiet" \
    "hash {} --output-format quiet" "hash {} --output-format=quiet" "hash {} -f quiet" "hash {} --format=quiet"; do
    gives 0 snapchore $words
    same "$out" ab2b616041b64f2e6ca2a2ffdfb2fe63b213cd6ed785e3b29fba06b121dec6e6
  done
}

@test "the last of a repeated option counts" {
  gives 0 snapchore hash '{}' -o json -o quiet
  same "$out" ab2b616041b64f2e6ca2a2ffdfb2fe63b213cd6ed785e3b29fba06b121dec6e6
}

@test "behind -- nothing is an option" {
  printf '{"tokens": 1500}' >--canonical
  gives 0 snapchore hash -- --canonical
  same "$out" "$HASH_OF_TOKENS"
  gives 0 snapchore hash -o quiet -- '{"tokens": 1500}'
  same "$out" "$HASH_OF_TOKENS"
  gives 2 snapchore hash -- '{}' --json
  holds "$err" "unexpected argument '--json'"
  gives 0 snapchore verify -- --canonical "$HASH_OF_TOKENS"
  gives 2 snapchore -- hash '{}'
}

@test "the fidelity table has what the compatibility page has" {
  gives 0 agentnet fidelity -o json
  same "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))))' "$OUT")" \
    "$(python3 -c 'import json,sys; print(len(json.load(open(sys.argv[1]))["differences"]))' "$ROOT/tests/vectors/differences.json")"
  local row page
  page=$(mandoc -T utf8 -O width=1000 "$ROOT/man/agentnet-compatibility.7" | sed 's/.\x08//g')
  agentnet fidelity --jq .reason >rows
  [ "$(wc -l <rows)" -gt 10 ]
  while IFS= read -r row; do
    holds "$page" "$row"
  done <rows
}
