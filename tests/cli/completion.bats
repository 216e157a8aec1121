load helpers

setup() { fresh_folder; }

@test "commands are completed, with what they do" {
  gives 0 agentnet __complete -- snapchore ha
  same "$out" $'hash\tPrint the SnapChore hash of a JSON document'
  gives 0 agentnet __complete -- agentnet sn
  holds "$out" "snapchore"
  gives 0 agentnet __complete -- snapchore chain ''
  same "$(wc -l <"$OUT")" 5
  lacks "$(agentnet __complete -- agentnet '')" "__"
}

@test "options and their values are completed" {
  gives 0 agentnet __complete -- snapchore hash --can
  holds "$out" "--canonical"
  gives 0 agentnet __complete -- snapchore hash -o js
  same "$out" $'json\njsonl'
  gives 0 agentnet __complete -- snapchore hash --color=a
  same "$out" $'--color=auto\n--color=always'
  gives 0 agentnet __complete -- snapchore chain create --ledger ''
  same "$out" $'v1\nv2'
}

@test "files are completed where a file is meant" {
  gives 0 agentnet __complete -- snapchore hash ''
  same "$out" ":files"
  gives 0 agentnet __complete -- snapchore seal '{}' -o ''
  same "$out" ":files"
  gives 0 agentnet __complete -- snapchore verify x ''
  same "$out" ""
}

@test "nonsense completes to nothing, quietly" {
  gives 0 agentnet __complete
  same "$out$err" ""
  gives 0 agentnet __complete -- nobody x
  same "$out$err" ""
  gives 0 agentnet __complete -- snapchore nothing ''
  same "$out$err" ""
}

@test "the scripts are those in completions/" {
  local shell
  for shell in bash zsh fish; do
    agentnet completion $shell | cmp - "$ROOT/completions/agentnet.$shell"
  done
  gives 2 agentnet completion csh
}

@test "bash completes with its script" {
  touch block.json
  run bash -c '
    source <(agentnet completion bash)
    COMP_WORDS=(snapchore verify-bl) COMP_CWORD=1
    _agentnet_complete && echo "${COMPREPLY[@]}"
    COMP_WORDS=(/usr/bin/snapchore hash bl) COMP_CWORD=2
    _agentnet_complete && echo "${COMPREPLY[@]}"'
  same "$output" $'verify-block\nblock.json'
}
