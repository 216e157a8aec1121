# agentnet tour: the main job, on a network of its own.
load helpers

setup() {
  fresh_folder
  export TMPDIR=$BATS_TEST_TMPDIR/temporary
  mkdir "$TMPDIR"
}

@test "the tour shows the main job and leaves nothing behind" {
  gives 0 agentnet tour
  holds "$out" "VALID  receipt=rcpt_" "INVALID  receipt=rcpt_" "reason=hash_mismatch" "reason=no_quorum" "exit code 9"
  same "$err" ""
  same "$(find "$HOME" "$TMPDIR" . -mindepth 1)" ""
}

@test "every step runs as it is printed" {
  agentnet tour -o jsonl >steps
  same "$(jq -r '.as_expected' <steps | sort -u)" true
  mkdir "$BATS_TEST_TMPDIR/home2"
  export HOME=$BATS_TEST_TMPDIR/home2
  local number command wanted code
  for number in $(seq "$(wc -l <steps)"); do
    command=$(sed -n "${number}p" steps | jq -r .command)
    wanted=$(sed -n "${number}p" steps | jq -r .exit_code)
    code=0
    sh -c "$command" >output 2>&1 || code=$?
    same "$code" "$wanted" || fail "$command"$'\n'"$(cat output)"
  done
}

@test "JSON lists the steps" {
  gives 0 agentnet tour -o json
  is_json "$OUT"
  same "$(member "$OUT" '.__len__() > 8, list(d[0])')" \
    "(True, ['step', 'command', 'output', 'exit_code', 'as_expected'])"
}

@test "neither this user's network nor settings are seen or touched" {
  sbn -f quiet snapchore seal '{"a": 1}' >hash
  local before
  before=$(find "$HOME" -type f -exec sha256sum {} + | sort)
  SBN_BASE_URL=http://127.0.0.1:1 SBN_API_KEY=sbn_test_CANARY AGENTNET_STATE_DIR=/nonexistent gives 0 agentnet tour
  lacks "$out$err" CANARY
  same "$(find "$HOME" -type f -exec sha256sum {} + | sort)" "$before"
}

@test "it takes less than two seconds" {
  local start
  start=$(date +%s%N)
  agentnet tour >shown
  local took=$((($(date +%s%N) - start) / 1000000))
  [ "$took" -lt 2000 ] || fail "it took $took ms"
}

@test "interrupted, it removes its folder first" {
  agentnet tour >shown 3>&- &
  local process=$! waited code=0
  for waited in $(seq 2000); do
    [ -n "$(find "$TMPDIR" -mindepth 1 -maxdepth 1)" ] && break
  done
  kill -TERM "$process"
  wait "$process" || code=$?
  same "$code" 143
  same "$(find "$TMPDIR" -mindepth 1)" ""
}

@test "without a place for temporary files it says so" {
  TMPDIR=/nonexistent gives 3 agentnet tour
  holds "$err" "cannot make /nonexistent/agentnet-tour-"
}
