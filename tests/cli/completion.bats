# What the shell may put at the cursor, and the scripts that ask for it.
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

@test "arguments of help and commands behind agentnet are completed" {
  gives 0 agentnet __complete -- agentnet help snapchore ch
  same "$out" $'chain\tPut hashes in an order that cannot be changed unnoticed'
  gives 0 agentnet __complete -- agentnet snapchore chain ver
  same "$out" $'verify\tVerify a chain'
  gives 0 agentnet __complete -- sbn snapchore h
  holds "$out" "hash"
}

@test "every command, option and choice is completed" {
  agentnet commands -o jsonl >commands
  python3 - <<'PYTHON'
import json, subprocess
def complete(*words):
    text = subprocess.run(["agentnet", "__complete", "--", *words], check=True, capture_output=True, text=True).stdout
    return [line.split("\t")[0] for line in text.splitlines()]
for line in open("commands"):
    entry = json.loads(line)
    *group, name = entry["command"].split()
    assert name in complete(*group, ""), entry["command"]
    names = complete(*group, name, "--")
    for option in entry["options"]:
        assert option["name"] in names, option["name"]
        assert len(names) == len(set(names)), names
        if option["choices"]:
            assert complete(*group, name, option["name"], "") == option["choices"]
            assert complete(*group, name, option["name"] + "=") == [f"{option['name']}={c}" for c in option["choices"]]
            if option["letter"]:
                assert complete(*group, name, option["letter"], "") == option["choices"]
PYTHON
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

# typed WORD...: what bash offers when the last word is being typed.
typed() {
  bash -c '
    source <(agentnet completion bash)
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _agentnet_complete
    printf "%s\n" "${COMPREPLY[@]}"' - "$@"
}

@test "bash completes with its script" {
  touch block.json "block two.json"
  mkdir blocks
  same "$(typed snapchore verify-bl)" verify-block
  same "$(typed /usr/bin/snapchore hash bl | sort)" $'block two.json\nblock.json\nblocks'
  same "$(typed snapchore hash --stri)" --strict
  same "$(typed agentnet snapchore chain che)" checkpoint
  same "$(typed snapchore hash -o t)" $'table\ntsv'
  same "$(typed snapchore nothing x)" ""
}

@test "bash completes values behind '=', which it takes for three words" {
  touch lines.ndjson
  same "$(typed snapchore hash --color = al)" always
  same "$(typed snapchore hash --output-format = js)" $'json\njsonl'
  same "$(typed snapchore hash --color =)" $'auto\nalways\nnever'
  same "$(typed snapchore hash --ndjson = lin)" lines.ndjson
  same "$(typed snapchore hash --ndjson = lines.ndjson --thr)" --threads
}

@test "bash knows every program" {
  run bash -c 'source <(agentnet completion bash); complete -p agentnet sbn snapchore'
  same "$status" 0
  same "${#lines[@]}" 3
}

@test "zsh and fish read their scripts" {
  if command -v zsh >/dev/null; then
    agentnet completion zsh | zsh -n
  fi
  if command -v fish >/dev/null; then
    agentnet completion fish >script.fish
    fish --no-execute script.fish
  fi
  local shell
  for shell in zsh fish; do
    holds "$(agentnet completion $shell)" "agentnet __complete -- "
  done
}
