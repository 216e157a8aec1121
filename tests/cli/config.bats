# agentnet config: which values count, where they come from, how the file is changed.
load helpers

setup() {
  fresh_folder
  FILE=$HOME/.config/agentnet/config.json
}

# No secret of this file may be seen anywhere.
CANARY=sbn_test_CANARY0123456789
key_file() { (umask 077 && printf '%s\n' "$CANARY" >key.txt); }

@test "on a fresh machine only the default profile counts, and nothing is written" {
  gives 0 agentnet config list --show-origin -o tsv
  same "$out" $'key\tvalue\torigin\nprofile\tdefault\tdefault'
  [ ! -e "$HOME/.config" ]
}

@test "the configuration lies where XDG says, --config and AGENTNET_PROFILE lead elsewhere" {
  gives 0 agentnet config path
  same "$out" "$FILE"
  XDG_CONFIG_HOME=/c gives 0 agentnet config path
  same "$out" /c/agentnet/config.json
  XDG_CONFIG_HOME=relative gives 0 agentnet config path
  same "$out" "$FILE"
  gives 0 agentnet config path --config x.json
  same "$out" x.json
  AGENTNET_STATE_DIR=/s gives 0 agentnet config path --json=state
  same "$(member "$OUT" '["state"]')" /s
  HOME= gives 1 agentnet config path
  holds "$err" "HOME is not set" "--config FILE"
}

@test "a value is set, got and unset in the profile that counts" {
  gives 0 agentnet config set sbn.base_url http://a.example
  gives 0 agentnet config set sbn.base_url http://b.example --profile work
  gives 0 agentnet config get sbn.base_url
  same "$out" http://a.example
  gives 0 agentnet config get sbn.base_url --profile work -o json
  same "$(member "$OUT" '["origin"]')" "profile work"
  AGENTNET_PROFILE=work gives 0 agentnet config get sbn.base_url
  same "$out" http://b.example
  gives 0 agentnet config set profile work
  gives 0 agentnet config get sbn.base_url
  same "$out" http://b.example
  gives 0 agentnet config unset profile
  gives 0 agentnet config unset sbn.base_url
  gives 3 agentnet config get sbn.base_url
  holds "$err" "sbn.base_url has no value"
  gives 0 agentnet config unset sbn.base_url -o json
  same "$(member "$OUT" '["changed"]')" False
  gives 0 agentnet config unset profiles.work
  gives 3 agentnet config list --profile work
  holds "$err" "has no profile 'work', which --profile names"
}

@test "a value may come from a file or standard input, a key may come from nowhere else" {
  printf 'me\n' >issuer
  gives 0 agentnet config set sbn.issuer --value-file issuer
  gives 0 agentnet config set sbn.audience --value-file - <<<you
  same "$(member "$FILE" '["profiles"]["default"]["sbn"]')" "{'issuer': 'me', 'audience': 'you'}"
  gives 2 agentnet config set sbn.api_key "$CANARY"
  holds "$err" "a key is not taken from the command line" "--value-file"
  lacks "$err" "$CANARY"
  gives 2 agentnet config set sbn.issuer
  gives 2 agentnet config set sbn.issuer x --value-file issuer
  holds "$err" "either VALUE or --value-file"
}

@test "a key is never shown, and its file is its owner's only" {
  key_file
  local format
  umask 0
  gives 0 agentnet config set sbn.api_key --value-file key.txt -vv
  lacks "$out$err" CANARY
  holds "$(cat "$FILE")" "$CANARY"
  same "$(stat -c %a "$FILE" "$HOME/.config/agentnet" "$HOME/.config" | tr '\n' ' ')" "600 700 700 "
  for format in json jsonl table quiet yaml dotenv tsv; do
    gives 0 agentnet config list --show-origin -o $format
    lacks "$out$err" CANARY
    gives 0 agentnet config get sbn.api_key -o $format
    lacks "$out$err" CANARY
  done
  gives 0 agentnet config get sbn.api_key
  same "$out" "***"
  SBN_API_KEY=$CANARY gives 0 agentnet config list --show-origin
  holds "$out" SBN_API_KEY
  lacks "$out" CANARY
}

@test "--show-origin names the winner: variable, project file, profile" {
  agentnet config set sbn.base_url http://profile.example -q >"$OUT"
  agentnet config set sbn.tenant_id t -q >"$OUT"
  origin() { agentnet config list --show-origin --jq 'select(.key == "'"$1"'") | .value + " " + .origin'; }
  same "$(origin sbn.base_url)" "http://profile.example profile default"
  printf '{"sbn": {"base_url": "http://project.example"}}' >.agentnet.json
  same "$(origin sbn.base_url)" "http://project.example .agentnet.json"
  same "$(SBN_BASE_URL=http://variable.example origin sbn.base_url)" "http://variable.example SBN_BASE_URL"
  same "$(origin sbn.tenant_id)" "t profile default"
  gives 0 agentnet config list -o tsv
  same "$(head -n 1 "$OUT")" $'key\tvalue'
}

@test "--dry-run changes nothing" {
  gives 0 agentnet config set sbn.kid k --dry-run
  holds "$out" "would set sbn.kid"
  [ ! -e "$FILE" ]
  agentnet config set sbn.kid k >"$OUT"
  local before
  before=$(cat "$FILE")
  gives 0 agentnet config set sbn.kid other --dry-run
  gives 0 agentnet config unset sbn.kid --dry-run
  gives 0 agentnet config unset profiles.default --dry-run
  gives 0 agentnet config set profile default --dry-run
  gives 2 agentnet config set sbn.base_url nonsense --dry-run
  same "$(cat "$FILE")" "$before"
}

@test "a key or a value that cannot be is refused with what could be" {
  gives 2 agentnet config set sbn.api-key x
  holds "$err" "there is no key 'sbn.api-key'" "sbn.api_key"
  gives 2 agentnet config get base_url
  gives 2 agentnet config set sbn.base_url ftp://x
  holds "$err" "base_url does not begin with http://"
  gives 2 agentnet config set sbn.base_url "http://user:$CANARY@h"
  lacks "$err" CANARY
  gives 2 agentnet config set sbn.kid ""
  gives 2 agentnet config set sbn.kid x --profile "a b"
  gives 3 agentnet config set profile nowhere
  gives 3 agentnet config unset profiles.nowhere
  [ ! -e "$FILE" ]
}

@test "a damaged, newer or foreign file is named and left alone" {
  mkdir -p "${FILE%/*}"
  local text
  for text in '{' '[]' '{"version": 2}' '{"unknown": 1}' '{"profiles": {"default": {"sbn": {"api_key": "CANARY\u0007"}}}}'; do
    printf '%s' "$text" >"$FILE"
    gives 2 agentnet config list
    holds "$err" "$FILE: "
    lacks "$err" CANARY
    gives 2 agentnet config set sbn.kid k
    same "$(cat "$FILE")" "$text"
  done
}

@test "a folder that cannot be written is an error" {
  need_permissions
  mkdir -p "$HOME/.config"
  chmod 500 "$HOME/.config"
  gives 4 without_privileges agentnet config set sbn.kid k
  holds "$err" "Permission denied"
}

@test "offline commands refuse the options of networks and settings" {
  local option
  for option in --base-url --api-key-file --api-key --tenant --timeout --retries --profile --config; do
    gives 2 snapchore hash '{}' $option x
    holds "$err" "unknown option '$option'"
    gives 2 sbn $option x snapchore hash '{}'
    holds "$err" "unknown option '$option'"
  done
  gives 2 agentnet config list --base-url http://h
  gives 2 agentnet config list --timeout 5
}
